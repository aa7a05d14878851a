"""The message log: stored once, claimed once, moved forward only."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from gateway.db.database import Database
from gateway.db.messages.receipts import SOONEST
from gateway.db.models.messages import attempts, inbound, outbound, receipts
from gateway.db.models.operations import channels
from gateway.domain.access import Decision
from gateway.domain.messages import (
    GOODBYE,
    Consent,
    DeliveryReceipt,
    InboundMessage,
    OutboundMessage,
    Reply,
    SendOutcome,
    WaitingMessage,
)
from gateway.domain.participants import KPJ
from gateway.domain.resolution import AddressedReply, Resolution
from gateway.domain.statuses import InboundStatus, OutboundStatus
from tests.integration.db.content import stored
from tests.support.fakes import BALANCE_TEXT, OTHER_PHONE, PHONE, FakeClock, sms

S = OutboundStatus
LEASE = timedelta(seconds=10)
ATTEMPTS = 5
RATE = 1_000.0
TENTH = timedelta(seconds=0.1)
PATIENCE = timedelta(days=3)
LIFETIME = timedelta(minutes=10)
REPLY = Reply("balance", "id", BALANCE_TEXT, 1, "BPJAMSOSTEK: Saldo JHT ***")


@pytest.fixture
def now(clock: FakeClock) -> datetime:
    return clock.now


def take(log: Database, now: datetime) -> list[WaitingMessage]:
    return log.inbox.claim(10, now, LEASE, ATTEMPTS)


def take_all(log: Database) -> list[WaitingMessage]:
    return log.inbox.claim(100, FakeClock().now, LEASE, ATTEMPTS)


def settle(log: Database, now: datetime, *resolutions: Resolution) -> int:
    """Settle what nobody else has settled; how many messages."""
    waiting = [item.waiting for item in resolutions]
    with log.units_of_work.begin(waiting, now, now + LIFETIME) as unit:
        for resolution in resolutions:
            if resolution.waiting.id in unit.still_waiting:
                unit.settle(resolution)
    return len(unit.resolutions)


def answer(log: Database, now: datetime, waiting: WaitingMessage) -> int:
    resolution = Resolution(waiting, InboundStatus.ANSWERED, reply=REPLY)
    return settle(log, now, resolution)


def sending(log: Database, now: datetime) -> OutboundMessage:
    """A reply that a worker has claimed to send."""
    log.inbox.add(sms("in", "SALDO 61000000019"))
    answer(log, now, take(log, now)[0])
    return claim(log, now)[0]


def claim(log: Database, now: datetime, limit: int = 10) -> Sequence[OutboundMessage]:
    """Replies that a worker may send now."""
    return log.outbox.claim("fake", limit, now, LEASE, RATE).messages


def tell(log: Database, now: datetime, *reported: DeliveryReceipt) -> int:
    """Let the carrier tell; how many receipts found their reply."""
    for line in reported:
        log.receipts.add(line)
    return log.receipts.apply(100, now, PATIENCE)


def queue_replies(log: Database, now: datetime, count: int) -> None:
    for number in range(count):
        log.inbox.add(sms(f"in{number}", "SALDO"))
    settle(
        log,
        now,
        *[
            Resolution(waiting, InboundStatus.ANSWERED, reply=REPLY)
            for waiting in log.inbox.claim(count, now, LEASE, ATTEMPTS)
        ],
    )


def clear(log: Database) -> None:
    with log._engine.begin() as connection:
        for table in (attempts, receipts, outbound, inbound, channels):
            connection.execute(table.delete())


def status_of(engine: Engine) -> str:
    with engine.connect() as connection:
        return connection.scalars(select(outbound.c.status)).one()


def about(reply: OutboundMessage) -> dict[str, object]:
    """What the address of a receipt says about its reply."""
    return {"message_id": reply.id, "mark": reply.mark}


def receipt(status: S, now: datetime, **fields: object) -> DeliveryReceipt:
    values = {"channel": "fake", "provider_id": "SM1", "status": status, "at": now}
    return DeliveryReceipt(**(values | fields))  # type: ignore[arg-type]


class TestInbox:
    def test_what_comes_at_once_is_stored_once_each(self, database: Database) -> None:
        arrivals = [sms(f"SM{number}", f"SALDO {number}") for number in range(30)] * 2

        with ThreadPoolExecutor(len(arrivals)) as pool:
            ids = list(pool.map(database.inbox.add, arrivals))

        new = [row_id for row_id in ids if row_id is not None]
        assert len(set(new)) == len(new) == len(arrivals) / 2
        texts = {message.id: message.inbound.text for message in take_all(database)}
        for arrival, its_id in zip(arrivals, ids, strict=True):
            assert its_id is None or texts[its_id] == arrival.text

    def test_one_that_cannot_be_stored_spoils_no_other(
        self, database: Database, engine: Engine
    ) -> None:
        good = [sms(f"SM{number}", "BANTUAN") for number in range(20)]
        bad = replace(sms("SM", "BANTUAN"), media_count=None)  # type: ignore[arg-type]

        def add(message: InboundMessage) -> bool:
            try:
                return database.inbox.add(message) is not None
            except IntegrityError:
                return False

        with ThreadPoolExecutor(len(good) + 1) as pool:
            stored_ones = list(pool.map(add, [*good, bad]))

        assert stored_ones == [True] * len(good) + [False]

    def test_a_message_is_stored_once(self, database: Database, now: datetime) -> None:
        first = database.inbox.add(sms("SM1", "SALDO"))
        again = database.inbox.add(sms("SM1", "SALDO"))

        assert first is not None
        assert again is None
        assert len(take(database, now)) == 1

    def test_the_same_id_from_another_channel_is_another_message(
        self, database: Database
    ) -> None:
        assert database.inbox.add(sms("SM1", "SALDO"))
        assert database.inbox.add(sms("SM1", "SALDO", channel="other"))

    def test_a_message_comes_out_as_it_went_in(
        self, database: Database, now: datetime
    ) -> None:
        message = sms("SM1", "saldo \N{SMILING FACE WITH SUNGLASSES}\0 'x'")
        database.inbox.add(message)

        assert take(database, now)[0].inbound == message

    def test_a_claimed_message_is_nobody_elses(
        self, database: Database, now: datetime
    ) -> None:
        database.inbox.add(sms("SM1", "SALDO"))

        assert len(take(database, now)) == 1
        assert take(database, now) == []

    def test_a_message_of_a_dead_worker_comes_back_after_the_lease(
        self, database: Database, now: datetime
    ) -> None:
        database.inbox.add(sms("SM1", "SALDO"))
        take(database, now)

        again = take(database, now + LEASE)

        assert [item.attempt for item in again] == [2]

    def test_two_workers_with_the_same_message_make_one_reply(
        self, database: Database, now: datetime
    ) -> None:
        database.inbox.add(sms("SM1", "SALDO"))
        slow = take(database, now)[0]
        quick = take(database, now + LEASE)[0]

        assert answer(database, now, quick) == 1
        assert answer(database, now, slow) == 0
        assert len(claim(database, now)) == 1

    def test_a_claim_takes_the_oldest_first_and_no_more_than_asked(
        self, database: Database, now: datetime
    ) -> None:
        for number in range(5):
            at = now - timedelta(seconds=number)
            database.inbox.add(sms(f"SM{number}", "SALDO", at=at))

        taken = database.inbox.claim(2, now, LEASE, ATTEMPTS)

        assert {message.inbound.provider_id for message in taken} == {"SM4", "SM3"}

    def test_many_workers_never_hold_the_same_message(
        self, database: Database, now: datetime
    ) -> None:
        for number in range(60):
            database.inbox.add(sms(f"SM{number}", "SALDO"))

        with ThreadPoolExecutor(8) as pool:
            claims = pool.map(
                lambda _: database.inbox.claim(3, now, LEASE, ATTEMPTS), range(24)
            )
            ids = [waiting.id for claim in claims for waiting in claim]

        assert len(ids) == len(set(ids))
        assert len(ids) == 60

    def test_a_postponed_message_waits_for_its_time(
        self, database: Database, now: datetime
    ) -> None:
        database.inbox.add(sms("SM1", "SALDO"))
        waiting = take(database, now)[0]

        database.inbox.postpone(waiting, now + timedelta(seconds=30), "outage")

        assert take(database, now + timedelta(seconds=29)) == []
        again = take(database, now + timedelta(seconds=30))
        assert [item.attempt for item in again] == [1]

    def test_a_failed_attempt_is_counted_and_keeps_its_traceback_sealed(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        database.inbox.add(sms("SM1", "SALDO"))
        waiting = take(database, now)[0]

        database.inbox.record_failure(waiting, now, "KeyError", "Traceback: in saldo")

        assert [message.attempt for message in take(database, now)] == [2]
        assert b"in saldo" not in stored(engine)

    def test_a_message_set_aside_is_not_tried_again(
        self, database: Database, now: datetime
    ) -> None:
        database.inbox.add(sms("SM1", "SALDO"))
        take(database, now)

        assert database.inbox.give_up(now, most_attempts=1) == 0
        assert database.inbox.give_up(now + LEASE, most_attempts=2) == 0
        assert database.inbox.give_up(now + LEASE, most_attempts=1) == 1

        assert take(database, now + timedelta(days=1)) == []
        assert database.backlog.count().unanswered == 0

    def test_consent_is_kept_until_it_is_given_again(
        self, database: Database, now: datetime
    ) -> None:
        def say(provider_id: str, consent: Consent) -> set[str]:
            database.inbox.add(sms(provider_id, "..."))
            waiting = take(database, now)[0]
            resolution = Resolution(waiting, InboundStatus.IGNORED, consent=consent)
            settle(database, now, resolution)
            return database.suppressions.among({PHONE, OTHER_PHONE})

        assert say("1", Consent.WITHDRAWN) == {PHONE}
        assert say("2", Consent.WITHDRAWN) == {PHONE}
        assert say("3", Consent.GIVEN) == set()

    def test_a_settled_message_keeps_what_was_decided_but_not_the_number(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        database.inbox.add(sms("SM1", "SALDO 61000000019"))
        resolution = Resolution(
            take(database, now)[0],
            InboundStatus.ANSWERED,
            keyword="saldo",
            kpj=KPJ("61000000019"),
            decision=Decision.ALLOWED,
            reply=REPLY,
            redacted="SALDO ***0019",
        )
        settle(database, now, resolution)

        with engine.connect() as connection:
            row = connection.execute(select(inbound)).one()
        assert (row.status, row.keyword, row.decision) == (
            *("answered", "saldo", "allowed"),
        )
        assert row.text_sealed is None
        assert row.text_redacted == "SALDO ***0019"


class TestOutbox:
    def test_a_reply_comes_out_as_it_went_in(
        self, database: Database, now: datetime
    ) -> None:
        reply = sending(database, now)

        assert (reply.recipient, reply.text) == (PHONE, BALANCE_TEXT)
        assert reply.sender == "+15005550006"
        assert reply.attempt == 1

    def test_a_reply_being_sent_is_nobody_elses(
        self, database: Database, now: datetime
    ) -> None:
        sending(database, now)

        assert claim(database, now + LEASE) == []

    def test_a_channel_sends_no_more_than_its_rate(
        self, database: Database, now: datetime
    ) -> None:
        queue_replies(database, now, 40)

        def take_at(seconds: float) -> int:
            at = now + timedelta(seconds=seconds)
            return len(database.outbox.claim("fake", 64, at, LEASE, 10).messages)

        assert take_at(0) == 10  # what the second before did not use
        assert [take_at(number / 10) for number in range(1, 11)] == [1] * 10
        assert take_at(1.35) == 3

    def test_who_is_held_up_by_the_rate_is_told_when_to_come_again(
        self, database: Database, now: datetime
    ) -> None:
        queue_replies(database, now, 11)
        outbox = database.outbox

        turn = outbox.claim("fake", 64, now, LEASE, 10)
        assert turn.again_at == now + timedelta(seconds=0.1)
        rest = outbox.claim("fake", 64, turn.again_at, LEASE, 10)

        assert (len(rest.messages), rest.again_at) == (1, turn.again_at + TENTH)
        last = outbox.claim("fake", 64, turn.again_at + TENTH, LEASE, 10)
        assert (last.messages, last.again_at) == ([], None)

    def test_many_workers_together_keep_to_the_rate(
        self, database: Database, now: datetime
    ) -> None:
        queue_replies(database, now, 40)

        with ThreadPoolExecutor(8) as pool:
            turns = pool.map(
                lambda _: database.outbox.claim("fake", 3, now, LEASE, 10), range(16)
            )
            ids = [reply.id for turn in turns for reply in turn.messages]

        assert len(ids) == len(set(ids)) == 10

    @given(rate=st.floats(0.1, 5_000), steps=st.lists(st.floats(0, 3), max_size=20))
    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        max_examples=20,
        deadline=None,
    )
    def test_no_rate_is_exceeded_however_often_one_asks(
        self, database: Database, now: datetime, rate: float, steps: list[float]
    ) -> None:
        clear(database)
        queue_replies(database, now, 30)
        at, taken = now, 0
        for step in steps:
            at += timedelta(seconds=step)
            turn = database.outbox.claim("fake", 7, at, LEASE, rate)
            taken += len(turn.messages)
            assert taken <= ((at - now).total_seconds() + 1) * rate + 0.01
            assert turn.again_at is None or turn.again_at > at

    def test_a_paused_channel_holds_up_no_other(
        self, database: Database, now: datetime
    ) -> None:
        database.inbox.add(sms("1", "SALDO"))
        database.inbox.add(sms("2", "SALDO", channel="other"))
        for waiting in take(database, now):
            answer(database, now, waiting)
        until = now + timedelta(minutes=1)

        database.outbox.pause("fake", until, "20003")

        paused = database.outbox.claim("fake", 10, now, LEASE, RATE)
        assert (paused.messages, paused.again_at) == ([], until)
        assert database.outbox.claim("other", 10, now, LEASE, RATE).messages
        assert claim(database, until)

    def test_a_reply_of_a_dead_worker_is_in_doubt_not_queued(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)

        assert database.doubtful_replies.claim(10, now, LEASE, 5) == []
        in_doubt = database.doubtful_replies.claim(10, now + LEASE, LEASE, 5)

        assert [item.id for item in in_doubt] == [reply.id]
        assert status_of(engine) == S.UNKNOWN

    def test_a_late_reply_expires_and_its_text_is_erased(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        database.inbox.add(sms("SM1", "SALDO"))
        answer(database, now, take(database, now)[0])

        assert claim(database, now + LIFETIME) == []
        assert database.outbox.close_late(10, now + LIFETIME) == (1, 0)

        with engine.connect() as connection:
            row = connection.execute(select(outbound)).one()
        assert (row.status, row.text_sealed) == (S.EXPIRED, None)

    def test_late_replies_are_closed_some_at_a_time(
        self, database: Database, now: datetime
    ) -> None:
        queue_replies(database, now, 5)
        late = now + LIFETIME

        closed = [database.outbox.close_late(2, late) for _ in range(4)]

        assert closed == [(2, 0), (2, 0), (1, 0), (0, 0)]

    def test_of_what_is_late_a_member_who_had_opted_out_did_not_want_it(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        database.inbox.add(sms("stop", "STOP"))
        database.inbox.add(sms("other", "SALDO", sender=OTHER_PHONE))
        stop, other = take(database, now)
        goodbye = replace(REPLY, template=GOODBYE)
        gone = {"reply": goodbye, "consent": Consent.WITHDRAWN}
        settle(database, now, Resolution(stop, InboundStatus.ANSWERED, **gone))
        answer(database, now, other)
        again = SendOutcome(reply.id, reply.attempt, S.QUEUED, None, "20429", now)
        database.outbox.record([again], now)

        assert database.outbox.close_late(10, now + LIFETIME) == (3, 0)

        columns = select(outbound.c.template, outbound.c.status)
        with engine.connect() as connection:
            rows = connection.execute(columns.order_by(outbound.c.id)).all()
        assert [tuple(row) for row in rows] == [
            ("balance", S.CANCELED),
            (GOODBYE, S.EXPIRED),
            ("balance", S.EXPIRED),
        ]

    def test_what_is_queued_for_a_phone_that_has_opted_out_is_cancelled(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        queue_replies(database, now, 3)
        database.inbox.add(sms("other", "SALDO", sender=OTHER_PHONE))
        answer(database, now, take(database, now)[0])
        first, *_ = claim(database, now, limit=1)
        refused = SendOutcome(first.id, 1, S.FAILED, None, "21610", is_opted_out=True)

        database.outbox.record([refused], now)

        with engine.connect() as connection:
            statuses = connection.scalars(select(outbound.c.status)).all()
        assert sorted(statuses) == [S.CANCELED, S.CANCELED, S.FAILED, S.QUEUED]

    def test_a_failed_attempt_waits_for_its_time(
        self, database: Database, now: datetime
    ) -> None:
        reply = sending(database, now)
        later = now + timedelta(seconds=7)

        outcome = SendOutcome(reply.id, reply.attempt, S.QUEUED, None, "20429", later)
        database.outbox.record([outcome], now)

        assert claim(database, now) == []
        assert [claimed.attempt for claimed in claim(database, later)] == [2]

    def test_delivery_erases_the_text_and_keeps_what_it_was_about(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        database.outbox.record(
            [SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")], now
        )
        tell(database, now, receipt(S.DELIVERED, now))

        with engine.connect() as connection:
            row = connection.execute(select(outbound)).one()
        assert (row.status, row.text_sealed) == (S.DELIVERED, None)
        assert row.template == "balance"
        assert "12.345.678" not in row.text_redacted

    @pytest.mark.parametrize(
        "order", list(permutations([S.SENT, S.DELIVERED, S.FAILED], 3)), ids=str
    )
    def test_receipts_in_any_order_never_leave_a_final_status(
        self,
        database: Database,
        engine: Engine,
        now: datetime,
        order: tuple[S, ...],
    ) -> None:
        reply = sending(database, now)
        database.outbox.record(
            [SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")], now
        )

        for status in order:
            tell(database, now, receipt(status, now))

        first_final = next(status for status in order if status is not S.SENT)
        assert status_of(engine) == first_final

    def test_a_receipt_faster_than_our_own_record_is_found_by_our_id(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)

        known = tell(database, now, receipt(S.DELIVERED, now, **about(reply)))
        database.outbox.record(
            [SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")], now
        )

        assert known == 1
        assert status_of(engine) == S.DELIVERED

    def test_a_receipt_without_our_id_is_parked_and_applied_once(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)

        assert tell(database, now, receipt(S.DELIVERED, now)) == 0
        assert status_of(engine) == S.SENDING
        database.outbox.record(
            [SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")], now
        )

        soon = now + SOONEST
        assert (tell(database, soon), tell(database, soon)) == (1, 0)
        assert status_of(engine) == S.DELIVERED
        with engine.connect() as connection:
            assert connection.scalars(select(receipts.c.outbound_id)).all() == [
                reply.id
            ]

    def test_a_receipt_with_our_id_but_another_messages_sid_changes_nothing(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        database.outbox.record(
            [SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")], now
        )

        forged = receipt(S.FAILED, now, provider_id="SM2", **about(reply))

        assert tell(database, now, forged) == 0
        assert status_of(engine) == S.SENT

    def test_every_receipt_is_kept_as_it_came(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        database.outbox.record(
            [SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")], now
        )

        for status in (S.DELIVERED, S.SENT, S.DELIVERED, S.FAILED):
            tell(database, now, receipt(status, now))

        with engine.connect() as connection:
            kept = connection.scalars(select(receipts.c.status).order_by(receipts.c.id))
            assert kept.all() == ["delivered", "sent", "delivered", "failed"]

    def test_a_batch_of_receipts_is_applied_in_the_order_they_came(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        order = [S.SENT, S.DELIVERED, S.DELIVERED, S.FAILED]

        reported = [receipt(status, now, **about(reply)) for status in order]

        assert tell(database, now, *reported) == 4
        assert status_of(engine) == S.DELIVERED

    def test_a_receipt_whose_reply_never_becomes_known_is_not_looked_for_for_ever(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        tell(database, now, receipt(S.DELIVERED, now))
        tell(database, now + PATIENCE)
        sent = SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")

        database.outbox.record([sent], now + PATIENCE)

        assert tell(database, now + 2 * PATIENCE) == 0
        assert status_of(engine) == S.SENT

    def test_a_receipt_is_looked_at_in_ever_longer_intervals_up_to_an_hour(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        database.receipts.add(receipt(S.DELIVERED, now))

        looks = []
        at: datetime | None = now
        while at is not None:
            assert tell(database, at) == 0
            looks.append(at - now)
            with engine.connect() as connection:
                at = connection.scalar(select(receipts.c.due_at))

        steps = [later - sooner for sooner, later in pairwise(looks)]
        assert steps[:4] == [timedelta(seconds=item) for item in (1, 1, 2, 4)]
        assert max(steps) == timedelta(hours=1)
        assert PATIENCE <= looks[-1] < PATIENCE + timedelta(hours=1)

    def test_receipts_of_unknown_replies_do_not_hold_up_others(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        for number in range(25):
            strange = receipt(S.DELIVERED, now, provider_id=f"STRANGE{number}")
            database.receipts.add(strange)
        database.receipts.add(receipt(S.DELIVERED, now, **about(reply)))

        assert database.receipts.apply(10, now, PATIENCE) == 1
        assert status_of(engine) == S.DELIVERED

    def test_a_parked_receipt_of_another_channel_is_not_applied(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        sent = SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")
        database.outbox.record([sent], now)

        assert tell(database, now, receipt(S.FAILED, now, channel="other")) == 0

        assert status_of(engine) == S.SENT

    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        max_examples=30,
        deadline=None,
    )
    @given(st.lists(st.sampled_from([S.SENT, *map(S, ("delivered", "failed"))])))
    def test_any_receipts_end_where_the_table_of_moves_ends(
        self, database: Database, engine: Engine, now: datetime, reported: list[S]
    ) -> None:
        clear(database)
        reply = sending(database, now)
        database.outbox.record(
            [SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")], now
        )

        for status in reported:
            tell(database, now, receipt(status, now))

        finals = [status for status in reported if status is not S.SENT]
        assert status_of(engine) == (finals[0] if finals else S.SENT)


class TestWholeLog:
    def test_the_backlog_tells_who_has_been_waiting_longest(
        self, database: Database, now: datetime
    ) -> None:
        early = now - timedelta(minutes=3)
        database.inbox.add(sms("SM1", "SALDO", at=early))
        database.inbox.add(sms("SM2", "SALDO", at=now))

        backlog = database.backlog.count()

        assert (backlog.unanswered, backlog.unsent) == (2, 0)
        assert backlog.oldest_unanswered == early

    def test_nobody_waiting_is_told_as_such(self, database: Database) -> None:
        assert database.backlog.count().oldest_unanswered is None

    def test_purge_drops_texts_first_and_messages_later(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        database.outbox.record(
            [SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")], now
        )
        tell(database, now, receipt(S.DELIVERED, now))
        long_ago, later = now - timedelta(days=1), now + timedelta(days=1)

        assert database.purging.purge(later, long_ago) == 2
        with engine.connect() as connection:
            assert connection.scalars(select(inbound.c.text_redacted)).all() == [None]
        assert database.purging.purge(later, long_ago) == 0
        # The SMS, and the day of its phone.
        assert database.purging.purge(later, later) == 2
        with engine.connect() as connection:
            for table in (inbound, outbound, receipts):
                assert connection.execute(select(table)).all() == []

    def test_purge_drops_sealed_texts_that_never_became_final(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        reply = sending(database, now)
        sent = SendOutcome(reply.id, reply.attempt, S.SENT, "SM1")
        database.outbox.record([sent], now)

        database.purging.purge(now + timedelta(days=1), now - timedelta(days=1))

        with engine.connect() as connection:
            assert connection.scalars(select(outbound.c.text_sealed)).all() == [None]

    def test_what_an_operator_wants_quoted_is_quoted_to_the_sender_alone(
        self, database: Database, now: datetime
    ) -> None:
        database.inbox.add(replace(sms("SM1", "DAFTAR", at=now), reply_context="TX1"))
        [waiting] = take(database, now)
        news = AddressedReply(waiting, OTHER_PHONE, REPLY)
        answered = Resolution(
            waiting, InboundStatus.ANSWERED, reply=REPLY, owner_notices=[news]
        )
        settle(database, now, answered)

        quoted = {
            claimed.recipient: claimed.reply_context for claimed in claim(database, now)
        }

        assert quoted == {PHONE: "TX1", OTHER_PHONE: None}

    def test_what_an_operator_wants_quoted_goes_with_the_text(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        database.inbox.add(replace(sms("SM1", "SALDO", at=now), reply_context="TX1"))
        [waiting] = database.inbox.claim(1, now, LEASE, 5)
        assert waiting.inbound.reply_context == "TX1"

        database.purging.purge(now + timedelta(days=1), now - timedelta(days=1))

        with engine.connect() as connection:
            assert connection.scalars(select(inbound.c.way_back)).all() == [None]

    def test_the_tables_tell_no_number_text_or_balance(
        self, database: Database, engine: Engine, now: datetime
    ) -> None:
        sending(database, now)

        content = stored(engine)

        assert b"balance" in content
        for secret in (PHONE[1:], PHONE[3:], "61000000019", "12.345.678"):
            assert secret.encode() not in content

    def test_a_time_without_zone_is_refused(self, engine: Engine) -> None:
        naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point

        with pytest.raises(Exception, match="time zone"), engine.begin() as connection:
            connection.execute(insert(receipts).values(at=naive))
