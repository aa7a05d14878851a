"""The phone page: choose, text, read; nothing on it is ever markup from an SMS."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.simulator.account import CarrierAccount
from gateway.simulator.app import create_simulator
from gateway.simulator.carrier import Carrier
from gateway.simulator.faults import Fault, Planned
from gateway.simulator.sms import SmsStatus
from tests.integration.simulator.conftest import (
    MEMBERS,
    OTHER_PHONE,
    PHONE,
    GatewayStub,
    await_until,
)
from tests.integration.simulator.sockets import unreachable
from tests.support.fakes import FakeClock

HOSTILE = "</p><script>alert('x')</script>\"' onload=x"
VOID = {"meta", "link", "input", "img", "br"}


class Outline(HTMLParser):
    """Tags with their attributes; fails on tags that do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def every(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


def page_of(browser: FlaskClient, phone: str = PHONE, **query: str) -> str:
    answer = browser.get("/", query_string={"phone": phone, **query})
    assert answer.status_code == 200
    return answer.text


def await_delivery(carrier: Carrier, sid: str) -> None:
    def is_delivered() -> bool:
        sms = carrier.find(sid)
        return sms is not None and sms.status is SmsStatus.DELIVERED

    await_until(is_delivered)


def bodies(html: str) -> list[str]:
    return re.findall(r'<p class="sms-body">(.*?)</p>', html, re.DOTALL)


def classes(attributes: dict[str, str | None]) -> list[str]:
    return (attributes.get("class") or "").split()


def notes(html: str) -> list[str]:
    found = re.findall(r'<ul class="sms-notes".*?</ul>', html, re.DOTALL)
    return re.findall(r"<li[^>]*>(.*?)</li>", "".join(found))


def test_the_first_member_has_the_phone_at_first(browser: FlaskClient) -> None:
    html = browser.get("/").text

    assert f'name="phone" value="{PHONE}"' in html
    assert f"SALDO {MEMBERS[0].kpj}" in html


def test_every_member_can_be_chosen(browser: FlaskClient) -> None:
    outline = Outline(page_of(browser, OTHER_PHONE))

    members = [
        element for element in outline.every("a") if "member-name" in classes(element)
    ]
    phones = [
        parse_qs(urlsplit(member["href"] or "").query)["phone"] for member in members
    ]
    assert phones == [[PHONE], [OTHER_PHONE]]
    assert [member.get("aria-current") for member in members] == [None, "true"]


@pytest.mark.parametrize(
    "typed", ["0811 0000 002", " 628110000002", "+628110000002", "62-811-0000-002"]
)
def test_a_typed_number_is_the_same_phone_however_written(
    browser: FlaskClient, typed: str
) -> None:
    assert f'name="phone" value="{OTHER_PHONE}"' in page_of(browser, typed)


def test_a_phone_of_nobody_can_text_about_somebody(browser: FlaskClient) -> None:
    html = page_of(browser, "+628119999999")

    assert "Bukan nomor peserta" in html
    assert f"SALDO {MEMBERS[0].kpj}" in html


def test_a_text_goes_to_the_gateway_and_stands_on_the_screen(
    browser: FlaskClient, stub: GatewayStub
) -> None:
    form = {"phone": PHONE, "body": "SALDO\r\n61000000019"}

    answer = browser.post("/phone/send", data=form)

    assert answer.status_code == 303
    assert answer.location == "/?phone=%2B628110000001#telepon-1"
    assert stub.next_request().form["Body"] == "SALDO\n61000000019"
    html = browser.get(answer.location).text
    assert bodies(html) == ["SALDO\n61000000019"]
    assert "17/160 septet · 1 SMS" in html
    assert "terkirim" in html


def test_a_reply_appears_in_the_fragment(browser: FlaskClient, app: Flask) -> None:
    app.extensions["carrier"].create(PHONE, "Saldo {JHT} 😀", None)

    html = browser.get("/phone/screen", query_string={"phone": PHONE}).text

    assert bodies(html) == ["Saldo {JHT} 😀"]
    assert "Layanan" in html
    assert "14/70 UCS-2 · 1 SMS" in html
    assert "<html" not in html


def test_a_long_sms_is_counted_in_parts(browser: FlaskClient, app: Flask) -> None:
    app.extensions["carrier"].create(PHONE, "a" * 161, None)

    assert "161/306 septet · 2 SMS" in page_of(browser)


@pytest.mark.parametrize("place", ["body", "draft", "phone"])
def test_markup_in_an_sms_is_shown_as_text(
    browser: FlaskClient, app: Flask, place: str
) -> None:
    carrier: Carrier = app.extensions["carrier"]
    carrier.create(PHONE, HOSTILE if place == "body" else "halo", None)
    phone = HOSTILE if place == "phone" else PHONE

    html = page_of(browser, phone, draft=HOSTILE if place == "draft" else "")

    outline = Outline(html)
    assert [element.get("src") for element in outline.every("script")] == [
        "/static/phone.js"
    ]
    assert not any("onload" in attributes for _, attributes in outline.tags)
    assert "<script>alert" not in html


def test_an_sms_that_was_not_taken_says_why(account: CarrierAccount) -> None:
    app = create_simulator(replace(account, webhook_url=unreachable()), MEMBERS)
    browser = app.test_client()

    browser.post("/phone/send", data={"phone": PHONE, "body": "SALDO"})

    html = page_of(browser)
    assert "gagal: layanan tidak terjangkau" in html
    assert "Menunggu balasan" not in html


def test_a_refused_sms_says_so(browser: FlaskClient, stub: GatewayStub) -> None:
    stub.statuses = [400]

    browser.post("/phone/send", data={"phone": PHONE, "body": "SALDO"})

    assert "gagal: ditolak layanan" in page_of(browser)


def test_without_script_the_page_reloads_only_while_a_reply_is_awaited(
    browser: FlaskClient, app: Flask, clock: FakeClock
) -> None:
    refresh = '<noscript><meta http-equiv="refresh"'
    carrier: Carrier = app.extensions["carrier"]

    before = page_of(browser)
    carrier.inbound(PHONE, "SALDO")
    during = page_of(browser)
    clock.pass_time(seconds=31)
    late = page_of(browser)
    carrier.inbound(PHONE, "SALDO")
    sms = carrier.create(PHONE, "Saldo JHT", None)
    await_delivery(carrier, sms.sid)
    after = page_of(browser)

    assert [refresh in html for html in (before, during, late, after)] == [
        *(False, True, False, False)
    ]


def test_an_empty_sms_can_be_sent(browser: FlaskClient, stub: GatewayStub) -> None:
    browser.post("/phone/send", data={"phone": PHONE, "body": ""})

    assert stub.next_request().form["Body"] == ""
    assert bodies(page_of(browser)) == ["(SMS kosong)"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"phone": " ", "body": "x"},
        {"phone": HOSTILE, "body": "x"},
        {"phone": PHONE, "body": "a" * 1601},
    ],
    ids=["nothing", "no phone", "bad phone", "too long"],
)
def test_a_wrong_form_is_refused(
    browser: FlaskClient, stub: GatewayStub, form: dict[str, str]
) -> None:
    answer = browser.post("/phone/send", data=form)

    assert answer.status_code == 400
    assert stub.requests.empty()


def test_without_members_a_number_can_be_typed(account: CarrierAccount) -> None:
    html = create_simulator(account, ()).test_client().get("/").text

    assert 'id="nomor"' in html
    assert "Belum ada peserta contoh" in html


def test_every_control_has_a_label(browser: FlaskClient) -> None:
    outline = Outline(page_of(browser))

    labelled = {element.get("for") for element in outline.every("label")}
    controls = [*outline.every("input"), *outline.every("textarea")]
    assert {
        control["id"] for control in controls if control.get("type") != "hidden"
    } <= labelled


def test_the_page_asks_no_other_host_and_carries_no_inline_code(
    browser: FlaskClient,
) -> None:
    outline = Outline(page_of(browser))

    addresses = [
        tag[name] or ""
        for _, tag in outline.tags
        for name in ("src", "href", "action", "data-url")
        if name in tag
    ]
    assert all(address.startswith(("/", "#")) for address in addresses)
    assert not any("style" in tag for _, tag in outline.tags)
    assert not list(outline.every("style"))
    for address in addresses:
        if "static" in address:
            assert browser.get(address, buffered=True).status_code == 200


def test_several_phones_lie_side_by_side_each_with_its_own_screen(
    browser: FlaskClient, app: Flask
) -> None:
    carrier: Carrier = app.extensions["carrier"]
    carrier.create(PHONE, "untuk Budi", None)
    carrier.create(OTHER_PHONE, "untuk Siti", None)

    html = browser.get("/", query_string={"phone": [PHONE, OTHER_PHONE]}).text

    areas = [element["data-url"] for element in Outline(html).every("ol")]
    screens = [bodies(browser.get(area or "").text) for area in areas]
    assert bodies(html) == ["untuk Budi", "untuk Siti"]
    assert screens == [["untuk Budi"], ["untuk Siti"]]


def test_a_phone_can_be_added_beside_and_put_away(browser: FlaskClient) -> None:
    one = Outline(page_of(browser))
    both = Outline(browser.get("/", query_string={"phone": [PHONE, OTHER_PHONE]}).text)

    adding = [
        element["href"]
        for element in one.every("a")
        if "member-add" in classes(element)
    ]
    putting_away = [
        element["href"]
        for element in both.every("a")
        if (element.get("aria-label") or "").startswith("Singkirkan")
    ]
    assert adding == ["/?phone=%2B628110000001&phone=%2B628110000002#telepon-2"]
    assert putting_away == ["/?phone=%2B628110000002", "/?phone=%2B628110000001"]
    assert not [
        element for element in both.every("a") if "member-add" in classes(element)
    ]


def test_texting_on_one_phone_leaves_the_others_where_they_are(
    browser: FlaskClient,
) -> None:
    form = {"phone": OTHER_PHONE, "shown": [PHONE, OTHER_PHONE], "lang": "en"}

    answer = browser.post("/phone/send", data=form)

    assert answer.location == (
        "/?phone=%2B628110000001&phone=%2B628110000002&lang=en#telepon-2"
    )


def test_a_draft_is_for_one_phone_only(browser: FlaskClient) -> None:
    query = {"phone": [PHONE, OTHER_PHONE], "draft": "SALDO", "writer": OTHER_PHONE}

    html = browser.get("/", query_string=query).text

    drafts = re.findall(r"<textarea[^>]*>(.*?)</textarea>", html)
    assert drafts == ["", "SALDO"]


def test_what_is_no_phone_is_named_and_left_aside(browser: FlaskClient) -> None:
    html = browser.get("/", query_string={"phone": [PHONE, "bukan: nomor"]}).text

    assert "Bukan nomor telepon: bukan: nomor" in html
    assert html.count('class="phone-view"') == 1


def test_an_sms_shows_that_the_gateway_took_it(browser: FlaskClient) -> None:
    browser.post("/phone/send", data={"phone": PHONE, "body": "SALDO"})

    assert notes(page_of(browser)) == ["SMS: diambil (200)"]


def test_an_sms_that_was_not_taken_shows_the_answer(
    browser: FlaskClient, stub: GatewayStub
) -> None:
    stub.statuses = [503]

    browser.post("/phone/send", data={"phone": PHONE, "body": "SALDO"})

    assert notes(page_of(browser)) == ["SMS: ditolak (503)"]


def test_a_duplicate_shows_both_ways_to_the_gateway(
    browser: FlaskClient, app: Flask
) -> None:
    app.extensions["faults"].plan(Planned(Fault.DUPLICATE), 1)

    browser.post("/phone/send", data={"phone": PHONE, "body": "SALDO"})

    assert notes(page_of(browser)) == ["SMS: diambil (200)"] * 2


def test_a_reply_shows_its_receipts(
    browser: FlaskClient, app: Flask, stub: GatewayStub
) -> None:
    stub.statuses = [503]

    app.extensions["carrier"].create(PHONE, "Saldo", f"{stub.url}/receipt")

    await_until(lambda: len(notes(page_of(browser))) == 2)
    assert notes(page_of(browser)) == [
        "laporan dikirim: ditolak (503)",
        "laporan diterima: diambil (200)",
    ]
    assert "diterima</span>" in page_of(browser)


def test_a_dropped_receipt_is_shown_as_dropped(
    browser: FlaskClient, app: Flask, stub: GatewayStub
) -> None:
    app.extensions["faults"].plan(Planned(Fault.RECEIPT_LOST), 1)

    app.extensions["carrier"].create(PHONE, "Saldo", f"{stub.url}/receipt")

    await_until(lambda: len(notes(page_of(browser))) == 2)
    assert notes(page_of(browser, lang="en")) == [
        "receipt sent: dropped",
        "receipt delivered: dropped",
    ]


def test_a_delayed_reply_is_on_its_way(
    browser: FlaskClient, app: Flask, stub: GatewayStub
) -> None:
    app.extensions["faults"].plan(Planned(Fault.DELAY), 1)

    app.extensions["carrier"].create(PHONE, "Saldo", f"{stub.url}/receipt")

    html = page_of(browser)
    assert "dalam perjalanan" in html
    assert "sms-coming" in html
    assert '<noscript><meta http-equiv="refresh"' in html


def test_each_sms_links_to_its_timeline_in_the_console(
    browser: FlaskClient, app: Flask, account: CarrierAccount
) -> None:
    carrier: Carrier = app.extensions["carrier"]
    sids = [
        carrier.inbound(PHONE, "SALDO").sms.sid,
        carrier.create(PHONE, "Saldo JHT", None).sid,
    ]

    outline = Outline(page_of(browser))

    links = [
        element for element in outline.every("a") if element.get("target") == "_blank"
    ]
    timeline = f"{account.gateway_url}/console/messages/by-provider-id/"
    assert [link["href"] for link in links] == [timeline + sid for sid in sids]
    assert {link["rel"] for link in links} == {"noopener"}


@pytest.mark.parametrize(
    ("lang", "send", "other"),
    [("id", "Kirim", "en"), ("en", "Send", "id"), ("xx", "Kirim", "en")],
)
def test_the_page_speaks_one_language_and_offers_the_other(
    browser: FlaskClient, lang: str, send: str, other: str
) -> None:
    html = page_of(browser, lang=lang)

    assert f">{send}</button>" in html
    assert f'hreflang="{other}"' in html


def test_the_address_to_load_again_is_another_one_each_time(
    browser: FlaskClient, app: Flask, clock: FakeClock
) -> None:
    app.extensions["carrier"].inbound(PHONE, "SALDO")

    addresses = set()
    for _ in range(2):
        found = re.search(r'content="2;url=([^"]+)"', page_of(browser))
        assert found is not None
        addresses.add(found[1])
        clock.pass_time(seconds=2)

    assert len(addresses) == 2
