"""The measure of repair: real pages, real drift, and how often the right element is found again."""
