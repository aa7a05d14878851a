"""Refuse requests from other sites, although the simulator listens on loopback only.

Otherwise a foreign page in the tester's browser could post forms here, or read pages
after DNS rebinding of its own name to 127.0.0.1.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE = frozenset({"same-origin", "none"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def protect(app: Flask) -> None:
    """Check every request and harden every answer of this application."""
    app.before_request(_refuse_foreign_names)
    app.before_request(_refuse_foreign_pages)
    app.after_request(_harden)


def _refuse_foreign_names() -> None:
    if not _is_loopback(request.host):
        abort(403, "This address is not served here.")


def _refuse_foreign_pages() -> None:
    if request.method in _READING:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_foreign = site is not None and site not in _OWN_SITE
    # Older browsers send Origin only.
    if is_foreign or origin not in (None, f"{request.scheme}://{request.host}"):
        abort(403, "Another site may not post here.")


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        is_local = name == "localhost" or name.endswith(".localhost")
        return is_local or ip_address(name).is_loopback
    except ValueError:
        return False


def _harden(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint and not request.endpoint.endswith("static"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
