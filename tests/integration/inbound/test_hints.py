"""A balance tells a phone once a month that notices of claims can be asked for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, event, select

from gateway.db.database import Database
from gateway.db.messages.daily_counters import Counted
from gateway.db.models.limits import counters
from gateway.domain.audit import AuditEntry
from gateway.domain.limits import Limits
from gateway.domain.messages import Reply, WaitingMessage
from gateway.domain.participants import Balance, MembershipStatus
from gateway.domain.policy import Policy
from gateway.domain.resolution import Resolution
from gateway.domain.statuses import InboundStatus
from gateway.runtime import Gateway
from tests.support.fakes import (
    BALANCE_TEXT,
    MEMBER,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    sms,
)

BALANCE = "SALDO 61000000019"
HINT, ENGLISH_HINT = "Ketik INGAT KLAIM", "Text REMIND CLAIM"
_ids = count(1)
Ask = Callable[..., list[str]]


class WorkerDies(Exception):
    """A worker is killed amid a transaction."""


@pytest.fixture
def policy() -> Policy:
    return Policy()


@pytest.fixture
def ask(gateway: Gateway, channel: FakeChannel) -> Ask:
    """Text several SMS from one phone at once; what it hears."""

    def ask(*texts: str) -> list[str]:
        before = len(channel.taken)
        for body in texts:
            message = sms(f"SM{next(_ids)}", body, at=gateway.clock())
            gateway.database.inbox.add(message)
        gateway.sweep()
        return [message.text for _, message in channel.taken[before:]]

    return ask


def hints(database: Database, engine: Engine) -> int:
    """How many hints stand on record."""
    query = select(counters.c.subject).where(counters.c.fact == Counted.HINTS)
    with engine.connect() as connection:
        return len(connection.scalars(query).all())


def test_a_balance_hints_once_and_is_plain_for_the_rest_of_the_month(
    ask: Ask, clock: FakeClock
) -> None:
    first = ask(BALANCE)
    clock.pass_time(days=9)

    assert first == [
        "BPJAMSOSTEK: Saldo JHT KPJ ***0019: Rp12.345.678 per 31-10-2026. Iuran "
        "terakhir 10-2026. Rahasiakan SMS ini. Mau kabar klaim? Ketik INGAT KLAIM. "
        "Telp 175."
    ]
    assert ask(BALANCE) == [BALANCE_TEXT]


def test_the_next_month_begins_at_midnight_in_jakarta(
    ask: Ask, clock: FakeClock
) -> None:
    clock.now = datetime(2026, 11, 30, 16, 58, tzinfo=UTC)
    ask(BALANCE)
    clock.pass_time(minutes=1.5)
    in_november = ask(f"{BALANCE} ")
    clock.pass_time(minutes=1.5)

    assert HINT not in in_november[0]
    assert HINT in ask(BALANCE)[0]


def test_two_messages_of_a_phone_at_once_get_one_hint(ask: Ask) -> None:
    heard = ask(BALANCE, "saldo")

    assert [HINT in text for text in heard] == [True, False]


def test_the_language_of_the_reply_is_that_of_the_hint(ask: Ask) -> None:
    [heard] = ask("BALANCE 61000000019")

    assert ENGLISH_HINT in heard


def test_both_commands_of_the_hint_are_understood(ask: Ask) -> None:
    assert "Kabar klaim" in ask("INGAT KLAIM")[0]
    assert "Claim notices" in ask("REMIND CLAIM")[0]


@pytest.mark.parametrize("wish", ["INGAT KLAIM 61000000019", "INGAT KLAIM"])
def test_a_phone_that_asked_for_notices_of_claims_gets_none(
    ask: Ask, clock: FakeClock, wish: str
) -> None:
    at_once = ask(wish, BALANCE)
    clock.pass_time(days=40)

    assert HINT not in at_once[1]
    assert HINT not in ask(BALANCE)[0]


def test_a_phone_that_ended_its_reminders_gets_none(ask: Ask, clock: FakeClock) -> None:
    ask("INGAT 61000000019")
    clock.pass_time(minutes=2)
    at_once = ask("INGAT STOP", BALANCE)
    clock.pass_time(days=40)

    assert HINT not in at_once[1]
    assert HINT not in ask(BALANCE)[0]


@pytest.mark.parametrize("wish", ["INGAT 61000000019", "INGAT IURAN 61000000019"])
def test_a_phone_that_gets_other_sms_hears_of_those_about_claims(
    ask: Ask, clock: FakeClock, wish: str
) -> None:
    ask(wish)

    assert HINT in ask(BALANCE)[0]


def test_a_phone_that_opted_out_hears_nothing_and_gets_the_hint_later(
    ask: Ask, clock: FakeClock
) -> None:
    ask("STOP")

    assert ask(BALANCE) == []
    clock.pass_time(minutes=2)
    assert HINT in ask("MULAI", BALANCE)[1]


def test_a_balance_is_complete_where_the_hint_has_no_room(
    ask: Ask, directory: FakeDirectory, database: Database, engine: Engine
) -> None:
    as_of = MEMBER.balance.as_of if MEMBER.balance else None
    assert as_of
    wide = replace(MEMBER, stale_since=as_of, balance=Balance(12_345_678_900, as_of))
    directory.members[MEMBER.kpj] = wide

    [heard] = ask(BALANCE)

    assert HINT not in heard
    assert "Rp12.345.678.900" in heard
    assert hints(database, engine) == 0


@pytest.mark.parametrize(
    "text", ["STATUS 61000000019", "SALDO 61000000027", "BANTUAN", "halo", "INGAT"]
)
def test_what_is_no_balance_neither_hints_nor_asks_whether_to(
    ask: Ask, engine: Engine, text: str
) -> None:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    [heard] = ask(text)

    assert HINT not in heard
    assert not [item for item in statements if "UNION" in item and "counters" in item]


def test_a_balance_whose_claim_is_on_its_way_names_only_the_stage(
    ask: Ask, directory: FakeDirectory
) -> None:
    claiming = replace(MEMBER, status=MembershipStatus.IN_CLAIM)
    directory.members[MEMBER.kpj] = claiming

    assert HINT not in ask(BALANCE)[0]


def taken(database: Database, clock: FakeClock, count: int) -> list[WaitingMessage]:
    """Messages that a worker has claimed."""
    for number in range(count):
        database.inbox.add(sms(f"SM{next(_ids)}", f"{BALANCE} {number}"))
    return list(database.inbox.claim(count, clock(), timedelta(seconds=10), 5))


def hinted(waiting: WaitingMessage) -> Resolution:
    reply = Reply("balance", "id", BALANCE_TEXT, 1, "", has_hint=True)
    return Resolution(waiting, InboundStatus.ANSWERED, reply=reply)


def test_a_transaction_that_fails_leaves_no_hint(
    database: Database, engine: Engine, clock: FakeClock
) -> None:
    waiting = taken(database, clock, 1)
    begin = database.units_of_work.begin

    with suppress(WorkerDies), begin(waiting, clock(), clock()) as unit:
        unit.settle(hinted(waiting[0]))
        raise WorkerDies

    with begin(waiting, clock(), clock()) as unit:
        assert unit.hints.is_due(PHONE)
    assert hints(database, engine) == 0


def test_of_two_workers_with_one_phone_the_second_knows_of_the_hint(
    database: Database, clock: FakeClock
) -> None:
    first, second = taken(database, clock, 2)
    begin = database.units_of_work.begin

    def is_due_for_the_second() -> bool:
        with begin([second], clock(), clock()) as unit:
            return unit.hints.is_due(PHONE)

    with ThreadPoolExecutor(1) as pool:
        with begin([first], clock(), clock()) as unit:
            other = pool.submit(is_due_for_the_second)
            assert unit.hints.is_due(PHONE)
            unit.settle(hinted(first))
        assert not other.result()


def test_an_erased_phone_leaves_no_hint(
    ask: Ask, database: Database, engine: Engine, clock: FakeClock
) -> None:
    ask(BALANCE)
    assert hints(database, engine) == 1

    database.erasure.forget_phone(PHONE, AuditEntry(clock(), "officer A", "her letter"))

    assert hints(database, engine) == 0


def test_a_purge_in_the_month_keeps_its_hints_and_a_later_one_takes_them(
    ask: Ask, database: Database, engine: Engine, clock: FakeClock
) -> None:
    clock.now = datetime(2026, 11, 1, 9, tzinfo=UTC)
    ask(BALANCE)

    database.purging.purge(*[datetime(2026, 11, 30, tzinfo=UTC)] * 2)
    kept = hints(database, engine)
    database.purging.purge(*[datetime(2026, 12, 2, tzinfo=UTC)] * 2)

    assert (kept, hints(database, engine)) == (1, 0)


class TestWithoutHints:
    @pytest.fixture
    def policy(self) -> Policy:
        return Policy(limits=Limits(hints=0))

    def test_every_balance_is_plain(self, ask: Ask) -> None:
        assert ask(BALANCE) == [BALANCE_TEXT]
