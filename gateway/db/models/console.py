"""Operators of the console, and what they did."""

from sqlalchemy import Column, ForeignKey, String, Table, Text

from gateway.db.models.base import Digest, Id, UtcDateTime, metadata

# Accounts of the console; none is deleted, because the access log names them.
operators = Table(
    "operators",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

# Sessions of the console; the browser holds a token, and only its keyed hash is here.
sessions = Table(
    "sessions",
    metadata,
    Column("token_index", Digest, primary_key=True),
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False, index=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

# Wrong passwords, counted for a name and for an address; keyed hashes of both.
failed_logins = Table(
    "failed_logins",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("name_index", Digest, nullable=False),
    Column("address_index", Digest, nullable=False),
)

# Who did or saw what; rows are only ever added.
access_log = Table(
    "access_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("reason", Text),
)
