"""A PostgreSQL database that one test after the other uses, emptied in between.

To copy the template takes a quarter of a second of CPU, to empty a database takes
milliseconds. A test that changes more than rows gets its successor a new copy.
"""

import psycopg
from sqlalchemy import make_url

from tests.support.processes import Postgres

# The first that does not belong to PostgreSQL itself.
_FIRST_OID = 16384
_CATALOGS = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_attrdef": "oid",
    "pg_constraint": "oid",
    "pg_index": "indexrelid",
    "pg_namespace": "oid",
    "pg_proc": "oid",
    "pg_statistic": "starelid",
    "pg_trigger": "oid",
    "pg_type": "oid",
}
# Of a table, what is changed when it is emptied or read says nothing.
_COLUMNS = {"pg_class": "oid, relname, relkind, reloptions, relowner"}
_DEFINITION = " UNION ALL ".join(
    [
        f"SELECT ROW({_COLUMNS.get(catalog, 'entry.*')})::text AS line "
        f"FROM {catalog} entry WHERE {oid} >= {_FIRST_OID}"
        for catalog, oid in _CATALOGS.items()
    ]
    + [
        "SELECT version_num FROM alembic_version",
        "SELECT setconfig::text FROM pg_db_role_setting JOIN pg_database d "
        "ON d.oid = setdatabase WHERE datname = current_database()",
    ]
)
_END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Rows that were deleted or rolled back have made a file grow, too.
_USED = """
    SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""
_RESTART_IDS = """
    SELECT setval(sequencename::text::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class ReusedDatabase:
    """A copy of a template, as long as tests change nothing but its rows."""

    def __init__(self, server: Postgres, template: str) -> None:
        self._server = server
        self._template = template
        self._url: str | None = None
        self._definition = ""

    def url(self) -> str:
        """The address of a database that is like the template."""
        if self._url is None or not self._is_empty_again(self._url):
            self._url = self._server.new_database(like=self._template)
            with _connected(self._url) as connection:
                self._definition = _definition_of(connection)
        return self._url

    def _is_empty_again(self, url: str) -> bool:
        try:
            with _connected(url) as connection:
                connection.execute(_END_OTHERS)
                if _definition_of(connection) != self._definition:
                    return False
                _empty(connection)
        except psycopg.Error:
            return False
        return True


def _connected(url: str) -> psycopg.Connection[tuple[str]]:
    address = make_url(url).set(drivername="postgresql")
    plain = address.render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def _definition_of(connection: psycopg.Connection[tuple[str]]) -> str:
    """All but the rows, in short."""
    query = f"SELECT md5(string_agg(line, '|' ORDER BY line)) FROM ({_DEFINITION}) all_"
    return _value(connection, query) or ""


def _empty(connection: psycopg.Connection[tuple[str]]) -> None:
    if tables := _value(connection, _USED):
        connection.execute(f"TRUNCATE {tables} CASCADE")  # type: ignore[arg-type]
    connection.execute(_RESTART_IDS)
    connection.execute("SELECT pg_stat_reset()")


def _value(connection: psycopg.Connection[tuple[str]], query: str) -> str | None:
    [value] = connection.execute(query).fetchone() or [None]  # type: ignore[arg-type]
    return value
