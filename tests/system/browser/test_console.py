"""The console in a real browser: from the login to what comes of it."""

from pathlib import Path

import pytest
import urllib3
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from gateway.devserver.in_process import InProcessGateway
from gateway.domain.operators import Role
from gateway.replay import player
from tests.support.processes import wait_until
from tests.system.browser.conftest import Visit

WHY = "asked for by the member"
PAGES = (
    *("/console/", "/console/messages", "/console/messages/1", "/console/texts"),
    "/console/card",
    *("/console/messages/1/conversation", "/console/work", "/console/work/sms/1/retry"),
    *("/console/admin", "/console/admin/access-log", "/console/messages/1/reply"),
)
LOOKS = (
    {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}},
)


def text(here: InProcessGateway, phone: str, body: str) -> None:
    """Text from a phone, through the simulated carrier."""
    url = f"{here.carrier_url}/simulator/inbound"
    answer = urllib3.request("POST", url, json={"from": phone, "body": body})
    assert answer.status == 200


def received(here: InProcessGateway, phone: str) -> list[str]:
    url = f"{here.carrier_url}/simulator/messages"
    answer = urllib3.request("GET", url, fields={"to": phone})
    return [item["body"] for item in answer.json()]


def test_an_officer_approves_an_enrolment_by_keyboard_alone(
    here: InProcessGateway, visit: Visit
) -> None:
    phone = "+628110007701"
    text(
        here,
        phone,
        "DAFTAR SALDO#0000001010840019#CONTOH TANPA TELEPON#10-10-1984#61000000163",
    )
    page = visit(Role.OPERATOR)
    wait_until(lambda: here.gateway.database.enrolments.waiting(), "the request")

    page.goto("/console/work")
    page.get_by_role("link", name="Setujui").focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Alasan").wait_for()
    page.keyboard.type(WHY)
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("HP sudah terdaftar")
    wait_until(lambda: len(received(here, phone)) == 2, "the news")
    assert "terdaftar untuk KPJ" in received(here, phone)[-1]


def test_who_asks_why_finds_the_story_of_an_sms_and_the_number_for_a_reason(
    here: InProcessGateway, visit: Visit
) -> None:
    phone = "+628110007703"
    text(here, phone, "SALDO 61000000019")
    wait_until(lambda: received(here, phone), "the reply")
    page = visit(Role.OPERATOR)

    page.get_by_role("link", name="Pesan", exact=True).click()
    page.get_by_role("textbox").fill("0811-0007-703")
    page.keyboard.press("Enter")
    # Neither the address line nor the page shows the number that was typed.
    page.wait_for_url("**/messages?q=phone:***")
    assert "0007703" not in page.url + page.content()
    page.locator("table a").first.click()

    expect(page.get_by_text("HP ini tidak ada di data").first).to_be_visible()
    page.get_by_role("textbox", name="Alasan").fill(WHY)
    page.get_by_role("button", name="Tampilkan nomor HP").click()
    expect(page.get_by_text(phone)).to_be_visible()
    entries = here.gateway.database.audit_log.latest(1)
    assert [(entry.action, entry.reason) for entry in entries] == [
        ("reveal phone", WHY)
    ]


def test_an_exported_conversation_is_recorded_and_replays(
    here: InProcessGateway, visit: Visit, tmp_path: Path
) -> None:
    phone = "+628110007704"
    for body in ("SALDO 61000000019", "BANTUAN", "SALDO 123"):
        text(here, phone, body)
    wait_until(lambda: len(received(here, phone)) == 3, "the replies")
    page = visit(Role.OPERATOR)
    page.goto("/console/messages?q=phone:7704")
    page.locator("table a").first.click()
    page.get_by_role("link", name="Seluruh percakapan").click()

    with page.expect_download() as download:
        page.get_by_role("button", name="Simpan").click()

    file = tmp_path / "saved.sms"
    download.value.save_as(file)
    redacted = file.read_text()
    assert phone not in redacted
    file.write_text(redacted.replace("***7704", phone).replace("***", "6100000"))
    player.record([file], None, lambda _: None)
    report = player.run([file], None, lambda _: None)
    assert (len(report.results), report.is_green) == (3, True)


def test_sending_is_paused_and_resumed(here: InProcessGateway, visit: Visit) -> None:
    phone = "+628110007702"
    page = visit(Role.OPERATOR)

    page.goto("/console/work/channel/twilio/pause")
    page.get_by_role("textbox", name="Alasan").fill(WHY)
    page.get_by_role("button", name="Jeda").click()
    expect(page.get_by_text("dijeda oleh petugas")).to_be_visible()
    text(here, phone, "BANTUAN")
    page.get_by_role("link", name="Lanjutkan").click()
    page.get_by_role("textbox", name="Alasan").fill(WHY)
    assert received(here, phone) == []
    page.get_by_role("button", name="Lanjutkan").click()

    expect(page.get_by_text("Balasan dikirim lagi")).to_be_visible()
    wait_until(lambda: len(received(here, phone)) == 1, "the reply")


def test_an_admin_lets_somebody_in_who_speaks_english(visit: Visit) -> None:
    page = visit(Role.ADMIN)
    page.get_by_role("button", name="English").click()
    page.get_by_role("link", name="Administration").click()
    page.get_by_text("Add an operator").click()
    page.get_by_label("Name", exact=True).fill("sari")
    page.get_by_role("button", name="Add", exact=True).click()

    password = page.locator("code").inner_text()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Name").fill("sari")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_everything_essential_works_without_javascript(
    here: InProcessGateway, visit: Visit
) -> None:
    page = visit(Role.OPERATOR, java_script_enabled=False)

    page.goto("/console/work")

    expect(page.get_by_role("heading", name="Saluran")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS, ids=["wide and light", "narrow and dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_fault_for_who_cannot_see_or_point(
    here: InProcessGateway, visit: Visit, look: dict[str, object], path: str
) -> None:
    faults: list[str] = []
    asked: list[str] = []
    page = visit(Role.ADMIN, **look)
    page.on("console", lambda item: faults.append(item.text))
    page.on("request", lambda item: asked.append(item.url))

    page.goto(path)

    found = Axe().run(page).response["violations"]
    serious = [
        item["id"] for item in found if item["impact"] in ("serious", "critical")
    ]
    assert (serious, faults) == ([], [])
    # Nothing is asked of another host.
    assert [
        question for question in asked if not question.startswith(here.gateway_url)
    ] == []
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
