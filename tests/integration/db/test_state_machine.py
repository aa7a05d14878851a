"""Replies on their way, in any order of events: the real log and the real delivery.

Only the carrier, the clock and the moment at which a request ends are the test's. The
carrier knows what it really took, so what the log believes can be held against it.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import count, product
from typing import Any, NamedTuple

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Row, func, select, text

from gateway.bootstrap import make_parser
from gateway.channels import ChannelError, SendFault
from gateway.db.core.engine import open_engine
from gateway.db.database import Database
from gateway.db.messages.doubtful_replies import NO_PROOF
from gateway.db.models import metadata
from gateway.db.models.messages import outbound, receipts
from gateway.domain.audit import AuditEntry
from gateway.domain.limits import Limits
from gateway.domain.messages import (
    DeliveryReceipt,
    OutboundMessage,
    ReceiptMeaning,
    SendOutcome,
    Sighting,
    mark_of,
)
from gateway.domain.policy import Policy
from gateway.domain.statuses import ALLOWED_MOVES, OutboundStatus, is_final
from gateway.handlers import topics
from gateway.inbound.enrolment import Enroller
from gateway.inbound.member_lookup import MemberLookup
from gateway.inbound.processor import InboundProcessor
from gateway.inbound.rate_limiter import RateLimiter
from gateway.inbound.responder import Responder
from gateway.outbound.reconciler import Reconciler
from gateway.outbound.sender import Sender
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.support.fakes import (
    OTHER_PHONE,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    FakeQueue,
    sms,
    worded,
)

S = OutboundStatus
POLICY = Policy(carrier_questions=2, channel_pause=timedelta(seconds=20))
# A request to the carrier is given up by then, long before its lease runs out.
REQUEST = timedelta(seconds=15)
# The carrier may take a message so long after it was asked to.
SLOWEST = timedelta(seconds=26)
VAULT = Cipher([Fernet.generate_key().decode()], "a secret key for tests only, no more")
WORKERS = 2
UNLIMITED = Limits(*[1_000_000] * 11)
LAST_LOOKS = 15
PHONES = [PHONE, OTHER_PHONE]
KEYWORDS = ["BANTUAN", "STOP", "MULAI"]
# What the carrier took and then dropped is sent again.
DROPPED = (S.SENT, S.QUEUED)
AT_THE_CARRIER = {S.SENT, S.DELIVERED, S.UNDELIVERED, S.UNCONFIRMED}

_WATCH_MOVES = (
    "CREATE TABLE moves (id INTEGER PRIMARY KEY, reply INTEGER, old TEXT, new TEXT)",
    "CREATE TRIGGER watch AFTER UPDATE OF status ON outbound "
    "WHEN OLD.status <> NEW.status BEGIN INSERT INTO moves (reply, old, new) "
    "VALUES (NEW.id, OLD.status, NEW.status); END",
)


@pytest.fixture(autouse=True, scope="module")
def quiet() -> Iterator[None]:
    """Thousands of lines would hide what the machine tells of a failure."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Fate(Enum):
    """What becomes of one request to send: is it taken, and what do we hear."""

    TAKEN = (True, None)
    # Taken long after we hung up: `SLOWEST` after the request.
    TAKEN_LATE = (None, SendFault.AMBIGUOUS)
    TAKEN_UNHEARD = (True, SendFault.AMBIGUOUS)
    LOST = (False, SendFault.AMBIGUOUS)
    TRY_LATER = (False, SendFault.RETRYABLE)
    REFUSED = (False, SendFault.PERMANENT)
    OPTED_OUT = (False, SendFault.OPTED_OUT)
    SET_UP_WRONGLY = (False, SendFault.CONFIGURATION)
    THROTTLED = (False, SendFault.THROTTLED)
    EXHAUSTED = (False, SendFault.EXHAUSTED)


UNHEARD = [Fate.TAKEN_UNHEARD, Fate.TAKEN_LATE, Fate.LOST]


class Carrier:
    """Takes what its fate says; what happens `meanwhile` precedes its answers."""

    name = "fake"
    send_rate = 1_000.0

    def __init__(self, clock: FakeClock) -> None:
        self.fate = Fate.TAKEN
        # Each with the moment from which on the carrier has it.
        self.requests: list[tuple[str, OutboundMessage, datetime]] = []
        self.asked_at = clock()
        self.is_mute = False
        self.is_redacted = False
        # What it has thrown away, and what it has told anything else of.
        self.dropped: set[str] = set()
        self.ended: set[str] = set()
        self.meanwhile: list[Callable[[], object]] = []
        self._clock = clock

    @property
    def taken(self) -> list[tuple[str, OutboundMessage]]:
        return [
            (name, request)
            for name, request, at in self.requests
            if at <= self._clock()
        ]

    @property
    def sent_messages(self) -> list[OutboundMessage]:
        """What members have heard, or will."""
        return [
            request for name, request, _ in self.requests if name not in self.dropped
        ]

    def send(self, message: OutboundMessage) -> str:
        is_taken, fault = self.fate.value
        provider_id = f"F{len(self.requests) + 1}"
        if is_taken is not False:
            at = self._clock() if is_taken else self.asked_at + SLOWEST
            self.requests.append((provider_id, message, at))
        if fault:
            raise ChannelError(fault, fault, retry_after=5)
        return provider_id

    def find_sent(self, message: OutboundMessage) -> Sequence[Sighting]:
        found = [
            Sighting(provider_id, not self.is_redacted)
            for provider_id, item in self.taken
            if item.recipient == message.recipient
            and (self.is_redacted or item.text == message.text)
            and provider_id not in self.dropped
        ]
        while self.meanwhile:
            self.meanwhile.pop()()
        if self.is_mute:
            raise ChannelError("20429", SendFault.RETRYABLE)
        return found


@dataclass
class Request:
    """A request to the carrier that is under way."""

    since: datetime
    send: Callable[[], SendOutcome]
    future: Future[SendOutcome]

    def end(self) -> None:
        self.future.set_result(self.send())


class Senders(Executor):
    """Threads that the test runs, one request at a time."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.under_way: list[Request] = []

    def submit(self, send: Any, *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.under_way.append(Request(self._clock(), lambda: send(*arguments), future))
        return future

    def map(self, act: Any, *iterables: Iterable[Any], **_: Any) -> Any:
        return list(map(act, *iterables))


class Worker(NamedTuple):
    """One worker process, as far as replies go."""

    sender: Sender
    reconciler: Reconciler
    requests: Senders

    def can(self, name: str) -> Callable[[], int]:
        """What it does by the name of the method."""
        work: Callable[[], int] = getattr(
            self.sender if hasattr(self.sender, name) else self.reconciler, name
        )
        return work


class Replies(RuleBasedStateMachine):
    """Members text, workers come and go, the carrier does what it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.engine = open_engine("sqlite://")
        metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            for statement in _WATCH_MOVES:
                connection.execute(text(statement))
        self.log = Database(self.engine, VAULT)
        self.carrier = Carrier(self.clock)
        self.queue = FakeQueue()
        enroller = Enroller(VAULT.index, worded(), POLICY, self.clock)
        responder = Responder(topics(), worded(), enroller)
        member_lookup = MemberLookup(self.log, FakeDirectory())
        rate_limiter = RateLimiter(UNLIMITED, worded())
        self.answering = InboundProcessor(
            *(self.log, self.queue, make_parser(worded()), member_lookup),
            *(responder, rate_limiter, POLICY, self.clock),
        )
        self.workers = [self._worker() for _ in range(WORKERS)]
        self.numbers = count(1)
        self.possible_texts = list(product(PHONES, KEYWORDS))
        self.texts: dict[int, tuple[str, str]] = {}
        # Replies whose readers have sent STOP since.
        self.unwanted: set[int] = set()
        self.moves_seen = 0
        self.receipts = 0

    @precondition(lambda self: self.possible_texts)
    @rule(data=st.data())
    def a_member_texts(self, data: st.DataObject) -> None:
        which = data.draw(st.integers(0, len(self.possible_texts) - 1))
        phone, keyword = self.possible_texts[which]
        number = f"SM{next(self.numbers)}"
        self.log.inbox.add(sms(number, keyword, sender=phone, at=self.clock()))
        earlier = {name for name, (whose, _) in self.texts.items() if whose == phone}
        self.answering.answer_waiting()
        for row in self._rows():
            if row.id not in self.texts:
                self.texts[row.id] = (phone, VAULT.decrypt(row.text_sealed))
                self._note_wish(keyword, earlier)

    @rule(worker=st.integers(0, WORKERS - 1))
    def a_worker_claims_and_writes_down(self, worker: int) -> None:
        self.workers[worker].sender.pump()

    @precondition(lambda self: self._under_way())
    @rule(data=st.data(), fate=st.sampled_from(Fate))
    def a_request_ends(self, data: st.DataObject, fate: Fate) -> None:
        under_way = self._under_way()
        request = under_way[data.draw(st.integers(0, len(under_way) - 1))]
        self._end(request, fate)

    @precondition(lambda self: self._under_way())
    @rule(fate=st.sampled_from(UNHEARD), looks=st.integers(1, 3))
    def an_answer_is_lost_and_asked_about(self, fate: Fate, looks: int) -> None:
        """What is likely to go wrong, and unlikely to be drawn step by step."""
        self._end(self._under_way()[0], fate)
        self.carrier.is_mute = self.carrier.is_redacted = False
        for _ in range(looks):
            for worker in self.workers:
                worker.sender.pump()
            self.clock.pass_time(seconds=6)
            self.workers[0].reconciler.settle_doubts()

    @rule(
        worker=st.integers(0, WORKERS - 1),
        fates=st.lists(st.sampled_from(UNHEARD), min_size=1, max_size=3),
    )
    def a_worker_is_killed(self, worker: int, fates: list[Fate]) -> None:
        """What it had under way may have left, or not; nobody hears how it ended."""
        for number, request in enumerate(self.workers[worker].requests.under_way):
            if fates[number % len(fates)] is Fate.TAKEN_UNHEARD:
                self._end(request, Fate.TAKEN)
        self.workers[worker] = self._worker()

    @rule(
        seconds=st.sampled_from([1, 6, 6, 21, 61, 601, 4 * 86_400]),
        fates=st.lists(st.sampled_from(UNHEARD), min_size=1, max_size=3),
    )
    def time_passes(self, seconds: int, fates: list[Fate]) -> None:
        """Requests that take too long are given up, whether the carrier took them."""
        later = self.clock() + timedelta(seconds=seconds)
        late = [item for item in self._under_way() if item.since + REQUEST <= later]
        for number, request in enumerate(late):
            self._end(request, fates[number % len(fates)])
        self.clock.now = later

    @rule(
        worker=st.integers(0, WORKERS - 1),
        is_mute=st.booleans(),
        is_redacted=st.booleans(),
        meanwhile=st.lists(
            st.sampled_from(["pump", "apply_receipts", "close_late"]), max_size=1
        ),
    )
    def the_carrier_is_asked(
        self, worker: int, is_mute: bool, is_redacted: bool, meanwhile: list[str]
    ) -> None:
        other = self.workers[worker - 1]
        self.carrier.is_mute, self.carrier.is_redacted = is_mute, is_redacted
        self.carrier.meanwhile = [other.can(name) for name in meanwhile]
        self.workers[worker].reconciler.settle_doubts()
        self.carrier.meanwhile = []

    @precondition(lambda self: self.carrier.taken)
    @rule(
        data=st.data(),
        status=st.sampled_from([S.SENT, S.DELIVERED, S.UNDELIVERED, S.FAILED]),
        knows_our_id=st.booleans(),
        times=st.integers(1, 2),
    )
    def the_carrier_tells(
        self, data: st.DataObject, status: S, knows_our_id: bool, times: int
    ) -> None:
        taken = self.carrier.taken
        number = data.draw(st.integers(0, len(taken) - 1))
        provider_id, message = taken[number]
        ours = (message.id, message.mark) if knows_our_id else ()
        receipt = DeliveryReceipt(
            "fake", provider_id, status, self.clock(), None, *ours
        )
        if provider_id in self.carrier.dropped:
            return
        self.carrier.ended.add(provider_id)
        for _ in range(times):
            self._tell(receipt)

    @precondition(lambda self: self.carrier.taken)
    @rule(data=st.data(), status=st.sampled_from([S.UNDELIVERED, S.FAILED]))
    def the_carrier_drops_what_it_took(self, data: st.DataObject, status: S) -> None:
        """Its queue overflows; it may tell so twice, and late."""
        taken = self.carrier.taken
        provider_id, message = taken[data.draw(st.integers(0, len(taken) - 1))]
        if provider_id not in self.carrier.ended:
            self.carrier.dropped.add(provider_id)
            self._tell(
                DeliveryReceipt(
                    *("fake", provider_id, status, self.clock(), "1"),
                    *(message.id, message.mark, ReceiptMeaning.DROPPED),
                )
            )

    @rule(number=st.integers(1, 9))
    def a_receipt_of_another_life_comes(self, number: int) -> None:
        """Of a reply that was lost with the database, with an id that is in use."""
        mark = mark_of(number, self.clock() - timedelta(days=1))
        self._tell(
            DeliveryReceipt(
                *("fake", f"LOST{number}", S.DELIVERED, self.clock(), None),
                *(number, mark),
            )
        )

    def _tell(self, receipt: DeliveryReceipt) -> None:
        self.log.receipts.add(receipt)
        self.receipts += 1

    @rule()
    def receipts_are_applied(self) -> None:
        self.workers[0].reconciler.apply_receipts()

    @rule()
    def what_is_late_is_closed(self) -> None:
        self.workers[0].reconciler.close_late()

    @rule()
    def an_operator_decides(self) -> None:
        """He has looked at the carrier's own pages."""
        taken = {message.id for message in self.carrier.sent_messages}
        for doubt in self.log.dead_letters.doubts(POLICY.carrier_questions):
            if doubt.id in taken:
                until = self.clock() + POLICY.receipt_patience
                self.log.dead_letters.mark_sent(
                    [doubt.id], until, AuditEntry(self.clock(), "anybody")
                )
            else:
                self.log.dead_letters.mark_unsent(
                    [doubt.id], AuditEntry(self.clock(), "anybody")
                )

    @invariant()
    def no_reply_is_sent_twice(self) -> None:
        sent = Counter(
            (line.recipient, line.text) for line in self.carrier.sent_messages
        )
        assert sent <= Counter(self.texts.values())

    @invariant()
    def every_move_is_an_allowed_one(self) -> None:
        for reply, old, new in self._new_moves():
            assert S(new) in ALLOWED_MOVES[S(old)] or (old, new) == DROPPED
            assert S(new) is not S.SENDING or reply not in self.unwanted

    @invariant()
    def what_is_final_keeps_no_text(self) -> None:
        for row in self._rows():
            assert (row.text_sealed is None) == is_final(S(row.status))
            assert (row.final_at is None) != is_final(S(row.status))

    @invariant()
    def every_receipt_is_kept(self) -> None:
        with self.engine.connect() as connection:
            kept = connection.scalar(select(func.count()).select_from(receipts))
        assert kept == self.receipts

    def teardown(self) -> None:
        """When all goes well at last, nobody waits for ever and the log is right."""
        self._let_everything_end()
        self._compare_with_the_carrier()
        self.engine.dispose()

    def _let_everything_end(self) -> None:
        self.carrier.is_mute = self.carrier.is_redacted = False
        self.workers = [self._worker()]
        for _ in range(LAST_LOOKS):
            self._work()
            if not any(map(_waits, self._rows())):
                break
            self.clock.pass_time(minutes=1)
        self.clock.pass_time(days=4)
        self._work()

    def _work(self) -> None:
        worker = self.workers[0]
        worker.reconciler.settle_doubts()
        worker.sender.pump()
        for request in list(worker.requests.under_way):
            self._end(request, Fate.TAKEN)
        worker.sender.pump()
        worker.reconciler.apply_receipts()
        worker.reconciler.close_late()

    def _compare_with_the_carrier(self) -> None:
        at_the_carrier: Counter[tuple[str, str]] = Counter()
        undecided: Counter[tuple[str, str]] = Counter()
        for row in self._rows():
            status = S(row.status)
            assert is_final(status)
            if row.error_code == NO_PROOF and row.provider_id is None:
                undecided[self.texts[row.id]] += 1
                continue
            if row.provider_id in self.carrier.dropped:
                # Told after it was closed as unconfirmed.
                assert status in {S.UNDELIVERED, S.FAILED}
                continue
            # A receipt says FAILED of what was taken, a refusal of what was not.
            if status in AT_THE_CARRIER or (status is S.FAILED and row.provider_id):
                at_the_carrier[self.texts[row.id]] += 1
        taken = Counter(
            (line.recipient, line.text) for line in self.carrier.sent_messages
        )
        assert at_the_carrier <= taken <= at_the_carrier + undecided

    def _worker(self) -> Worker:
        requests = Senders(self.clock)
        channels = {self.carrier.name: self.carrier}
        parts = (self.log, channels, self.queue, requests, POLICY, self.clock)
        return Worker(Sender(*parts), Reconciler(*parts), requests)

    def _under_way(self) -> list[Request]:
        return [
            request for worker in self.workers for request in worker.requests.under_way
        ]

    def _end(self, request: Request, fate: Fate) -> None:
        self.carrier.fate, self.carrier.asked_at = fate, request.since
        for worker in self.workers:
            if request in worker.requests.under_way:
                worker.requests.under_way.remove(request)
        request.end()

    def _note_wish(self, keyword: str, earlier: set[int]) -> None:
        """Nothing that was made before it follows a goodbye, unless START came."""
        if keyword == "MULAI":
            self.unwanted -= earlier
        elif keyword == "STOP":
            self.unwanted |= earlier

    def _new_moves(self) -> Sequence[Row[Any]]:
        query = text("SELECT reply, old, new FROM moves WHERE id > :seen ORDER BY id")
        with self.engine.connect() as connection:
            moves = connection.execute(query, {"seen": self.moves_seen}).all()
        self.moves_seen += len(moves)
        return moves

    def _rows(self) -> Sequence[Row[Any]]:
        with self.engine.connect() as connection:
            return connection.execute(select(outbound)).all()


def _waits(row: Row[Any]) -> bool:
    """Whether a worker still has to do something about a reply."""
    is_operators = row.questions >= POLICY.carrier_questions
    return row.status == S.QUEUED or (
        row.status in (S.SENDING, S.UNKNOWN) and not is_operators
    )


TestReplies = Replies.TestCase
TestReplies.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class TestOnceFound:
    """The shortest ways to faults that the machine above once found."""

    AMBIGUOUS = ChannelError("connection_lost", SendFault.AMBIGUOUS)

    def test_two_equal_replies_in_doubt_are_told_apart(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock
    ) -> None:
        # Written differently: the same SMS again is no question of its own.
        ask(gateway, clock, "SM1", "BANTUAN")
        ask(gateway, clock, "SM2", "bantuan")
        leave_unheard(gateway, channel, clock)

        clock.pass_time(seconds=21)
        gateway.reconciler.settle_doubts()

        assert gateway.database.backlog.count().unsent == 0
        assert len(channel.texts) == 2

    def test_a_reply_in_doubt_does_not_take_the_id_of_an_equal_one_under_way(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock
    ) -> None:
        ask(gateway, clock, "SM1", "BANTUAN")
        channel.faults = [self.AMBIGUOUS]
        gateway.sender.deliver_due()
        ask(gateway, clock, "SM2", "bantuan")
        [(provider_id, message)] = leave_unheard(gateway, channel, clock)

        clock.pass_time(seconds=6)
        gateway.reconciler.settle_doubts()
        gateway.database.receipts.add(
            DeliveryReceipt(
                "fake",
                provider_id,
                S.DELIVERED,
                clock(),
                None,
                message.id,
                message.mark,
            )
        )
        gateway.reconciler.apply_receipts()

        for _ in range(3):
            clock.pass_time(seconds=30)
            gateway.sweep()
        assert len(channel.texts) == 2

    def test_nothing_follows_the_goodbye_not_even_what_was_in_doubt(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock
    ) -> None:
        ask(gateway, clock, "SM1", "BANTUAN")
        channel.faults = [self.AMBIGUOUS]
        gateway.sender.deliver_due()
        ask(gateway, clock, "SM2", "STOP")
        gateway.sender.deliver_due()

        for _ in range(3):
            clock.pass_time(seconds=30)
            gateway.sweep()

        assert len(channel.texts) == 1

    def test_a_worker_may_die_with_a_reply_that_was_asked_about_often(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock
    ) -> None:
        questions = Policy().carrier_questions
        ask(gateway, clock, "SM1", "BANTUAN")
        channel.faults = [self.AMBIGUOUS]
        gateway.sender.deliver_due()
        channel.list_faults = [self.AMBIGUOUS] * questions
        for _ in range(questions):
            clock.pass_time(seconds=62)
            gateway.reconciler.settle_doubts()
        [doubt] = gateway.database.dead_letters.doubts(questions)
        clock.now = doubt.expires_at - timedelta(seconds=1)
        gateway.database.dead_letters.mark_unsent(
            [doubt.id], AuditEntry(clock(), "anybody")
        )
        leave_unheard(gateway, channel, clock)

        for _ in range(questions + 1):
            clock.pass_time(minutes=2)
            gateway.sweep()

        is_seen = gateway.database.dead_letters.doubts(questions)
        assert is_seen or gateway.database.backlog.count().unsent == 0


def ask(gateway: Gateway, clock: FakeClock, number: str, body: str) -> None:
    gateway.database.inbox.add(sms(number, body, at=clock()))
    gateway.processor.answer_waiting()


def leave_unheard(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> list[tuple[str, OutboundMessage]]:
    """A worker sends what is due, and dies before it hears of it."""
    lease = timedelta(seconds=20)
    turn = gateway.database.outbox.claim("fake", 10, clock(), lease, channel.send_rate)
    return [(channel.send(message), message) for message in turn.messages]
