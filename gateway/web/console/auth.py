"""Who may come in by which door of the console, and what leaves with each page."""

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
    # To our own pages only: a search may carry a number.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# PostgreSQL's bigint and SQLite's integer both end here.
LARGEST_ROW_NUMBER = 2**63 - 1
_View = TypeVar("_View", bound=Callable[..., object])

logins = LoginManager()
csrf = CSRFProtect()


class ConsoleSessions(SecureCookieSessionInterface):
    """Flask's own, for pages alone.

    It opens a session for each request, which takes as long as all else that Flask does
    for a webhook; and a webhook has none.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None is a session in which nothing can be put."""
        is_page = request.path.startswith(f"{bp.url_prefix}/")
        return super().open_session(app, request) if is_page else None


class RowNumber(IntegerConverter):
    """The number of a row in an address; one that no column can hold is no page."""

    def to_python(self, value: str) -> int:
        """Raises ValidationError, which Flask answers with 404."""
        number: int = super().to_python(value)
        if number > LARGEST_ROW_NUMBER:
            raise ValidationError
        return number


class Visitor(UserMixin):  # type: ignore[misc]
    """Who is in, by the token that his browser holds."""

    def __init__(self, token: str, operator: Operator) -> None:
        self._token = token
        self.operator = operator

    def get_id(self) -> str:
        """What the browser keeps, signed."""
        return self._token

    @property
    def name(self) -> str:
        """For the record."""
        return self.operator.name

    def may(self, role: str) -> bool:
        """Whether he may do what this role may."""
        return self.operator.role.may_act_as(Role(role))


def requires_role(role: Role | None) -> Callable[[_View], _View]:
    """Who may come in here; None is everybody, before the login."""

    def marked(view: _View) -> _View:
        view.requires_role = role  # type: ignore[attr-defined]
        return view

    return marked


def install(app: Flask, secret_key: bytes) -> None:
    """What the guards of the blueprint need from the application."""
    app.secret_key = secret_key
    app.session_interface = ConsoleSessions()
    app.url_map.converters["int"] = RowNumber
    app.config |= {
        "SESSION_COOKIE_NAME": "console",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": bp.url_prefix,
        # The carrier's webhooks carry a signature instead; see `_check_form`.
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
    }
    logins.init_app(app)
    csrf.init_app(app)


@logins.user_loader  # type: ignore[untyped-decorator]
def _visitor(token: str) -> Visitor | None:
    operator = console().database.sessions.find(token, console().clock())
    return Visitor(token, operator) if operator else None


@bp.before_request
def _check_text() -> None:
    """PostgreSQL stores no NUL, and nobody types one: refuse it before any query."""
    fields = (request.args, request.form)
    values = chain.from_iterable(chain.from_iterable(it.listvalues() for it in fields))
    if any("\0" in text for text in (request.path, *values)):
        abort(400)


@bp.before_request
def _check_visitor() -> Response | None:
    """A view that nobody is named for stays shut."""
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
def _check_form() -> None:
    if request.endpoint != "console.static":
        csrf.protect()


@bp.after_request
def _harden(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint == "console.static":
        response.headers["Cache-Control"] = "private, max-age=3600"
    return response
