"""Counts of SMS and replies, without personal data."""

from sqlalchemy import Column, Integer, String, Table

from gateway.db.models.base import metadata

# One row for each quarter of an hour since 1970, fact and label.
# gateway.db.statistics.counts explains facts and labels.
quarter_counts = Table(
    "quarter_counts",
    metadata,
    Column("quarter", Integer, primary_key=True, autoincrement=False),
    Column("fact", String(20), primary_key=True),
    Column("label", String(20), primary_key=True),
    Column("number", Integer, nullable=False),
)
