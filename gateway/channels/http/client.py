"""The HTTP client for every provider: libcurl, one attempt, one deadline.

docs/decisions/0007-http-client.md tells why it is libcurl. Three of its habits matter
here: it skips interim answers (1xx), it looks names up in a thread of its own, so that
a slow resolver cannot outlast the deadline, and it calls us back when the connection
stands and nothing of the request has left yet (CURLOPT_PREREQFUNCTION).
"""

import select
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import certifi
import pycurl

from gateway.channels.http.answer import HttpAnswer
from gateway.channels.http.exchange import Exchange

# Name look-up, addresses, proxy, connection and TLS together: the request leaves
# within this time or not at all.
CONNECT_SECONDS = 5.0
# All of that, the request and its whole answer. With delivery's START_WITHIN it stays
# below a claim's lease.
TOTAL_SECONDS = 12.0
_NO_SOCKET = -1


class Connections:
    """Connections to one address, kept open: one for each thread that asks."""

    def __init__(
        self,
        address: str,
        authority: Path | None = None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        """`authority` holds the certificates to trust instead of the public ones."""
        self._address = urlsplit(address)._replace(path="", query="").geturl()
        self._authority = authority
        self._total_seconds = total_seconds
        self._mine = threading.local()

    def request(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> HttpAnswer:
        """Ask once; `target` is path and query.

        Raises ChannelError: AMBIGUOUS as soon as a byte of the request may have left,
        else RETRYABLE or CONFIGURATION with the reason as its code. Raises ValueError
        for a header of more than one line.
        """
        leaves_by = time.monotonic() + CONNECT_SECONDS
        curl = self._handle()
        _prepare(curl, method, self._address + target, body, headers)
        return Exchange(leaves_by).perform(curl)

    def drop(self) -> None:
        """Close this thread's connection, as after an answer that makes no sense.

        libcurl closes it by itself after a fault. To close the handle then could take
        long: it waits for a name that is still being looked up.
        """
        if curl := getattr(self._mine, "curl", None):
            curl.close()
        self._mine.curl = None

    def _handle(self) -> pycurl.Curl:
        """This thread's handle, whose connection is open or not there at all."""
        curl: pycurl.Curl | None = getattr(self._mine, "curl", None)
        if curl is not None and _has_something_to_read(curl):
            self.drop()
            curl = None
        if curl is None:
            curl = self._mine.curl = self._new_handle()
        return curl

    def _new_handle(self) -> pycurl.Curl:
        curl = pycurl.Curl()
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.USERAGENT, "sms-balance-gateway")
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        # Some servers pack an answer whatever was asked for; only who asks unpacks.
        curl.setopt(pycurl.ACCEPT_ENCODING, "gzip")
        curl.setopt(pycurl.CAINFO, str(self._authority or certifi.where()))
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(CONNECT_SECONDS * 1000))
        curl.setopt(pycurl.TIMEOUT_MS, int(self._total_seconds * 1000))
        if self._address.startswith("http:"):
            # Only this machine may be asked without TLS; no proxy leads there. For
            # https:// libcurl itself reads HTTPS_PROXY and NO_PROXY.
            curl.setopt(pycurl.PROXY, "")
        return curl


def _has_something_to_read(curl: pycurl.Curl) -> bool:
    """Whether the other side spoke before it was asked: it has hung up.

    libcurl looks for this, too, but not within a second of the last request.
    """
    connection = curl.getinfo(pycurl.ACTIVESOCKET)
    if connection == _NO_SOCKET:
        return False
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def _prepare(
    curl: pycurl.Curl,
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
) -> None:
    """Set up a request. Raises ValueError for a header of more than one line."""
    # Without the last one libcurl would ask before it sends a long body.
    lines = [*map(": ".join, headers.items()), "Expect:"]
    if any("\r" in line or "\n" in line for line in lines):
        msg = "a header has more than one line"
        raise ValueError(msg)
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.HTTPHEADER, lines)
    if method == "GET":
        curl.setopt(pycurl.HTTPGET, 1)
    else:
        curl.setopt(pycurl.POSTFIELDS, body)
    curl.setopt(pycurl.CUSTOMREQUEST, method)
