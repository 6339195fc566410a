"""Other tools' recordings become TestConfigs, and TestConfigs other tools' tests. Pure: text in, text out."""
