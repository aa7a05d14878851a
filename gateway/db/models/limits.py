"""Daily counts for the rate limits, and alarms."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from gateway.db.models.base import Digest, Id, UtcDateTime, metadata

# What each phone got on a day (calendar.day_of); `members` are 16-byte keyed hashes.
phone_days = Table(
    "phone_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("msisdn_index", Digest, primary_key=True),
    Column("told", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),
    Column("unrecognised", Integer, nullable=False, default=0),
    Column("mistaken", Integer, nullable=False, default=0),
    Column("replies", Integer, nullable=False, default=0),
    Column("is_noticed", Boolean, nullable=False, default=False),
    Column("members", LargeBinary, nullable=False, default=b""),
)

# Further daily counts: refusals about a KPJ or a run of neighbouring KPJ, the same
# text from the same phone, and totals.
counters = Table(
    "counters",
    metadata,
    Column("day", Date, primary_key=True),
    Column("subject", Digest, primary_key=True),
    Column("fact", String(20), primary_key=True),
    Column("count", Integer, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("day", Date, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("subject", Digest, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    UniqueConstraint("day", "kind", "subject"),
)
