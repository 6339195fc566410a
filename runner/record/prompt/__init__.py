"""record.prompt"""
