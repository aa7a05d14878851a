"""Text in, values out. Pure: no input or output, no clock, no randomness."""
