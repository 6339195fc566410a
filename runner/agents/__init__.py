"""What coding agents use: our tools over the Model Context Protocol."""
