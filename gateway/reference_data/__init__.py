"""Rates, ages, limits, contacts and branches: data, and when they hold."""
