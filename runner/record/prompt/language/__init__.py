"""The pure half: a sentence in, intents out. Nothing of the page is known here."""
