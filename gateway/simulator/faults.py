"""The faults of the carrier, and how often each is still to happen.

Testers write a fault behind a `!`: its name, a number if it takes one, and a phone if
it is to happen to that phone only.

    taken late 24
    21612 +628110000002
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum

MOST_TIMES = 100_000
_PHONE = re.compile(r"\+\d{8,15}", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,6}(\.\d{1,3})?", re.ASCII)


class Fault(StrEnum):
    """What goes wrong with an SMS, as `fault_words.csv` explains."""

    # About an SMS from a phone.
    DUPLICATE = "duplicate"
    OTHER_ID = "same under another id"
    MEDIA = "media"
    # The gateway's SMS is refused.
    TOO_MANY = "429"
    RETRY_AFTER = "retry after"
    RETRY_DATE = "retry date"
    SERVER_ERROR = "500"
    BAD_TOKEN = "401"  # noqa: S105 - the status, not a token
    BLOCKED = "21610"
    NO_ROUTE = "21612"
    UNVERIFIED = "21608"
    FRAUD_GUARD = "60410"
    DAILY_LIMIT = "63038"
    # The connection breaks before, or after, the message is accepted.
    CUT = "cut"
    TAKEN_AND_CUT = "taken and cut"
    TAKEN_AND_HANG = "taken and hang"
    TAKEN_LATE = "taken late"
    # The message is accepted, and the answer is broken.
    EARLY_HINTS = "early hints"
    CONTINUE = "continue"
    DRIPPING = "dripping"
    ENDLESS_HEADERS = "endless headers"
    ENDLESS_BODY = "endless body"
    NUL_IN_ID = "nul in id"
    HALF_CHARACTER_IN_ID = "half a character in id"
    # A proxy before the carrier answers 200 with a web page; nothing is accepted.
    HTML = "html"
    HTML_LIST = "html list"
    REDACTED = "redacted"
    # About delivery and receipts.
    DELAY = "delay"
    RECEIPT_LOST = "receipt lost"
    RECEIPT_TWICE = "receipt twice"
    RECEIPTS_REVERSED = "receipts reversed"
    RECEIPT_FIRST = "receipt first"
    EARLY_RECEIPTS = "early receipts"
    OTHER_LIFE = "receipt of another life"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNDELIVERED_THEN_DELIVERED = "undelivered then delivered"
    # These faults last until they are cancelled.
    CLOCK_OFF = "clock off"
    STOP_HANDLING = "stop handling"


@dataclass(frozen=True)
class Number:
    """The number of a fault: its unit, default and bounds."""

    unit: str
    usual: float
    least: float
    most: float


def _seconds(usual: float) -> Number:
    return Number("seconds", usual, 0, 600)


def _code(usual: int) -> Number:
    return Number("Twilio's error code", usual, 10_000, 99_999)


NUMBERS: Mapping[Fault, Number] = {
    Fault.RETRY_AFTER: _seconds(3),
    Fault.RETRY_DATE: _seconds(3),
    # Longer than our client waits for an answer.
    Fault.TAKEN_AND_HANG: _seconds(12),
    # Twilio was seen to need up to 26 s: github.com/twilio/twilio-ruby/issues/519
    Fault.TAKEN_LATE: _seconds(24),
    Fault.DRIPPING: _seconds(36),
    Fault.DELAY: _seconds(8),
    Fault.CLOCK_OFF: Number("seconds", -120, -86_400, 86_400),
    Fault.UNDELIVERED: _code(30_003),
    Fault.FAILED: _code(30_008),
    Fault.UNDELIVERED_THEN_DELIVERED: _code(30_003),
}


LASTING = frozenset({Fault.CLOCK_OFF, Fault.STOP_HANDLING})


class BadFault(ValueError):
    """A text that does not name a fault."""


@dataclass(frozen=True)
class Planned:
    """A fault that is to happen, with its number, to one phone or to any."""

    fault: Fault
    given: float | None = None
    phone: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        given = None if self.given is None else f"{self.given:g}"
        return " ".join(filter(None, (self.fault, given, self.phone)))

    @property
    def number(self) -> float:
        """The number given, or the usual one."""
        return NUMBERS[self.fault].usual if self.given is None else self.given

    def bound_to(self, phone: str) -> "Planned":
        """Bind the fault to this phone, unless it is bound already or affects all."""
        is_for_all = self.fault in LASTING or not _PHONE.fullmatch(phone)
        return self if self.phone or is_for_all else replace(self, phone=phone)


def parse_fault(text: str) -> Planned:
    """Parse a fault. Raises BadFault."""
    words = text.split()
    phone = words.pop() if words and _PHONE.fullmatch(words[-1]) else None
    name = " ".join(words)
    if name in set(Fault):
        return Planned(Fault(name), None, phone)
    name = " ".join(words[:-1])
    if name in NUMBERS:
        return Planned(Fault(name), _number(Fault(name), words[-1]), phone)
    if name in set(Fault):
        raise BadFault(f'"{name}" takes no number, at most a phone; not "{words[-1]}"')
    raise BadFault(_unknown(text))


def _number(fault: Fault, written: str) -> float:
    takes = NUMBERS[fault]
    is_number = _NUMBER.fullmatch(written)
    if not is_number or not takes.least <= float(written) <= takes.most:
        bounds = f"{takes.least:g} to {takes.most:g}"
        raise BadFault(f'"{fault}" takes {takes.unit}, {bounds}, not "{written}"')
    return float(written)


def _unknown(text: str) -> str:
    wanted = re.sub(r"[+-]?[\d.]+", "", text.lower()) if " " in text else text.lower()
    near = get_close_matches(wanted.strip(), list(Fault), n=1)
    hint = f', did you mean "{near[0]}"?' if near else ","
    return f'unknown fault "{text}"{hint} there are: {", ".join(Fault)}'


class Faults:
    """How often each fault is still to happen."""

    def __init__(self) -> None:
        # By fault and phone: thousands of phones may have a fault of their own.
        self._left: dict[tuple[Fault, str | None], dict[Planned, int]] = {}
        self._lock = threading.Lock()

    def plan(self, planned: Planned, times: int) -> None:
        """Let a fault happen to the next messages; 0 times cancels it."""
        with self._lock:
            plans = self._left.setdefault((planned.fault, planned.phone), {})
            plans[planned] = times

    def forget(self) -> None:
        with self._lock:
            self._left.clear()

    def armed(self) -> dict[Planned, int]:
        """The faults that are still to happen, and how often."""
        with self._lock:
            every = [item for plans in self._left.values() for item in plans.items()]
        return {planned: left for planned, left in every if left}

    def happens(self, fault: Fault, phone: str | None = None) -> Planned | None:
        """Use up one plan of a fault for this phone, if there is one."""
        with self._lock:
            found = self._find(fault, phone) or self._find(fault, None)
            if found:
                self._left[fault, found.phone][found] -= 1
            return found

    def holds(self, fault: Fault) -> Planned | None:
        """The plan of a lasting fault, which is not used up."""
        with self._lock:
            return self._find(fault, None)

    def _find(self, fault: Fault, phone: str | None) -> Planned | None:
        plans = self._left.get((fault, phone), {})
        return next((planned for planned, left in plans.items() if left), None)
