"""Projects of Selenium IDE: read."""
