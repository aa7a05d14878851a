"""Kannel: its sendsms is there and lets us in; the operator behind it is not seen.

docs/kannel.md says what it answers.
"""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from gateway.channels import ChannelError
from gateway.channels.http.answer import HttpAnswer
from gateway.channels.http.client import Connections
from gateway.channels.kannel.channel import NAME
from gateway.config.groups import KannelSettings
from gateway.doctor import connection
from gateway.doctor.findings import Finding, fail, ok, warn
from gateway.doctor.installation import Installation

SUBJECT = NAME
_OPEN = (
    "whoever comes through the proxy on this machine passes for Kannel: allow its "
    "address alone in nginx, then set KANNEL_ALLOW_FROM=127.0.0.1 (docs/kannel.md)"
)
# Said only to who has shown the right password.
_LET_IN = "Missing receiver"


def check_kannel(installation: Installation) -> Iterator[Finding]:
    """What sendsms says when it is given a password and nobody to send to."""
    settings = installation.settings
    if settings.kannel is None:
        return
    if settings.kannel.is_open_behind_proxy and settings.public_url.startswith(
        "https:"
    ):
        yield warn(SUBJECT, _OPEN)
    try:
        answer = _ask(settings.kannel)
    except ChannelError as error:
        yield fail(SUBJECT, _unreached(error))
        return
    yield _judged(answer)


def _unreached(error: ChannelError) -> str:
    if error.code == "tls_untrusted":
        return connection.told(error, "") + ": see KANNEL_CA"
    boxes = "see bearerbox, without which smsbox ends, then smsbox and firewall"
    return connection.told(error, boxes)


def _ask(kannel: KannelSettings) -> HttpAnswer:
    """No receiver: no SMS goes out, whoever answers there. Raises ChannelError."""
    headers = {
        "Connection": "close",
        "Content-Type": "text/plain",
        "X-Kannel-Username": kannel.username,
        "X-Kannel-Password": kannel.password,
    }
    path = urlsplit(kannel.sendsms_url).path
    connections = Connections(kannel.sendsms_url, kannel.authority)
    return connections.request("POST", path, b"", headers)


def _judged(answer: HttpAnswer) -> Finding:
    if answer.text.startswith(_LET_IN):
        return ok(SUBJECT, "sendsms lets us in")
    if answer.status == HTTPStatus.FORBIDDEN:
        remedy = "see KANNEL_USERNAME, KANNEL_PASSWORD and its sendsms-user group"
        return fail(SUBJECT, f"refuses us: {remedy}")
    text = f"answers {answer.status}, not as sendsms does: see KANNEL_SENDSMS_URL"
    return fail(SUBJECT, text)
