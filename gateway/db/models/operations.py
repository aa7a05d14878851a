"""What the processes share: pace and pauses of channels, the time, timed work."""

from sqlalchemy import Column, Interval, SmallInteger, String, Table

from gateway.db.models.base import UtcDateTime, metadata

# What sending on a channel has to heed: its rate, and a pause while something is wrong
# that no retry of a message mends.
channels = Table(
    "channels",
    metadata,
    Column("name", String(20), primary_key=True),
    # Everything sent so far has used the channel's rate up to this moment.
    Column("used_until", UtcDateTime, nullable=False),
    Column("paused_until", UtcDateTime),
    Column("pause_code", String(40)),
)

# One row: how far the database's clock is ahead of the time that the processes agree
# on, and when one of them last found it so; see gateway.db.core.shared_time.
shared_time = Table(
    "shared_time",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("ahead_by", Interval, nullable=False),
    Column("confirmed_at", UtcDateTime),
)

# Until when a purge has dropped all texts of a table; the next one begins there.
text_marks = Table(
    "text_marks",
    metadata,
    Column("place", String(20), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

# Work that one process does for all: when it is due, or until when its lease lasts.
timed_tasks = Table(
    "timed_tasks",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
)
