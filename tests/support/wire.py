"""A server on real sockets that sends scripted answers, byte by byte.

A step answers one request: it is given the open connection and the request's bytes.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Step = Callable[[socket.socket], None]
OK_BODY = b'{"sid": "SM1"}'


@dataclass
class Wire:
    """The requests received, the number of connections, and the address."""

    address: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    # Set when the test is over: steps that drip or hang end with it.
    over: threading.Event = field(default_factory=threading.Event)


def say(*parts: bytes, pause: float = 0.0, over: threading.Event | None = None) -> Step:
    """Send these parts, with a pause after each."""

    def step(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            (over or threading.Event()).wait(pause)

    return step


def hang_up(connection: socket.socket) -> None:
    """Close the connection without an answer."""
    connection.close()


def answer(status: str = "201 Created", body: bytes = OK_BODY, *fields: str) -> bytes:
    """A whole answer; the connection stays open."""
    head = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(head).encode() + body


@contextmanager
def wired(*steps: Step, tls: ssl.SSLContext | None = None) -> Iterator[Wire]:
    """Answer one request after the other with these steps; the last one stays."""
    wire, left = Wire(), list(steps)
    with socket.create_server(("127.0.0.1", 0)) as server:
        scheme = "https" if tls else "http"
        wire.address = f"{scheme}://127.0.0.1:{server.getsockname()[1]}"
        accepting = threading.Thread(
            target=_accept, args=(server, wire, left, tls), daemon=True
        )
        accepting.start()
        try:
            yield wire
        finally:
            wire.over.set()
            server.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _accept(
    server: socket.socket, wire: Wire, steps: list[Step], tls: ssl.SSLContext | None
) -> None:
    serving = []
    while not wire.over.is_set():
        try:
            connection, _ = server.accept()
        except OSError:
            break
        wire.connections += 1
        serving.append(
            threading.Thread(
                target=_serve, args=(connection, wire, steps, tls), daemon=True
            )
        )
        serving[-1].start()
    for item in serving:
        item.join()


def _serve(
    connection: socket.socket,
    wire: Wire,
    steps: list[Step],
    tls: ssl.SSLContext | None,
) -> None:
    with suppress(OSError):
        if tls:
            connection = tls.wrap_socket(connection, server_side=True)
        with connection:
            connection.settimeout(0.1)
            while request := _request(connection, wire):
                wire.requests.append(request)
                step = steps.pop(0) if len(steps) > 1 else steps[0]
                connection.settimeout(10)
                step(connection)
                connection.settimeout(0.1)


def _request(connection: socket.socket, wire: Wire) -> bytes:
    """One whole request; nothing when the other side has hung up."""
    got = b""
    while not wire.over.is_set():
        try:
            part = connection.recv(65_536)
        except TimeoutError:
            continue
        got += part
        if not part or _is_whole(got):
            return got
    return b""


def _is_whole(got: bytes) -> bool:
    head, end, body = got.partition(b"\r\n\r\n")
    lengths: Sequence[bytes] = [
        line.partition(b":")[2]
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    return bool(end) and len(body) >= (int(lengths[0]) if lengths else 0)
