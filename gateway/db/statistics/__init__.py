"""Counts for the console."""
