"""Write broken answers straight to the socket of the request.

The web server can send neither an interim answer nor half an answer.
"""

import contextlib
import time
from collections.abc import Iterator
from http import HTTPStatus
from socket import SHUT_RDWR, socket
from typing import NoReturn

from flask import Response, request

# An interim answer that arrives together with the answer would be read with it.
_INTERIM_SECONDS = 0.2
_DRIPS = 60
_PIECE = b"x" * 65_536
# More than any client should read, and little enough for a test.
ENDLESS_BYTES = 48 * 1024 * 1024


def cut() -> NoReturn:
    """Close the connection of the request, so that the client gets no answer."""
    if connection := _socket():
        with contextlib.suppress(OSError):
            connection.shutdown(SHUT_RDWR)
    raise ConnectionAbortedError


def send_interim(status: HTTPStatus) -> None:
    """Send an interim answer, 100 or 103, some time before the answer."""
    link = "Link: </>; rel=preload\r\n" if status is HTTPStatus.EARLY_HINTS else ""
    _write(f"HTTP/1.1 {status.value} {status.phrase}\r\n{link}\r\n".encode())
    time.sleep(_INTERIM_SECONDS)


def drip(answer: Response, seconds: float) -> NoReturn:
    """Send the whole answer in small pieces over so many seconds."""
    raw = _head_of(answer) + answer.get_data()
    step = max(1, len(raw) // _DRIPS)
    for start in range(0, len(raw), step):
        _write(raw[start : start + step])
        time.sleep(seconds * step / len(raw))
    cut()


def send_endless_headers() -> NoReturn:
    """Send headers until the client gives up."""
    _write(b"HTTP/1.1 201 Created\r\n")
    _write_on(b"X-More: " + _PIECE[:1000] + b"\r\n")


def send_endless_body() -> NoReturn:
    """Send a body until the client gives up."""
    _write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n")
    _write_on(_PIECE)


def _write_on(piece: bytes) -> NoReturn:
    for _ in range(ENDLESS_BYTES // len(piece)):
        _write(piece)
    cut()


def _head_of(answer: Response) -> bytes:
    lines = [f"HTTP/1.1 {answer.status}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return "\r\n".join([*lines, "", ""]).encode()


def _write(raw: bytes) -> None:
    """Send bytes. Raises ConnectionAbortedError when the client has gone."""
    if connection := _socket():
        with _as_aborted():
            connection.sendall(raw)


@contextlib.contextmanager
def _as_aborted() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConnectionAbortedError from error


def _socket() -> socket | None:
    """The server's connection; none in a test without a server."""
    found: socket | None = request.environ.get("werkzeug.socket")
    return found
