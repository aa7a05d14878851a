"""Names of constraints, and the types of columns that several tables share."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    TypeDecorator,
)

from gateway.security.cipher import INDEX_BYTES

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, also where the database keeps no time zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Into the database in UTC; a naive time raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Out of the database, aware."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def add_partial_index(
    name: str, where: ColumnElement[bool], *columns: ColumnElement[Any]
) -> None:
    """Add an index of the rows that meet a condition; the condition has no parameter.

    Neither database uses a partial index for a parameter: SQLite compares the text of
    the condition, PostgreSQL's generic plan fits all values.
    """
    Index(name, *columns, postgresql_where=where, sqlite_where=where)


Id = BigInteger().with_variant(Integer, "sqlite")
# A keyed hash.
Digest = LargeBinary(INDEX_BYTES)
