"""Tests of the corpus and of what is trained with it."""
