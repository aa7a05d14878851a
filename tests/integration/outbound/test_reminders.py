"""Who asked to be reminded is, once; nobody else is."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import select

from gateway.db.models.messages import inbound, outbound
from gateway.db.models.subscribers import subscriptions
from gateway.domain.audit import AuditEntry
from gateway.domain.limits import Limits
from gateway.domain.participants import (
    KPJ,
    MembershipStatus,
    Participant,
    Segment,
    TimeZone,
)
from gateway.domain.reminder_schedule import ReminderOutcome, campaigns_at
from gateway.domain.statuses import OutboundStatus
from gateway.outbound import reminders
from gateway.runtime import Gateway
from tests.integration.db.content import stored
from tests.support.fakes import (
    MEMBER,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    FakeQueue,
    sms,
)

MISSING = "Iuran 11-2026 KPJ ***0019 belum tercatat"
BPU = replace(
    MEMBER,
    segment=Segment.BPU,
    last_contribution=date(2026, 10, 1),
    time_zone=TimeZone.WIB,
)
MANY = 1_000
_ids = count(1)


@pytest.fixture(autouse=True)
def member(directory: FakeDirectory, clock: FakeClock) -> None:
    """A self-employed member on the last evening of November, 16:00 in Jakarta."""
    put(directory, BPU)
    clock.pass_time(days=9)


def put(directory: FakeDirectory, member: Participant) -> None:
    directory.members[member.kpj] = member


def text(gateway: Gateway, body: str, phone: str = PHONE) -> None:
    provider_id = f"SM{next(_ids)}"
    message = sms(provider_id, body, sender=phone, at=gateway.clock())
    gateway.database.inbox.add(message)
    gateway.sweep()


def reminded(gateway: Gateway, channel: FakeChannel) -> list[str]:
    """What goes out when the schedule comes round."""
    before = len(channel.taken)
    while gateway.reminders.remind_due():
        pass
    gateway.sweep()
    return [message.text for _, message in channel.taken[before:]]


def test_a_missing_contribution_is_called_to_mind_once_a_month(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    text(gateway, "INGAT 61000000019")

    [reminder] = reminded(gateway, channel)

    assert MISSING in reminder
    assert "INGAT STOP" in reminder
    assert reminded(gateway, channel) == []
    clock.pass_time(days=30)
    assert len(reminded(gateway, channel)) == 1


def test_a_phone_of_one_member_may_leave_the_kpj_out(
    gateway: Gateway, channel: FakeChannel
) -> None:
    text(gateway, "ingatkan saya")

    assert len(reminded(gateway, channel)) == 1


def test_who_did_not_ask_hears_nothing(gateway: Gateway, channel: FakeChannel) -> None:
    text(gateway, "SALDO 61000000019")

    assert reminded(gateway, channel) == []


def test_a_stranger_cannot_have_himself_reminded(
    gateway: Gateway, channel: FakeChannel
) -> None:
    text(gateway, "INGAT 61000000019", phone="+628119990001")

    assert reminded(gateway, channel) == []


@pytest.mark.parametrize("goodbye", ["INGAT STOP", "stop pengingat", "STOP"])
def test_who_has_had_enough_hears_nothing(
    gateway: Gateway, channel: FakeChannel, goodbye: str
) -> None:
    text(gateway, "INGAT 61000000019")
    text(gateway, goodbye)

    assert reminded(gateway, channel) == []


def test_ingat_stop_is_not_stop(gateway: Gateway, channel: FakeChannel) -> None:
    text(gateway, "INGAT STOP")
    text(gateway, "SALDO 61000000019")

    assert "Rp12.345.678" in channel.taken[-1][1].text


def test_asking_again_after_an_end_does_not_bring_a_second_one(
    gateway: Gateway, channel: FakeChannel
) -> None:
    text(gateway, "INGAT 61000000019")
    assert len(reminded(gateway, channel)) == 1
    text(gateway, "INGAT STOP")
    text(gateway, "INGAT 61000000019")

    assert reminded(gateway, channel) == []


@pytest.mark.parametrize(
    "change",
    [
        {"last_contribution": date(2026, 11, 1)},
        {"segment": Segment.PU},
        {"status": MembershipStatus.IN_CLAIM},
        {"status": MembershipStatus.PAID_OUT},
        {"status": MembershipStatus.DECEASED},
        {"status": MembershipStatus.SUSPENDED},
        # The number has been given to somebody else meanwhile.
        {"msisdns": frozenset({"+628110000099"})},
    ],
    ids=str,
)
def test_nobody_is_reminded_of_what_is_not_so(
    gateway: Gateway,
    channel: FakeChannel,
    directory: FakeDirectory,
    change: dict[str, object],
) -> None:
    text(gateway, "INGAT 61000000019")
    put(directory, replace(BPU, **change))  # type: ignore[arg-type]

    assert reminded(gateway, channel) == []


def test_the_balance_is_told_once_a_year(
    gateway: Gateway, channel: FakeChannel, directory: FakeDirectory, clock: FakeClock
) -> None:
    put(directory, MEMBER)
    text(gateway, "INGAT 61000000019")
    clock.pass_time(days=85)  # the 23rd of February

    [statement] = reminded(gateway, channel)

    assert "Rp12.345.678" in statement
    assert "tahunan" in statement
    assert reminded(gateway, channel) == []


def test_an_outage_of_the_directory_puts_reminders_off(
    gateway: Gateway, channel: FakeChannel, directory: FakeDirectory
) -> None:
    text(gateway, "INGAT 61000000019")
    directory.is_away = True

    assert reminded(gateway, channel) == []
    directory.is_away = False

    assert len(reminded(gateway, channel)) == 1


def test_two_workers_remind_once(gateway: Gateway, channel: FakeChannel) -> None:
    text(gateway, "INGAT 61000000019")
    campaigns, now = gateway.database.campaigns, gateway.clock()
    [campaign] = campaigns_at(now)
    seen_by_both = campaigns.due(campaign, now, 10).found
    verdicts = gateway.reminders._decide(campaign, seen_by_both, now)

    assert campaigns.settle(verdicts, now, MANY) == verdicts
    assert campaigns.settle(verdicts, now, MANY) == []
    assert len(reminded(gateway, channel)) == 1


def test_a_reminder_is_not_sent_in_the_night(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    """Field report W57: not every member lives by Jakarta's clock."""
    text(gateway, "INGAT 61000000019")
    gateway.reminders.remind_due()
    clock.pass_time(hours=5)

    gateway.sweep()

    assert all(MISSING not in message.text for _, message in channel.taken)
    with gateway.database._reading() as connection:
        statuses = list(
            connection.scalars(select(outbound.c.status).order_by(outbound.c.id))
        )
    assert statuses[-1] == OutboundStatus.EXPIRED


def test_reminders_speak_the_language_of_the_phone(
    gateway: Gateway, channel: FakeChannel
) -> None:
    text(gateway, "INGAT 61000000019")
    text(gateway, "LANGUAGE ENGLISH")

    [reminder] = reminded(gateway, channel)

    assert "is not recorded" in reminder


def test_a_dry_run_says_how_many_and_sends_nothing(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    text(gateway, "INGAT 61000000019")
    sent = len(channel.taken)

    [forecast, _] = gateway.reminders.forecast(clock.now)

    assert forecast.outcomes == {ReminderOutcome.SENT: 1}
    assert forecast.segments == 1
    gateway.sweep()
    assert len(channel.taken) == sent


def test_operators_can_say_what_came_of_it(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    text(gateway, "INGAT 61000000019")
    reminded(gateway, channel)

    [campaign] = campaigns_at(clock.now)
    [forecast, _] = gateway.reminders.forecast(clock.now)

    assert gateway.database.campaigns.counts(campaign) == {"sent": 1}
    assert not forecast.outcomes


def test_the_wish_is_kept_as_long_as_it_holds(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    text(gateway, "INGAT 61000000019")
    reminded(gateway, channel)
    clock.pass_time(days=400)
    gateway.retention.purge()

    with gateway.database._reading() as connection:
        assert len(connection.execute(select(inbound)).all()) == 1
    text(gateway, "INGAT STOP")
    clock.pass_time(days=400)
    gateway.retention.purge()
    with gateway.database._reading() as connection:
        assert connection.execute(select(inbound)).all() == []


@pytest.mark.parametrize("what", ["phone", "member"])
def test_who_is_forgotten_is_not_reminded(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, what: str
) -> None:
    text(gateway, "INGAT 61000000019")
    reminded(gateway, channel)
    entry = AuditEntry(clock.now, "officer", "asked for it")

    if what == "phone":
        gateway.database.erasure.forget_phone(PHONE, entry)
    else:
        gateway.database.erasure.forget_member(MEMBER.kpj, entry)

    clock.pass_time(days=30)
    assert reminded(gateway, channel) == []
    with gateway.database._reading() as connection:
        assert connection.execute(select(subscriptions)).all() == []


def test_what_is_kept_of_a_wish_is_sealed(gateway: Gateway) -> None:
    text(gateway, "INGAT 61000000019")

    everything = stored(gateway.database._engine)

    assert b"61000000019" not in everything
    assert PHONE.encode() not in everything


def subscribe(gateway: Gateway, directory: FakeDirectory, count: int) -> list[KPJ]:
    """So many self-employed members on as many phones, who want to be reminded."""
    kpjs = [KPJ(f"61{number:09}") for number in range(1, count + 1)]
    for number, kpj in enumerate(kpjs):
        phone = f"+62811000{number:04}"
        put(directory, replace(BPU, kpj=kpj, msisdns=frozenset({phone})))
        text(gateway, f"INGAT {kpj.digits}", phone=phone)
    return kpjs


def test_a_broken_record_holds_up_nobody_else(
    gateway: Gateway,
    channel: FakeChannel,
    directory: FakeDirectory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    kpjs = subscribe(gateway, directory, 6)
    directory.broken = set(kpjs[:3])

    assert len(reminded(gateway, channel)) == 3
    directory.broken = set()
    assert len(reminded(gateway, channel)) == 3


def test_who_is_missing_from_one_import_is_reminded_after_the_next(
    gateway: Gateway, channel: FakeChannel, directory: FakeDirectory
) -> None:
    text(gateway, "INGAT 61000000019")
    del directory.members[BPU.kpj]
    assert reminded(gateway, channel) == []

    put(directory, BPU)

    assert len(reminded(gateway, channel)) == 1


def test_old_records_remind_nobody(
    gateway: Gateway, channel: FakeChannel, directory: FakeDirectory
) -> None:
    text(gateway, "INGAT 61000000019")
    put(directory, replace(BPU, stale_since=date(2026, 11, 1)))
    assert reminded(gateway, channel) == []

    put(directory, BPU)

    assert len(reminded(gateway, channel)) == 1


def test_a_phone_that_belongs_to_somebody_else_now_is_reminded_no_more(
    gateway: Gateway, channel: FakeChannel, directory: FakeDirectory
) -> None:
    text(gateway, "INGAT 61000000019")
    put(directory, replace(BPU, msisdns=frozenset()))
    reminded(gateway, channel)

    put(directory, BPU)

    assert reminded(gateway, channel) == []


def test_replies_go_before_reminders(
    gateway: Gateway,
    channel: FakeChannel,
    queue: FakeQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text(gateway, "INGAT 61000000019")
    gateway.database.channels.pause(
        channel.name, AuditEntry(gateway.clock(), "anna", "why")
    )
    gateway.database.inbox.add(sms("SM0", "SALDO 61000000019", at=gateway.clock()))
    gateway.processor.answer_waiting()
    monkeypatch.setattr(gateway.reminders, "_most_unsent", 1)

    assert gateway.reminders.remind_due() == 0
    assert "remind" in queue.notified
    gateway.database.channels.resume(
        channel.name, AuditEntry(gateway.clock(), "anna", "why")
    )
    gateway.sweep()
    assert len(reminded(gateway, channel)) == 1


def test_the_last_brake_holds_for_reminders_too(
    gateway: Gateway, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    text(gateway, "INGAT 61000000019")
    policy = replace(gateway.policy, limits=Limits(all_replies=1))
    monkeypatch.setattr(gateway.reminders, "_policy", policy)

    assert reminded(gateway, channel) == []


def test_a_queued_reminder_is_taken_back(
    gateway: Gateway, channel: FakeChannel
) -> None:
    text(gateway, "INGAT 61000000019")
    gateway.reminders.remind_due()

    text(gateway, "INGAT STOP")

    assert all(MISSING not in message.text for _, message in channel.taken)


@pytest.mark.parametrize(
    "limits", [Limits(replies=1), Limits(answers=1), Limits(all_replies=1)], ids=str
)
def test_an_end_is_heard_whatever_the_limits_say(
    gateway: Gateway,
    channel: FakeChannel,
    monkeypatch: pytest.MonkeyPatch,
    limits: Limits,
) -> None:
    text(gateway, "INGAT 61000000019")
    monkeypatch.setattr(gateway.processor.rate_limiter, "_limits", limits)

    text(gateway, "INGAT STOP")

    assert reminded(gateway, channel) == []


def test_nobody_is_subscribed_who_is_told_that_it_is_enough(
    gateway: Gateway, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway.processor.rate_limiter, "_limits", Limits(answers=1))
    text(gateway, "SALDO 61000000019")
    text(gateway, "INGAT 61000000019")

    assert "terlalu banyak bertanya" in channel.taken[-1][1].text
    assert reminded(gateway, channel) == []


def test_a_purge_gets_by_a_wish_that_was_repeated(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    text(gateway, "INGAT 61000000019")
    clock.pass_time(days=30)
    assert len(reminded(gateway, channel)) == 1
    text(gateway, "INGAT 61000000019")
    clock.pass_time(days=345)

    gateway.retention.purge()

    with gateway.database._reading() as connection:
        assert len(connection.execute(select(inbound)).all()) == 1


def test_a_forecast_of_another_day_reckons_with_its_month(
    gateway: Gateway, directory: FakeDirectory, clock: FakeClock
) -> None:
    text(gateway, "INGAT 61000000019")
    put(directory, replace(BPU, last_contribution=date(2026, 11, 1)))

    [now, _] = gateway.reminders.forecast(clock.now)
    [later, _] = gateway.reminders.forecast(clock.now + timedelta(days=30))

    assert now.outcomes == {ReminderOutcome.NOT_DUE: 1}
    assert later.outcomes == {ReminderOutcome.SENT: 1}
