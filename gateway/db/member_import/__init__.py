"""Staging tables of an import, and the swap."""
