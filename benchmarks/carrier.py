"""A tiny fake Twilio, a process of its own: it takes replies and notes when.

It answers the Messages API (create and list) with as little work as possible, checks
nothing and sends no delivery receipts. Who does not speak that API hands replies over
at SENT_PATH. What it took stands under NOTES_PATH, how many under COUNT_PATH.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import click

from benchmarks.serving import serve
from benchmarks.wire import response

NOTES_PATH = "/taken"
COUNT_PATH = "/count"
# Here a reply stands in the address, with the names that it has in a form.
SENT_PATH = "/sent"
# What a client reads of a new message; the rest of Twilio's resource is left out.
_CREATED = (
    '{"sid": "%s", "status": "queued", "direction": "outbound-api", "num_segments": "1"'
    ', "error_code": null, "error_message": null, "api_version": "2010-04-01"}'
)
_CLOCK_OFFSET = time.time() - time.monotonic()


@dataclass(frozen=True, slots=True)
class Taken:
    """A reply as it came, and when: `at` is the monotonic clock, in seconds."""

    sid: str
    at: float
    form: bytes

    def as_note(self) -> tuple[str, float, str]:
        """To whom, when, and the text."""
        resource = self.as_resource()
        return resource["to"], self.at, resource["body"]

    def as_resource(self) -> dict[str, str]:
        """The reply as an item of Twilio's list."""
        form = dict(parse_qsl(self.form.decode()))
        created = datetime.fromtimestamp(self.at + _CLOCK_OFFSET, UTC)
        return {
            "sid": self.sid,
            "to": form["To"],
            "body": form["Body"],
            "status": "queued",
            "direction": "outbound-api",
            "date_created": format_datetime(created),
        }


class Carrier:
    """Everything that was taken, in memory."""

    def __init__(self) -> None:
        self._taken: list[Taken] = []

    def answer(self, head: bytes, body: bytes) -> bytes:
        """The response to a request."""
        if head.startswith(b"POST"):
            return response("201 Created", self._take(body))
        url = urlsplit(head.split(b" ", 2)[1].decode())
        if url.path == SENT_PATH:
            return response("201 Created", self._take(url.query.encode()))
        if url.path == COUNT_PATH:
            return _ok(len(self._taken))
        if url.path == NOTES_PATH:
            return _ok([taken.as_note() for taken in self._taken])
        return _ok(self._page(parse_qs(url.query).get("To", [])))

    def _take(self, form: bytes) -> bytes:
        sid = f"SM{len(self._taken):032x}"
        self._taken.append(Taken(sid, time.monotonic(), form))
        return (_CREATED % sid).encode()

    def _page(self, phones: list[str]) -> dict[str, object]:
        """All replies to these phones, newest first, on one page."""
        fields = [urlencode({"To": phone}).encode() for phone in phones]
        found = [
            taken.as_resource()
            for taken in reversed(self._taken)
            if any(field in taken.form for field in fields)
        ]
        return {"messages": found, "next_page_uri": None}


def _ok(value: object) -> bytes:
    return response("200 OK", json.dumps(value).encode())


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--latency-ms", type=float, default=0.0, show_default=True)
def main(port: int, latency_ms: float) -> None:
    """Take replies until somebody ends this process."""
    asyncio.run(serve(port, Carrier().answer, latency_ms / 1000))


if __name__ == "__main__":
    main()
