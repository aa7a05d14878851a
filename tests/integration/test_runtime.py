"""The use cases, with a carrier and a directory in memory and a real message log."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from werkzeug.datastructures import Headers, MultiDict

from gateway.channels import (
    ChannelError,
    MalformedRequest,
    NotAuthentic,
    SendFault,
    WebhookRequest,
)
from gateway.db.models.messages import inbound, outbound
from gateway.domain.errors import DatabaseUnavailable
from gateway.domain.messages import (
    Consent,
    InboundMessage,
    OutboundMessage,
    SenderKind,
    SendOutcome,
)
from gateway.domain.participants import KPJ
from gateway.domain.policy import Policy
from gateway.domain.statuses import OutboundStatus
from gateway.outbound import sender
from gateway.runtime import Gateway
from tests.support.fakes import (
    BALANCE_TEXT,
    OTHER_PHONE,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    FakeQueue,
    sms,
)
from tests.support.processes import wait_until

RETRYABLE = ChannelError("20429", SendFault.RETRYABLE)
PERMANENT = ChannelError("21211", SendFault.PERMANENT)
AMBIGUOUS = ChannelError("connection_lost", SendFault.AMBIGUOUS)
LONG = 120.0
POLICY = Policy()


def webhook(authorization: str = "fake", **form: str) -> WebhookRequest:
    headers = Headers({"Authorization": authorization})
    return WebhookRequest("/", headers, MultiDict(form), MultiDict())


def column(engine: Engine, name: str) -> list[object]:
    table = inbound if name.startswith("inbound") else outbound
    with engine.connect() as connection:
        wanted = table.c[name.split(".")[1]]
        return list(connection.scalars(select(wanted).order_by(table.c.id)))


@pytest.fixture
def tell(gateway: Gateway) -> Callable[..., None]:
    """Store an SMS and answer it."""

    def tell(text: str, **fields: object) -> None:
        number = gateway.database.inbox.add(_sms(text, fields))
        assert number is not None
        gateway.processor.answer_waiting()
        gateway.sender.deliver_due()

    def _sms(text: str, fields: dict[str, object]) -> InboundMessage:
        tell.count += 1  # type: ignore[attr-defined]
        return sms(f"SM{tell.count}", text, **fields)  # type: ignore[arg-type, attr-defined]

    tell.count = 0  # type: ignore[attr-defined]
    return tell


class TestReceive:
    def test_an_sms_is_stored_then_notified_then_acknowledged(
        self, gateway: Gateway, channel: FakeChannel, queue: FakeQueue
    ) -> None:
        answer = gateway.receiver.receive(channel, webhook(id="1", text="SALDO"))

        assert answer.body == "thank you"
        assert gateway.database.backlog.count().unanswered == 1
        assert queue.notified == ["answer"]

    def test_a_repeated_webhook_is_acknowledged_but_not_stored(
        self, gateway: Gateway, channel: FakeChannel, queue: FakeQueue
    ) -> None:
        for _ in range(3):
            answer = gateway.receiver.receive(channel, webhook(id="1", text="SALDO"))
            assert answer.body == "thank you"

        assert gateway.database.backlog.count().unanswered == 1
        assert queue.notified == ["answer"]

    def test_a_forged_webhook_is_not_stored(
        self, gateway: Gateway, channel: FakeChannel, queue: FakeQueue
    ) -> None:
        with pytest.raises(NotAuthentic):
            gateway.receiver.receive(channel, webhook("somebody", id="1", text="SALDO"))

        assert gateway.database.backlog.count().unanswered == 0
        assert queue.notified == []

    def test_a_malformed_webhook_is_not_stored(
        self, gateway: Gateway, channel: FakeChannel
    ) -> None:
        with pytest.raises(MalformedRequest):
            gateway.receiver.receive(channel, webhook(text="SALDO"))

        assert gateway.database.backlog.count().unanswered == 0


class TestAnswer:
    def test_a_member_hears_the_balance(
        self, tell: Callable[..., None], channel: FakeChannel
    ) -> None:
        tell("saldo 6100 0000 019")

        assert channel.texts == [BALANCE_TEXT]
        assert channel.taken[0][1].recipient == PHONE

    def test_every_refusal_has_the_same_words(
        self, tell: Callable[..., None], channel: FakeChannel
    ) -> None:
        tell("saldo 61000000019", sender=OTHER_PHONE)
        tell("saldo 61999999999", sender=OTHER_PHONE)
        tell("status 61000000019", sender=OTHER_PHONE)

        assert len(set(channel.texts)) == 1
        assert "***" not in channel.texts[0]

    def test_a_refusal_is_logged_with_its_reason(
        self, tell: Callable[..., None], engine: Engine
    ) -> None:
        tell("saldo 61000000019", sender=OTHER_PHONE)
        tell("saldo 61999999999")

        assert column(engine, "inbound.decision") == ["not_their_phone", "unknown_kpj"]

    def test_a_batch_asks_the_directory_once(
        self, gateway: Gateway, directory: FakeDirectory
    ) -> None:
        for number in range(10):
            gateway.database.inbox.add(sms(f"SM{number}", f"SALDO 6100000000{number}"))

        gateway.processor.answer_waiting()

        assert [len(asked) for asked in directory.look_ups] == [10]

    def test_no_look_up_without_an_enquiry(
        self, tell: Callable[..., None], directory: FakeDirectory
    ) -> None:
        tell("BANTUAN")
        tell("Saldo rek 61000000019 Rp500.000")
        tell("saldo 61000000019", kind=SenderKind.FOREIGN, sender="+15005550009")

        assert directory.look_ups == []

    @pytest.mark.parametrize(
        "kind", [kind for kind in SenderKind if kind is not SenderKind.MOBILE]
    )
    def test_only_mobile_phones_are_answered(
        self,
        tell: Callable[..., None],
        channel: FakeChannel,
        engine: Engine,
        kind: SenderKind,
    ) -> None:
        tell("saldo 61000000019", kind=kind)

        assert channel.taken == []
        assert column(engine, "inbound.status") == ["ignored"]
        assert column(engine, "inbound.reason") == [kind.value]

    def test_after_stop_there_is_silence_until_start(
        self, tell: Callable[..., None], channel: FakeChannel, engine: Engine
    ) -> None:
        for text in ("STOP", "saldo 61000000019", "STOP", "MULAI", "saldo 61000000019"):
            tell(text)

        templates = column(engine, "outbound.template")
        assert templates == ["opted_out", "opted_in", "balance"]
        assert column(engine, "inbound.reason")[1:3] == ["opted_out", "opted_out"]

    def test_stop_silences_what_follows_in_the_same_batch(
        self, gateway: Gateway, engine: Engine
    ) -> None:
        gateway.database.inbox.add(sms("SM1", "STOP"))
        gateway.database.inbox.add(sms("SM2", "saldo 61000000019"))

        gateway.processor.answer_waiting()

        assert column(engine, "outbound.template") == ["opted_out"]

    def test_a_stop_that_the_carrier_answered_is_kept_but_not_answered_again(
        self, gateway: Gateway, channel: FakeChannel, tell: Callable[..., None]
    ) -> None:
        message = sms("SM0", "STOP")
        gateway.database.inbox.add(
            replace(message, answered_by_carrier=True, consent=Consent.WITHDRAWN)
        )
        gateway.processor.answer_waiting()
        tell("saldo 61000000019")

        assert channel.taken == []

    def test_when_the_directory_is_away_only_enquiries_wait(
        self,
        gateway: Gateway,
        directory: FakeDirectory,
        channel: FakeChannel,
        clock: FakeClock,
    ) -> None:
        directory.is_away = True
        gateway.database.inbox.add(sms("SM1", "SALDO 61000000019"))
        gateway.database.inbox.add(sms("SM2", "BANTUAN"))
        gateway.sweep()
        assert ["BANTUAN UANG" in text for text in channel.texts] == [True]

        directory.is_away = False
        clock.pass_time(seconds=LONG)
        gateway.sweep()

        assert channel.texts[1:] == [BALANCE_TEXT]

    def test_an_outage_of_the_directory_is_no_attempt(
        self,
        gateway: Gateway,
        directory: FakeDirectory,
        channel: FakeChannel,
        clock: FakeClock,
        engine: Engine,
    ) -> None:
        directory.is_away = True
        gateway.database.inbox.add(sms("SM1", "SALDO 61000000019"))
        for _ in range(3 * POLICY.answer_attempts):
            gateway.sweep()
            clock.pass_time(seconds=10)
        assert column(engine, "inbound.attempts") == [0]

        directory.is_away = False
        gateway.sweep()

        assert channel.texts == [BALANCE_TEXT]

    def test_after_a_long_outage_the_member_is_told_to_ask_again(
        self,
        gateway: Gateway,
        directory: FakeDirectory,
        clock: FakeClock,
        engine: Engine,
    ) -> None:
        directory.is_away = True
        gateway.database.inbox.add(sms("SM1", "SALDO 61000000019"))
        gateway.sweep()
        clock.pass_time(seconds=POLICY.reply_lifetime.total_seconds())
        gateway.sweep()

        assert column(engine, "outbound.template") == ["unavailable"]
        assert column(engine, "inbound.reason") == ["directory_unavailable"]

    def test_a_member_whose_record_is_broken_stops_nobody(
        self,
        gateway: Gateway,
        directory: FakeDirectory,
        channel: FakeChannel,
        clock: FakeClock,
        engine: Engine,
    ) -> None:
        directory.broken = {KPJ("61000000027")}
        gateway.database.inbox.add(sms("SM1", "SALDO 61000000027"))
        gateway.database.inbox.add(sms("SM2", "SALDO 61000000019"))

        for _ in range(POLICY.answer_attempts + 2):
            gateway.sweep()
            clock.pass_time(seconds=LONG)

        assert channel.texts == [BALANCE_TEXT]
        assert column(engine, "inbound.status") == ["failed", "answered"]
        assert column(engine, "inbound.attempts") == [POLICY.answer_attempts, 1]
        assert column(engine, "inbound.reason")[0] == "RuntimeError"

    def test_a_message_that_cannot_be_opened_stops_nobody(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        """Field report W60: one text under a lost key does not stop the others."""
        gateway.database.inbox.add(sms("SM1", "BANTUAN"))
        gateway.database.inbox.add(sms("SM2", "saldo 61000000019"))
        with engine.begin() as connection:
            first = inbound.update().where(inbound.c.id == 1)
            connection.execute(first.values(text_sealed=b"damaged"))

        for _ in range(POLICY.answer_attempts + 2):
            gateway.sweep()
            clock.pass_time(seconds=LONG)

        assert channel.texts == [BALANCE_TEXT]
        assert column(engine, "inbound.status") == ["failed", "answered"]

    def test_stop_drops_replies_that_are_still_queued(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        channel.faults = [RETRYABLE]
        gateway.database.inbox.add(sms("SM1", "saldo 61000000019"))
        gateway.sweep()
        gateway.database.inbox.add(sms("SM2", "STOP", at=clock.now))
        clock.pass_time(seconds=LONG)
        gateway.sweep()

        assert column(engine, "outbound.status") == ["canceled", "sent"]
        assert column(engine, "outbound.template") == ["balance", "opted_out"]

    @pytest.mark.parametrize(
        "text",
        [
            "SALOD 6l00OOO0019",
            "saldo 6100\u200b0000\u200b019",
            "saldo 6100 - 0000 - 019",
            "saldo 6100,0000,019",
            "saldo 6100_0000_019",
            "saldo\n6100\n0000\n019",
            "\u0666\u0661\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0661\u0669 saldo",
        ],
    )
    def test_what_was_understood_as_a_kpj_is_kept_masked_only(
        self, tell: Callable[..., None], engine: Engine, text: str
    ) -> None:
        tell(text)

        [kept] = column(engine, "inbound.text_redacted")
        assert column(engine, "inbound.decision") == ["allowed"]
        assert "***0019" in str(kept)


class TestDeliver:
    @pytest.fixture(autouse=True)
    def one_reply_waits(self, gateway: Gateway) -> None:
        gateway.database.inbox.add(sms("SM1", "saldo 61000000019"))
        gateway.processor.answer_waiting()

    def test_a_refused_reply_is_tried_again_later(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        channel.faults = [RETRYABLE, RETRYABLE]
        for _ in range(4):
            gateway.sender.deliver_due()
            clock.pass_time(seconds=LONG)

        assert channel.texts == [BALANCE_TEXT]
        assert column(engine, "outbound.attempts") == [3]

    def test_the_carriers_wish_to_wait_is_honoured(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock
    ) -> None:
        channel.faults = [ChannelError("20429", SendFault.RETRYABLE, retry_after=90)]
        gateway.sender.deliver_due()

        clock.pass_time(seconds=89)
        assert gateway.sender.deliver_due() == 0
        clock.pass_time(seconds=1)
        assert gateway.sender.deliver_due() == 1

    def test_a_permanent_error_ends_the_reply(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        channel.faults = [PERMANENT]
        gateway.sender.deliver_due()
        clock.pass_time(seconds=LONG)

        assert gateway.sweep() == 0
        assert column(engine, "outbound.status") == ["failed"]
        assert column(engine, "outbound.error_code") == ["21211"]

    def test_a_channel_that_is_set_up_wrongly_is_paused_and_nothing_is_burnt(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        for number in range(5):
            gateway.database.inbox.add(
                sms(f"x{number}", "BANTUAN", sender=f"+6281{number:08}", at=clock())
            )
        gateway.processor.answer_waiting()
        channel.faults = [ChannelError("20003", SendFault.CONFIGURATION)] * 6
        gateway.sender.deliver_due()
        clock.pass_time(seconds=POLICY.channel_pause.total_seconds() - 1)

        assert gateway.sender.deliver_due() == 0
        assert set(column(engine, "outbound.status")) == {"queued"}

        clock.pass_time(seconds=LONG)
        gateway.sweep()
        assert len(channel.taken) == 6

    def test_who_told_the_carrier_to_stop_is_refused_each_time_by_the_carrier(
        self, gateway: Gateway, channel: FakeChannel, engine: Engine, clock: FakeClock
    ) -> None:
        channel.faults = [ChannelError("21610", SendFault.OPTED_OUT)] * 2
        gateway.sender.deliver_due()
        # Within a minute it would be the carrier's repeat.
        clock.pass_time(minutes=2)
        gateway.database.inbox.add(sms("SM2", "saldo 61000000019", at=clock.now))
        gateway.sweep()

        assert channel.taken == []
        assert column(engine, "outbound.status") == ["failed", "failed"]
        assert gateway.database.suppressions.among({PHONE}) == {PHONE}

    def test_a_reply_without_receipt_is_closed_as_such_after_three_days(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        gateway.sender.deliver_due()
        clock.pass_time(days=3, seconds=-1)
        gateway.sweep()
        assert column(engine, "outbound.status") == ["sent"]

        clock.pass_time(seconds=1)
        gateway.sweep()
        gateway.receiver.record_receipt(channel, webhook(id="F1", status="failed"))

        assert column(engine, "outbound.status") == ["unconfirmed"]
        assert column(engine, "outbound.text_sealed") == [None]

    def test_a_reply_that_the_carrier_took_before_failing_is_not_sent_twice(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        """Field report W45: a request that makes a message is not repeated blindly."""
        channel.faults, channel.takes_before_failing = [AMBIGUOUS], True
        gateway.sender.deliver_due()
        assert column(engine, "outbound.status") == ["unknown"]

        clock.pass_time(seconds=LONG)
        gateway.sweep()

        assert channel.texts == [BALANCE_TEXT]
        assert column(engine, "outbound.status") == ["sent"]
        assert column(engine, "outbound.provider_id") == ["F1"]

    def test_a_reply_that_the_carrier_did_not_take_is_sent_after_asking_twice(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        channel.faults = [AMBIGUOUS]
        gateway.sender.deliver_due()

        clock.pass_time(seconds=LONG)
        gateway.sweep()
        assert channel.texts == []
        clock.pass_time(seconds=LONG)
        gateway.sweep()

        assert channel.texts == [BALANCE_TEXT]
        assert column(engine, "outbound.status") == ["sent"]

    def test_while_the_carrier_cannot_be_asked_nothing_is_sent(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        channel.faults, channel.list_faults = [AMBIGUOUS], [RETRYABLE]
        gateway.sender.deliver_due()

        clock.pass_time(seconds=LONG)
        gateway.reconciler.settle_doubts()
        gateway.sender.deliver_due()

        assert channel.taken == []
        assert column(engine, "outbound.status") == ["unknown"]

    def test_the_same_text_sent_earlier_is_not_taken_for_this_one(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        gateway.sender.deliver_due()
        gateway.database.inbox.add(sms("SM2", "saldo  61000000019"))
        gateway.processor.answer_waiting()
        channel.faults = [AMBIGUOUS]
        gateway.sender.deliver_due()

        for _ in range(2):
            clock.pass_time(seconds=LONG)
            gateway.sweep()

        assert channel.texts == [BALANCE_TEXT, BALANCE_TEXT]
        assert column(engine, "outbound.provider_id") == ["F1", "F2"]

    def test_a_worker_that_died_while_sending_is_cleared_up_after(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        dead = gateway.database.outbox.claim(
            "fake", 10, clock(), sender.LEASE, 100
        ).messages
        channel.send(dead[0])  # the carrier took it, nobody wrote it down

        clock.pass_time(seconds=LONG)
        gateway.sweep()

        assert channel.texts == [BALANCE_TEXT]
        assert column(engine, "outbound.status") == ["sent"]

    def test_a_reply_too_late_to_be_of_use_expires(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        clock.pass_time(seconds=POLICY.reply_lifetime.total_seconds())
        gateway.sweep()

        assert channel.taken == []
        assert column(engine, "outbound.status") == [OutboundStatus.EXPIRED]

    def test_an_unexpected_fault_while_asking_leaves_the_doubt(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        channel.faults = [AMBIGUOUS]
        channel.list_faults = [TypeError("no list")]  # type: ignore[list-item]
        gateway.sender.deliver_due()
        clock.pass_time(seconds=LONG)

        gateway.reconciler.settle_doubts()

        assert column(engine, "outbound.status") == ["unknown"]

    def test_after_many_questions_an_operator_has_to_decide(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        channel.faults, channel.list_faults = [AMBIGUOUS], [RETRYABLE] * 100
        gateway.sender.deliver_due()
        for _ in range(POLICY.carrier_questions + 5):
            clock.pass_time(seconds=LONG)
            gateway.reconciler.settle_doubts()

        assert column(engine, "outbound.questions") == [POLICY.carrier_questions]
        assert column(engine, "outbound.status") == ["unknown"]

    def test_the_late_word_of_a_slow_worker_does_not_queue_a_reply_again(
        self, gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
    ) -> None:
        slow = gateway.database.outbox.claim(
            "fake", 10, clock(), sender.LEASE, 100
        ).messages[0]
        for _ in range(2):
            clock.pass_time(seconds=LONG)
            gateway.reconciler.settle_doubts()  # not found at the carrier: queued again
        # and being sent again
        gateway.database.outbox.claim("fake", 10, clock(), sender.LEASE, 100)

        late = SendOutcome(slow.id, slow.attempt, OutboundStatus.QUEUED)
        gateway.database.outbox.record([late], clock())

        assert column(engine, "outbound.status") == ["sending"]

    def test_a_fault_of_our_own_while_sending_leaves_the_reply_in_doubt(
        self, gateway: Gateway, channel: FakeChannel, engine: Engine
    ) -> None:
        channel.faults = [ZeroDivisionError("oops")]  # type: ignore[list-item]
        gateway.sender.deliver_due()

        assert column(engine, "outbound.status") == ["unknown"]


def test_receipts_close_the_story(
    gateway: Gateway, channel: FakeChannel, tell: Callable[..., None], engine: Engine
) -> None:
    tell("saldo 61000000019")

    gateway.receiver.record_receipt(channel, webhook(id="F1", status="delivered"))
    gateway.receiver.record_receipt(channel, webhook(id="F1", status="sent"))
    gateway.sweep()

    assert column(engine, "outbound.status") == ["delivered"]


def test_a_reply_that_hangs_holds_up_no_other(
    gateway: Gateway, channel: FakeChannel, engine: Engine, queue: FakeQueue
) -> None:
    hangs, may_end = threading.Event(), threading.Event()
    send = channel.send

    def hang_once(message: OutboundMessage) -> str:
        if not hangs.is_set():
            hangs.set()
            may_end.wait(10)
        return send(message)

    channel.send = hang_once  # type: ignore[method-assign]
    gateway.database.inbox.add(sms("SM1", "BANTUAN"))
    gateway.processor.answer_waiting()
    gateway.sender.pump()
    hangs.wait(10)

    gateway.database.inbox.add(sms("SM2", "bantuan"))
    gateway.processor.answer_waiting()
    gateway.sender.pump()
    wait_until(lambda: gateway.sender.pump() or len(channel.texts) == 1, "the other")
    wait_until(
        lambda: (
            (gateway.sender.pump(), column(engine, "outbound.status"))[1]
            == ["sending", "sent"]
        ),
        "the other's outcome",
    )
    may_end.set()
    gateway.sender.close()

    assert column(engine, "outbound.status") == ["sent", "sent"]


@pytest.mark.parametrize("provider_id", ["F\x00", "F\ud800"], ids=["NUL", "surrogate"])
def test_an_outcome_that_cannot_be_written_stops_no_other(
    gateway: Gateway,
    channel: FakeChannel,
    engine: Engine,
    clock: FakeClock,
    provider_id: str,
) -> None:
    """Field report 13: a poison outcome is left in doubt, its neighbours are sent."""
    send = channel.send

    def poison_first(message: OutboundMessage) -> str:
        return (send(message), provider_id)[message.id == 1]

    channel.send = poison_first  # type: ignore[method-assign]
    for number in range(5):
        gateway.database.inbox.add(
            sms(f"SM{number}", "BANTUAN", sender=f"{PHONE}{number}")
        )
    gateway.processor.answer_waiting()
    gateway.sender.deliver_due()
    gateway.sender.deliver_due()

    may_be_kept = engine.dialect.name == "sqlite" and "\x00" in provider_id
    first = "sent" if may_be_kept else "unknown"
    assert column(engine, "outbound.status") == [first, *["sent"] * 4]

    clock.pass_time(seconds=LONG)
    gateway.sweep()
    assert column(engine, "outbound.status") == ["sent"] * 5
    assert len(channel.texts) == 5


def test_while_the_database_is_away_outcomes_are_kept(
    gateway: Gateway, channel: FakeChannel, engine: Engine
) -> None:
    gateway.database.inbox.add(sms("SM1", "BANTUAN"))
    gateway.processor.answer_waiting()
    gateway.sender.pump()
    wait_until(lambda: channel.texts, "the request")
    record = gateway.database.outbox.record

    def away(*_: object) -> None:
        raise DatabaseUnavailable("away")

    gateway.database.outbox.record = away  # type: ignore[method-assign]
    with pytest.raises(DatabaseUnavailable):
        gateway.sender.deliver_due()
    gateway.database.outbox.record = record  # type: ignore[method-assign]
    gateway.sender.deliver_due()

    assert column(engine, "outbound.status") == ["sent"]
    assert len(channel.texts) == 1


def test_the_rate_of_the_channel_is_kept(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.send_rate = 2.0
    for number in range(5):
        gateway.database.inbox.add(
            sms(f"SM{number}", "BANTUAN", sender=f"+62811000{number:04}")
        )
    gateway.sweep()
    assert len(channel.texts) == 2

    clock.pass_time(seconds=1)
    gateway.sweep()

    assert len(channel.texts) == 4


def test_a_forged_receipt_changes_nothing(
    gateway: Gateway, channel: FakeChannel, tell: Callable[..., None], engine: Engine
) -> None:
    tell("saldo 61000000019")

    with pytest.raises(NotAuthentic):
        gateway.receiver.record_receipt(
            channel, webhook("me", id="F1", status="failed")
        )

    assert column(engine, "outbound.status") == ["sent"]
