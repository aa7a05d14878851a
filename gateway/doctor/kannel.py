"""Check that Kannel's sendsms answers and accepts our password.

The operator behind Kannel cannot be checked. docs/kannel.md lists Kannel's answers.
"""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from gateway.channels import ChannelError
from gateway.channels.http.answer import HttpAnswer
from gateway.channels.http.client import Connections
from gateway.config.groups import KannelSettings
from gateway.doctor import connection
from gateway.doctor.findings import Finding, fail, ok, warn
from gateway.doctor.installation import Installation

_OPEN = (
    "anybody behind the proxy on this machine passes for Kannel: allow Kannel's "
    "address alone in nginx, then set KANNEL_ALLOW_FROM=127.0.0.1 (docs/kannel.md)"
)
# The answer to a request with the right password and without a receiver.
_LET_IN = "Missing receiver"


def check_kannel(installation: Installation) -> Iterator[Finding]:
    """Call sendsms with our password but without a receiver, so that no SMS is sent."""
    settings = installation.settings
    if settings.kannel is None:
        return
    if settings.kannel.is_open_behind_proxy and settings.public_url.startswith(
        "https:"
    ):
        yield warn(_OPEN)
    try:
        answer = _ask(settings.kannel)
    except ChannelError as error:
        yield fail(_no_answer(error))
        return
    yield _finding(answer)


def _no_answer(error: ChannelError) -> str:
    if error.code == "tls_untrusted":
        return connection.describe(error, "") + ": see KANNEL_CA"
    boxes = "see bearerbox, without which smsbox ends, then smsbox and firewall"
    return connection.describe(error, boxes)


def _ask(kannel: KannelSettings) -> HttpAnswer:
    """Send a request without a receiver. Raises ChannelError."""
    headers = {
        "Connection": "close",
        "Content-Type": "text/plain",
        "X-Kannel-Username": kannel.username,
        "X-Kannel-Password": kannel.password,
    }
    path = urlsplit(kannel.sendsms_url).path
    connections = Connections(kannel.sendsms_url, kannel.authority)
    return connections.request("POST", path, b"", headers)


def _finding(answer: HttpAnswer) -> Finding:
    if answer.text.startswith(_LET_IN):
        return ok("sendsms accepts our password")
    if answer.status == HTTPStatus.FORBIDDEN:
        remedy = "see KANNEL_USERNAME, KANNEL_PASSWORD and its sendsms-user group"
        return fail(f"refuses us: {remedy}")
    return fail(f"answers {answer.status}, not as sendsms does: see KANNEL_SENDSMS_URL")
