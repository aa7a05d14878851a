"""Set the wall clock of a running process, or of a database, ahead or back.

`environment` prepares any Python process; `shift_clock` moves its clock while it runs.
PostgreSQL's clock is moved inside the database, and SQLite's in the processes that use
it: see `Database.shift_clock` and `Fleet.shift_clock`.
"""

from pathlib import Path

import psycopg
from sqlalchemy import make_url

HOOK = Path(__file__).parent / "shifted"
_SHIFTED = """
    CREATE SCHEMA shifted;
    CREATE TABLE shifted.clock (ahead interval NOT NULL);
    INSERT INTO shifted.clock VALUES ('0');
    CREATE FUNCTION shifted.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
    'SELECT pg_catalog.clock_timestamp() + ahead FROM shifted.clock';
"""


def environment(folder: Path, name: str) -> dict[str, str]:
    """The settings of a process that goes by this name in the folder of a test."""
    return {
        "PYTHONPATH": str(HOOK),
        "FAULTS_CLOCK": str(wall_file(folder, name)),
        "FAULTS_SQLITE_CLOCK": str(sqlite_file(folder)),
    }


def wall_file(folder: Path, name: str) -> Path:
    """The file that moves the wall clock of a process; it need not exist."""
    return folder / f"{name}.clock"


def sqlite_file(folder: Path) -> Path:
    """The file that moves SQLite's clock in all processes of the folder."""
    return folder / "sqlite.clock"


def shift_clock(file: Path, seconds: float) -> None:
    """Let every process of this file be so far ahead of time; back if negative."""
    new = file.with_suffix(".new")
    new.write_text(str(seconds))
    new.replace(file)


def prepare_postgresql(url: str) -> None:
    """Let `clock_timestamp()` of a database be shifted, for connections from now on."""
    name = make_url(url).database
    path = "public, shifted, pg_catalog"
    with _connected(url) as connection:
        connection.execute(_SHIFTED)
        connection.execute(f"ALTER DATABASE {name} SET search_path = {path}")  # type: ignore[arg-type]


def shift_postgresql(url: str, seconds: float) -> None:
    """Let the clock of a prepared database be so far ahead of time."""
    with _connected(url) as connection:
        connection.execute(
            "UPDATE shifted.clock SET ahead = make_interval(secs => %s)", [seconds]
        )


def _connected(url: str) -> psycopg.Connection[object]:
    address = make_url(url).set(drivername="postgresql")
    plain = address.render_as_string(hide_password=False)
    # A test may have made it read-only, for its clients.
    writing = "-c default_transaction_read_only=off"
    return psycopg.connect(plain, autocommit=True, options=writing)
