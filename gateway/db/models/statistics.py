"""How many SMS came and what became of them: counts of no person."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from gateway.db.models.base import Id, metadata


def _counted(part: str) -> Table:
    """Parts of an hour, numbered since 1970, that have been counted.

    And for how many seconds each had been over then. Without its row here a count says
    nothing.
    """
    return Table(
        f"counted_{part}s",
        metadata,
        Column(part, Id, primary_key=True, autoincrement=False),
        Column("age", Integer, nullable=False),
    )


def _arrival_tallies(name: str, part: str) -> Table:
    """How many SMS of a part came to the same end; nothing of any person."""
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True),
        Column(part, BigInteger, nullable=False, index=True),
        Column("status", String(20), nullable=False),
        Column("reason", String(40)),
        Column("decision", String(20)),
        Column("keyword", String(20)),
        Column("number", Integer, nullable=False),
    )


def _sending_tallies(name: str, part: str) -> Table:
    """What became of the replies made in a part that took equally long."""
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True),
        Column(part, BigInteger, nullable=False, index=True),
        # From the SMS to its reply, in hundredths of a second; none was never sent.
        Column("wait", Integer),
        Column("decided", Integer, nullable=False),
        Column("delivered", Integer, nullable=False),
        Column("segments", Integer, nullable=False),
        Column("number", Integer, nullable=False),
    )


counted_quarters = _counted("quarter")
arrival_tallies = _arrival_tallies("arrival_tallies", "quarter")
sending_tallies = _sending_tallies("sending_tallies", "quarter")
counted_minutes = _counted("minute")
minute_arrival_tallies = _arrival_tallies("minute_arrival_tallies", "minute")
minute_sending_tallies = _sending_tallies("minute_sending_tallies", "minute")
