"""Replay conversations from text files."""
