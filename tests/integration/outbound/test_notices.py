"""Who asked for notices hears each piece of news once; nobody else hears any."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import select, update

from gateway.db.models.messages import outbound
from gateway.db.models.subscribers import reminders, subscriptions
from gateway.domain.audit import AuditEntry
from gateway.domain.calendar import day_of
from gateway.domain.limits import Limits
from gateway.domain.participants import (
    Claim,
    ClaimStage,
    Contribution,
    MembershipStatus,
    Participant,
    Program,
    Segment,
    TimeZone,
)
from gateway.domain.resolution import Opening
from gateway.domain.statuses import OutboundStatus
from gateway.outbound import reminders as use_case
from gateway.outbound.notices import compare
from gateway.replies.fields import rupiah
from gateway.runtime import Gateway
from tests.integration.db.content import stored
from tests.support.fakes import (
    MEMBER,
    OTHER_PHONE,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    sms,
    worded,
)

TODAY = date(2026, 11, 10)
HERS = replace(MEMBER, time_zone=TimeZone.WIB)
REGISTERED = Claim(Program.JHT, ClaimStage.REGISTERED, TODAY + timedelta(days=1))
ASSESSED = Claim(Program.JHT, ClaimStage.ASSESSED, TODAY + timedelta(days=2))
MANY = 1_000
_ids = count(1)
Record = Callable[..., None]
Text = Callable[..., None]
Told = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def member(record: Record, clock: FakeClock) -> None:
    """An employee, at 11:30 in Jakarta: every slot of the round is due."""
    clock.pass_time(days=-11, hours=-4.5)
    record()


@pytest.fixture
def record(directory: FakeDirectory) -> Record:
    """What an import, or the core system, says about the member now."""

    def record(member: Participant = HERS, **now: object) -> None:
        directory.members[member.kpj] = replace(member, **now)  # type: ignore[arg-type]

    return record


@pytest.fixture
def text(gateway: Gateway) -> Text:
    """Text from a phone, and let everything be answered."""

    def text(body: str, phone: str = PHONE) -> None:
        provider_id = f"SM{next(_ids)}"
        message = sms(provider_id, body, sender=phone, at=gateway.clock())
        gateway.database.inbox.add(message)
        gateway.sweep()

    return text


@pytest.fixture
def told(gateway: Gateway, channel: FakeChannel, clock: FakeClock) -> Told:
    """What goes out in the next round, a day later."""

    def told() -> list[str]:
        clock.pass_time(days=1)
        before = len(channel.taken)
        for _ in range(2):  # the first may begin amid the subscriptions
            while gateway.reminders.remind_due():
                pass
        gateway.sweep()
        return [message.text for _, message in channel.taken[before:]]

    return told


class TestClaims:
    @pytest.fixture(autouse=True)
    def subscribed(self, text: Text, member: None) -> None:
        text("INGAT KLAIM 61000000019")

    def test_a_new_claim_is_told_with_the_question_whose_it_is(
        self, record: Record, told: Told
    ) -> None:
        record(claim=REGISTERED, status=MembershipStatus.IN_CLAIM)

        [notice] = told()

        assert "Ada klaim JHT baru untuk KPJ ***0019" in notice
        assert "Bukan Anda yang mengajukan? Segera telp 175" in notice
        assert "INGAT STOP" in notice
        assert told() == []

    def test_each_stage_is_told_once(self, record: Record, told: Told) -> None:
        notices = []
        for days, stage in enumerate(ClaimStage, start=1):
            claim = Claim(Program.JHT, stage, TODAY + timedelta(days=days))
            record(claim=claim)
            notices += told() + told()

        assert len(notices) == len(ClaimStage)
        assert "sekarang: disetujui" in notices[2]

    def test_a_claim_that_goes_back_and_forth_is_told_once_for_each_stage(
        self, record: Record, told: Told
    ) -> None:
        notices = []
        for claim in (REGISTERED, ASSESSED, REGISTERED, ASSESSED, None, ASSESSED):
            record(claim=claim)
            notices += told()

        assert ["diperiksa" in notice for notice in notices] == [False, True]

    def test_an_older_stage_that_was_passed_over_is_not_told_as_the_present_one(
        self, record: Record, told: Told
    ) -> None:
        approved = Claim(Program.JHT, ClaimStage.APPROVED, TODAY + timedelta(days=5))
        notices = []
        for claim in (REGISTERED, approved, ASSESSED, approved):
            record(claim=claim)
            notices += told()

        assert ["disetujui" in notice for notice in notices] == [False, True]

    def test_a_corrected_date_is_no_news(self, record: Record, told: Told) -> None:
        record(claim=ASSESSED)
        assert len(told()) == 1

        record(claim=replace(ASSESSED, since=date(2026, 11, 13)))

        assert told() == []

    def test_a_second_claim_is_told_as_a_new_one(
        self, record: Record, told: Told
    ) -> None:
        done = Claim(Program.JHT, ClaimStage.DONE, TODAY + timedelta(days=1))
        record(claim=done)
        told()

        record(claim=replace(REGISTERED, since=date(2026, 11, 13)))

        [notice] = told()
        assert "Ada klaim JHT baru" in notice

    def test_what_was_so_at_the_subscription_is_no_news(
        self, text: Text, record: Record, told: Told
    ) -> None:
        text("INGAT STOP")
        record(claim=replace(REGISTERED, since=TODAY))
        text("INGAT KLAIM 61000000019")

        assert told() == []

    @pytest.mark.parametrize(("days_before", "notices"), [(14, 1), (15, 0)])
    def test_a_claim_of_the_days_before_the_subscription_is_told_if_recorded_later(
        self, record: Record, told: Told, days_before: int, notices: int
    ) -> None:
        record(claim=replace(REGISTERED, since=TODAY - timedelta(days=days_before)))

        assert len(told()) == notices

    def test_contributions_are_not_told_to_who_asked_for_claims(
        self, record: Record, told: Told
    ) -> None:
        record(last_contribution=date(2026, 11, 1))

        assert told() == []

    def test_who_asked_for_claims_gets_no_reminders(
        self, record: Record, told: Told, clock: FakeClock
    ) -> None:
        record(segment=Segment.BPU)
        clock.pass_time(days=15)

        assert told() == []
        clock.pass_time(days=75)  # February
        assert told() == []


class TestContributions:
    @pytest.fixture(autouse=True)
    def subscribed(self, text: Text, member: None) -> None:
        text("INGAT IURAN 61000000019")

    def test_a_new_contribution_is_told_once(self, record: Record, told: Told) -> None:
        record(last_contribution=date(2026, 11, 1))

        [notice] = told()

        assert "Iuran KPJ ***0019 bulan 11-2026 sudah masuk" in notice
        assert told() == []

    def test_a_contribution_that_is_taken_back_is_not_told_again(
        self, record: Record, told: Told
    ) -> None:
        notices = []
        for month in (11, 10, 9, 10, 11):
            record(last_contribution=date(2026, month, 1))
            notices += told()

        assert len(notices) == 1

    def test_a_month_typed_wrongly_is_neither_told_nor_the_end_of_notices(
        self, record: Record, told: Told
    ) -> None:
        record(last_contribution=date(2099, 1, 1))
        assert told() == []

        record(last_contribution=date(2026, 11, 1))

        assert len(told()) == 1

    def test_several_months_at_once_are_told_with_the_newest(
        self, record: Record, told: Told, clock: FakeClock
    ) -> None:
        clock.pass_time(days=31)
        record(last_contribution=date(2026, 12, 1))
        notices = told()
        record(last_contribution=date(2026, 11, 1))
        notices += told()

        assert ["12-2026" in notice for notice in notices] == [True]

    def test_one_that_was_posted_before_the_subscription_is_not_told(
        self, record: Record, told: Told
    ) -> None:
        month = date(2026, 11, 1)
        paid = Contribution(month, 1, 1, posted_on=TODAY - timedelta(days=1))
        record(last_contribution=month, contributions=(paid,))

        assert told() == []

    def test_old_contributions_that_a_later_import_brings_are_not_told(
        self, text: Text, record: Record, told: Told
    ) -> None:
        text("INGAT STOP")
        record(last_contribution=None)
        text("INGAT IURAN 61000000019")

        record(last_contribution=date(2026, 8, 1))

        assert told() == []

    def test_an_employer_who_did_not_pay_is_told_once_the_term_is_over(
        self, record: Record, told: Told, clock: FakeClock
    ) -> None:
        """Employers pay by the 15th of the month after."""
        record(last_contribution=date(2026, 9, 1))
        assert told() == []
        clock.pass_time(days=15)

        [notice] = told()

        assert "bulan 10-2026 belum masuk" in notice
        assert "HRD" in notice
        assert told() == []

    @pytest.mark.parametrize(
        "now",
        [
            {"last_contribution": date(2026, 10, 1)},
            {"last_contribution": None},
            {"status": MembershipStatus.INACTIVE},
            {"status": MembershipStatus.IN_CLAIM},
            {"segment": Segment.JAKON},
        ],
        ids=str,
    )
    def test_nothing_is_missing_where_nothing_is_due(
        self, record: Record, told: Told, clock: FakeClock, now: Mapping[str, object]
    ) -> None:
        record(**{"last_contribution": date(2026, 9, 1)} | dict(now))
        clock.pass_time(days=16)

        assert told() == []

    def test_a_self_employed_member_hears_of_this_month(
        self, record: Record, told: Told, clock: FakeClock
    ) -> None:
        record(segment=Segment.BPU)
        clock.pass_time(days=16)

        [notice] = told()

        assert "11-2026" in notice
        assert "belum tercatat" in notice


class TestPhone:
    @pytest.fixture(autouse=True)
    def subscribed(self, text: Text, member: None) -> None:
        text("INGAT KLAIM 61000000019")

    def test_the_old_phone_hears_that_it_was_changed_and_nothing_else(
        self, record: Record, told: Told, channel: FakeChannel
    ) -> None:
        record(msisdns=frozenset({OTHER_PHONE}), claim=REGISTERED)

        [notice] = told()

        assert channel.taken[-1][1].recipient == PHONE
        assert "tidak terdaftar lagi untuk KPJ ***0019" in notice
        assert "Segera telp 175" in notice
        secrets = ("61000000019", OTHER_PHONE, "klaim", rupiah(12_345_678))
        assert not [secret for secret in secrets if secret in notice]

    def test_a_phone_that_changes_twice_is_told_once(
        self, record: Record, told: Told
    ) -> None:
        notices = []
        for phone in (OTHER_PHONE, "+628110000003", PHONE, OTHER_PHONE):
            record(msisdns=frozenset({phone}), claim=REGISTERED)
            notices += told()

        assert len(notices) == 1

    def test_a_change_after_a_new_subscription_is_told_again(
        self, text: Text, record: Record, told: Told
    ) -> None:
        record(msisdns=frozenset({OTHER_PHONE}))
        assert len(told()) == 1
        record()
        text("INGAT IURAN 61000000019")

        record(msisdns=frozenset({OTHER_PHONE}))

        assert len(told()) == 1

    def test_a_campaign_does_not_end_it_silently(
        self, text: Text, record: Record, told: Told, clock: FakeClock
    ) -> None:
        text("INGAT 61000000019")
        clock.pass_time(days=15)
        record(msisdns=frozenset({OTHER_PHONE}))

        assert len(told()) == 1

    def test_a_phone_that_is_enrolled_too_hears_of_the_change_and_goes_on_hearing(
        self, record: Record, told: Told, gateway: Gateway, clock: FakeClock
    ) -> None:
        opening = Opening(clock(), clock() + timedelta(days=90))
        with gateway.database._writing() as connection:
            gateway.database.enrolments.bind(connection, HERS.kpj, PHONE, opening)
        changed = replace(HERS, msisdns=frozenset({OTHER_PHONE}))

        record(changed, claim=REGISTERED)
        first = " ".join(told())
        record(changed, claim=ASSESSED)

        assert "Ada klaim JHT baru" in first
        assert "tidak terdaftar lagi" in first
        assert ["diperiksa" in notice for notice in told()] == [True]

    def test_the_end_of_an_enrolment_is_no_change_of_the_phone(
        self,
        text: Text,
        record: Record,
        told: Told,
        gateway: Gateway,
        channel: FakeChannel,
        clock: FakeClock,
    ) -> None:
        opening = Opening(clock(), clock() + timedelta(days=2))
        with gateway.database._writing() as connection:
            gateway.database.enrolments.bind(connection, HERS.kpj, OTHER_PHONE, opening)
        text("INGAT KLAIM 61000000019", phone=OTHER_PHONE)
        clock.pass_time(days=2)
        record(claim=ASSESSED)

        told()

        phones = [sent.recipient for _, sent in channel.taken if "klaim" in sent.text]
        assert phones == [PHONE, OTHER_PHONE, PHONE], channel.texts


@pytest.fixture
def subscribed(text: Text, member: None) -> None:
    text("INGAT KLAIM 61000000019")


@pytest.mark.usefixtures("subscribed")
@pytest.mark.parametrize(
    "now",
    [
        {"status": MembershipStatus.DECEASED},
        {"status": MembershipStatus.SUSPENDED},
        {"status": MembershipStatus.DECEASED, "msisdns": frozenset({OTHER_PHONE})},
        {"stale_since": date(2026, 11, 1)},
        {"stale_since": date(2026, 11, 1), "msisdns": frozenset({OTHER_PHONE})},
    ],
    ids=str,
)
def test_nothing_is_told_about_the_dead_the_suspended_and_from_old_records(
    record: Record, told: Told, now: Mapping[str, object]
) -> None:
    record(**{"claim": REGISTERED} | dict(now))

    assert told() == []


@pytest.mark.usefixtures("subscribed")
def test_what_old_records_hid_is_told_from_new_ones(record: Record, told: Told) -> None:
    record(claim=REGISTERED, stale_since=date(2026, 11, 1))
    told()

    record(claim=REGISTERED)

    assert len(told()) == 1


@pytest.mark.usefixtures("subscribed")
def test_the_end_of_a_suspension_brings_what_happened_meanwhile(
    record: Record, told: Told
) -> None:
    changed = replace(HERS, msisdns=frozenset({OTHER_PHONE}))
    for claimed in (replace(HERS, claim=REGISTERED), changed):
        record(claimed, status=MembershipStatus.SUSPENDED)
        assert told() == []

        record(claimed)

        assert len(told()) == 1


def test_a_subscription_from_old_records_begins_with_the_next_ones(
    text: Text, record: Record, told: Told
) -> None:
    record(stale_since=date(2026, 11, 1))
    text("INGAT KLAIM 61000000019")
    record(claim=REGISTERED)
    assert told() == []

    record(claim=ASSESSED)

    assert len(told()) == 1


@pytest.mark.usefixtures("subscribed")
def test_who_is_missing_from_one_import_is_told_after_the_next(
    record: Record, told: Told, directory: FakeDirectory
) -> None:
    directory.members.clear()
    assert told() == []

    record(claim=REGISTERED)

    assert len(told()) == 1


@pytest.mark.usefixtures("subscribed")
@pytest.mark.parametrize("goodbye", ["INGAT STOP", "jangan ingatkan klaim", "STOP"])
def test_who_has_had_enough_hears_nothing(
    text: Text, record: Record, told: Told, goodbye: str
) -> None:
    text(goodbye)
    record(claim=REGISTERED)

    assert told() == []


@pytest.mark.usefixtures("subscribed")
def test_news_from_the_time_of_an_opt_out_is_not_told_afterwards(
    text: Text, record: Record, told: Told
) -> None:
    text("STOP")
    record(claim=REGISTERED)
    told()
    text("MULAI")
    assert told() == []

    record(claim=ASSESSED)

    assert len(told()) == 1


@pytest.mark.usefixtures("subscribed")
def test_a_queued_notice_is_taken_back_by_an_end(
    text: Text, record: Record, gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    record(claim=REGISTERED)
    clock.pass_time(days=1)
    gateway.reminders.remind_due()

    text("INGAT STOP")

    assert not [body for body in channel.texts if "Ada klaim" in body]


@pytest.mark.usefixtures("subscribed")
def test_asking_again_after_an_end_does_not_tell_an_event_twice(
    text: Text, record: Record, told: Told
) -> None:
    record(claim=REGISTERED)
    assert len(told()) == 1
    text("INGAT STOP")
    record()
    text("INGAT KLAIM 61000000019")

    record(claim=REGISTERED)

    assert told() == []


@pytest.mark.usefixtures("subscribed")
def test_a_further_wish_loses_no_news_and_tells_none_twice(
    text: Text, record: Record, told: Told
) -> None:
    record(claim=REGISTERED, last_contribution=date(2026, 11, 1))
    text("INGAT IURAN 61000000019")
    text("INGAT 61000000019")

    claim, contribution = told()

    assert "Ada klaim" in claim
    assert "sudah masuk" in contribution
    assert told() == []


def test_reminders_of_before_do_not_date_notices(
    text: Text, record: Record, told: Told, clock: FakeClock
) -> None:
    text("INGAT 61000000019")
    record(claim=REGISTERED)
    clock.pass_time(days=2)

    text("INGAT KLAIM 61000000019")

    assert told() == []


def test_a_subscription_from_before_notices_gets_none_and_keeps_its_reminders(
    text: Text, record: Record, told: Told, gateway: Gateway, clock: FakeClock
) -> None:
    text("INGAT 61000000019")
    with gateway.database._writing() as connection:
        empty = {"wants_reminders": None, "wants_claims": None}
        empty |= {"wants_contributions": None}
        connection.execute(update(subscriptions).values(empty))
    record(claim=REGISTERED, segment=Segment.BPU)
    assert told() == []
    clock.pass_time(days=16)
    [reminder] = told()
    assert "belum tercatat" in reminder
    text("INGAT KLAIM 61000000019")
    clock.pass_time(days=28)

    assert len(told()) == 1  # of December's contribution


@pytest.mark.usefixtures("subscribed")
def test_two_workers_tell_once(
    record: Record, gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    record(claim=REGISTERED)
    clock.pass_time(days=1)
    comparisons, now = gateway.database.comparisons, clock()
    both = [
        compare(subscriber, worded(clock=clock), now)
        for subscriber in gateway.reminders._subscribers.fetch(
            comparisons.due(now, 10).found, now
        )
    ]

    assert len(comparisons.settle(both, now, MANY)) == 1
    assert comparisons.settle(both, now, MANY) == []
    gateway.sweep()
    assert len([body for body in channel.texts if "Ada klaim" in body]) == 1


@pytest.mark.usefixtures("subscribed")
def test_a_comparison_from_before_a_new_subscription_does_not_count(
    text: Text, record: Record, told: Told, gateway: Gateway, clock: FakeClock
) -> None:
    record(claim=REGISTERED)
    clock.pass_time(days=1)
    comparisons, now = gateway.database.comparisons, clock()
    [subscription] = comparisons.due(now, 10).found
    [subscriber] = gateway.reminders._subscribers.fetch([subscription], now)
    late = compare(subscriber, worded(clock=clock), now)
    text("INGAT STOP")
    text("INGAT KLAIM 61000000019")

    assert comparisons.settle([late], now, MANY) == []
    assert told() == []


def test_an_import_amid_a_round_tells_everybody_once(
    text: Text,
    record: Record,
    told: Told,
    gateway: Gateway,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(use_case, "BATCH", 2)
    members = subscribe(text, record, 6)
    clock.pass_time(days=1)
    gateway.reminders.remind_due()
    for member in members:
        record(member, claim=REGISTERED)

    notices = [told() for _ in range(3)]

    assert [len(some) for some in notices] == [6, 0, 0]


def test_a_broken_record_holds_up_nobody_else(
    text: Text,
    record: Record,
    told: Told,
    gateway: Gateway,
    directory: FakeDirectory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(use_case, "BATCH", 2)
    members = subscribe(text, record, 6)
    for member in members:
        record(member, claim=REGISTERED)
    directory.broken = {member.kpj for member in members[:3]}

    assert len(told()) == 3
    directory.broken = set()
    assert len(told()) == 3


def subscribe(text: Text, record: Record, count: int) -> list[Participant]:
    """So many members on as many phones, who want to hear of claims."""
    members = []
    for number in range(1, count + 1):
        kpj, phone = type(HERS.kpj)(f"61{number:09}"), f"+62811000{number:04}"
        members.append(replace(HERS, kpj=kpj, msisdns=frozenset({phone})))
        record(members[-1])
        text(f"INGAT KLAIM {kpj.digits}", phone=phone)
    return members


@pytest.mark.usefixtures("subscribed")
def test_nothing_is_told_at_night_nor_twice_in_a_round(
    record: Record, gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    record(claim=REGISTERED)
    clock.pass_time(hours=8.5)  # 20:00 in Jakarta
    hours = []
    for _ in range(24):
        before = len(channel.taken)
        while gateway.reminders.remind_due():
            pass
        gateway.sweep()
        hours += [clock().hour + 7] * (len(channel.taken) - before)
        clock.pass_time(hours=1)

    assert len(hours) == 1
    assert 8 <= hours[0] < 20


@pytest.mark.usefixtures("subscribed")
def test_a_notice_that_is_late_is_not_sent_at_night(
    record: Record, gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    record(claim=REGISTERED)
    clock.pass_time(days=1)
    gateway.reminders.remind_due()
    clock.pass_time(hours=9)

    gateway.sweep()

    assert not [body for body in channel.texts if "Ada klaim" in body]
    with gateway.database._reading() as connection:
        query = select(outbound.c.status).order_by(outbound.c.id.desc()).limit(1)
        assert connection.scalar(query) == OutboundStatus.EXPIRED


@pytest.mark.usefixtures("subscribed")
def test_a_clock_that_is_set_back_puts_nothing_off(
    record: Record, told: Told, clock: FakeClock
) -> None:
    clock.pass_time(days=20)
    told()
    clock.pass_time(days=-20)

    record(claim=REGISTERED)

    assert len(told()) == 1


@pytest.mark.usefixtures("subscribed")
def test_the_last_brake_holds_for_notices_which_wait_for_the_next_day(
    record: Record, told: Told, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(claim=REGISTERED)
    policy = gateway.policy
    braked = replace(policy, limits=Limits(all_replies=0))
    monkeypatch.setattr(gateway.reminders, "_policy", braked)
    assert told() == []
    monkeypatch.setattr(gateway.reminders, "_policy", policy)

    assert len(told()) == 1


@pytest.mark.usefixtures("subscribed")
def test_a_forecast_counts_notices_and_sends_none(
    record: Record, told: Told, gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    record(claim=REGISTERED)
    sent = len(channel.taken)

    [forecast] = gateway.reminders.forecast(clock())

    assert (forecast.title, forecast.outcomes) == ("notices", {"sent": 1})
    assert len(channel.taken) == sent
    assert len(told()) == 1
    today = clock() - timedelta(hours=12)
    assert gateway.database.comparisons.counts(today) == {"sent": 1}


@pytest.mark.usefixtures("subscribed")
def test_what_was_told_is_stored_encrypted(
    record: Record, told: Told, gateway: Gateway
) -> None:
    record(claim=ASSESSED)
    assert len(told()) == 1

    everything = stored(gateway.database._engine)

    assert b"61000000019" not in everything
    assert PHONE.encode() not in everything
    assert b"assessed" not in everything


@pytest.mark.usefixtures("subscribed")
@pytest.mark.parametrize("what", ["phone", "member"])
def test_who_is_forgotten_hears_nothing(
    record: Record, told: Told, gateway: Gateway, clock: FakeClock, what: str
) -> None:
    record(claim=REGISTERED)
    assert len(told()) == 1
    entry = AuditEntry(clock.now, "officer", "asked for it")

    if what == "phone":
        gateway.database.erasure.forget_phone(PHONE, entry)
    else:
        gateway.database.erasure.forget_member(HERS.kpj, entry)

    record(claim=ASSESSED)
    assert told() == []
    with gateway.database._reading() as connection:
        assert connection.execute(select(subscriptions)).all() == []
        assert connection.execute(select(reminders)).all() == []


@pytest.mark.usefixtures("subscribed")
def test_an_outage_of_the_directory_puts_notices_off(
    record: Record, told: Told, directory: FakeDirectory, clock: FakeClock
) -> None:
    record(claim=REGISTERED)
    directory.is_away = True
    assert told() == []
    directory.is_away = False

    assert len(told()) == 1
    assert day_of(clock()) > TODAY
