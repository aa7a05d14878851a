"""Purge, erasure and key rotation."""
