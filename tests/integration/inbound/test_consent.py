"""STOP and MULAI: what they suspend, what they bring back, and who says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, insert

from gateway.channels import ChannelError, SendFault
from gateway.db.models.subscribers import opt_outs
from gateway.domain.audit import AuditEntry
from gateway.domain.messages import Consent, OutboundMessage
from gateway.domain.participants import Segment, TimeZone, identify
from gateway.parsers.enrolment import comparable_name
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.support.fakes import (
    BALANCE_TEXT,
    MEMBER,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    sms,
)

NEW_PHONE = "+628110007777"
NIK = "0000001204850001"
ENROL = f"DAFTAR SALDO#{NIK}##12-04-1985#61000000019"
ASK = "SALDO 61000000019"
REFUSED = "belum bisa kami kirim"
BACK, ENDED = "Layanan SMS aktif lagi", "sudah berakhir"
Text = Callable[..., str]


class KeywordCarrier(FakeChannel):
    """Handles English stop and start words itself, as Twilio does by default.

    https://help.twilio.com/articles/223134027
    """

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.blocked: set[str] = set()
        self.has_keywords = False

    def brings(self, sender: str, body: str) -> Consent | None:
        """What it does about an SMS before it brings it, and what we are told of it."""
        if not self.has_keywords:
            return None
        if body in {"STOP", "CANCEL"}:
            self.blocked.add(sender)
        if body in {"START", "YES", "UNSTOP"}:
            self.blocked.discard(sender)
            return Consent.GIVEN
        return None

    def send(self, message: OutboundMessage) -> str:
        if message.recipient in self.blocked:
            raise ChannelError("21610", SendFault.OPTED_OUT)
        return super().send(message)


@pytest.fixture
def channel(clock: FakeClock) -> KeywordCarrier:
    return KeywordCarrier(clock)


@pytest.fixture(autouse=True)
def member(cipher: Cipher, directory: FakeDirectory, clock: FakeClock) -> None:
    """A self-employed member who has not paid, on the last evening of November."""
    born, name = date(1985, 4, 12), comparable_name("")
    directory.members[MEMBER.kpj] = replace(
        MEMBER,
        identity=identify(cipher.index, MEMBER.kpj, NIK, born, name),
        segment=Segment.BPU,
        time_zone=TimeZone.WIB,
    )
    clock.pass_time(days=9)


@pytest.fixture
def text(gateway: Gateway, channel: KeywordCarrier) -> Text:
    """Text from a phone; what that phone hears of it."""
    count = [0]

    def text(body: str, sender: str = NEW_PHONE) -> str:
        count[0] += 1
        answer = channel.brings(sender, body)
        message = sms(f"SM{count[0]}", body, sender=sender, at=gateway.clock())
        gateway.database.inbox.add(replace(message, consent=answer))
        before = len(channel.taken)
        gateway.sweep()
        heard = [item for _, item in channel.taken[before:] if item.recipient == sender]
        return heard[-1].text if heard else ""

    return text


@pytest.fixture
def enrolled(text: Text, gateway: Gateway, clock: FakeClock) -> None:
    """An officer has approved the new phone."""
    text(ENROL)
    gateway.enrolment_review.approve(1, AuditEntry(clock(), "officer", "KTP seen"))
    gateway.sweep()
    assert text(ASK) == BALANCE_TEXT


def reminded(gateway: Gateway, channel: FakeChannel) -> list[str]:
    before = len(channel.taken)
    while gateway.reminders.remind_due():
        pass
    gateway.sweep()
    return [message.recipient for _, message in channel.taken[before:]]


class TestStopAndMulai:
    def test_together_they_leave_the_enrolment_as_it_was(
        self, text: Text, enrolled: None
    ) -> None:
        """Field report 22: a STOP in somebody else's name can be undone."""
        text("STOP")
        assert text(ASK) == ""

        assert BACK in text("MULAI")

        assert text(ASK) == BALANCE_TEXT

    def test_together_they_leave_the_reminders_as_they_were(
        self, text: Text, gateway: Gateway, channel: KeywordCarrier
    ) -> None:
        """Field report 22: reminders pause, and go on."""
        text("INGAT 61000000019", sender=PHONE)
        text("STOP", sender=PHONE)
        text("MULAI", sender=PHONE)

        assert reminded(gateway, channel) == [PHONE]

    def test_no_reminder_goes_out_in_between(
        self, text: Text, gateway: Gateway, channel: KeywordCarrier
    ) -> None:
        text("INGAT 61000000019", sender=PHONE)
        text("STOP", sender=PHONE)

        assert reminded(gateway, channel) == []

    @pytest.mark.parametrize("is_purged", [True, False])
    def test_after_a_month_an_enrolment_has_ended_and_mulai_says_so(
        self,
        text: Text,
        enrolled: None,
        clock: FakeClock,
        gateway: Gateway,
        *,
        is_purged: bool,
    ) -> None:
        """Field report 22: by then the number may soon be another person's."""
        text("STOP")
        clock.pass_time(days=30)
        if is_purged:
            gateway.retention.purge()

        answer = text("MULAI")

        assert BACK in answer
        assert ENDED in answer
        assert "DAFTAR" in answer
        assert REFUSED in text(ASK)

    def test_after_a_month_reminders_have_ended_and_mulai_says_so(
        self, text: Text, gateway: Gateway, channel: KeywordCarrier, clock: FakeClock
    ) -> None:
        """Field report 22: what was lost is told in the same SMS."""
        text("INGAT 61000000019", sender=PHONE)
        text("STOP", sender=PHONE)
        clock.pass_time(days=30)

        assert ENDED in text("MULAI", sender=PHONE)

        assert reminded(gateway, channel) == []

    def test_who_had_nothing_has_lost_nothing(
        self, text: Text, clock: FakeClock
    ) -> None:
        text("STOP", sender=PHONE)
        clock.pass_time(days=60)

        answer = text("MULAI", sender=PHONE)

        assert BACK in answer
        assert ENDED not in answer

    def test_an_officer_ends_an_enrolment_during_the_silence(
        self, text: Text, enrolled: None, gateway: Gateway, clock: FakeClock
    ) -> None:
        """Field report 22: MULAI does not bring back what was revoked."""
        text("STOP")
        entry = AuditEntry(clock(), "officer", "wrong phone")
        assert gateway.enrolment_review.revoke(MEMBER.kpj, NEW_PHONE, entry)

        text("MULAI")

        assert REFUSED in text(ASK)

    def test_ingat_stop_counts_during_the_silence(
        self, text: Text, gateway: Gateway, channel: KeywordCarrier
    ) -> None:
        """Field report 22: who ended his reminders is not reminded after MULAI."""
        text("INGAT 61000000019", sender=PHONE)
        text("STOP", sender=PHONE)
        text("INGAT STOP", sender=PHONE)
        text("MULAI", sender=PHONE)

        assert reminded(gateway, channel) == []


class TestCarrierThatHandlesKeywords:
    @pytest.fixture(autouse=True)
    def keywords(self, channel: KeywordCarrier, enrolled: None) -> None:
        channel.has_keywords = True

    def test_mulai_that_is_refused_leaves_a_way_back(self, text: Text) -> None:
        """Field report F16: STOP, MULAI (refused), YES: the phone is answered again."""
        text("STOP")
        assert text("MULAI") == ""
        assert text(ASK) == ""

        assert BACK in text("YES")

        assert text(ASK) == BALANCE_TEXT

    @pytest.mark.parametrize("word", ["YES", "START", "UNSTOP"])
    def test_each_word_that_opens_a_phone_at_twilio_opens_it_here(
        self, text: Text, word: str
    ) -> None:
        """Field report F16: what Twilio takes for START, we do."""
        text("STOP")

        assert text(word)

        assert text(ASK) == BALANCE_TEXT

    def test_a_phone_opened_elsewhere_is_answered_again(
        self, text: Text, channel: KeywordCarrier
    ) -> None:
        """Field report F16: that the carrier takes a reply proves that it is open."""
        text("STOP")
        text("MULAI")
        channel.blocked.clear()

        assert text(ASK) == BALANCE_TEXT

    def test_cancel_is_no_dead_end(self, text: Text) -> None:
        """Field report F16: it blocks at Twilio and here, and START opens both."""
        assert text("CANCEL") == ""
        assert text(ASK) == ""

        text("START")

        assert text(ASK) == BALANCE_TEXT

    def test_yes_says_nothing_from_a_phone_that_is_not_stopped(
        self, text: Text
    ) -> None:
        assert BACK not in text("YES")

    def test_a_members_stop_outweighs_a_refusal_told_at_the_same_moment(
        self, gateway: Gateway, engine: Engine, cipher: Cipher, clock: FakeClock
    ) -> None:
        """Field report F16: only what the carrier alone told is lifted by any SMS."""
        suppressions, phone = gateway.database.suppressions, cipher.index(NEW_PHONE)
        answer = {"msisdn_index": phone, "since": clock(), "by_carrier": True}
        with engine.begin() as connection:
            connection.execute(insert(opt_outs).values(answer))
            suppressions.withdraw(connection, NEW_PHONE, clock())

            still = suppressions.after_lifting(connection, {NEW_PHONE}, clock())

        assert still == {NEW_PHONE}

    def test_a_phone_refused_by_the_carrier_is_not_reminded(
        self, text: Text, gateway: Gateway, channel: KeywordCarrier
    ) -> None:
        """Field report F16: only an SMS from the phone is tried again, no reminder."""
        text("INGAT 61000000019", sender=PHONE)
        channel.blocked.add(PHONE)
        text(ASK, sender=PHONE)

        channel.blocked.clear()

        assert reminded(gateway, channel) == []


@pytest.mark.parametrize("earlier", [[], ["STOP"]], ids=["first", "second"])
@pytest.mark.parametrize("waits", [True, False], ids=["in one batch", "one by one"])
def test_a_mulai_from_the_spool_lifts_no_stop_that_was_sent_after_it(
    gateway: Gateway,
    channel: FakeChannel,
    clock: FakeClock,
    earlier: list[str],
    waits: bool,
) -> None:
    """Field report W84: what a member said last holds, whichever was stored first."""

    def bring(number: int, text: str, *, waits: bool = False) -> None:
        gateway.database.inbox.add(sms(f"SM{number}", text, at=clock.now))
        if not waits:
            gateway.sweep()

    for number, text in enumerate(earlier):
        bring(number, text)
    clock.pass_time(seconds=5)
    spooled = sms("SM10", "MULAI", at=clock.now)
    clock.pass_time(seconds=5)
    bring(11, "STOP", waits=waits)
    gateway.database.inbox.add(spooled)
    gateway.sweep()
    heard = len(channel.taken)
    bring(12, "BANTUAN")

    assert gateway.database.suppressions.among({PHONE}) == {PHONE}
    assert len(channel.taken) == heard == 1
