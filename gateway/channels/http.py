"""What every provider's HTTP API has in common: patience, and what its faults mean."""

import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import certifi
from urllib3.util.wait import wait_for_read

from gateway.channels import ChannelError, SendFault

CONNECT_SECONDS = 5
READ_SECONDS = 10
LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True)
class HttpAnswer:
    """What a provider answered, whatever its status.

    `retry_after` is in seconds, when it asked for that.
    """

    status: int
    text: str = field(repr=False)
    retry_after: float | None = None


class Connections:
    """Connections to one address, kept open: one for each thread that sends.

    Python's own client takes half the time of a pool that is shared by threads. One
    attempt for each request.
    """

    def __init__(self, address: str, read_seconds: float = READ_SECONDS) -> None:
        self._address = urlsplit(address)
        self._read_seconds = read_seconds
        self._trusted = ssl.create_default_context(cafile=certifi.where())
        self._mine = threading.local()

    def request(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> HttpAnswer:
        """Ask once; `target` is path and query. Raises ChannelError."""
        connection = self._open()
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            connection.close()
            # It may have arrived.
            raise ChannelError("connection_lost", SendFault.AMBIGUOUS) from error
        wait = _seconds(answer.headers.get("Retry-After", ""))
        return HttpAnswer(answer.status, text, wait)

    def _open(self) -> HTTPConnection:
        """This thread's connection. What fails here has sent nothing."""
        connection: HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = self._mine.connection = self._new()
        # Something to read before anything was asked: the other side has hung up.
        if connection.sock and wait_for_read(connection.sock, timeout=0):
            connection.close()
        if connection.sock is None:
            try:
                connection.connect()
            except OSError as error:
                connection.close()
                raise ChannelError("connection_refused", SendFault.RETRYABLE) from error
            # Typed as the None that it was above.
            connection.sock.settimeout(self._read_seconds)  # type: ignore[attr-defined]
        return connection

    def _new(self) -> HTTPConnection:
        host, port = self._address.hostname or "", self._address.port
        if self._address.scheme == "http":
            return HTTPConnection(host, port, timeout=CONNECT_SECONDS)
        return HTTPSConnection(
            host, port, timeout=CONNECT_SECONDS, context=self._trusted
        )


def _seconds(value: str) -> float | None:
    """How long to wait; dates are not understood."""
    if not (value.isascii() and value.isdigit()):
        return None
    return min(float(value), LONGEST_RETRY_AFTER)
