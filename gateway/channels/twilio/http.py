"""The HTTP client under twilio's: kept connections, timeouts, and our own errors.

twilio's default client waits for ever, keeps six connections, and hides Retry-After.
Here a response or a broken connection becomes a `ChannelError` in one place.
"""

import logging
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlencode, urlsplit

import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response

from gateway.channels.http.client import Connections
from gateway.channels.twilio.errors import error_from

API_URL = "https://api.twilio.com"

log = logging.getLogger(__name__)


class LeanHttpClient(HttpClient):  # type: ignore[misc]  # twilio has no types
    """Sends Twilio's requests; `api_url` replaces Twilio's own addresses if given."""

    def __init__(self, api_url: str | None = None) -> None:
        super().__init__(log, is_async=False)
        self._api_url = api_url
        self._connections = cache(Connections)

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request, one attempt. Raises ChannelError."""
        credentials = urllib3.make_headers(basic_auth=":".join(auth)) if auth else {}
        connections = self._connections(self._api_url or _address(uri))
        answer = connections.request(
            method,
            _target(uri, params),
            urlencode(data or {}, doseq=True).encode(),
            {**(headers or {}), **credentials},
        )
        if answer.status >= 400:
            raise error_from(answer)
        return Response(answer.status, answer.text, answer.headers)


def _address(uri: str) -> str:
    """Messaging Services live at another address than messages."""
    return urlsplit(uri)._replace(path="", query="").geturl()


def _target(uri: str, params: Mapping[str, object] | None) -> str:
    """Path and query of an address of Twilio's, which may carry a query already."""
    bare = urlsplit(uri)._replace(scheme="", netloc="").geturl()
    return f"{bare}?{urlencode(params, doseq=True)}" if params else bare
