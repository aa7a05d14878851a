"""Logs on standard output: pretty on a terminal, JSON otherwise, no personal data."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from gateway.domain.errors import GatewayError

LEVEL = logging.INFO
# Nine digits and more may be a telephone number, a KPJ, a NIK or a balance, however
# grouped; our own message ids are shorter.
_PERSONAL = re.compile(r"\+?\d(?:[ .\-]?\d){8,}")
# What these say is about machines. Any other exception may quote what a member wrote or
# what stands in a record, and a name or a birth date is no long number.
_IMPERSONAL = (GatewayError, OSError)
_IMPERSONAL_DRIVER_ERRORS = frozenset({"OperationalError", "InterfaceError"})
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def configure(stream: TextIO = sys.stdout) -> None:
    """Send every log record of this process to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Pretty() if stream.isatty() else _Json())
    logging.basicConfig(level=LEVEL, handlers=[handler], force=True)
    _leave_out_what_is_not_written()
    for noisy in ("rq", "alembic", "urllib3", "twilio", "gateway.channels.twilio.http"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _leave_out_what_is_not_written() -> None:
    """Threads, processes and lines of code: looked up for each record, or not at all.

    https://docs.python.org/3/howto/logging.html#optimization
    """
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None


def mask_numbers(text: str) -> str:
    """The text without any number long enough to belong to a person."""
    return _PERSONAL.sub("***", text)


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = {
            key: value
            for key, value in vars(record).items()
            if key not in _STANDARD and value is not None
        }
        if record.exc_info and record.exc_info[1]:
            facts["exception"] = _told(record.exc_info[1])
        facts["logger"] = record.name
        at = datetime.fromtimestamp(record.created, UTC)
        event = mask_numbers(record.getMessage())
        masked = {key: _masked(value) for key, value in facts.items()}
        return self.written(at, record.levelname.lower(), event, masked)

    def written(
        self, at: datetime, level: str, event: str, facts: dict[str, Any]
    ) -> str:
        raise NotImplementedError


class _Json(_Formatter):
    """One JSON object a line, for machines."""

    def written(
        self, at: datetime, level: str, event: str, facts: dict[str, Any]
    ) -> str:
        moment = at.isoformat(timespec="milliseconds")
        return json.dumps({"at": moment, "level": level, "event": event} | facts)


class _Pretty(_Formatter):
    """One short line, for people."""

    def written(
        self, at: datetime, level: str, event: str, facts: dict[str, Any]
    ) -> str:
        exception = facts.pop("exception", None)
        keys = " ".join(f"{key}={value}" for key, value in facts.items())
        line = f"{at.astimezone():%H:%M:%S} {level:<7} {event}  {keys}"
        return f"{line}\n{exception}" if exception else line


def _masked(value: object) -> object:
    """Numbers as they are, lists item by item, anything else as masked text."""
    if isinstance(value, int | float):
        return value
    if isinstance(value, list):
        return [_masked(it) for it in value]
    return mask_numbers(str(value))


def _told(error: BaseException) -> str:
    """The traceback as Python writes it, without words that may be a person's."""
    is_hidden = error.__suppress_context__
    cause = error.__cause__ or (None if is_hidden else error.__context__)
    earlier = f"{_told(cause)}\n\nthen\n\n" if cause else ""
    stack = "".join(traceback.format_tb(error.__traceback__))
    return f"{earlier}Traceback (most recent call last):\n{stack}{_named(error)}"


def _named(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    is_impersonal = isinstance(error, _IMPERSONAL) or (
        kind.__name__ in _IMPERSONAL_DRIVER_ERRORS
    )
    return f"{name}: {error}" if is_impersonal else name
