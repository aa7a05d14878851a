"""Encryption of personal data, and masking of numbers."""
