"""What every provider's HTTP API has in common: patience, and what its faults mean."""

import re
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import urlsplit

import certifi
from httptools import HttpParserError, HttpResponseParser
from urllib3.util.wait import wait_for_read

from gateway.channels import ChannelError, SendFault

CONNECT_SECONDS = 5
READ_SECONDS = 10
LONGEST_RETRY_AFTER = 3600.0
_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
_CHUNK = 65_536
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class HttpAnswer:
    """What a provider answered, whatever its status; headers by name in lower case."""

    status: int
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @property
    def date(self) -> datetime | None:
        """The server's clock when it answered, in UTC, if it tells it."""
        return _date(self.headers.get("date", ""))

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, at most LONGEST_RETRY_AFTER; None if it asked for nothing.

        Seconds, a fraction (which some proxies write), or a date (RFC 9110, 10.2.3).
        """
        value = self.headers.get("retry-after", "").strip()
        if _SECONDS.fullmatch(value):
            return min(float(value), LONGEST_RETRY_AFTER)
        if (until := _date(value)) is None:
            return None
        now = self.date or datetime.now(UTC)
        return min(max(0.0, (until - now).total_seconds()), LONGEST_RETRY_AFTER)


class Connections:
    """Connections to one address, kept open: one for each thread that sends.

    One attempt for each request, and never a second one behind our back. Answers are
    parsed by httptools: Python's own client takes three times as long, urllib3 five.
    """

    def __init__(self, address: str, read_seconds: float = READ_SECONDS) -> None:
        self._address = urlsplit(address)
        self._read_seconds = read_seconds
        self._mine = threading.local()

    def request(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> HttpAnswer:
        """Ask once; `target` is path and query.

        Raises ChannelError, and ValueError for a header of more than one line.
        """
        fields = {"Host": self._address.netloc, "Content-Length": str(len(body))}
        head = _head(f"{method} {target} HTTP/1.1", {**fields, **headers})
        connection = self._open()
        try:
            connection.sendall(head + body)
            answer = _Answer.read_from(connection)
        except (OSError, HttpParserError) as error:
            self._close(connection)
            # It may have arrived.
            raise ChannelError("connection_lost", SendFault.AMBIGUOUS) from error
        if not answer.keeps_connection:
            self._close(connection)
        return answer.told()

    def _open(self) -> socket.socket:
        """This thread's connection. What fails here has sent nothing."""
        connection: socket.socket | None = getattr(self._mine, "connection", None)
        # Something to read before anything was asked: the other side has hung up.
        if connection and wait_for_read(connection, timeout=0):
            self._close(connection)
            connection = None
        if connection is None:
            try:
                connection = self._connected()
            except OSError as error:
                raise ChannelError("connection_refused", SendFault.RETRYABLE) from error
            self._mine.connection = connection
        return connection

    def _connected(self) -> socket.socket:
        host = self._address.hostname or ""
        port = self._address.port or _PORTS[self._address.scheme]
        connection = socket.create_connection((host, port), CONNECT_SECONDS)
        # A request that waits for company would wait for the last one's receipt.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._address.scheme == "https":
            try:
                connection = _trust().wrap_socket(connection, server_hostname=host)
            except OSError:
                connection.close()
                raise
        connection.settimeout(self._read_seconds)
        return connection

    def _close(self, connection: socket.socket) -> None:
        connection.close()
        self._mine.connection = None


class _Answer:
    """An answer while it comes in; the parser calls the methods that begin with on."""

    def __init__(self) -> None:
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._has_head = self._is_whole = False
        self._parser = HttpResponseParser(self)

    @classmethod
    def read_from(cls, connection: socket.socket) -> "_Answer":
        """The whole of it. Raises OSError, HttpParserError."""
        answer = cls()
        while not answer._is_whole:
            part = connection.recv(_CHUNK)
            if not part and answer._ends_with_connection:
                break
            if not part:
                msg = "hung up in the middle of an answer"
                raise ConnectionError(msg)
            answer._parser.feed_data(part)
        return answer

    @property
    def keeps_connection(self) -> bool:
        """Whether another request may follow on it."""
        return self._is_whole and bool(self._parser.should_keep_alive())

    @property
    def _ends_with_connection(self) -> bool:
        """Whether its length was told by nothing else (RFC 9112, section 6.3)."""
        is_told = self._headers.keys() & {"content-length", "transfer-encoding"}
        return self._has_head and not is_told

    def told(self) -> HttpAnswer:
        """What it says."""
        text = self._body.decode("utf-8", "replace")
        return HttpAnswer(self._parser.get_status_code(), text, self._headers)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._has_head = True

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        self._is_whole = True


def _date(value: str) -> datetime | None:
    """A date of HTTP in UTC; None for anything else."""
    try:
        date = parsedate_to_datetime(value)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@cache
def _trust() -> ssl.SSLContext:
    """Reading all authorities takes longer than asking: once, and for TLS alone."""
    return ssl.create_default_context(cafile=certifi.where())


def _head(request: str, headers: Mapping[str, str]) -> bytes:
    lines = [request, *map(": ".join, headers.items())]
    if any("\r" in line or "\n" in line for line in lines):
        msg = "a header has more than one line"
        raise ValueError(msg)
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
