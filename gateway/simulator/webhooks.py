"""Post signed forms to the gateway, with Twilio's timeouts.

https://www.twilio.com/docs/api/errors/11205
"""

import time
import uuid
from urllib.parse import urldefrag, urlencode

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
)

from gateway.simulator.account import CarrierAccount
from gateway.simulator.forms import Form, signed_headers
from gateway.simulator.overrides import retries_of
from gateway.simulator.posts import Posted, PostFault

TWILIO_TIMEOUT = urllib3.Timeout(connect=5, total=15)
CONNECTIONS = 64
_FIRST_PAUSE_SECONDS = 0.1
# Name resolution fails with a NewConnectionError, too.
_CONNECTION_FAILURES = (ConnectTimeoutError, NewConnectionError, ProtocolError)


class Webhooks:
    """Posts the forms of one account, without a proxy from the environment."""

    def __init__(
        self, account: CarrierAccount, timeout: urllib3.Timeout = TWILIO_TIMEOUT
    ) -> None:
        self._account = account
        self._pool = urllib3.PoolManager(
            maxsize=CONNECTIONS, retries=False, timeout=timeout
        )

    def post(self, url: str, form: Form) -> Posted:
        """Post a form, with the retries that its URL asks for."""
        retries = retries_of(url)
        url = urldefrag(url).url
        headers = signed_headers(self._account, url, form)
        headers |= {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
        }
        posted = self._attempt(url, form, headers)
        for number in range(retries.count):
            if not retries.follow(posted):
                break
            time.sleep(_FIRST_PAUSE_SECONDS * 2**number)
            posted = self._attempt(url, form, headers)
        return posted

    def _attempt(self, url: str, form: Form, headers: dict[str, str]) -> Posted:
        body = urlencode(form)
        try:
            answer = self._pool.request(
                "POST", url, body=body, headers=headers, redirect=False
            )
        except _CONNECTION_FAILURES:
            return Posted(None, PostFault.CONNECTION)
        except HTTPError:
            return Posted(None, PostFault.NO_ANSWER)
        taken = 200 <= answer.status < 300
        return Posted(answer.status, None if taken else PostFault.REFUSED)
