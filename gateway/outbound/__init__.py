"""Send replies and reminders, and reconcile their status with the carriers."""
