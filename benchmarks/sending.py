"""Sending webhooks over connections kept open, and noting what came of each.

In a burst each connection sends the next webhook as soon as the last is acknowledged.
With a rate, each webhook is due at its own moment whatever became of the others, and
its latency counts from then on. One that is not acknowledged with 2xx is sent again
with the same MessageSid after a pause, as Twilio would.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from benchmarks.wire import status_of, take_message

RETRY_SECONDS = 0.25
# Without a single acknowledgement for so long it gives up.
PATIENCE_SECONDS = 30.0
_CONNECTING_SECONDS = 0.1
_POLL_SECONDS = 0.05


@dataclass(slots=True)
class Note:
    """What came of one webhook; moments are of the monotonic clock, in seconds.

    `due` is when it was sent first or, with a rate, when it should have been; `reply`
    is what the response said, if it carried a reply.
    """

    phone: str
    due: float | None = None
    acknowledged: float | None = None
    tries: int = 0
    reply: str | None = None

    @property
    def waited(self) -> float | None:
        """Seconds from being due to being acknowledged."""
        if self.due is None or self.acknowledged is None:
            return None
        return self.acknowledged - self.due


class Connection(asyncio.Protocol):
    """Carries one webhook at a time, until `is_lost` is set."""

    def __init__(self, sender: "Sender") -> None:
        self._sender = sender
        self._buffer = bytearray()
        self._in_hand: int | None = None
        self.is_lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready for the first webhook."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._sender.is_free(self)

    def send(self, index: int, request: bytes) -> None:
        """Send a webhook; `index` tells it from the others."""
        self._in_hand = index
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Pass the answer on and be free again."""
        self._buffer += data
        if (message := take_message(self._buffer)) and self._in_hand is not None:
            index, self._in_hand = self._in_hand, None
            self._sender.is_answered(index, *message)
            self._sender.is_free(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Give back what was under way."""
        self.is_lost.set()
        self._sender.is_broken(self, self._in_hand)


class Sender:
    """Sends webhooks when they are due and notes what came of each."""

    def __init__(
        self,
        address: tuple[str, int],
        requests: Sequence[bytes],
        notes: Sequence[Note],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._tls = tls
        self._address = address
        self._requests = requests
        self._notes = notes
        self._free: deque[Connection] = deque()
        self._due: deque[int] = deque()
        self._left = len(requests)
        self._progress_at = time.monotonic()
        self._loop = asyncio.get_running_loop()

    async def run(self, connections: int, rate: float | None) -> None:
        """Send everything; returns early when nothing is acknowledged any more."""
        lines = [
            asyncio.create_task(self._stay_connected()) for _ in range(connections)
        ]
        await asyncio.sleep(_CONNECTING_SECONDS)
        if rate is None:
            self._due.extend(range(len(self._notes)))
            self._send_due()
        else:
            self._plan(rate)
        while self._left and self._seconds_without_progress() < PATIENCE_SECONDS:
            await asyncio.sleep(_POLL_SECONDS)
        for line in lines:
            line.cancel()

    def is_free(self, connection: Connection) -> None:
        """A connection can take the next webhook."""
        self._free.append(connection)
        self._send_due()

    def is_answered(self, index: int, head: bytes, body: bytes) -> None:
        """A webhook was acknowledged, or refused and has to come again."""
        if not 200 <= status_of(head) < 300:
            self._send_again(index)
            return
        note = self._notes[index]
        note.acknowledged = self._progress_at = time.monotonic()
        note.reply = body.decode() if b"<Message>" in body else None
        self._left -= 1

    def is_broken(self, connection: Connection, index: int | None) -> None:
        """A connection is gone, maybe with a webhook that has to come again."""
        if connection in self._free:
            self._free.remove(connection)
        if index is not None:
            self._send_again(index)

    def _plan(self, rate: float) -> None:
        start = time.monotonic()
        for index, note in enumerate(self._notes):
            note.due = start + index / rate
            self._loop.call_at(note.due, self._becomes_due, index)

    def _becomes_due(self, index: int) -> None:
        self._due.append(index)
        self._send_due()

    def _send_due(self) -> None:
        while self._due and self._free:
            index = self._due.popleft()
            note = self._notes[index]
            note.tries += 1
            note.due = note.due or time.monotonic()
            self._free.popleft().send(index, self._requests[index])

    def _send_again(self, index: int) -> None:
        self._loop.call_later(RETRY_SECONDS, self._becomes_due, index)

    async def _stay_connected(self) -> None:
        while True:
            with suppress(OSError):
                _, connection = await self._loop.create_connection(
                    lambda: Connection(self), *self._address, ssl=self._tls
                )
                await connection.is_lost.wait()
            await asyncio.sleep(RETRY_SECONDS)

    def _seconds_without_progress(self) -> float:
        return time.monotonic() - self._progress_at
