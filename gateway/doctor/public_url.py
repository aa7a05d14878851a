"""Check the public address as a carrier reaches it: certificate and liveness."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from gateway.doctor import clock
from gateway.doctor.findings import Finding, fail, ok, warn
from gateway.doctor.installation import Installation

TIMEOUT_SECONDS = 5.0
# Certificates are usually renewed 30 days before they expire.
SOON = timedelta(days=21)
_HTTPS = 443
_CERTIFICATE = "certificate"


def check_address(installation: Installation) -> Iterator[Finding]:
    """Whether a carrier can reach us."""
    settings = installation.settings
    # Trust the certificate authorities of this machine.
    trust = ssl.create_default_context()
    if settings.public_url.startswith("https:"):
        certificate = _certificate(settings.public_url, trust)
        yield certificate
        if certificate.level == "FAIL":
            return
    yield from _liveness(f"{settings.public_url}/healthz", trust)


def _certificate(url: str, trust: ssl.SSLContext) -> Finding:
    parts = urlsplit(url)
    place = (parts.hostname or "", parts.port or _HTTPS)
    try:
        with (
            socket.create_connection(place, TIMEOUT_SECONDS) as connection,
            trust.wrap_socket(connection, server_hostname=place[0]) as secure,
        ):
            certificate = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return fail(
            f"{error.verify_message}: renew it, or its chain", subject=_CERTIFICATE
        )
    except OSError as error:
        return fail(_no_connection(place, error), subject=_CERTIFICATE)
    return _lifetime(str(certificate["notAfter"]))


def _no_connection(place: tuple[str, int], error: OSError) -> str:
    """Describe at which step the connection failed, and the remedy."""
    host, port = place
    if isinstance(error, socket.gaierror):
        return f"{host} does not resolve: see DNS"
    if isinstance(error, ssl.SSLError):
        return f"{host}:{port} does not speak TLS: see nginx"
    name = type(error).__name__
    return f"{host}:{port} accepts no connection ({name}): see firewall, nginx"


def _lifetime(not_after: str) -> Finding:
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), UTC)
    left = ends - datetime.now(UTC)
    text = f"trusted, for {left.days} more days"
    if left < SOON:
        return warn(f"{text}: see why it was not renewed", subject=_CERTIFICATE)
    return ok(text, subject=_CERTIFICATE)


def _liveness(url: str, trust: ssl.SSLContext) -> Iterator[Finding]:
    pool = urllib3.PoolManager(ssl_context=trust, timeout=TIMEOUT_SECONDS)
    try:
        answer = pool.request("GET", url, retries=False, redirect=False)
        body = answer.data
    except HTTPError as error:
        why = f"{url} does not answer ({type(error).__name__})"
        yield fail(f"{why}: see DNS, firewall, nginx, `gateway web`")
        return
    finally:
        pool.clear()
    if answer.status != HTTPStatus.OK or b'"status":"ok"' not in body.replace(
        b" ", b""
    ):
        yield fail(f"{url} answers {answer.status}, not as a gateway: see nginx")
        return
    yield ok(f"{url} answers")
    date = answer.headers.get("Date")
    yield from clock.compare_with_header("the public address", date)
