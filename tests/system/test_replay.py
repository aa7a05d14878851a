"""`gateway replay`: green when all goes as written, clear when it does not."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gateway.devserver import in_process
from gateway.devserver.in_process import InProcessGateway
from gateway.replay import player
from gateway.replay.conversations import BadConversation, Exchange
from gateway.replay.player import CannotReplay, Result, differences
from tests.support.fakes import BALANCE_TEXT, PHONE


@pytest.fixture
def here() -> Iterator[InProcessGateway]:
    """A new gateway for each test, as the same SMS within a minute is a duplicate."""
    with in_process.running() as here:
        yield here


@pytest.fixture
def conversation(tmp_path: Path) -> Path:
    file = tmp_path / "talk.sms"
    file.write_text(
        "# The balance.\n"
        f"{PHONE} > SALDO 61000000019\n"
        f"{PHONE} < {BALANCE_TEXT}\n"
        "TELKOMSEL > promo\n"
        "TELKOMSEL <\n"
    )
    return file


def run(file: Path, url: str | None) -> tuple[player.Report, list[str]]:
    lines: list[str] = []
    return player.run([file], url, lines.append), lines


@pytest.mark.parametrize("address", ["gateway_url", "carrier_url"])
def test_either_address_of_a_running_gateway_will_do(
    here: InProcessGateway, conversation: Path, address: str
) -> None:
    report, lines = run(conversation, getattr(here, address) + "/")

    assert report.is_green
    assert lines[-1].startswith("2 as expected, 0 different")


def test_without_an_address_a_gateway_is_started_in_here(conversation: Path) -> None:
    report, lines = run(conversation, None)

    assert report.is_green
    assert len(lines) == 3


def test_one_changed_character_fails_and_is_pointed_at(
    here: InProcessGateway, conversation: Path
) -> None:
    changed = conversation.read_text().replace("Rp12.345.678", "Rp12.345.679")
    conversation.write_text(changed)

    report, lines = run(conversation, here.gateway_url)

    assert not report.is_green
    expected, received, mark = (line.strip("\n") for line in lines[2:5])
    column = mark.index("^")
    assert expected[column] == "9"
    assert received[column] == "8"
    assert lines[-1].startswith("1 as expected, 1 different")


def test_a_missing_and_an_unexpected_sms_are_differences() -> None:
    silent = Exchange("f:1", "", PHONE, "x", replies=())
    answered = Exchange("f:1", "", PHONE, "x", replies=("a",))

    assert "received: 'b'" in list(differences(Result(silent, ("b",), 0)))
    assert "received: '(no SMS)'" in list(differences(Result(answered, (), 0)))


def test_the_report_can_be_read_by_a_build_server(
    here: InProcessGateway, conversation: Path
) -> None:
    conversation.write_text(conversation.read_text().replace("Iuran", "iuran"))
    report, _ = run(conversation, here.gateway_url)

    suite = ET.fromstring(report.as_junit())

    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert len(suite.findall("testcase")) == 2
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "iuran" in str(failure.text)


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://127.0.0.1:9", "nothing answers"),
        ("{carrier}/simulator", "neither"),
    ],
)
def test_a_wrong_address_is_named(
    here: InProcessGateway, conversation: Path, url: str, what: str
) -> None:
    with pytest.raises(CannotReplay, match=what):
        run(conversation, url.format(carrier=here.carrier_url))


def test_what_comes_back_is_recorded(here: InProcessGateway, tmp_path: Path) -> None:
    file = tmp_path / "talk.sms"
    file.write_text(
        "# The balance.\n"
        f"{PHONE} > SALDO 61000000019\n"
        f"{PHONE} < another reply\n"
        "TELKOMSEL > promo\n"
    )

    told: list[str] = []
    player.record([file], here.gateway_url, told.append)

    assert told[1:] == ["talk.sms:4: no reply to 'promo'; is that right?"]
    assert file.read_text() == (
        "# The balance.\n"
        f"{PHONE} > SALDO 61000000019\n"
        f"{PHONE} < {BALANCE_TEXT}\n"
        "TELKOMSEL > promo\n"
        "TELKOMSEL <\n"
    )


def test_nothing_is_recorded_while_a_phone_is_masked(tmp_path: Path) -> None:
    file = tmp_path / "talk.sms"
    file.write_text("***0001 > SALDO ***0019\n")

    with pytest.raises(BadConversation, match=r"talk.sms:1: put made-up numbers"):
        player.record([file], None, lambda _: None)
