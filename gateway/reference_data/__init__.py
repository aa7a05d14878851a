"""Rates, ages, limits, contacts and branches, with the dates they are in force."""
