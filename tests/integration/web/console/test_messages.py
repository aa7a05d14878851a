"""Messages are found and shown masked; a number is revealed for a recorded reason."""

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from gateway.domain.messages import DeliveryReceipt
from gateway.domain.operators import Role
from gateway.domain.statuses import OutboundStatus
from gateway.handlers import topics
from gateway.runtime import Gateway
from tests.integration.web.console.conftest import LogIn
from tests.integration.web.console.pages import submit
from tests.support.fakes import MEMBER, OTHER_PHONE, PHONE, FakeClock, sms
from tests.system.test_canary import MEMBERS, enrolment, found_in, secrets

MESSAGES = "/console/messages"
KPJ = MEMBER.kpj.digits
SAID = (
    (PHONE, f"SALDO {KPJ}"),
    (OTHER_PHONE, f"STATUS {KPJ}"),
    (OTHER_PHONE, "selamat pagi"),
    (PHONE, "saldo"),
)


@pytest.fixture(autouse=True)
def answered(gateway: Gateway, clock: FakeClock) -> Gateway:
    """Four messages with the ids 1 to 4, answered."""
    for number, (phone, text) in enumerate(SAID, start=1):
        clock.pass_time(minutes=1)
        gateway.database.inbox.add(sms(f"SM{number}", text, sender=phone, at=clock()))
        gateway.sweep()
    return gateway


@pytest.fixture
def client(visit: LogIn) -> FlaskClient:
    client = visit(Role.OPERATOR)
    submit(client, "/console/language", language="en")
    return client


def ids(page: str) -> list[int]:
    """The messages in a table."""
    return [
        int(match) for match in re.findall(r'<a href="/console/messages/(\d+)"', page)
    ]


def search(client: FlaskClient, typed: str) -> str:
    """What is found; the address line is followed as a browser does."""
    answer = submit(client, MESSAGES, q=typed)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert typed == "" or not re.search(r"\d{5}(?![0-9a-f]{10})", address.split("~")[0])
    return client.get(address).text


def test_the_newest_messages_come_first(client: FlaskClient) -> None:
    page = client.get(MESSAGES).text

    assert ids(page) == [4, 3, 2, 1]
    assert "***0002" in page
    assert "STATUS ***0019" in page


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (PHONE, [4, 1]),
        ("0811 0000 002", [3, 2]),
        (KPJ, [4, 2, 1]),
        ("keyword:status", [2]),
        ("outcome:refused", [2]),
        ("pagi", [3]),
        ("nothing like it", []),
    ],
)
def test_the_box_finds_messages(
    client: FlaskClient, typed: str, found: list[int]
) -> None:
    assert ids(search(client, typed)) == found


def test_a_pasted_number_is_masked_in_the_box_and_in_the_address(
    client: FlaskClient,
) -> None:
    address = submit(client, MESSAGES, q=PHONE).headers["Location"]

    assert "8110000001" not in address
    assert 'value="phone:***0001"' in client.get(address).text


def test_a_masked_number_in_the_box_is_searched_for_again(client: FlaskClient) -> None:
    page = search(client, PHONE)
    known = re.search(r'name="known" value="([^"]+)"', page)
    assert known

    again = submit(client, MESSAGES, q="phone:***0001 keyword:saldo", known=known[1])

    assert ids(client.get(again.headers["Location"]).text) == [4, 1]
    assert "~" in again.headers["Location"]


def test_a_wrong_term_is_named_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    answer = submit(client, MESSAGES, q=f"keyword:pulsa tolong {PHONE}")

    assert answer.status_code == 422
    assert "<code>keyword:pulsa</code>: There is no such value." in answer.text
    assert ", ".join(sorted(topics())) in answer.text
    assert 'value="keyword:pulsa tolong phone:***0001"' in answer.text


def test_a_number_in_the_address_line_is_refused(client: FlaskClient) -> None:
    assert client.get(f"{MESSAGES}?q={KPJ}").status_code == 422
    assert client.get(f"{MESSAGES}?before=x").status_code == 404


def test_a_filter_is_a_link_that_keeps_the_rest(client: FlaskClient) -> None:
    page = client.get(f"{MESSAGES}?q=pagi").text

    assert "/console/messages?q=pagi+outcome:refused" in page


def test_new_messages_are_counted_for_the_search(
    client: FlaskClient, gateway: Gateway
) -> None:
    count = f"{MESSAGES}/newer.json?after=4&q="
    assert client.get(count).json == {"newer": 0}

    gateway.database.inbox.add(sms("SM5", "BANTUAN"))

    assert client.get(count).json == {"newer": 1}
    assert client.get(f"{count}keyword:saldo").json == {"newer": 0}


def test_a_story_tells_how_a_message_was_read_decided_and_answered(
    client: FlaskClient,
) -> None:
    page = words_of(client.get(f"{MESSAGES}/2").text)

    assert "STATUS ***0019" in page
    assert 'STATUS, recognised by "status"' in page
    assert "a KPJ" in page
    assert "is not in this member's record and is not enrolled" in page
    assert "Template not_available" in page
    assert "Attempt 1: sent" in page


def test_a_story_says_that_the_phone_stood_for_the_kpj(client: FlaskClient) -> None:
    page = words_of(client.get(f"{MESSAGES}/4").text)

    assert "none; this phone belongs to exactly one member" in page


def test_a_story_has_its_receipts_and_timings(
    client: FlaskClient, gateway: Gateway, clock: FakeClock
) -> None:
    delivered = OutboundStatus.DELIVERED
    gateway.database.receipts.add(DeliveryReceipt("fake", "F1", delivered, clock()))
    gateway.sweep()

    page = words_of(client.get(f"{MESSAGES}/1").text)

    assert "Receipt: delivered" in page
    assert "Delivered, or given up" in page
    assert "+180 s" in page


def test_a_message_is_reached_by_an_id_of_the_carrier(client: FlaskClient) -> None:
    for sid in ("SM2", "F2"):
        answer = client.get(f"{MESSAGES}/by-provider-id/{sid}")
        assert answer.headers["Location"] == f"{MESSAGES}/2"

    assert client.get(f"{MESSAGES}/by-provider-id/nothing").status_code == 404
    assert client.get(f"{MESSAGES}/99").status_code == 404


def test_a_conversation_is_all_of_one_phone(client: FlaskClient) -> None:
    page = words_of(client.get(f"{MESSAGES}/3/conversation").text)

    assert "STATUS ***0019" in page
    assert "selamat pagi" in page
    assert "SALDO ***0019" not in page
    assert page.count("We:") == 2


@pytest.mark.parametrize(
    ("what", "number", "action"),
    [("phone", OTHER_PHONE, "reveal phone"), ("kpj", KPJ, "reveal KPJ")],
)
def test_a_number_is_shown_for_a_reason_and_on_record(
    client: FlaskClient, gateway: Gateway, what: str, number: str, action: str
) -> None:
    answer = submit(client, f"{MESSAGES}/2/{what}", reason="the member called us")

    assert number in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    [entry] = gateway.database.audit_log.latest(1)
    assert (entry.actor, entry.action, entry.subject) == ("operator", action, "2")
    assert entry.reason == "the member called us"
    assert number not in client.get(f"{MESSAGES}/2").text


@pytest.mark.parametrize("reason", ["", "abc", "        "])
def test_without_a_reason_no_number_is_shown_and_nothing_recorded(
    client: FlaskClient, gateway: Gateway, reason: str
) -> None:
    answer = submit(client, f"{MESSAGES}/2/phone", reason=reason)

    assert answer.status_code == 422
    assert OTHER_PHONE not in answer.text
    assert "reveal" not in gateway.database.audit_log.latest(1)[0].action


def test_a_viewer_is_shown_no_number(visit: LogIn) -> None:
    viewer = visit(Role.VIEWER)

    answer = submit(viewer, f"{MESSAGES}/2/phone", reason="the member called us")

    assert answer.status_code == 403
    assert (
        '<form method="post" action="/console/messages/2'
        not in viewer.get(f"{MESSAGES}/2").text
    )


@pytest.mark.parametrize("role", Role)
def test_no_page_holds_a_name_a_number_or_a_balance(
    visit: LogIn, gateway: Gateway, clock: FakeClock, role: Role
) -> None:
    gateway.database.inbox.add(sms("SM5", enrolment(MEMBERS[18]), at=clock()))
    gateway.sweep()
    client = visit(role)
    pages = {path: client.get(MESSAGES + path) for path in SHOWN}
    pages["a search"] = submit(client, MESSAGES, q=f"{PHONE} {KPJ}")
    pages["a wrong search"] = submit(client, MESSAGES, q=f"{PHONE} {KPJ} x:y")

    assert {page.status_code for page in pages.values()} == {200, 303, 422}
    shown = {path: value.text for path, value in pages.items()}
    reported = {path: str(value.headers) for path, value in pages.items()}
    assert found_in(shown, secrets()) == set()
    assert found_in(reported, secrets()) == set()


SHOWN = ("", "/1", "/2", "/4", "/5", "/1/conversation", "/newer.json?after=0")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def words_of(page: str) -> str:
    """What is read, in one line."""
    parser = _Words()
    parser.feed(page)
    return " ".join(parser.words)
