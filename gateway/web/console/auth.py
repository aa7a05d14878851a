"""Authentication, authorisation, CSRF and security headers of the console."""

from collections.abc import Callable
from itertools import chain
from typing import TypeVar

from flask import (
    Flask,
    Request,
    abort,
    current_app,
    redirect,
    request,
    url_for,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug import Response
from werkzeug.routing import IntegerConverter, ValidationError

from gateway.domain.operators import Operator, Role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import console

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    # Send no referrer to other sites: a search may carry a number.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# PostgreSQL's bigint and SQLite's integer both end here.
LARGEST_ROW_NUMBER = 2**63 - 1
_View = TypeVar("_View", bound=Callable[..., object])

logins = LoginManager()
csrf = CSRFProtect()


class ConsoleSessions(SecureCookieSessionInterface):
    """Flask's cookie sessions, opened for pages of the console only.

    For a webhook, opening a session would double the time that Flask takes.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open a session; None, an empty read-only one, outside the console."""
        is_page = request.path.startswith(f"{bp.url_prefix}/")
        return super().open_session(app, request) if is_page else None


class RowNumber(IntegerConverter):
    """The id of a row in a URL; 404 for one that no column can hold."""

    def to_python(self, value: str) -> int:
        """Parse the id. Raises ValidationError, which Flask answers with 404."""
        number: int = super().to_python(value)
        if number > LARGEST_ROW_NUMBER:
            raise ValidationError
        return number


class ConsoleUser(UserMixin):  # type: ignore[misc]
    """A logged-in operator, with the token of the session."""

    def __init__(self, token: str, operator: Operator) -> None:
        self._token = token
        self.operator = operator

    def get_id(self) -> str:
        """The token, which the session cookie keeps signed."""
        return self._token

    @property
    def name(self) -> str:
        """The operator's name, for the audit log."""
        return self.operator.name

    def may(self, role: str) -> bool:
        """Whether the operator may do what this role may."""
        return self.operator.role.may_act_as(Role(role))


def requires_role(role: Role | None) -> Callable[[_View], _View]:
    """Mark a view with the role that it needs; None opens it to everybody."""

    def mark(view: _View) -> _View:
        view.requires_role = role  # type: ignore[attr-defined]
        return view

    return mark


def install(app: Flask, secret_key: bytes) -> None:
    """Add logins, sessions and CSRF protection to an application."""
    app.secret_key = secret_key
    app.session_interface = ConsoleSessions()
    app.url_map.converters["int"] = RowNumber
    app.config |= {
        "SESSION_COOKIE_NAME": "console",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": bp.url_prefix,
        # The carrier's webhooks carry a signature instead; see `_check_csrf_token`.
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
    }
    logins.init_app(app)
    csrf.init_app(app)


@logins.user_loader  # type: ignore[untyped-decorator]
def _load_user(token: str) -> ConsoleUser | None:
    operator = console().database.sessions.find(token, console().clock())
    return ConsoleUser(token, operator) if operator else None


@bp.before_request
def _check_text() -> None:
    """Refuse NUL, which PostgreSQL cannot store."""
    lists = (request.args.listvalues(), request.form.listvalues())
    values = chain.from_iterable(chain(*lists))
    if any("\0" in text for text in (request.path, *values)):
        abort(400)


@bp.before_request
def _check_role() -> Response | None:
    """Deny by default: a view without `requires_role` is forbidden."""
    if request.endpoint == "console.static":
        return None
    view = current_app.view_functions[request.endpoint or ""]
    if not hasattr(view, "requires_role"):
        abort(403)
    role: Role | None = view.requires_role
    if role is None:
        return None
    if not current_user.is_authenticated:
        wanted = request.full_path if request.method == "GET" else None
        return redirect(url_for("console.login", wanted=wanted), 303)
    if not current_user.may(role):
        abort(403)
    return None


@bp.before_request
def _check_csrf_token() -> None:
    if request.endpoint != "console.static":
        csrf.protect()


@bp.after_request
def _harden(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint == "console.static":
        response.headers["Cache-Control"] = "private, max-age=3600"
    return response
