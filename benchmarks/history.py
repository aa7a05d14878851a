"""A year of made-up messages, written straight into the tables: nobody waits a year.

They come over the day and end in each way as we expect it of a country's members.
Everything is drawn from one seed, so that two runs are alike.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, text

from benchmarks.history_rows import (
    End,
    Person,
    inbound_row,
    outbound_row,
    receipt_row,
)
from benchmarks.members import Member, made_up
from gateway.db.core.last_writes import last_writes
from gateway.db.models.limits import alarms
from gateway.db.models.messages import inbound, outbound, receipts
from gateway.db.statistics.counts import count_reply, count_sms
from gateway.domain.alarms import AlarmKind
from gateway.domain.calendar import day_of
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.security.cipher import Cipher
from gateway.security.masking import mask, tail_of

DAYS = 400
PHONES = 20_000
# A branch has one phone, and texts for those who come: one of so many messages.
OF_THE_BRANCH = 200
# After so long the text of a message is dropped.
TEXTS_KEPT = timedelta(days=90)
_ROWS_A_BATCH = 5_000
_ALARM_MINUTES = 5
# How an SMS falls on the hours of a day in Jakarta.
_HOURS = (1, 1, 0, 0, 1, 2, 4, 6, 8, 9, 8, 7, 6, 6, 6, 5, 5, 5, 5, 6, 6, 4, 2, 1)
_ANSWERED, _IGNORED = InboundStatus.ANSWERED, InboundStatus.IGNORED
_ENDS = (
    End(600, "saldo", _ANSWERED, "saldo", None, "allowed", "balance"),
    End(90, "status", _ANSWERED, "status", None, "allowed", "status_active"),
    End(40, "jht", _ANSWERED, "saldo", None, "not_their_phone", "not_available"),
    End(40, "saldo", _ANSWERED, "saldo", None, "unknown_kpj", "not_available"),
    End(50, "saldo", _ANSWERED, "saldo", "kpj_malformed", None, "kpj_malformed"),
    End(40, "cek saldo", _ANSWERED, "saldo", "kpj_missing", None, "kpj_missing"),
    End(
        50, "selamat pagi", _ANSWERED, None, "unknown_keyword", None, "unknown_keyword"
    ),
    End(30, "bantuan", _ANSWERED, "bantuan", None, None, "help"),
    End(15, "[enrolment]", _ANSWERED, "daftar", None, "allowed", "enrolment_received"),
    End(10, "stop", _ANSWERED, "stop", None, None, "opted_out"),
    End(25, "pulsa gratis", _IGNORED, None, "automatic"),
    End(8, "saldo", _IGNORED, "saldo", "limit", "unknown_kpj"),
    End(2, "saldo", InboundStatus.FAILED, "saldo", "RuntimeError"),
)
_FATES = {
    OutboundStatus.DELIVERED: 93,
    OutboundStatus.UNDELIVERED: 3,
    OutboundStatus.UNCONFIRMED: 2,
    OutboundStatus.FAILED: 1,
    OutboundStatus.EXPIRED: 1,
}


@dataclass(frozen=True)
class Message:
    """Its rows; a message that was not answered has one only."""

    inbound: dict[str, Any]
    outbound: dict[str, Any] | None = None
    receipt: dict[str, Any] | None = None


def write(engine: Engine, cipher: Cipher, messages: int, now: datetime) -> None:
    """Fill empty tables with so many messages of the days before this moment."""
    dice = random.Random(1)  # noqa: S311 - nothing secret is drawn
    people = [_person(cipher, member) for member in made_up(range(PHONES))]
    times = _times(dice, messages, now)
    numbered = enumerate(times, start=1)
    rows = (_message(dice, number, at, people, now) for number, at in numbered)
    while batch := list(islice(rows, _ROWS_A_BATCH)):
        with engine.begin() as connection, last_writes(connection):
            _count(connection, batch)
            _put(connection, inbound, (message.inbound for message in batch))
            _put(
                connection,
                outbound,
                (message.outbound for message in batch if message.outbound),
            )
            _put(
                connection,
                receipts,
                (message.receipt for message in batch if message.receipt),
            )
    with engine.begin() as connection:
        _put(connection, alarms, _alarms(dice, now))
        _set_sequences(connection)
    _analyse(engine)


def _count(connection: Connection, batch: Iterable[Message]) -> None:
    for message in batch:
        count_sms(connection, message.inbound)
        if message.outbound:
            count_reply(connection, message.outbound)


def _person(cipher: Cipher, member: Member) -> Person:
    return Person(
        cipher.encrypt(member.phone),
        cipher.index(member.phone),
        cipher.index(tail_of(member.phone)),
        cipher.index(member.kpj),
        mask(member.kpj),
    )


def _times(dice: random.Random, messages: int, now: datetime) -> Iterator[datetime]:
    """Ascending; as many on every day, more by day than by night."""
    per_day, left = divmod(messages, DAYS)
    for day in range(DAYS):
        start = now - timedelta(days=DAYS - day)
        count = per_day + (day < left)
        yield from sorted(_moment(dice, start) for _ in range(count))


def _moment(dice: random.Random, start: datetime) -> datetime:
    """A moment in the 24 hours from here."""
    # Jakarta is seven hours ahead of UTC.
    [hour] = dice.choices(range(24), _HOURS)
    ahead = (hour - 7 - start.hour) % 24
    at = start + timedelta(hours=ahead, seconds=dice.random() * 3600)
    return at if at < start + timedelta(days=1) else at - timedelta(days=1)


def _message(
    dice: random.Random, number: int, at: datetime, people: list[Person], now: datetime
) -> Message:
    [end] = dice.choices(_ENDS, [item.weight for item in _ENDS])
    is_branch = dice.randrange(OF_THE_BRANCH) == 0
    person = people[1] if is_branch else dice.choice(people)
    has_text = now - at < TEXTS_KEPT
    came = inbound_row(number, at, person, end, has_text)
    if end.template is None:
        return Message(came)
    [fate] = dice.choices(list(_FATES), list(_FATES.values()))
    sent_at = at + timedelta(seconds=0.2 + dice.expovariate(1.2))
    is_sent = fate is not OutboundStatus.EXPIRED
    reply = outbound_row(number, at, person, end, has_text) | {
        "status": fate,
        "provider_id": f"SM{number:032x}" if is_sent else None,
        "sent_at": sent_at if is_sent else None,
        "final_at": sent_at + timedelta(seconds=dice.expovariate(0.2)),
    }
    reported = fate in (OutboundStatus.DELIVERED, OutboundStatus.UNDELIVERED)
    return Message(came, reply, receipt_row(reply) if reported else None)


def _alarms(dice: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    """A few, only just now, so that they are of today."""
    for kind in AlarmKind:
        for _ in range(dice.randrange(1, 5)):
            at = now - timedelta(minutes=_ALARM_MINUTES * dice.random())
            subject = dice.randbytes(16)
            yield {"kind": kind, "subject": subject, "day": day_of(at), "raised_at": at}


def _put(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    if listed := list(rows):
        connection.execute(insert(table), listed)


def _set_sequences(connection: Connection) -> None:
    """PostgreSQL does not see that ids were given."""
    if connection.dialect.name == "postgresql":
        for name in ("inbound", "outbound"):
            sequence = f"pg_get_serial_sequence('{name}', 'id')"
            query = f"SELECT setval({sequence}, (SELECT max(id) FROM {name}))"  # noqa: S608 - our names
            connection.execute(text(query))


def _analyse(engine: Engine) -> None:
    """What the database does by itself after a while: look at what it holds."""
    is_postgresql = engine.dialect.name == "postgresql"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lone:
        lone.exec_driver_sql("VACUUM ANALYZE" if is_postgresql else "ANALYZE")
