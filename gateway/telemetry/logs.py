"""Logs on standard output: pretty on a terminal, JSON otherwise, no personal data."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from gateway.domain.errors import GatewayError
from gateway.security.masking import mask_long_numbers

LEVEL = logging.INFO
_NOISY = ("rq", "alembic", "urllib3", "twilio", "gateway.channels.twilio.http")
# Errors whose messages are about machines. The message of any other error may quote an
# SMS or a record, and masking long numbers hides neither a name nor a birth date.
_IMPERSONAL = (GatewayError, OSError)
_IMPERSONAL_DRIVER_ERRORS = frozenset({"OperationalError", "InterfaceError"})
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def configure(stream: TextIO = sys.stdout) -> None:
    """Send every log record of this process to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Pretty() if stream.isatty() else _Json())
    logging.basicConfig(level=LEVEL, handlers=[handler], force=True)
    _skip_unused_facts()
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _skip_unused_facts() -> None:
    """Skip the look-up of thread, process and line, which we never log.

    https://docs.python.org/3/howto/logging.html#optimization
    """
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = {
            key: value
            for key, value in vars(record).items()
            if key not in _STANDARD and value is not None
        }
        if record.exc_info and record.exc_info[1]:
            facts["exception"] = _traceback_of(record.exc_info[1])
        facts["logger"] = record.name
        at = datetime.fromtimestamp(record.created, UTC)
        event = mask_long_numbers(record.getMessage())
        masked = {key: _masked(value) for key, value in facts.items()}
        return self.line(at, record.levelname.lower(), event, masked)

    def line(self, at: datetime, level: str, event: str, facts: dict[str, Any]) -> str:
        raise NotImplementedError


class _Json(_Formatter):
    """One JSON object a line, for machines."""

    def line(self, at: datetime, level: str, event: str, facts: dict[str, Any]) -> str:
        moment = at.isoformat(timespec="milliseconds")
        return json.dumps({"at": moment, "level": level, "event": event} | facts)


class _Pretty(_Formatter):
    """One short line, for people."""

    def line(self, at: datetime, level: str, event: str, facts: dict[str, Any]) -> str:
        exception = facts.pop("exception", None)
        keys = " ".join(f"{key}={value}" for key, value in facts.items())
        line = f"{at.astimezone():%H:%M:%S} {level:<7} {event}  {keys}"
        return f"{line}\n{exception}" if exception else line


def _masked(value: object) -> object:
    """Keep a number; mask the items of a list, and anything else as text."""
    if isinstance(value, int | float):
        return value
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return mask_long_numbers(str(value))


def _traceback_of(error: BaseException) -> str:
    """The traceback in Python's format, without messages that may be personal."""
    is_hidden = error.__suppress_context__
    cause = error.__cause__ or (None if is_hidden else error.__context__)
    earlier = f"{_traceback_of(cause)}\n\nthen\n\n" if cause else ""
    stack = "".join(traceback.format_tb(error.__traceback__))
    return f"{earlier}Traceback (most recent call last):\n{stack}{_last_line(error)}"


def _last_line(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    is_impersonal = isinstance(error, _IMPERSONAL) or (
        kind.__name__ in _IMPERSONAL_DRIVER_ERRORS
    )
    return f"{name}: {error}" if is_impersonal else name
