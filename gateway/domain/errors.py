"""Errors that machines, not members, cause."""


class GatewayError(Exception):
    """Anything that a machine, not a member, did wrong."""


class DatabaseUnavailable(GatewayError):
    """The database cannot be opened, reached or written to, or is too busy."""


class DatabaseRefuses(DatabaseUnavailable):
    """The database answers and fails at this statement; it may do another one."""
