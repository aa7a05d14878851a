"""The made-up members of `gateway up` and `gateway replay`, as files to import."""

from datetime import date
from pathlib import Path

from gateway.directory.imports.merge import Sources

_FOLDER = Path(__file__).parent
# The day of the records, and of the figures in conversations.
MADE_UP_DAY = date(2026, 11, 21)
MADE_UP_MEMBERS = _FOLDER / "participants.csv"
MADE_UP = Sources(
    MADE_UP_MEMBERS, _FOLDER / "contributions.csv", _FOLDER / "claims.csv"
)
