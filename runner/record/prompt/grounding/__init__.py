"""From what a sentence calls a thing to the elements of an observation that may be meant. Pure."""
