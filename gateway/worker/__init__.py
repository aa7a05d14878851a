"""Background work: jobs, loops and back-off."""
