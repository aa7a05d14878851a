"""An HTTP answer from a provider, and the times in its headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from gateway.channels import SendFault

LONGEST_RETRY_AFTER = 3600.0
_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
_FAULTS: Mapping[int, SendFault] = {
    HTTPStatus.UNAUTHORIZED: SendFault.CONFIGURATION,
    HTTPStatus.FORBIDDEN: SendFault.CONFIGURATION,
    HTTPStatus.NOT_FOUND: SendFault.CONFIGURATION,
    HTTPStatus.REQUEST_TIMEOUT: SendFault.RETRYABLE,
    HTTPStatus.TOO_MANY_REQUESTS: SendFault.THROTTLED,
}


@dataclass(frozen=True)
class HttpAnswer:
    """An answer of any status; header names are in lower case."""

    status: int
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @property
    def fault(self) -> SendFault:
        """What a status of 400 or above means, if the answer has no code we know.

        A provider may have accepted the message before a fault of its own.
        """
        is_theirs = self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        other = SendFault.AMBIGUOUS if is_theirs else SendFault.PERMANENT
        return _FAULTS.get(self.status, other)

    @property
    def date(self) -> datetime | None:
        """The server's clock when it answered, in UTC, if it has a Date header."""
        return parse_date(self.headers.get("date", ""))

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, at most LONGEST_RETRY_AFTER; None without Retry-After.

        The header may hold seconds, a fraction (from some proxies) or a date
        (RFC 9110, 10.2.3).
        """
        value = self.headers.get("retry-after", "").strip()
        if _SECONDS.fullmatch(value):
            return min(float(value), LONGEST_RETRY_AFTER)
        if (until := parse_date(value)) is None:
            return None
        now = self.date or datetime.now(UTC)
        return min(max(0.0, (until - now).total_seconds()), LONGEST_RETRY_AFTER)


def parse_date(value: str) -> datetime | None:
    """Parse an HTTP date, in UTC; None for anything else."""
    try:
        date = parsedate_to_datetime(value)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
