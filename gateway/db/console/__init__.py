"""Search, timelines, operators and their audit log."""
