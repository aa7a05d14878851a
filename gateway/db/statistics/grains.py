"""How finely time is counted: slices of one length, and the tables of their counts.

Quarters of an hour stay for the days that the overview compares. Minutes bridge the
time until a quarter is counted, when so many SMS come that to read them takes long.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Table

from gateway.db.models.statistics import (
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

    A slice is counted when it has been over for as long as it is, again at `again_at`
    times the age it had then, and is believed until `believed_until` times that age,
    never longer than `kept`. Where no more than `worth_it` SMS came, nor replies were
    made, nothing is counted.
    """

    name: str
    seconds: int
    again_at: float
    believed_until: float
    kept: timedelta
    worth_it: int
    counted: Table
    rollups: Mapping[Kind, Table]


QUARTERS = Grain(
    "quarter",
    900,
    # A quarter of an hour after it, most receipts have come.
    again_at=2.0,
    believed_until=2.5,
    # The overview looks no farther back.
    kept=timedelta(days=8),
    worth_it=0,
    counted=counted_quarters,
    rollups={Kind.ARRIVALS: arrival_tallies, Kind.SENDINGS: sending_tallies},
)
MINUTES = Grain(
    "minute",
    60,
    # Most of them still wait to be answered then: what is counted soon is not so.
    again_at=1.25,
    believed_until=1.75,
    # The quarter that it is in has been counted by then.
    kept=timedelta(minutes=45),
    # These are read in some 50 ms. Nothing is late in the figures of an ordinary day.
    worth_it=5_000,
    counted=counted_minutes,
    rollups={
        Kind.ARRIVALS: minute_arrival_tallies,
        Kind.SENDINGS: minute_sending_tallies,
    },
)
# The coarser first: what it has counted is not read from the others.
GRAINS = (QUARTERS, MINUTES)
