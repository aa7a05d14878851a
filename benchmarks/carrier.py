"""A tiny fake Twilio, a process of its own: it takes replies and notes when.

It answers the Messages API (create and list) with as little work as possible, checks
nothing and sends no delivery receipts. What it took stands under NOTES_PATH, how many
under COUNT_PATH.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import click

from benchmarks.wire import response, take_message

HOST = "127.0.0.1"
NOTES_PATH = "/taken"
COUNT_PATH = "/count"
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


class Connection(asyncio.Protocol):
    """Requests come one after the other; `latency` seconds go by before an answer."""

    def __init__(self, carrier: Carrier, latency: float) -> None:
        self._carrier = carrier
        self._latency = latency
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are written to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._buffer += data
        while message := take_message(self._buffer):
            answer = self._carrier.answer(*message)
            if self._latency:
                loop = asyncio.get_running_loop()
                loop.call_later(self._latency, self._transport.write, answer)
            else:
                self._transport.write(answer)


async def serve(port: int, latency: float) -> None:
    """Listen for ever."""
    carrier, loop = Carrier(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(carrier, latency), HOST, port)
    await server.serve_forever()


def _ok(value: object) -> bytes:
    return response("200 OK", json.dumps(value).encode())


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--latency-ms", type=float, default=0.0, show_default=True)
def main(port: int, latency_ms: float) -> None:
    """Take replies until somebody ends this process."""
    asyncio.run(serve(port, latency_ms / 1000))


if __name__ == "__main__":
    main()
