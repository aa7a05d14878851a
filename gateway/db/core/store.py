"""The base of all stores: transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from gateway.db.core.engine import translated_errors
from gateway.db.core.last_writes import last_writes
from gateway.security.cipher import Cipher


class Store:
    """Access to one database, and the cipher that encrypts personal data in it."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._cipher = cipher

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that commits at the end. Raises DatabaseUnavailable."""
        with (
            translated_errors(),
            self._engine.begin() as connection,
            last_writes(connection),
        ):
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A read-only connection that no writer blocks. Raises DatabaseUnavailable."""
        with translated_errors(), self._engine.connect() as connection:
            yield connection.execution_options(read_only=True)
