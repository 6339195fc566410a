"""What recordings are worth: how short, how lasting, how steady, and whether they notice a missing effect."""
