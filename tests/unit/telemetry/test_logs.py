"""Logs: one JSON object a line for machines, no number of a person."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import date

import pytest

from gateway.domain.errors import DatabaseUnavailable
from gateway.telemetry import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:]
    logs.configure(stream)
    yield stream
    root.handlers = before


def test_a_record_is_one_json_object_with_its_keys(stream: io.StringIO) -> None:
    logging.getLogger("gateway.test").info(
        "settled", extra={"message_id": 7, "reason": None}
    )

    line = json.loads(stream.getvalue())
    assert (line["event"], line["message_id"]) == ("settled", 7)
    assert (line["level"], line["logger"]) == ("info", "gateway.test")
    assert "reason" not in line


def test_a_list_stays_a_list_of_what_may_be_told(stream: io.StringIO) -> None:
    reported = [7, 100_000_000_001, "61000000019"]
    logging.getLogger("gateway.test").info("settled", extra={"message_ids": reported})

    line = json.loads(stream.getvalue())
    assert line["message_ids"] == [7, 100_000_000_001, "***"]


@pytest.mark.parametrize(
    "number",
    [
        "+628110000001",
        "628110000001",
        "08110000001",
        "61000000019",
        "6100 0000 019",
        "0811-0000-001",
        "0000010101010001",
        "%2B628110000001",
    ],
)
def test_a_number_that_slips_through_is_masked(
    stream: io.StringIO, number: str
) -> None:
    log = logging.getLogger("gateway.test")
    log.warning("odd %s", number, extra={"why": number})
    try:
        raise ValueError(number)
    except ValueError:
        log.exception("broke")

    assert number not in stream.getvalue()
    assert "***" in stream.getvalue()


def test_an_exception_is_told_without_the_words_that_it_quotes(
    stream: io.StringIO,
) -> None:
    quoted = "12-04-1985 Siti"
    try:
        try:
            date.fromisoformat(quoted)
        except ValueError as error:
            raise DatabaseUnavailable("the database is away") from error
    except DatabaseUnavailable:
        logging.getLogger("gateway.test").exception("broke")

    reported = json.loads(stream.getvalue())["exception"]
    assert "1985" not in reported
    assert "Siti" not in reported
    assert "\nValueError\n" in reported
    assert "DatabaseUnavailable: the database is away" in reported
    assert "in test_an_exception_is_told" in reported


def test_on_a_terminal_a_line_is_for_people() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    before = logging.getLogger().handlers[:]
    logs.configure(stream)
    logging.getLogger("gateway.test").info("reply sent", extra={"reply_id": 3})
    logging.getLogger().handlers = before

    assert "reply sent  reply_id=3" in stream.getvalue()
    assert "{" not in stream.getvalue()


def test_a_line_end_in_what_somebody_typed_makes_no_second_record(
    stream: io.StringIO,
) -> None:
    """Field report W67: a name with line ends forges no line of the log."""
    name = 'admin"\r\n{"event": "logged in"}\u2028'
    logging.getLogger("gateway.test").warning("login failed", extra={"operator": name})

    [line] = stream.getvalue().splitlines()
    assert json.loads(line)["event"] == "login failed"
