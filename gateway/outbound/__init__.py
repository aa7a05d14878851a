"""Send replies and reminders, and learn what became of them."""
