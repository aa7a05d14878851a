"""The members' records, and when they were imported."""

from sqlalchemy import Column, Date, Integer, LargeBinary, Table

from gateway.db.models.base import Digest, Id, UtcDateTime, metadata

participants = Table(
    "participants",
    metadata,
    Column("kpj_index", Digest, primary_key=True),
    Column("record_sealed", LargeBinary, nullable=False),
)

# The phones in members' records.
participant_phones = Table(
    "participant_phones",
    metadata,
    Column("msisdn_index", Digest, primary_key=True),
    Column("kpj_index", Digest, primary_key=True),
)

# One row for each import; `as_of` is the day that its records are from.
imports = Table(
    "imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("members", Integer, nullable=False),
)
