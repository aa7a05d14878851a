"""Run twilio's API client over our HTTP client.

twilio's default HTTP client has no timeout, keeps six connections, hides Retry-After
and silently resends a request when its connection broke.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

import urllib3
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from gateway.channels import ChannelError, SendFault
from gateway.channels.http.client import Connections
from gateway.channels.twilio.errors import error_from
from gateway.config.groups import TwilioSettings

# Without this, twilio's client would change its host by these environment variables.
_NO_ENVIRONMENT = {"TWILIO_EDGE": "", "TWILIO_REGION": ""}
# The exceptions of twilio's client for an answer that breaks the API's contract.
_UNREADABLE = (
    *(TwilioException, ValueError, TypeError, LookupError, AttributeError),
    RecursionError,
)
log = logging.getLogger(__name__)


class LibcurlHttpClient(HttpClient):  # type: ignore[misc]  # twilio has no types
    """Sends Twilio's requests; `api_url` replaces Twilio's own addresses if given."""

    def __init__(self, api_url: str | None = None) -> None:
        super().__init__(log, is_async=False)
        self._api_url = api_url
        # Messaging Services have another host than messages.
        self._connections: dict[str, Connections] = {}

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
        """Send a request once. Raises ChannelError, also for a status of 400 and up."""
        host, _, target = uri.removeprefix("https://").partition("/")
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        credentials = urllib3.make_headers(basic_auth=":".join(auth)) if auth else {}
        answer = self._connections_to(host).request(
            method,
            f"/{target}{query}",
            urlencode(data or {}, doseq=True).encode(),
            {**(headers or {}), **credentials},
        )
        if answer.status >= 400:
            raise error_from(answer)
        return Response(answer.status, answer.text, answer.headers)

    @contextmanager
    def reading(self, fault: SendFault) -> Iterator[None]:
        """Raise ChannelError for an unreadable answer, with this `fault`.

        Also close this thread's connections, as a proxy in between may have answered.
        """
        try:
            yield
        except _UNREADABLE as error:
            for connections in self._connections.values():
                connections.drop()
            raise ChannelError("unreadable_answer", fault) from error

    def _connections_to(self, host: str) -> Connections:
        if host not in self._connections:
            new = Connections(self._api_url or f"https://{host}")
            self._connections.setdefault(host, new)
        return self._connections[host]


def open_client(settings: TwilioSettings, http: LibcurlHttpClient) -> Client:
    """twilio's client with our credentials, whatever the environment says."""
    sid, token = settings.account_sid, settings.auth_tokens[0]
    return Client(sid, token, http_client=http, environment=_NO_ENVIRONMENT)
