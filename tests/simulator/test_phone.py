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
from tests.fakes import FakeClock
from tests.simulator.conftest import MEMBERS, OTHER_PHONE, PHONE, GatewayStub
from tests.simulator.sockets import unreachable

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


def bodies(html: str) -> list[str]:
    return re.findall(r'<p class="sms-body">(.*?)</p>', html, re.DOTALL)


def test_the_first_member_has_the_phone_at_first(browser: FlaskClient) -> None:
    html = browser.get("/").text

    assert f'name="phone" value="{PHONE}"' in html
    assert f"SALDO {MEMBERS[0].kpj}" in html


def test_every_member_can_be_chosen(browser: FlaskClient) -> None:
    outline = Outline(page_of(browser, OTHER_PHONE))

    members = [it for it in outline.every("a") if "member" in (it["class"] or "")]
    phones = [parse_qs(urlsplit(it["href"] or "").query)["phone"] for it in members]
    assert phones == [[PHONE], [OTHER_PHONE]]
    assert [it.get("aria-current") for it in members] == [None, "true"]


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
    assert answer.location == "/?phone=%2B628110000001#telepon"
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
    assert [it.get("src") for it in outline.every("script")] == ["/static/phone.js"]
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
    carrier.create(PHONE, "Saldo JHT", None)
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
    [{}, {"phone": " ", "body": "x"}, {"phone": PHONE, "body": "a" * 1601}],
    ids=["nothing", "no phone", "too long"],
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

    labelled = {it.get("for") for it in outline.every("label")}
    controls = [*outline.every("input"), *outline.every("textarea")]
    assert {it["id"] for it in controls if it.get("type") != "hidden"} <= labelled


def test_the_page_asks_no_other_host_and_carries_no_inline_code(
    browser: FlaskClient,
) -> None:
    outline = Outline(page_of(browser))

    addresses = [
        it[name] or ""
        for _, it in outline.tags
        for name in ("src", "href", "action", "data-url")
        if name in it
    ]
    assert all(address.startswith(("/", "#")) for address in addresses)
    assert not any("style" in it for _, it in outline.tags)
    assert not list(outline.every("style"))
    for address in addresses:
        if "static" in address:
            assert browser.get(address, buffered=True).status_code == 200
