"""A purge deletes old rows in small batches and never waits for a lock."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Table, event, func, insert, select, update

from gateway.db.core.engine import open_engine
from gateway.db.database import Database
from gateway.db.models import metadata
from gateway.db.models.limits import counters, phone_days
from gateway.db.models.messages import attempts, complaints, inbound, outbound, receipts
from gateway.db.models.operations import text_marks
from gateway.db.models.subscribers import enrolments, reminders, subscriptions
from gateway.db.retention.purge import Purge
from gateway.domain.messages import SendOutcome
from gateway.domain.resolution import Resolution
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.integration.db.test_database import (
    ATTEMPTS,
    LEASE,
    LIFETIME,
    PATIENCE,
    REPLY,
    claim,
    receipt,
    settle,
)
from tests.support.fakes import FakeClock, sms

COUNT = 7
BATCH = 3
DAY = timedelta(days=1)


class Killed(BaseException):
    """What ends a purge in the middle."""


@pytest.fixture
def now(clock: FakeClock) -> datetime:
    return clock.now


@pytest.fixture
def old(database: Database, engine: Engine, now: datetime) -> Engine:
    """SMS of today with all that can hang on them: a purge of tomorrow takes them."""
    for number in range(COUNT):
        phone = f"+62811000{number:04}"
        database.inbox.add(sms(f"in{number}", "SALDO", sender=phone, at=now))
    waiting = database.inbox.claim(COUNT, now, LEASE, ATTEMPTS)
    answered = [
        Resolution(waiting_item, InboundStatus.ANSWERED, reply=REPLY)
        for waiting_item in waiting
    ]
    settle(database, now, *answered)
    sent = [
        SendOutcome(
            claimed.id, claimed.attempt, OutboundStatus.SENT, f"out{claimed.id}"
        )
        for claimed in claim(database, now)
    ]
    database.outbox.record(sent, now)
    for item in sent:
        reported = receipt(OutboundStatus.DELIVERED, now, provider_id=item.provider_id)
        database.receipts.add(reported)
    assert database.receipts.apply(100, now, PATIENCE) == COUNT
    with engine.begin() as connection:
        for table, key, parent in HANGING:
            ids = connection.scalars(select(parent.c.id)).all()
            hanging = [made_up(table, now) | {key: row_id} for row_id in ids]
            connection.execute(insert(table), hanging)
    return engine


HANGING = ((complaints, "inbound_id", inbound), (enrolments, "inbound_id", inbound))
LEFT_EMPTY = (inbound, outbound, attempts, receipts, complaints, enrolments, phone_days)


def made_up(table: Table, now: datetime) -> dict[str, Any]:
    """A row with something in each column that must have it."""
    samples = {str: "x", bytes: b"x" * 16, int: 1}
    return {
        column.name: samples.get(column.type.python_type, now)
        for column in table.columns
        if not (column.nullable or column.primary_key)
    }


def rows(engine: Engine, *tables: Table) -> int:
    with engine.connect() as connection:
        counts = [select(func.count()).select_from(table) for table in tables]
        return sum(connection.scalar(count) or 0 for count in counts)


def purging(
    engine: Engine, cipher: Cipher, rest: Callable[[float], None] = lambda _: None
) -> Purge:
    return Purge(engine, cipher, BATCH, rest)


@pytest.fixture
def night(database_url: str, cipher: Cipher) -> Iterator[Purge]:
    """A purge on PostgreSQL to which any wait for a lock is an error."""
    engine = open_engine(f"{database_url}&options=-c%20lock_timeout%3D1")
    yield purging(engine, cipher)
    engine.dispose()


def test_more_than_a_batch_leaves_with_all_that_hangs_on_it(
    old: Engine, cipher: Cipher, now: datetime
) -> None:
    dropped = purging(old, cipher).purge(now + DAY, now + DAY)

    texts, messages, days = COUNT * 2, COUNT, COUNT
    assert dropped == texts + messages + days
    assert rows(old, *LEFT_EMPTY) == 0


def test_what_is_young_stays_whole(old: Engine, cipher: Cipher, now: datetime) -> None:
    tables = set(metadata.sorted_tables) - {text_marks}
    before = rows(old, *tables)

    assert purging(old, cipher).purge(now, now) == 0

    assert rows(old, *tables) == before
    with old.connect() as connection:
        texts = connection.scalars(select(inbound.c.text_redacted)).all()
    assert None not in texts


def test_many_wishes_that_are_kept_do_not_keep_what_is_behind_them(
    old: Engine, cipher: Cipher, now: datetime
) -> None:
    with old.begin() as connection:
        ids = connection.scalars(select(inbound.c.id).order_by(inbound.c.id)).all()
        wishes = [
            made_up(subscriptions, now)
            | {"inbound_id": row_id, "kpj_index": f"{row_id:016}".encode()}
            for row_id in ids[: BATCH * 2]
        ]
        connection.execute(insert(subscriptions), wishes)

    purging(old, cipher).purge(now + DAY, now + DAY)

    with old.connect() as connection:
        left = connection.scalars(select(inbound.c.id).order_by(inbound.c.id)).all()
    assert left == ids[: BATCH * 2]


def test_of_a_reminder_that_is_younger_than_its_reply_the_fact_stays(
    old: Engine, cipher: Cipher, now: datetime
) -> None:
    with old.begin() as connection:
        [asked, *_] = connection.scalars(select(inbound.c.id)).all()
        reply = connection.scalar(select(outbound.c.id).limit(1))
        wish = made_up(subscriptions, now) | {"id": 1, "inbound_id": asked}
        connection.execute(insert(subscriptions), wish)
        fact = made_up(reminders, now + 2 * DAY)
        fact |= {"subscription_id": 1, "outbound_id": reply}
        connection.execute(insert(reminders), fact)

    purging(old, cipher).purge(now + DAY, now + DAY)

    with old.connect() as connection:
        assert connection.scalars(select(reminders.c.outbound_id)).all() == [None]
    assert rows(old, outbound) == 0


def test_a_purge_that_is_killed_between_batches_has_done_what_it_did(
    old: Engine, cipher: Cipher, now: datetime
) -> None:
    rests = iter(range(1))

    def rest(_: float) -> None:
        if next(rests, None) is None:
            raise Killed

    with pytest.raises(Killed):
        purging(old, cipher, rest).purge(now + DAY, now + DAY)

    assert rows(old, inbound) in range(1, COUNT + 1)
    purging(old, cipher).purge(now + DAY, now + DAY)
    assert rows(old, *LEFT_EMPTY) == 0


@pytest.mark.parametrize("commits", [0, 4, 12, 22, 24, 25])
def test_a_purge_that_is_killed_within_a_batch_leaves_no_half_of_it(
    old: Engine, cipher: Cipher, now: datetime, commits: int
) -> None:
    numbers = iter(range(commits))

    @event.listens_for(old, "commit")
    def die(_: object) -> None:
        if next(numbers, None) is None:
            raise Killed

    with pytest.raises(Killed):
        purging(old, cipher).purge(now + DAY, now + DAY)
    event.remove(old, "commit", die)

    with old.connect() as connection:
        whole = select(inbound.c.id).where(
            inbound.c.id.in_(select(complaints.c.inbound_id)),
            inbound.c.id.in_(select(enrolments.c.inbound_id)),
            inbound.c.id.in_(select(outbound.c.in_reply_to)),
        )
        found = len(connection.execute(whole).all())
    assert found == rows(old, inbound)
    purging(old, cipher).purge(now + DAY, now + DAY)
    assert rows(old, *LEFT_EMPTY) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "table",
    [inbound, outbound, attempts, receipts, complaints, enrolments],
    ids=lambda table: table.name,
)
def test_a_message_of_which_somebody_holds_a_row_is_left_for_the_next_night(
    old: Engine,
    cipher: Cipher,
    now: datetime,
    table: Table,
    night: Purge,
) -> None:
    with old.begin() as somebody:
        somebody.execute(select(table).limit(1).with_for_update())

        night.purge(now + DAY, now + DAY)

        assert rows(old, inbound) == 1
    night.purge(now + DAY, now + DAY)
    assert rows(old, *LEFT_EMPTY) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_purge_beside_a_batch_that_is_being_settled_waits_for_nothing(
    old: Engine,
    database: Database,
    cipher: Cipher,
    now: datetime,
    night: Purge,
) -> None:
    database.inbox.add(sms("late", "SALDO", sender="+628110000001", at=now))
    waiting = database.inbox.claim(1, now, LEASE, ATTEMPTS)

    with database.units_of_work.begin(waiting, now, now + LIFETIME) as unit:
        night.purge(now + DAY, now + DAY)
        [message] = waiting
        unit.settle(Resolution(message, InboundStatus.ANSWERED, reply=REPLY))

    assert rows(old, inbound, outbound) == 2
    assert rows(old, phone_days) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_count_that_somebody_holds_is_left_for_the_next_night(
    old: Engine,
    cipher: Cipher,
    now: datetime,
    night: Purge,
) -> None:
    with old.begin() as somebody:
        somebody.execute(update(phone_days).values(told=1))

        night.purge(now + DAY, now + DAY)

    assert rows(old, phone_days) == COUNT
    assert rows(old, inbound, counters) == 0


def test_a_purge_of_texts_begins_where_the_last_one_ended(
    old: Engine, cipher: Cipher, now: datetime
) -> None:
    night = purging(old, cipher)
    assert night.purge(now + DAY, now) == COUNT * 2
    put_text_back(old)

    assert night.purge(now + DAY, now) == 0
    night.move_watermark_back(now)
    assert night.purge(now + DAY, now) == COUNT


def test_an_sms_that_is_stored_long_after_it_came_loses_its_text_too(
    gateway: Gateway, old: Engine, now: datetime, cipher: Cipher
) -> None:
    night = purging(old, cipher)
    night.purge(now + DAY, now)

    gateway.receiver._store_late(sms("late", "SALDO", sender="+628110000001", at=now))

    assert night.purge(now + DAY, now) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_text_that_somebody_holds_is_dropped_the_next_night(
    old: Engine,
    cipher: Cipher,
    now: datetime,
    night: Purge,
) -> None:
    with old.begin() as somebody:
        held = select(func.max(inbound.c.id)).scalar_subquery()
        somebody.execute(select(inbound).where(inbound.c.id == held).with_for_update())
        assert night.purge(now + DAY, now) == COUNT * 2 - 1

    assert night.purge(now + 2 * DAY, now) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_texts_that_are_dropped_hardly_any_touches_an_index(
    old: Engine, cipher: Cipher, now: datetime
) -> None:
    copies = ", ".join(
        "'x' || i || '-' || t.id"
        if column.name == "provider_id"
        else f"t.{column.name}"
        for column in inbound.columns
        if column.name != "id"
    )
    names = ", ".join(column.name for column in inbound.columns if column.name != "id")
    with old.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO inbound ({names}) SELECT {copies} "
            "FROM inbound t, generate_series(1, 200) i"
        )

    Purge(old, cipher, rest=lambda _: None).purge(now + DAY, now)

    with old.connect() as connection:
        connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
        connection.rollback()
        changed, in_place = connection.exec_driver_sql(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables "
            "WHERE relname = 'inbound'"
        ).one()
    assert in_place > 0.8 * changed > 1_000


def put_text_back(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(inbound).values(text_redacted="saldo"))


def test_a_purge_of_nothing_says_so(
    engine: Engine, cipher: Cipher, now: datetime
) -> None:
    assert purging(engine, cipher).purge(now, now) == 0
