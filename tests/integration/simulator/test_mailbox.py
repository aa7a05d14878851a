"""The mailbox: bounded, indexed, safe among threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from gateway.simulator.mailbox import MOST_REPORTS, Mailbox
from gateway.simulator.posts import StatusReport
from gateway.simulator.sms import Direction, Sms, SmsStatus

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def an_sms(sid: str, sender: str = "+621", recipient: str = "+1500") -> Sms:
    status = SmsStatus.RECEIVED
    return Sms(sid, Direction.INBOUND, sender, recipient, "halo", status, AT, AT)


def test_the_oldest_sms_are_forgotten_everywhere() -> None:
    mailbox = Mailbox(capacity=3)

    for number in range(5):
        mailbox.add(an_sms(f"SM{number}", sender=f"+62{number % 2}"))

    assert [sms.sid for sms in mailbox.newest()] == ["SM4", "SM3", "SM2"]
    assert [sms.sid for sms in mailbox.with_address("+620")] == ["SM2", "SM4"]
    assert mailbox.find("SM0") is None
    assert mailbox.update("SM0", status=SmsStatus.SENT) is None


def test_a_forgotten_phone_leaves_nothing_behind() -> None:
    mailbox = Mailbox(capacity=1)

    mailbox.add(an_sms("SM1", sender="+621"))
    mailbox.add(an_sms("SM2", sender="+622"))

    assert mailbox.with_address("+621") == []


def test_the_same_sid_is_kept_once() -> None:
    mailbox = Mailbox()

    kept = [mailbox.add(an_sms("SM1")), mailbox.add(an_sms("SM1"))]

    assert kept == [True, False]
    assert len(mailbox.with_address("+621")) == 1


def test_an_sms_to_itself_is_listed_once() -> None:
    mailbox = Mailbox()

    mailbox.add(an_sms("SM1", sender="+621", recipient="+621"))

    assert len(mailbox.with_address("+621")) == 1


def test_many_threads_lose_nothing() -> None:
    mailbox = Mailbox(capacity=500)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: mailbox.add(an_sms(f"SM{number}")), range(1000)))

    assert len(mailbox.with_address("+621")) == len(list(mailbox.newest())) == 500


def test_only_the_newest_posts_about_an_sms_are_kept() -> None:
    mailbox = Mailbox()
    mailbox.add(an_sms("SM1"))

    for number in range(MOST_REPORTS + 1):
        mailbox.note("SM1", StatusReport(str(number), None))
    mailbox.note("SM2", StatusReport("sent", None))

    sms = mailbox.find("SM1")
    assert sms is not None
    assert [report.status for report in sms.reports] == [
        str(item + 1) for item in range(MOST_REPORTS)
    ]


def test_an_sms_prints_without_number_and_text() -> None:
    printed = repr(an_sms("SM1", sender="+628110000001"))

    assert "+62" not in printed
    assert "halo" not in printed
