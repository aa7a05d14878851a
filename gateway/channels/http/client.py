"""The HTTP client for every provider: libcurl, one attempt, one deadline.

Why libcurl: docs/decisions/0007-http-client.md. It skips interim answers (1xx), looks
names up in a thread of its own, so that a slow resolver cannot outlast the deadline,
and calls back when the connection is open and nothing of the request has been sent
(CURLOPT_PREREQFUNCTION).
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

# The time limit for DNS, proxy, connection and TLS together. A request that is not sent
# within this time is never sent.
CONNECT_SECONDS = 5.0
# The time limit for connecting, sending and reading the whole answer. Together with the
# sender's START_WITHIN it stays below the lease of a claim.
TOTAL_SECONDS = 12.0
_NO_SOCKET = -1


class Connections:
    """Persistent connections to one address: one for each thread."""

    def __init__(
        self,
        address: str,
        authority: Path | None = None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        """`authority` is a file of certificates to trust instead of the public ones."""
        self._address = urlsplit(address)._replace(path="", query="").geturl()
        self._authority = authority
        self._total_seconds = total_seconds
        self._mine = threading.local()

    def request(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> HttpAnswer:
        """Send a request once; `target` is path and query.

        Raises ChannelError: AMBIGUOUS as soon as a byte of the request may have been
        sent, else RETRYABLE or CONFIGURATION. Raises ValueError for a header of more
        than one line.
        """
        send_by = time.monotonic() + CONNECT_SECONDS
        curl = self._handle()
        _prepare(curl, method, self._address + target, body, headers)
        return Exchange(send_by).perform(curl)

    def drop(self) -> None:
        """Close this thread's connection, for instance after an unreadable answer.

        Do not call this after a fault: libcurl has closed the connection by then, and
        closing the handle would wait for a pending DNS look-up.
        """
        if curl := getattr(self._mine, "curl", None):
            curl.close()
        self._mine.curl = None

    def _handle(self) -> pycurl.Curl:
        """The handle of this thread; its connection is open or not made yet."""
        curl: pycurl.Curl | None = getattr(self._mine, "curl", None)
        if curl is not None and _is_closed_by_peer(curl):
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
        # Some servers compress an answer anyway; libcurl unpacks it only if asked for.
        curl.setopt(pycurl.ACCEPT_ENCODING, "gzip")
        curl.setopt(pycurl.CAINFO, str(self._authority or certifi.where()))
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(CONNECT_SECONDS * 1000))
        curl.setopt(pycurl.TIMEOUT_MS, int(self._total_seconds * 1000))
        if self._address.startswith("http:"):
            # http:// is allowed for this machine only, so it never needs a proxy. For
            # https:// libcurl itself reads HTTPS_PROXY and NO_PROXY.
            curl.setopt(pycurl.PROXY, "")
        return curl


def _is_closed_by_peer(curl: pycurl.Curl) -> bool:
    """Whether the peer has closed an idle connection: it can then be read from.

    libcurl checks this too, but not within a second of the last request.
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
    # An empty "Expect:" stops libcurl from awaiting "100 Continue" before a long body.
    lines = [*map(": ".join, headers.items()), "Expect:"]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header has more than one line")
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.HTTPHEADER, lines)
    if method == "GET":
        curl.setopt(pycurl.HTTPGET, 1)
    else:
        curl.setopt(pycurl.POSTFIELDS, body)
    curl.setopt(pycurl.CUSTOMREQUEST, method)
