"""Staging tables of a member import, and their swap with the live tables."""
