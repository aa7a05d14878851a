"""The operators' console: why a worker got, or did not get, an SMS."""
