"""The other end of a measurement: a server that answers with as little as possible."""

import asyncio
from collections.abc import Callable

from benchmarks.wire import take_message

HOST = "127.0.0.1"
# From a request's head and body to the whole response.
Answer = Callable[[bytes, bytes], bytes]


class Connection(asyncio.Protocol):
    """Requests come one after the other; `latency` seconds go by before an answer."""

    def __init__(self, answer: Answer, latency: float) -> None:
        self._answer = answer
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
            answer = self._answer(*message)
            if self._latency:
                loop = asyncio.get_running_loop()
                loop.call_later(self._latency, self._transport.write, answer)
            else:
                self._transport.write(answer)


async def serve(port: int, answer: Answer, latency: float = 0.0) -> None:
    """Listen for ever."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answer, latency), HOST, port)
    await server.serve_forever()
