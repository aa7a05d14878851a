"""Broken answers, written to the socket of the request by hand.

The server can write neither an interim answer nor half of one.
"""

import contextlib
import time
from collections.abc import Iterator
from http import HTTPStatus
from socket import SHUT_RDWR, socket
from typing import NoReturn

from flask import Response, request

# What arrives with the answer itself would be read with it.
_INTERIM_SECONDS = 0.2
_DRIPS = 60
_PIECE = b"x" * 65_536
# More than any client should read, and little enough for a test.
ENDLESS_BYTES = 48 * 1024 * 1024


def cut() -> NoReturn:
    """Close the connection under the request; the client gets no answer more."""
    if connection := _socket():
        with contextlib.suppress(OSError):
            connection.shutdown(SHUT_RDWR)
    raise ConnectionAbortedError


def send_interim(status: HTTPStatus) -> None:
    """An answer before the answer: 100 or 103, some time ahead of it."""
    link = "Link: </>; rel=preload\r\n" if status is HTTPStatus.EARLY_HINTS else ""
    _write(f"HTTP/1.1 {status.value} {status.phrase}\r\n{link}\r\n".encode())
    time.sleep(_INTERIM_SECONDS)


def drip(answer: Response, seconds: float) -> NoReturn:
    """The whole answer in small pieces, which take this long together."""
    raw = _head_of(answer) + answer.get_data()
    step = max(1, len(raw) // _DRIPS)
    for start in range(0, len(raw), step):
        _write(raw[start : start + step])
        time.sleep(seconds * step / len(raw))
    cut()


def send_endless_headers() -> NoReturn:
    """A head that goes on until the client has enough."""
    _write(b"HTTP/1.1 201 Created\r\n")
    _write_on(b"X-More: " + _PIECE[:1000] + b"\r\n")


def send_endless_body() -> NoReturn:
    """A body that goes on until the client has enough."""
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
    """Raises ConnectionAbortedError when the client has gone."""
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
