"""A linear classifier: how likely each topic is, by the parts of words of a text."""
