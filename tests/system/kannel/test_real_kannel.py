"""SMS through Debian's Kannel and back: an SMS centre, SMPP, two boxes, HTTP, us."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

import pytest

from benchmarks.members import Member, made_up
from tests.support import run_figures
from tests.support.processes import wait_until
from tests.support.run_figures import ReportFigure
from tests.system.kannel.installation import CODE, MEMBERS, Installation, settled
from tests.system.kannel.smsc import (
    ALPHANUMERIC,
    DELIVERED,
    TRANSACTION_TAG,
    UCS2,
    UNDELIVERED,
    UNKNOWN,
    Sms,
    long_sms,
)

EXCHANGED = 300
PATIENCE = 90.0
_numbers = count()


def some_members(number: int) -> list[Member]:
    """Members who have not texted yet."""
    start = next(_numbers)
    for _ in range(number - 1):
        next(_numbers)
    assert start + number <= MEMBERS
    return list(made_up(range(start, start + number)))


def written(member: Member) -> str:
    """The phone as operators write it."""
    return member.phone.removeprefix("+")


def asks(member: Member) -> Sms:
    """SALDO to the short code, with a transaction of the operator's."""
    transaction = f"TX/{member.kpj} {written(member)}".encode()
    tlvs = {TRANSACTION_TAG: transaction}
    return Sms(written(member), CODE, member.text.encode(), tlvs=tlvs)


def phones_of(members: Sequence[Member]) -> list[str]:
    return [member.phone for member in members]


@pytest.fixture
def report_figure(record_property: Callable[[str, object], None]) -> ReportFigure:
    """Reports how many SMS went through, in the summary of every run."""
    return run_figures.under("SMS through a real Kannel and back", record_property)


def answered(installation: Installation, member: Member) -> Sms:
    """The one reply to a member, once it is there."""
    smsc = installation.smsc
    wait_until(lambda: smsc.of(written(member)), "a reply", PATIENCE)
    [reply] = smsc.of(written(member))
    return reply


def test_each_phone_gets_its_own_balance_once_and_its_receipt_is_applied(
    installation: Installation, report_figure: ReportFigure
) -> None:
    members = some_members(EXCHANGED)
    smsc, began = installation.smsc, time.monotonic()

    for member in members:
        smsc.deliver(asks(member))
    wait_until(lambda: len(smsc.taken) >= len(members), "all replies", PATIENCE)
    took = time.monotonic() - began
    wait_until(
        lambda: delivered(installation, members) == len(members),
        "all receipts",
        PATIENCE,
        pause=0.5,
    )

    assert Counter(message.recipient for message in smsc.taken) == Counter(
        map(written, members)
    )
    for member in members:
        [reply] = smsc.of(written(member))
        assert member.amount in reply.text
        assert reply.sender == CODE
        assert reply.transaction == asks(member).transaction
    report_figure(
        f"{len(members)} SMS in, {len(smsc.taken)} replies out in {took:.1f} s"
    )
    report_figure(f"{delivered(installation, members)} receipts 'delivered' applied")
    [sample] = smsc.of(written(members[0]))
    report_figure(f"> {written(members[0])} to {CODE}: {members[0].text}")
    report_figure(f"< {sample.text} (quotes {sample.transaction})")


def delivered(installation: Installation, members: Sequence[Member]) -> int:
    rows = installation.replies_to(phones_of(members))
    return sum(row.status == "delivered" for row in rows)


def test_an_sms_in_ucs2_is_read(installation: Installation) -> None:
    [member] = some_members(1)
    text = f"SALDO {member.kpj} \u4f60\u597d".encode("utf-16-be")

    installation.smsc.deliver(Sms(written(member), CODE, text, UCS2))

    assert member.kpj[-4:] in answered(installation, member).text


def test_a_long_sms_comes_as_one(installation: Installation) -> None:
    [member] = some_members(1)
    text = f"tolong kirimkan saldo saya ya pak{' ' * 150}{member.kpj}"

    for part in long_sms(written(member), CODE, text):
        installation.smsc.deliver(part)

    assert member.kpj[-4:] in answered(installation, member).text
    assert installation.sms_from([member.phone]) == 1


def test_an_sms_that_is_no_text_is_not_answered(installation: Installation) -> None:
    binary, asking = some_members(2)

    installation.smsc.deliver(Sms(written(binary), CODE, b"\x01\x02\xff", coding=4))
    installation.smsc.deliver(asks(asking))

    answered(installation, asking)
    wait_until(lambda: installation.sms_from([binary.phone]), "the binary SMS")
    assert installation.smsc.of(written(binary)) == []


@pytest.mark.parametrize("coding", [2, 4, 0xF5])
def test_text_in_a_binary_coding_is_answered(
    installation: Installation, coding: int
) -> None:
    """Field report F14: some phones and operators mark plain text so."""
    [member] = some_members(1)

    installation.smsc.deliver(replace(asks(member), coding=coding))

    assert member.amount in answered(installation, member).text


@pytest.mark.parametrize("recipient", ["625757", "00625757", "+625757"])
def test_our_code_is_known_with_the_country_before_it(
    installation: Installation, recipient: str
) -> None:
    """Field report F15: it was refused, once a second."""
    [member] = some_members(1)

    installation.smsc.deliver(replace(asks(member), recipient=recipient))

    assert member.amount in answered(installation, member).text


@pytest.mark.parametrize(
    "written", ["62811000771", "062811000772", "0062811000773", "0811000774"]
)
def test_a_phone_of_nine_digits_is_answered_however_it_is_written(
    installation: Installation, written: str
) -> None:
    """Field report F2: the operator says nothing of the type of the number."""
    phone = f"62811000{written[-3:]}"

    installation.smsc.deliver(Sms(written, CODE, b"BANTUAN", sender_type=UNKNOWN))

    wait_until(lambda: installation.smsc.of(phone), "a reply", PATIENCE)
    assert installation.sms_from([f"+{phone}"]) == 1


def test_what_cannot_be_answered_is_kept_and_not_brought_again(
    installation: Installation,
) -> None:
    """Field report F15: a sender with a comma was asked for a thousand times."""
    [asking] = some_members(1)
    name = Sms("TSEL, INFO", CODE, b"SALDO", sender_type=ALPHANUMERIC)

    installation.smsc.deliver(name)
    installation.smsc.deliver(asks(asking))

    answered(installation, asking)
    wait_until(
        lambda: installation.reasons_of([name.sender]) == ["alphanumeric"], "its reason"
    )


def test_a_long_sms_without_its_last_part_is_handed_over_as_it_is(
    installation: Installation,
) -> None:
    """Field report F21: by itself Kannel waits for half an hour."""
    [member] = some_members(1)
    text = f"SALDO {member.kpj}{' ' * 150}terima kasih"

    for part in long_sms(written(member), CODE, text)[:-1]:
        installation.smsc.deliver(part)

    assert member.amount in answered(installation, member).text


def test_the_same_sms_brought_twice_by_the_operator_is_answered_once(
    installation: Installation,
) -> None:
    """Field report F13: two deliver_sm of one SMS have two ids at Kannel."""
    [member] = some_members(1)

    for _ in range(2):
        installation.smsc.deliver(asks(member))

    answered(installation, member)
    wait_until(
        lambda: "repeated" in installation.reasons_of([member.phone]), "the repeat"
    )
    assert len(installation.smsc.of(written(member))) == 1


def test_a_reply_that_was_not_delivered_says_why(installation: Installation) -> None:
    [member] = some_members(1)
    installation.smsc.fate = lambda _: UNDELIVERED

    installation.smsc.deliver(asks(member))
    answered(installation, member)
    wait_until(lambda: status_of(installation, member) == "undelivered", "a receipt")
    installation.smsc.fate = lambda _: DELIVERED

    [reply] = installation.replies_to([member.phone])
    assert reply.error_code == "001"


def status_of(installation: Installation, member: Member) -> str | None:
    rows = installation.replies_to([member.phone])
    return rows[0].status if rows else None


def test_a_crash_of_smsbox_doubles_nothing_and_loses_nothing_unseen(
    installation: Installation, report_figure: ReportFigure
) -> None:
    members, smsc = some_members(150), installation.smsc
    phones = phones_of(members)
    installation.worker.stop()
    for member in members:
        smsc.deliver(asks(member))
    wait_until(
        lambda: installation.sms_from(phones) == len(members), "all SMS", PATIENCE
    )

    before = len(smsc.taken)
    installation.worker.start()
    wait_until(lambda: len(smsc.taken) > before + 30, "some replies", PATIENCE)
    installation.kannel.smsbox.stop()
    installation.kannel.start_smsbox()
    wait_until(lambda: settled(installation, phones), "the end", PATIENCE)
    wait_until(
        lambda: (
            len(arrived(installation, members)) + in_doubt(installation, members)
            >= len(members)
        ),
        "every reply, or a doubt about it",
        PATIENCE,
    )

    found = arrived(installation, members)
    rows = installation.replies_to(phones)
    states = Counter(row.status for row in rows)
    report_figure(
        f"smsbox killed: {len(members)} SMS, {len(found)} replies arrived, {states}"
    )
    assert set(found.values()) == {1}
    assert len(rows) == len(members)
    # What did not arrive waits for a person, who sees it in `gateway stuck list`.
    assert len(members) - len(found) <= in_doubt(installation, members)


def arrived(installation: Installation, members: Sequence[Member]) -> Counter[str]:
    """How often something arrived on each of these phones."""
    mine = set(map(written, members))
    taken = list(installation.smsc.taken)
    return Counter(message.recipient for message in taken if message.recipient in mine)


def in_doubt(installation: Installation, members: Sequence[Member]) -> int:
    rows = installation.replies_to(phones_of(members))
    return sum(row.status == "unknown" for row in rows)


def test_no_log_names_a_phone_or_a_password(installation: Installation) -> None:
    logs = installation.logs()

    assert "arrived" in logs
    for secret in (*("62811000", "sendsms-password", "webhook-secret"), "SALDO"):
        assert secret not in logs
