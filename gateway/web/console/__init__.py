"""The console, where operators see why a worker got an SMS or did not."""
