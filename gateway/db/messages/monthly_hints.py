"""The hints of a month: a balance says once that notices can be asked for."""

from calendar import monthrange
from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Connection, or_, select, true, union

from gateway.db.core.bulk import BulkInserts, among
from gateway.db.messages.daily_counters import Counted
from gateway.db.models.limits import counters
from gateway.db.models.subscribers import subscriptions
from gateway.domain.calendar import day_of
from gateway.domain.notices import Wish
from gateway.domain.resolution import Resolution


class MonthlyHints:
    """The hints to the phones of a batch, which are locked."""

    def __init__(
        self,
        connection: Connection,
        index: Callable[[str], bytes],
        phones: Collection[str],
        at: datetime,
    ) -> None:
        self._connection = connection
        self._index = index
        self._phones = phones
        self._day = _last_of_month(day_of(at))
        # Phones that this batch has given a hint, and that asked by themselves.
        self._hinted: set[str] = set()
        self._asked: set[str] = set()

    def is_due(self, phone: str) -> bool:
        """Whether a phone has had no hint this month and does not know of notices."""
        if phone in self._hinted or phone in self._asked:
            return False
        return self._index(phone) not in self._informed

    def note(self, resolution: Resolution) -> None:
        """Note what a phone knows after a reply, for the next message of the batch."""
        phone = resolution.waiting.inbound.sender
        if resolution.reply and resolution.reply.has_hint:
            self._hinted.add(phone)
        if resolution.wish in (Wish.CLAIMS, Wish.END):
            self._asked.add(phone)

    def save(self) -> None:
        """Record the hints of this batch."""
        rows = [
            {"day": self._day, "subject": key, "fact": Counted.HINTS, "count": 1}
            for key in sorted(map(self._index, self._hinted))
        ]
        _RECORD.execute(self._connection, rows)

    @cached_property
    def _informed(self) -> set[bytes]:
        """Phones on record with a hint this month, a wish for notices, or an ended one.

        Read when the first balance of a batch asks.
        """
        keys = list(map(self._index, self._phones))
        hinted = select(counters.c.subject).where(
            *(counters.c.day == self._day, counters.c.fact == Counted.HINTS),
            among(self._connection, counters.c.subject, keys),
        )
        columns = subscriptions.c
        wished = select(columns.msisdn_index).where(
            among(self._connection, columns.msisdn_index, keys),
            or_(columns.wants_claims.is_(true()), columns.ended_at.is_not(None)),
        )
        return set(self._connection.scalars(union(hinted, wished)))


def _last_of_month(day: date) -> date:
    """The day that stands for a month, so that no purge takes a hint before its end."""
    return day.replace(day=monthrange(day.year, day.month)[1])


_RECORD = BulkInserts(counters, finish=lambda new: new.on_conflict_do_nothing())
