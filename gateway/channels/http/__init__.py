"""The HTTP client for carriers."""
