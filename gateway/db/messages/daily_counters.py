"""The daily counters of the rate limits, read and written in one transaction."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, select, update

from gateway.db.core.bulk import BulkInserts, BulkUpdates, Given
from gateway.db.models.limits import alarms, counters, phone_days
from gateway.domain.alarms import AlarmKind
from gateway.domain.calendar import day_of
from gateway.domain.limits import PhoneDay
from gateway.domain.resolution import AddressedReply
from gateway.security.cipher import INDEX_BYTES

# The subject of counts over all phones. Its key sorts last, as every worker updates it.
EVERYBODY = ""
_EVERYBODYS_KEY = b"\xff" * INDEX_BYTES


class Counted(StrEnum):
    """Facts counted per day and subject, beside the columns of a phone's day."""

    REPLIES = "replies"
    # Refusals about a KPJ, the phones they came from, and the KPJ of a run of numbers.
    REFUSALS = "refusals"
    PHONES = "phones"
    KPJS = "kpjs"
    # Refusals that were answered, and the phones that got such an answer.
    REFUSALS_ANSWERED = "told_refusals"
    SAME_TEXT = "same_text"
    # Enrolments that a member's own phones were notified of.
    NOTICES = "notices"
    # 1 after the member's own phones were warned that others ask about the member.
    WARNED = "warned"
    # 1 after a phone got the hint of a month (monthly_hints.py).
    HINTS = "hints"


class DailyCounters:
    """Today's counts, including those of this transaction.

    A subject is a phone, a KPJ or a combination; only its keyed hash is stored.
    """

    def __init__(
        self, connection: Connection, index: Callable[[str], bytes], at: datetime
    ) -> None:
        self._connection = connection
        # The keyed hash of a subject.
        self.key = cache(lambda subject: index(subject) if subject else _EVERYBODYS_KEY)
        self._at = at
        self._day = day_of(at)
        self._days: dict[bytes, PhoneDay] = {}
        self._changed: set[bytes] = set()
        self._stored: dict[tuple[bytes, Counted], int] = {}
        self._added: Counter[tuple[bytes, Counted]] = Counter()
        # After `save` only the alarms that are new today.
        self.alarms: set[tuple[AlarmKind, bytes]] = set()
        self.warnings: dict[bytes, Sequence[AddressedReply]] = {}

    def lock(self, subjects: Collection[str]) -> None:
        """Lock and load the days of phones, and of KPJ that somebody enrols for.

        The limits hold for any number of workers, because a phone is locked while its
        messages are decided. Lock in key order to prevent deadlocks.
        """
        keys = sorted(map(self.key, subjects))
        rows = [{"day": self._day, "msisdn_index": key} for key in keys]
        touched = _LOCK.execute(self._connection, rows)
        self._days |= {row.msisdn_index: _phone_day(row) for row in touched}

    def day_of(self, subject: str) -> PhoneDay:
        """The day of a locked phone or KPJ."""
        return self._days[self.key(subject)]

    def set_day(self, subject: str, day: PhoneDay) -> None:
        """Change the day of a locked phone or KPJ."""
        key = self.key(subject)
        if day != self._days[key]:
            self._days[key] = day
            self._changed.add(key)

    def count(self, subject: str, fact: Counted) -> int:
        """How often a fact was counted today, including this transaction."""
        key = (self.key(subject), fact)
        if key not in self._stored:
            query = select(counters.c.count).where(
                *(counters.c.day == self._day, counters.c.subject == key[0]),
                counters.c.fact == fact,
            )
            self._stored[key] = self._connection.scalar(query) or 0
        return self._stored[key] + self._added[key]

    def add(self, subject: str, fact: Counted) -> int:
        """Count a fact once more and return the new count."""
        before = self.count(subject, fact)
        self._added[self.key(subject), fact] += 1
        return before + 1

    def raise_alarm(self, kind: AlarmKind, subject: str) -> None:
        """Raise an alarm, unless it was raised about this subject today."""
        self.alarms.add((kind, self.key(subject)))

    def warn(self, subject: str, notices: Sequence[AddressedReply]) -> None:
        """Send notices about a subject once a day; an empty list does not count."""
        if notices:
            self.warnings.setdefault(self.key(subject), notices)

    def save(self) -> None:
        """Write all changes, and keep the alarms and warnings that are new today."""
        days = [self._row_of(key) for key in sorted(self._changed)]
        _SET_DAYS.execute(self._connection, days)
        self._add_counts(_ADD_COUNTS, self._added)
        raised = [
            {"day": self._day, "kind": kind, "subject": subject, "raised_at": self._at}
            for kind, subject in sorted(self.alarms)
        ]
        new = _RAISE.execute(self._connection, raised)
        self.alarms = {(AlarmKind(row.kind), row.subject) for row in new}
        warned = {(subject, Counted.WARNED): 1 for subject in self.warnings}
        new = self._add_counts(_WARN, warned)
        self.warnings = {row.subject: self.warnings[row.subject] for row in new}

    def _row_of(self, key: bytes) -> dict[str, Any]:
        day = self._days[key]
        columns = {"told": day.answered, "members": b"".join(sorted(day.members))}
        return vars(day) | columns | {"day": self._day, "msisdn_index": key}

    def _add_counts(
        self, statement: BulkInserts, counts: Mapping[tuple[bytes, Counted], int]
    ) -> Sequence[Any]:
        rows = [
            {"day": self._day, "subject": subject, "fact": fact, "count": count}
            for (subject, fact), count in sorted(counts.items())
        ]
        return statement.execute(self._connection, rows)


def _phone_day(row: Any) -> PhoneDay:
    return PhoneDay(
        row.told,
        row.refused,
        row.unrecognised,
        row.mistaken,
        row.replies,
        row.is_noticed,
        frozenset(_parts(row.members)),
    )


def _parts(members: bytes) -> Iterator[bytes]:
    for start in range(0, len(members), INDEX_BYTES):
        yield members[start : start + INDEX_BYTES]


def _set_day(given: Given) -> Update:
    key = phone_days.primary_key.columns
    changed = {name: value for name, value in given.items() if name not in key}
    this = (column == given[column.name] for column in key)
    return update(phone_days).where(*this).values(changed)


# An update that changes nothing locks a row that exists already.
_LOCK = BulkInserts(
    phone_days,
    finish=lambda new: new.on_conflict_do_update(
        index_elements=phone_days.primary_key.columns,
        set_={"replies": phone_days.c.replies},
    ).returning(phone_days),
)
_SET_DAYS = BulkUpdates({column.name: column.type for column in phone_days.c}, _set_day)
_ADD_COUNTS = BulkInserts(
    counters,
    finish=lambda new: new.on_conflict_do_update(
        index_elements=counters.primary_key.columns,
        set_={"count": counters.c.count + new.excluded["count"]},
    ),
)
_WARN = BulkInserts(
    counters,
    finish=lambda new: new.on_conflict_do_nothing().returning(counters.c.subject),
)
_RAISE = BulkInserts(
    alarms,
    finish=lambda new: new.on_conflict_do_nothing().returning(
        alarms.c.kind, alarms.c.subject
    ),
)
