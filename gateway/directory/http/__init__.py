"""Members from the agency's core system."""
