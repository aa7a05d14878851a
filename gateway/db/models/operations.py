"""What processes share: pauses of channels, the time, timed tasks, branches."""

from sqlalchemy import Column, Interval, SmallInteger, String, Table, Text

from gateway.db.models.base import Id, UtcDateTime, metadata

# The used rate of each channel, and its pause after an error that no retry mends.
channels = Table(
    "channels",
    metadata,
    Column("name", String(20), primary_key=True),
    # The time up to which the replies sent so far use up the channel's rate.
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

# Purge watermarks: no older message has a text, so the next purge starts there.
text_marks = Table(
    "text_marks",
    metadata,
    Column("place", String(20), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

# Work that one process does for all: when it is due, or when its lease ends.
timed_tasks = Table(
    "timed_tasks",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
)

# Lists of branches as they were imported; the newest is in force.
branch_lists = Table(
    "branch_lists",
    metadata,
    Column("id", Id, primary_key=True),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("content", Text, nullable=False),
)
