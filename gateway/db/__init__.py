"""The database: the queue of record and the message log."""
