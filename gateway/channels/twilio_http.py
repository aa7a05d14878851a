"""The HTTP client under twilio's: kept connections, timeouts, and our own errors.

twilio's default client waits for ever, keeps six connections, and hides Retry-After.
Here a response or a broken connection becomes a `ChannelError` in one place.
"""

import json
import logging
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response

from gateway.channels import ChannelError, SendFault
from gateway.channels.http import Connections
from gateway.channels.http_answer import HttpAnswer

API_URL = "https://api.twilio.com"
_TOO_MANY_REQUESTS = 429
_TRANSIENT_STATUSES = frozenset({408, _TOO_MANY_REQUESTS})
# A wrong or revoked token, an account that is closed: an operator has to act.
_CONFIGURATION_STATUSES = frozenset({401, 403, 404})
# https://www.twilio.com/docs/api/errors: these pass by themselves.
_TRANSIENT_CODES = frozenset({20429, 20503, 21611, 30001, 14107})

# Permission for the region, sender not ours or not allowed to reach Indonesia, account
# suspended, daily limit, Messaging Service unknown or without numbers.
_CONFIGURATION_CODES = frozenset(
    {20003, 21408, 21606, 21612, 21703, 21705, 30002, 63038}
)
_OPTED_OUT_CODE = 21610

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


def error_from(answer: HttpAnswer) -> ChannelError:
    """What a response of 400 and above means for the message that was to be sent."""
    code = _twilio_code(answer.text) or answer.status
    return ChannelError(str(code), _fault(answer.status, code), answer.retry_after)


def _fault(status: int, code: int) -> SendFault:
    if status in _TRANSIENT_STATUSES or code in _TRANSIENT_CODES:
        return SendFault.RETRYABLE
    if status in _CONFIGURATION_STATUSES or code in _CONFIGURATION_CODES:
        return SendFault.CONFIGURATION
    if status >= 500:
        # Twilio may have taken the message before it failed.
        return SendFault.AMBIGUOUS
    return SendFault.OPTED_OUT if code == _OPTED_OUT_CODE else SendFault.PERMANENT


def _twilio_code(text: str) -> int | None:
    try:
        fields: Any = json.loads(text)
    except ValueError:
        return None
    code = fields.get("code") if isinstance(fields, dict) else None
    return code if isinstance(code, int) else None
