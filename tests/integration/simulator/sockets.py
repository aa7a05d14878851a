"""Servers that misbehave below HTTP: they close, or they never answer."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Rude:
    """What each connection was asked, in order."""

    url: str
    asked: list[bytes] = field(default_factory=list)


@contextmanager
def answering(*answers: bool) -> Iterator[Rude]:
    """For each connection in turn: answer it, or close it without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        rude = Rude(f"http://127.0.0.1:{listener.getsockname()[1]}")
        worker = threading.Thread(target=_serve, args=(listener, rude, answers))
        worker.start()
        yield rude
        worker.join()


@contextmanager
def silent() -> Iterator[str]:
    """Connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def unreachable() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _serve(listener: socket.socket, rude: Rude, answers: tuple[bool, ...]) -> None:
    for will_answer in answers:
        connection, _ = listener.accept()
        with connection:
            rude.asked.append(_request(connection))
            if will_answer:
                connection.sendall(_OK)


def _request(connection: socket.socket) -> bytes:
    """All of a request: its head and as much body as the head announces."""
    taken = b""
    while b"\r\n\r\n" not in taken:
        taken += connection.recv(65536)
    head, _, body = taken.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
