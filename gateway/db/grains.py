"""How finely time is counted: slices of one length, and the tables of their counts.

Quarters of an hour stay for the days that the overview compares. Minutes bridge the
time until a quarter is counted, in which a million SMS may come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Table

from gateway.db.models import (
    arrival_tallies,
    counted_minutes,
    counted_quarters,
    minute_arrival_tallies,
    minute_sending_tallies,
    sending_tallies,
)


class Kind(StrEnum):
    """What is counted: SMS that came, or replies that were made."""

    ARRIVALS = "arrivals"
    SENDINGS = "sendings"


@dataclass(frozen=True)
class Grain:
    """Slices of so many seconds; `name` is the column that has a slice's number.

    A slice is counted for the first time when it has been over for `first_after`, and
    its counts are dropped after `kept`.
    """

    name: str
    seconds: int
    first_after: timedelta
    kept: timedelta
    counted: Table
    tallies: Mapping[Kind, Table]


QUARTERS = Grain(
    "quarter",
    900,
    # By then most receipts have come.
    timedelta(minutes=15),
    # The overview looks no farther back.
    timedelta(days=8),
    counted_quarters,
    {Kind.ARRIVALS: arrival_tallies, Kind.SENDINGS: sending_tallies},
)
MINUTES = Grain(
    "minute",
    60,
    timedelta(minutes=1),
    # The quarter that it is in has been counted by then.
    timedelta(minutes=45),
    counted_minutes,
    {Kind.ARRIVALS: minute_arrival_tallies, Kind.SENDINGS: minute_sending_tallies},
)
# The coarser first: what one has counted the others need not.
GRAINS = (QUARTERS, MINUTES)
