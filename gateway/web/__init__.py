"""The doors for carriers and machines: webhooks, health, metrics."""
