"""What limits are judged by: a batch is decided and entered in one transaction.

The phones of a batch, and the KPJ that it wants to enrol for, are locked while it is
decided, so that their limits hold for any number of workers.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, Update, select, update

from gateway.db.core.bulk import BulkInserts, BulkUpdates, Given
from gateway.db.core.store import Store
from gateway.db.models.limits import alarms, counters, phone_days
from gateway.domain.alarms import AlarmKind
from gateway.domain.calendar import day_of
from gateway.domain.limits import PhoneDay
from gateway.domain.resolution import Notice
from gateway.security.cipher import INDEX_BYTES

# Counted for everybody together; written last, because every worker writes it.
EVERYBODY = ""
_EVERYBODYS_KEY = b"\xff" * INDEX_BYTES


class Fact(StrEnum):
    """What is counted in a day, beside what each phone has had."""

    REPLIES = "replies"
    # Refusals about a KPJ, the phones they came from, and the KPJ of a run of numbers.
    REFUSALS = "refusals"
    PHONES = "phones"
    KPJS = "kpjs"
    # Refusals that were told, not silenced, and the phones that were told them.
    TOLD = "told_refusals"
    SAME_TEXT = "same_text"
    # Enrolments that a member's own phones were told of.
    NOTICES = "notices"
    # 1 when a member's own phones have been warned that others ask about him.
    WARNED = "warned"


class DailyCounters:
    """Today's counts, as they are inside one transaction.

    A subject is a phone, a KPJ or whatever is counted; only its keyed hash is kept.
    """

    def __init__(
        self,
        connection: Connection,
        index: Callable[[str], bytes],
        day: date,
        days: Mapping[bytes, PhoneDay],
    ) -> None:
        self._connection = connection
        self._index = index
        self.day = day
        self.days = dict(days)
        self.changed: set[bytes] = set()
        self.added: Counter[tuple[bytes, Fact]] = Counter()
        self.alarms: set[tuple[AlarmKind, bytes]] = set()
        self.warnings: dict[bytes, Sequence[Notice]] = {}
        self._known: dict[tuple[bytes, Fact], int] = {}

    def key(self, subject: str) -> bytes:
        """By what a subject is counted."""
        return self._index(subject) if subject else _EVERYBODYS_KEY

    def day_of(self, phone: str) -> PhoneDay:
        """What a phone, or a KPJ to be enrolled for, of this batch has had today."""
        return self.days[self.key(phone)]

    def set_day(self, phone: str, day: PhoneDay) -> None:
        """Enter what a phone has had now."""
        key = self.key(phone)
        if day != self.days[key]:
            self.days[key] = day
            self.changed.add(key)

    def count(self, subject: str, fact: Fact) -> int:
        """How often today, this batch included."""
        key = (self.key(subject), fact)
        if key not in self._known:
            query = select(counters.c.count).where(
                *(counters.c.day == self.day, counters.c.subject == key[0]),
                counters.c.fact == fact,
            )
            self._known[key] = self._connection.scalar(query) or 0
        return self._known[key] + self.added[key]

    def add(self, subject: str, fact: Fact) -> int:
        """Count once more; how often it is now."""
        before = self.count(subject, fact)
        self.added[self.key(subject), fact] += 1
        return before + 1

    def raise_alarm(self, kind: AlarmKind, subject: str) -> None:
        """Tell an operator when the transaction is over, if it is new today."""
        self.alarms.add((kind, self.key(subject)))

    def warn(self, subject: str, notices: Sequence[Notice]) -> None:
        """Send notices about a subject once a day; an empty list does not count."""
        if notices:
            self.warnings.setdefault(self.key(subject), notices)


class CounterStore(Store):
    """Opens the books of a day for a batch."""

    @contextmanager
    def open(
        self, connection: Connection, at: datetime, phones: Collection[str]
    ) -> Iterator[DailyCounters]:
        """Lock these phones' days, and write down what changed; within a transaction.

        Lock a KPJ like a phone, all in one order, to prevent deadlocks. Afterwards
        `alarms` and `warnings` hold those that are new today.
        """
        day, keys = day_of(at), sorted(map(self._cipher.index, phones))
        days = self._locked(connection, day, keys)
        books = DailyCounters(connection, self._cipher.index, day, days)
        yield books
        self._write_days(connection, books)
        self._write_counts(connection, books)
        books.alarms = {
            (kind, subject)
            for kind, subject in sorted(books.alarms)
            if self._is_new_alarm(connection, at, kind, subject)
        }
        books.warnings = {
            subject: notices
            for subject, notices in sorted(books.warnings.items())
            if self._is_new_warning(connection, day, subject)
        }

    def _locked(
        self, connection: Connection, day: date, phones: list[bytes]
    ) -> dict[bytes, PhoneDay]:
        """In the order of the keys, so that two workers never wait for each other."""
        if not phones:
            return {}
        rows = [{"day": day, "msisdn_index": it} for it in phones]
        return {
            row.msisdn_index: PhoneDay(
                row.told,
                row.refused,
                row.unrecognised,
                row.mistaken,
                row.replies,
                row.is_noticed,
                frozenset(_parts(row.members)),
            )
            for row in _TOUCH.execute(connection, rows)
        }

    def _write_days(self, connection: Connection, books: DailyCounters) -> None:
        changed = [
            {
                "day": books.day,
                "msisdn_index": phone,
                "told": day.told,
                "refused": day.refused,
                "unrecognised": day.unrecognised,
                "mistaken": day.mistaken,
                "replies": day.replies,
                "is_noticed": day.is_noticed,
                "members": b"".join(sorted(day.members)),
            }
            for phone in sorted(books.changed)
            if (day := books.days[phone])
        ]
        _SET_DAYS.execute(connection, changed)

    def _write_counts(self, connection: Connection, books: DailyCounters) -> None:
        rows = [
            {"day": books.day, "subject": subject, "fact": fact, "count": count}
            for (subject, fact), count in sorted(books.added.items())
        ]
        _COUNT.execute(connection, rows)

    def _is_new_warning(
        self, connection: Connection, day: date, subject: bytes
    ) -> bool:
        new = self._insert(counters).on_conflict_do_nothing()
        entered = new.values(day=day, subject=subject, fact=Fact.WARNED, count=1)
        return connection.scalar(entered.returning(counters.c.count)) is not None

    def _is_new_alarm(
        self, connection: Connection, at: datetime, kind: str, subject: bytes
    ) -> bool:
        new = self._insert(alarms).on_conflict_do_nothing()
        raised = new.values(day=day_of(at), kind=kind, subject=subject, raised_at=at)
        return connection.scalar(raised.returning(alarms.c.id)) is not None


def _parts(members: bytes) -> Iterator[bytes]:
    for start in range(0, len(members), INDEX_BYTES):
        yield members[start : start + INDEX_BYTES]


def _set_day(given: Given) -> Update:
    key = phone_days.primary_key.columns
    changed = {name: it for name, it in given.items() if name not in key}
    mine = (it == given[it.name] for it in key)
    return update(phone_days).where(*mine).values(changed)


# An update that changes nothing locks a row that is there already.
_TOUCH = BulkInserts(
    phone_days,
    finish=lambda new: new.on_conflict_do_update(
        index_elements=phone_days.primary_key.columns,
        set_={"replies": phone_days.c.replies},
    ).returning(phone_days),
)
_SET_DAYS = BulkUpdates({it.name: it.type for it in phone_days.c}, _set_day)
_COUNT = BulkInserts(
    counters,
    finish=lambda new: new.on_conflict_do_update(
        index_elements=counters.primary_key.columns,
        set_={"count": counters.c.count + new.excluded["count"]},
    ),
)
