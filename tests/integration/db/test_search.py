"""What an operator looks for is found, page by page, on both databases."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import Engine, insert, update

from gateway.db.console import id_ranges
from gateway.db.console import search as finding
from gateway.db.database import Database
from gateway.db.models.messages import inbound, outbound
from gateway.domain.audit import AuditEntry
from gateway.domain.outcomes import Outcome
from gateway.domain.statuses import InboundStatus
from gateway.parsers.search_query import Search, parse, tokenise_numbers
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.support.fakes import MEMBER, OTHER_PHONE, PHONE, FakeChannel, FakeClock, sms

KEYWORDS = ("saldo", "status", "bantuan", "stop")
SAID = (
    (PHONE, f"SALDO {MEMBER.kpj.digits}"),
    (OTHER_PHONE, f"STATUS {MEMBER.kpj.digits}"),
    (OTHER_PHONE, "selamat pagi"),
    (PHONE, "BANTUAN"),
    (PHONE, "saldo 123456"),
)


@pytest.fixture
def answered(gateway: Gateway, clock: FakeClock) -> Gateway:
    """Five messages with the ids 1 to 5, an hour apart, all answered."""
    for number, (phone, text) in enumerate(SAID):
        clock.pass_time(hours=1)
        message = sms(f"SM{number}", text, sender=phone, at=clock())
        gateway.database.inbox.add(message)
        gateway.sweep()
    return gateway


def look(log: Database, cipher: Cipher, typed: str) -> list[int]:
    search = parse(tokenise_numbers(typed, cipher.index), KEYWORDS)
    assert search.faults == ()
    return [message.id for message in log.finder.page(search).messages]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", [5, 4, 3, 2, 1]),
        (PHONE, [5, 4, 1]),
        ("0811-0000-002", [3, 2]),
        ("phone:0002", [3, 2]),
        (MEMBER.kpj.digits, [2, 1]),
        ("kpj:0019", [2, 1]),
        ("keyword:saldo", [5, 1]),
        ("keyword:saldo keyword:status", [5, 2, 1]),
        ("outcome:refused", [2]),
        ("outcome:not_their_phone", [2]),
        ("outcome:unrecognised", [3]),
        ("outcome:answered", [5, 4, 1]),
        ("outcome:kpj_malformed", [5]),
        ("outcome:refused outcome:unrecognised", [3, 2]),
        ("outcome:waiting", []),
        ("outcome:failed outcome:ignored", []),
        ("status:sent", [5, 4, 3, 2, 1]),
        ("status:delivered", []),
        ("PAGI", [3]),
        ('"selamat pagi"', [3]),
        ("100%", []),
        (f"{PHONE} keyword:bantuan", [4]),
        ("from:2026-11-21 to:2026-11-21", [5, 4, 3, 2, 1]),
        ("to:2026-11-20", []),
        ("from:2026-11-22", []),
    ],
)
def test_what_is_looked_for_is_found(
    answered: Gateway, cipher: Cipher, typed: str, found: list[int]
) -> None:
    assert look(answered.database, cipher, typed) == found


def test_a_day_begins_at_midnight_in_jakarta(
    database: Database, cipher: Cipher
) -> None:
    for minute in (59, 60):
        at = datetime(2026, 11, 20, 16, tzinfo=UTC) + timedelta(minutes=minute)
        database.inbox.add(sms(f"SM{minute}", "halo", at=at))

    assert look(database, cipher, "to:2026-11-20") == [1]
    assert look(database, cipher, "from:2026-11-21") == [2]


def test_an_sms_that_waited_on_disk_is_found_on_the_day_it_came(
    database: Database, cipher: Cipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_ranges, "_FEW", 1)
    noon = datetime(2026, 11, 20, 5, tzinfo=UTC)
    for day in range(9):
        database.inbox.add(sms(f"SM{day}", "halo", at=noon + timedelta(days=day)))
    late = noon + timedelta(days=6.5)
    database.inbox.add(sms("SM-late", "halo", at=late))

    assert look(database, cipher, "from:2026-11-27 to:2026-11-27") == [8, 10]


def test_pages_of_days_go_by_time_and_leave_nothing_out(
    database: Database, cipher: Cipher
) -> None:
    noon = datetime(2026, 11, 20, 5, tzinfo=UTC)
    # The third and the fifth waited on disk; two came in the same moment.
    for number, minutes in enumerate((10, 30, 5, 30, 20, 40)):
        at = noon + timedelta(minutes=minutes)
        database.inbox.add(sms(f"SM{number}", "halo", at=at))
    search = Search(since=date(2026, 11, 20))
    finder = database.finder

    first = finder.page(search, size=2)
    second = finder.page(search, before=first.older, size=2)
    last = finder.page(search, before=second.older, size=2)
    back = finder.page(search, after=last.newer, size=2)

    assert [ids(item) for item in (first, second, last)] == [[6, 4], [2, 5], [1, 3]]
    assert last.older is None
    assert ids(back) == [2, 5]
    # One of them came late, which is news all the same.
    assert finder.count_newer(search, after=4) == 2
    assert ids(finder.page(search, after=0, size=9)) == [6, 4, 2, 5, 1, 3]
    assert ids(finder.page(search, before=100, size=9)) == [6, 4, 2, 5, 1, 3]
    assert ids(finder.page(search, after=100, size=9)) == []


def test_a_line_tells_what_came_and_what_became_of_it(answered: Gateway) -> None:
    line = answered.database.finder.page(Search()).messages[3]

    assert (line.phone, line.text) == ("***0002", "STATUS ***0019")
    assert (line.keyword, line.outcome) == ("status", Outcome.REFUSED)
    assert (line.decision, line.template) == ("not_their_phone", "not_available")
    assert line.reply_status == "sent"


def test_pages_lead_to_the_oldest_and_back(answered: Gateway) -> None:
    finder, everything = answered.database.finder, Search()

    first = finder.page(everything, size=2)
    second = finder.page(everything, before=first.older, size=2)
    last = finder.page(everything, before=second.older, size=2)
    back = finder.page(everything, after=last.newer, size=2)
    oldest = finder.page(everything, after=0, size=2)

    assert [ids(item) for item in (first, second, last)] == [[5, 4], [3, 2], [1]]
    assert (first.newer, last.older) == (None, None)
    assert ids(back) == [3, 2]
    assert ids(oldest) == [2, 1]
    assert (back.newer, back.older) == (3, 2)


def ids(page: finding.Page) -> list[int]:
    return [message.id for message in page.messages]


def test_messages_that_come_meanwhile_are_counted_and_move_no_page(
    answered: Gateway,
) -> None:
    finder = answered.database.finder
    page = finder.page(Search(), size=2)

    answered.database.inbox.add(sms("SM-new", "halo"))

    assert finder.count_newer(Search(), after=5) == 1
    assert finder.count_newer(Search(keywords=("saldo",)), after=1) == 1
    assert ids(finder.page(Search(), before=page.older, size=2)) == [3, 2]


def test_words_are_looked_for_so_far_only_and_the_page_says_so(
    answered: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_ranges, "LONGEST_SCAN", 2)
    finder, search = answered.database.finder, Search(words=("pagi",))

    page = finder.page(search)
    farther = finder.page(search, before=page.older)

    assert (ids(page), page.older) == ([], 4)
    assert page.looked_back_to is not None
    assert ids(farther) == [3]


def test_everything_found_is_told_as_far_as_the_limit(answered: Gateway) -> None:
    found = answered.database.finder.all(Search(), limit=4)

    assert [item.id for item in found] == [5, 4, 3, 2]


def test_a_message_is_found_by_the_ids_of_the_carrier(
    answered: Gateway, channel: FakeChannel
) -> None:
    finder = answered.database.finder

    assert finder.by_provider_id("SM1") == 2
    assert finder.by_provider_id("F2") == 2
    assert finder.by_provider_id("nothing") is None


def test_a_forgotten_phone_is_not_found_by_its_end(
    answered: Gateway, cipher: Cipher, clock: FakeClock
) -> None:
    answered.database.erasure.forget_phone(OTHER_PHONE, AuditEntry(clock(), "officer"))

    assert look(answered.database, cipher, "phone:0002") == []
    assert answered.database.finder.page(Search()).messages[3].phone == ""


def test_a_reason_without_decision_counts_once(
    engine: Engine, answered: Gateway, cipher: Cipher
) -> None:
    with engine.begin() as connection:
        failed = {"status": InboundStatus.FAILED, "reason": "KeyError"}
        connection.execute(update(inbound).where(inbound.c.id == 3).values(failed))

    assert look(answered.database, cipher, "outcome:failed") == [3]
    assert look(answered.database, cipher, "outcome:unrecognised") == []


def test_the_first_reply_is_the_one_in_the_line(
    engine: Engine, answered: Gateway
) -> None:
    with engine.begin() as connection:
        row = connection.execute(outbound.select().limit(1)).one()._asdict()
        news = row | {"id": 100, "provider_id": "F100", "template": "news"}
        connection.execute(insert(outbound).values(news))

    assert answered.database.finder.page(Search()).messages[-1].template == "balance"


def test_days_of_an_empty_log_find_nothing(database: Database, cipher: Cipher) -> None:
    assert look(database, cipher, "from:2026-11-01 to:2026-11-02") == []


def test_an_outcome_finds_what_a_page_shows_with_this_outcome(
    engine: Engine, database: Database
) -> None:
    reasons = (None, "limit", "empty", "kpj_missing", "directory_unavailable")
    decisions = (None, "allowed", "closed")
    ends = [*product(InboundStatus, reasons, decisions)]
    for number, (status, reason, decision) in enumerate(ends, 1):
        database.inbox.add(sms(f"SM{number}", "halo"))
        end = {"status": status, "reason": reason, "decision": decision}
        with engine.begin() as connection:
            mine = inbound.c.id == number
            connection.execute(update(inbound).where(mine).values(end))
    shown = database.finder.page(Search(), size=len(ends)).messages

    for outcome in Outcome:
        page = database.finder.page(Search(outcomes=(outcome,)), size=len(ends))
        assert ids(page) == [item.id for item in shown if item.outcome is outcome]
    assert len(shown) == len(ends)
