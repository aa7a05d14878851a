"""The HTTP interface: webhooks, health checks, metrics and the console."""
