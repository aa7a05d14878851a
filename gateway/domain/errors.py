"""Errors that machines cause; what members do wrong is a value, not an error."""


class GatewayError(Exception):
    """The base class of our own errors."""


class FaultsFound(GatewayError):
    """Files that have faults; each fault names its place."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class DatabaseUnavailable(GatewayError):
    """The database cannot be opened, reached or written to, or is too busy."""


class DatabaseRefuses(DatabaseUnavailable):
    """The database rejects this statement, but may accept another one."""
