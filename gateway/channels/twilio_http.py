"""The HTTP client under twilio's: pooled, with timeouts, and our own errors.

twilio's default client waits for ever, keeps six connections, and hides Retry-After.
Here a response or a broken connection becomes a `ChannelError` in one place.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3.exceptions import HTTPError

from gateway.channels import ChannelError, SendFault
from gateway.channels.http import READ_SECONDS, broken, open_pool, retry_after

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
    """Sends Twilio's requests; `api_url` replaces Twilio's own address if given."""

    def __init__(
        self, api_url: str | None = None, read_seconds: float = READ_SECONDS
    ) -> None:
        super().__init__(log, is_async=False, timeout=read_seconds)
        self._api_url = api_url
        self._pool = open_pool(read_seconds)

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
        url = self._addressed(uri, params)
        credentials = urllib3.make_headers(basic_auth=":".join(auth)) if auth else {}
        try:
            answer = self._pool.request(
                method,
                url,
                body=urlencode(data, doseq=True) if data else None,
                headers={**(headers or {}), **credentials},
            )
        except HTTPError as error:
            raise broken(error) from error
        text = answer.data.decode("utf-8", "replace")
        if answer.status >= 400:
            raise error_from(answer.status, answer.headers, text)
        return Response(answer.status, text, answer.headers)

    def _addressed(self, uri: str, params: Mapping[str, object] | None) -> str:
        if self._api_url:
            uri = self._api_url + urlsplit(uri)._replace(scheme="", netloc="").geturl()
        return f"{uri}?{urlencode(params, doseq=True)}" if params else uri


def error_from(status: int, headers: Mapping[str, str], text: str) -> ChannelError:
    """What a response of 400 and above means for the message that was to be sent."""
    code = _twilio_code(text) or status
    return ChannelError(str(code), _fault(status, code), retry_after(headers))


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
