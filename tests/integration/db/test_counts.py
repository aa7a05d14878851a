"""Counts are exact at once: they equal a recount of the messages after every event."""

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from gateway.bootstrap import assemble
from gateway.channels import ChannelError, SendFault
from gateway.db.core.engine import open_engine
from gateway.db.database import Database
from gateway.db.models import metadata
from gateway.db.retention.erasure import StillOnTheWay
from gateway.domain.audit import AuditEntry
from gateway.domain.messages import DeliveryReceipt, ReceiptMeaning
from gateway.domain.policy import Policy
from gateway.domain.statuses import OutboundStatus
from gateway.inbound.spool import Spool
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.support.fakes import (
    MEMBER,
    OTHER_PHONE,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    FakeQueue,
    sms,
    worded,
)
from tests.support.recount import Counts, counts_in, quarter, recount

S = OutboundStatus
POLICY = Policy(answer_attempts=1, carrier_questions=1)
TEXTS = (f"SALDO {MEMBER.kpj.digits}", "SALDO 61000000027", "apa kabar", "STOP")
PHONES = (PHONE, OTHER_PHONE)
FAULTS = (
    ("30003", SendFault.PERMANENT),
    ("timeout", SendFault.AMBIGUOUS),
    ("21610", SendFault.OPTED_OUT),
)
RECEIPTS = (
    (S.SENT, None),
    (S.DELIVERED, None),
    (S.UNDELIVERED, None),
    (S.UNDELIVERED, ReceiptMeaning.DROPPED),
    (S.UNDELIVERED, ReceiptMeaning.OPTED_OUT),
)
PASSING = (timedelta(seconds=7.3), timedelta(minutes=11), timedelta(days=1))
KEPT = timedelta(days=2)


class Life:
    """Everything that changes what is counted; each event takes any number."""

    def __init__(self, engine: Engine, cipher: Cipher, folder: Path) -> None:
        self.engine = engine
        self.clock = FakeClock()
        self.channel = FakeChannel(self.clock)
        self.directory = FakeDirectory({MEMBER.kpj: MEMBER})
        self.gateway: Gateway = assemble(
            Database(engine, cipher),
            self.directory,
            {self.channel.name: self.channel},
            FakeQueue(),
            Spool(folder / "spool", cipher, most=5),
            cipher,
            worded(clock=self.clock),
            POLICY,
            self.clock,
        )
        self.database = self.gateway.database
        self.number = 0
        # Of messages that a purge took along with older ones.
        self.gone: Counts = recount(engine)

    def text(self, number: int) -> None:
        self._text(number, self.clock())

    def text_that_comes_late(self, number: int) -> None:
        self._text(number, self.clock() - timedelta(hours=number))

    def _text(self, number: int, at: datetime) -> None:
        self.number += 1
        content, phone = TEXTS[number % len(TEXTS)], PHONES[number % len(PHONES)]
        self.database.inbox.add(sms(f"SM{self.number}", content, sender=phone, at=at))

    def answer(self, number: int) -> None:
        self.gateway.processor.answer_waiting()

    def become_a_dead_letter(self, number: int) -> None:
        self.directory.broken = {MEMBER.kpj}
        self.text(0)
        self.gateway.processor.answer_waiting()
        self.directory.broken = set()
        self.clock.pass_time(minutes=2)
        self.gateway.processor.give_up()

    def outage(self, number: int) -> None:
        self.directory.is_away = not self.directory.is_away

    def give_up(self, number: int) -> None:
        self.gateway.processor.give_up()

    def send(self, number: int) -> None:
        self.gateway.sender.deliver_due()

    def fail_to_send(self, number: int) -> None:
        self.channel.faults = [ChannelError(*FAULTS[number % len(FAULTS)])]
        self.gateway.sender.deliver_due()
        self.channel.faults = []

    def ask_the_carrier(self, number: int) -> None:
        self.gateway.reconciler.settle_doubts()

    def receive_a_receipt(self, number: int) -> None:
        if self.channel.taken:
            status, meaning = RECEIPTS[number % len(RECEIPTS)]
            ago = number // len(RECEIPTS) % len(self.channel.taken)
            provider_id, _ = self.channel.taken[-1 - ago]
            self.database.receipts.add(
                DeliveryReceipt(
                    "fake", provider_id, status, self.clock(), meaning=meaning
                )
            )

    def apply_receipts(self, number: int) -> None:
        self.gateway.reconciler.apply_receipts()

    def be_dropped_by_the_carrier(self, number: int) -> None:
        """What is likely to go wrong, and unlikely to be drawn step by step."""
        self.text(2)
        self.gateway.processor.answer_waiting()
        self.gateway.sender.deliver_due()
        self.receive_a_receipt(RECEIPTS.index((S.UNDELIVERED, ReceiptMeaning.DROPPED)))
        self.gateway.reconciler.apply_receipts()

    def close_late(self, number: int) -> None:
        self.gateway.reconciler.close_late()

    def decide_a_doubt(self, number: int) -> None:
        for doubt in self.database.dead_letters.doubts(1, limit=1):
            if number % 2:
                self.database.dead_letters.mark_unsent([doubt.id], self._entry())
            else:
                until = self.clock() + timedelta(days=3)
                self.database.dead_letters.mark_sent([doubt.id], until, self._entry())

    def retry(self, number: int) -> None:
        for letter in self.database.dead_letters.waiting(1):
            self.database.dead_letters.retry(letter.id, self._entry())

    def dismiss(self, number: int) -> None:
        for letter in self.database.dead_letters.waiting(1):
            self.database.dead_letters.dismiss(letter.id, self._entry())

    def erase(self, number: int) -> None:
        try:
            phone = PHONES[number % len(PHONES)]
            self.database.erasure.forget_phone(phone, self._entry())
        except StillOnTheWay:
            pass

    def purge(self, number: int) -> None:
        before, had = self.clock() - KEPT, recount(self.engine)
        self.database.purging.purge(before, before)
        had.subtract(recount(self.engine))
        self.gone += had
        first = quarter(before)
        self.gone = type(had)(
            {name: n for name, n in self.gone.items() if name[0] >= first}
        )

    def time_passes(self, number: int) -> None:
        self.clock.now += PASSING[number % len(PASSING)]

    def _entry(self) -> AuditEntry:
        return AuditEntry(self.clock(), "siti", "letter 12")

    def assert_counts_are_exact(self) -> None:
        assert counts_in(self.engine) == recount(self.engine) + self.gone


EVENTS = [name for name in vars(Life) if not name.startswith(("_", "assert"))]


def live(life: Life, events: Sequence[tuple[str, int]]) -> None:
    for name, number in events:
        getattr(life, name)(number)
        life.assert_counts_are_exact()


@pytest.fixture
def life(engine: Engine, cipher: Cipher, tmp_path: Path) -> Life:
    return Life(engine, cipher, tmp_path)


def reported(life: Life, *events: tuple[str, int]) -> dict[str, int]:
    """What is counted after some events, in all quarters and under all labels."""
    live(life, events)
    numbers = Counter[str]()
    for (_, fact, _), number in counts_in(life.engine).items():
        numbers[fact] += number
    return dict(numbers)


def test_what_waits_is_not_counted_yet(life: Life) -> None:
    assert reported(life, ("text", 0)) == {}
    assert reported(life, ("answer", 0)) == {"answered": 1}


def test_an_sms_counts_to_the_quarter_in_which_it_came(life: Life) -> None:
    live(life, [("text_that_comes_late", 4), ("answer", 0)])

    came = quarter(life.clock() - timedelta(hours=4))
    assert counts_in(life.engine) == {(came, "answered", "saldo"): 1}


def test_a_dead_letter_that_is_retried_counts_as_what_it_comes_to(life: Life) -> None:
    assert reported(life, ("become_a_dead_letter", 0)) == {"failed": 1}
    assert reported(life, ("retry", 0)) == {}
    assert reported(life, ("answer", 0)) == {"answered": 1}


def test_a_dead_letter_that_is_dismissed_stays_a_failure(life: Life) -> None:
    assert reported(life, ("become_a_dead_letter", 0), ("dismiss", 0)) == {"failed": 1}


def test_a_late_receipt_counts_to_the_quarter_of_its_reply(life: Life) -> None:
    live(life, [("text", 0), ("answer", 0), ("send", 0), ("time_passes", 2)])
    live(life, [("receive_a_receipt", 1), ("apply_receipts", 0)])

    made = quarter(life.clock() - PASSING[2])
    delivered = {key: value for key, value in counts_in(life.engine).items() if value}
    assert delivered[made, "delivered", ""] == delivered[made, "decided", ""] == 1


def test_what_the_carrier_dropped_has_cost_nothing(life: Life) -> None:
    assert reported(life, ("be_dropped_by_the_carrier", 0)) == {"unrecognised": 1}


@pytest.mark.parametrize(
    ("seconds", "hundredths"),
    [(0.07, 5), (0.99, 100), (1.04, 100), (1.6, 150), (9.96, 1000), (31.2, 3000)],
)
def test_equal_answer_times_are_counted_together(
    life: Life, seconds: float, hundredths: int
) -> None:
    live(life, [("text", 0), ("answer", 0)])
    life.clock.pass_time(seconds=seconds)
    live(life, [("send", 0)])

    times = [
        label for _, fact, label in counts_in(life.engine) if fact == "answer_time"
    ]
    assert times == [str(hundredths)]


def test_a_reply_that_comes_too_late_is_decided(life: Life) -> None:
    events = [("text", 0), ("answer", 0), ("time_passes", 1), ("close_late", 0)]

    assert reported(life, *events) == {"answered": 1, "decided": 1}


def test_a_person_who_is_forgotten_still_counts(life: Life) -> None:
    live(life, [("text", 0), ("answer", 0), ("send", 0), ("text", 2)])

    assert reported(life, ("erase", 0)) == {
        **{"answered": 1, "ignored": 1},
        **{"segments": 1, "answer_time": 1},
    }


def test_counts_are_kept_as_long_as_the_messages(life: Life) -> None:
    live(life, [("text", 0), ("answer", 0)])
    came = life.clock()
    life.clock.now = came.replace(minute=0) + KEPT + timedelta(minutes=15)

    life.clock.pass_time(seconds=-1)
    assert reported(life, ("purge", 0)) == {"answered": 1}
    life.clock.pass_time(seconds=1)
    assert reported(life, ("purge", 0)) == {}


def test_nothing_is_counted_when_the_transaction_fails(life: Life) -> None:
    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO quarter_counts"):
            raise RuntimeError("killed")

    life.text(0)
    event.listen(life.engine, "before_cursor_execute", fail)
    with pytest.raises(RuntimeError):
        life.answer(0)
    event.remove(life.engine, "before_cursor_execute", fail)

    assert reported(life) == {}
    life.clock.pass_time(minutes=2)
    assert reported(life, ("give_up", 0)) == {"failed": 1}


def test_workers_that_answer_at_once_count_everything(
    life: Life, database_url: str, cipher: Cipher, tmp_path: Path
) -> None:
    engines = [open_engine(database_url) for _ in range(4)]
    others = [Life(engine, cipher, tmp_path) for engine in engines]
    for _ in range(120):
        life.text(2)

    with ThreadPoolExecutor(len(others)) as pool:
        list(pool.map(Life.answer, others, range(len(others))))

    life.assert_counts_are_exact()
    assert sum(reported(life).values()) >= 120
    for engine in engines:
        engine.dispose()


@settings(max_examples=25, deadline=None)
@given(
    events=st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 9)), max_size=40)
)
def test_counts_are_exact_after_any_events(
    events: list[tuple[str, int]],
    cipher: Cipher,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    engine = open_engine("sqlite://")
    metadata.create_all(engine)
    life = Life(engine, cipher, tmp_path_factory.getbasetemp())

    live(life, events)

    life.gateway.close()


def test_counts_are_exact_in_a_long_life(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    dice = random.Random(1)
    life = Life(engine, cipher, tmp_path)

    live(life, [(dice.choice(EVENTS), dice.randrange(10)) for _ in range(200)])

    facts = {fact for _, fact, _ in counts_in(engine)}
    assert facts >= {"answered", "failed", "ignored", "decided", "segments"}
