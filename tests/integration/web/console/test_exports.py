"""What leaves the console: a search as CSV, a conversation as a text file."""

import csv
import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.domain.operators import Role
from gateway.replay import conversations
from gateway.runtime import Gateway
from gateway.web.console import export
from tests.integration.web.console.conftest import LogIn
from tests.integration.web.console.pages import submit
from tests.support.fakes import (
    MEMBER,
    OTHER_PHONE,
    PHONE,
    FakeClock,
    sms,
)
from tests.system.test_canary import notations

CSV = "/console/messages/export.csv"
OWN = MEMBER.kpj.digits
# Somebody with a phone in no file and a KPJ that only this test knows.
REAL_PHONE, REAL_KPJ = "+6281234567890", "15012345678"


@pytest.fixture
def client(visit: LogIn) -> FlaskClient:
    return visit(Role.OPERATOR)


def say(gateway: Gateway, clock: FakeClock, phone: str, *texts: str) -> None:
    for text in texts:
        clock.pass_time(minutes=1)
        message = sms(f"SM{clock().timestamp()}", text, sender=phone, at=clock())
        gateway.database.inbox.add(message)
        gateway.sweep()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_search_is_taken_along_masked(
    client: FlaskClient, gateway: Gateway, clock: FakeClock
) -> None:
    say(gateway, clock, PHONE, f"SALDO {OWN}")
    say(gateway, clock, OTHER_PHONE, "BANTUAN")

    answer = client.get(f"{CSV}?q=keyword:saldo")

    [row] = rows(answer.text)
    assert (row["phone"], row["text"]) == ("***0001", "SALDO ***0019")
    assert (row["outcome"], row["template"]) == ("answered", "balance")
    assert not [item for item in (OWN, *notations(PHONE)) if item in answer.text]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_who_took_a_search_along_is_on_record_with_the_masked_search(
    client: FlaskClient, gateway: Gateway
) -> None:
    address = submit(client, "/console/messages", q=PHONE).headers["Location"]

    client.get(address.replace("/messages?", "/messages/export.csv?"))

    [entry] = gateway.database.audit_log.latest(1)
    assert (entry.actor, entry.action) == ("operator", "export messages")
    assert entry.reason == "phone:***0001"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t"])
def test_a_text_is_no_formula_in_a_sheet(
    client: FlaskClient, gateway: Gateway, clock: FakeClock, begin: str
) -> None:
    say(gateway, clock, PHONE, f"{begin}HYPERLINK()")

    [row] = rows(client.get(CSV).text)

    assert row["text"].startswith(f"'{begin}")


def test_no_more_is_taken_along_than_a_sheet_holds(
    client: FlaskClient,
    gateway: Gateway,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 2)
    say(gateway, clock, PHONE, "a", "b", "c")

    assert [row["text"] for row in rows(client.get(CSV).text)] == ["c", "b"]


def test_a_wrong_search_is_not_taken_along(client: FlaskClient) -> None:
    assert client.get(f"{CSV}?q=keyword:pulsa").status_code == 400


TALK = (
    *(f"SALDO {REAL_KPJ}", f"Status {REAL_KPJ}", "saldo", "BANTUAN"),
    *("SALDO 1501234567", f"SALDO {OWN}", "SALDO 99999999999", "selamat pagi"),
    *("SALDO 0000010101010009", "saldo 0001234567899", f"balance {REAL_KPJ} {OWN}"),
    *("DAFTAR SALDO#0000001010840019#Real Name#10-10-1984#61000000163", "STOP"),
    *("BANTUAN", "MULAI", "ini saldo\tsaya berapa"),
)


def test_a_conversation_is_exported_without_a_number_or_name(
    client: FlaskClient, gateway: Gateway, clock: FakeClock, tmp_path: Path
) -> None:
    say(gateway, clock, REAL_PHONE, *TALK)

    answer = submit(client, "/console/messages/1/fixture.sms")

    assert not [
        item for item in (REAL_KPJ, *notations(REAL_PHONE)) if item in answer.text
    ]
    assert "Real Name" not in answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    file = tmp_path / "exported.sms"
    file.write_text(answer.text, encoding="utf-8")
    assert len(conversations.read(file)) == len(TALK)
    [entry] = gateway.database.audit_log.latest(1)
    assert (entry.action, entry.subject) == ("save as fixture", "1")


def test_an_exported_conversation_says_what_came_of_each_sms(
    client: FlaskClient, gateway: Gateway, clock: FakeClock
) -> None:
    say(gateway, clock, PHONE, f"saldo\t{OWN}", "promo", "TOKO: promo hari ini")

    lines = submit(client, "/console/messages/1/fixture.sms").text.splitlines()

    assert [line for line in lines if " > " in line] == [
        "***0001 > saldo ***0019",
        "***0001 > promo",
        "***0001 > TOKO: promo hari ini",
    ]
    assert lines[2].endswith("Z: answered (allowed)")
    assert lines[4].startswith("***0001 < BPJAMSOSTEK: Saldo JHT KPJ ***0019")
    assert lines[5].endswith("Z: unrecognised (unknown_keyword)")


def test_an_sms_whose_text_is_gone_is_named_in_the_export(
    client: FlaskClient, visit: LogIn, gateway: Gateway, clock: FakeClock
) -> None:
    say(gateway, clock, PHONE, "BANTUAN")
    clock.pass_time(days=91)
    gateway.retention.purge()

    client = visit(Role.OPERATOR)
    text = submit(client, "/console/messages/1/fixture.sms").text

    assert "# The text of this SMS is not kept any more." in text


def test_a_conversation_that_is_not_there_is_not_saved(client: FlaskClient) -> None:
    answer = submit(client, "/console/messages/99/fixture.sms")

    assert answer.status_code == 404
