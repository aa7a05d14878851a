"""Shift the clocks of this Python process by what files say, looked up at each call.

Python imports this by its name at start, before anything else can take hold of a clock;
so does the process that forked programs come from (see tests/support/forked.py).
`FAULTS_CLOCK` names the file for the wall clock of this process, and
`FAULTS_SQLITE_CLOCK` that for SQLite's own; both hold seconds. Only the wall clock
moves: the monotonic ones go on, as they do when a real clock is set.
"""

import ctypes
import datetime
import gc
import os
import sqlite3
import sqlite3.dbapi2
import time
from pathlib import Path

_EPOCH_AS_JULIAN_DAY = 2_440_587.5
_DAY_SECONDS = 86_400
_time, _time_ns = time.time, time.time_ns
_now, _today = datetime.datetime.now, datetime.date.today
_connect = sqlite3.connect


def _seconds(variable: str) -> float:
    """By how much a clock is ahead; 0 without a file."""
    try:
        return float(Path(os.environ[variable]).read_text())
    except (KeyError, OSError, ValueError):
        return 0.0


def _ahead() -> datetime.timedelta:
    return datetime.timedelta(seconds=_seconds("FAULTS_CLOCK"))


def _replace(owner: type, name: str, function: object) -> None:
    """Set an attribute of a type that is written in C, which Python itself refuses."""
    gc.get_referents(owner.__dict__)[0][name] = classmethod(function)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))


def _shifted_connect(*arguments: object, **named: object) -> sqlite3.Connection:
    """A connection whose `julianday('now')` is shifted."""

    def julian_day(_: object) -> float:
        seconds = _time() + _seconds("FAULTS_SQLITE_CLOCK")
        return _EPOCH_AS_JULIAN_DAY + seconds / _DAY_SECONDS

    connection = _connect(*arguments, **named)
    if "FAULTS_SQLITE_CLOCK" in os.environ:
        connection.create_function("julianday", 1, julian_day)
    return connection


time.time = lambda: _time() + _seconds("FAULTS_CLOCK")
time.time_ns = lambda: _time_ns() + int(_seconds("FAULTS_CLOCK") * 10**9)
_replace(datetime.datetime, "now", lambda _, tz=None: _now(tz) + _ahead())
_replace(datetime.datetime, "today", lambda _: _now() + _ahead())
_replace(datetime.date, "today", lambda _: (_now() + _ahead()).date())
sqlite3.connect = sqlite3.dbapi2.connect = _shifted_connect
