"""Parse texts to values, without I/O, clock or randomness."""
