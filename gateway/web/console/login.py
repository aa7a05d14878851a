"""Log in, log out, change one's own password."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from gateway.db.console.operators import TooManyFailures
from gateway.domain.operators import SHORTEST_PASSWORD, THROTTLE_TIME, Operator, Role
from gateway.web.console.auth import ConsoleUser, requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import audit_entry, console, own_page
from gateway.web.console.login_queue import RETRY_SECONDS, QueueFull, place_in_queue

_THIS_MACHINE = frozenset({"127.0.0.1", "::1"})


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Name and password."""

    name = StringField(lazy_gettext("Name"), [InputRequired(), Length(max=80)])
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(), Length(max=200)]
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The old password and a new one."""

    old = PasswordField(lazy_gettext("Present password"), [InputRequired()])
    new = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(), Length(min=SHORTEST_PASSWORD, max=200)],
    )


@bp.route("/login", methods=["GET", "POST"])
@requires_role(None)
def login() -> Response | str | tuple[str, int]:
    """Log in; the page does not say whether name or password was wrong."""
    form = LoginForm()
    if request.method == "GET":
        return render_template("console/login.html", form=form)
    try:
        with place_in_queue():
            return _logged_in(form)
    except QueueFull:
        return _busy()


def _logged_in(form: LoginForm) -> Response | str | tuple[str, int]:
    """Check the password and begin a session; the caller holds a place in the queue."""
    if not form.validate_on_submit():
        return render_template("console/login.html", form=form)
    try:
        operator = _authenticate(form.name.data, form.password.data)
    except TooManyFailures:
        return _try_later("console/login.html", form)
    if operator is None:
        flash(_("Name or password is wrong."), "danger")
        return render_template("console/login.html", form=form), 401
    token = console().database.sessions.begin(operator, console().clock())
    login_user(ConsoleUser(token, operator))
    wanted = own_page(request.args.get("wanted", ""))
    return redirect(wanted or url_for("console.overview"), 303)


@bp.post("/logout")
@requires_role(Role.VIEWER)
def logout() -> Response:
    """End this session here and in the database."""
    console().database.sessions.end(current_user.get_id())
    logout_user()
    return redirect(url_for("console.login"), 303)


@bp.route("/password", methods=["GET", "POST"])
@requires_role(Role.VIEWER)
def password() -> Response | str | tuple[str, int]:
    """Change one's own password; afterwards the operator has to log in again."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("console/password.html", form=form)
    name = current_user.name
    try:
        with place_in_queue():
            operator = _authenticate(name, form.old.data)
    except TooManyFailures:
        return _try_later("console/password.html", form)
    except QueueFull:
        return _busy()
    if operator is None:
        flash(_("The present password is wrong."), "danger")
        return render_template("console/password.html", form=form), 401
    console().database.operators.set_password(name, form.new.data, audit_entry())
    flash(_("The password is changed. Please log in again."), "success")
    return redirect(url_for("console.login"), 303)


def _authenticate(name: str, password: str) -> Operator | None:
    """The operator, if the password is right. Raises TooManyFailures."""
    operators, address = console().database.operators, _client_address()
    now = console().clock()
    operators.refuse_if_throttled(name, address, now)
    return operators.authenticate(name, password, address, now)


def _try_later(page: str, form: FlaskForm) -> Response:
    """429 with the reason, and when to try again (RFC 6585, section 4)."""
    flash(_("Too many wrong passwords. Try again in 15 minutes."), "danger")
    answer = make_response(render_template(page, form=form), 429)
    answer.headers["Retry-After"] = str(int(THROTTLE_TIME.total_seconds()))
    return answer


def _busy() -> Response:
    """429 as one sentence: in a flood of logins, pages would delay webhooks."""
    text = _("Many people are logging in. Try again in a few seconds.")
    answer = make_response(text, 429, {"Retry-After": str(RETRY_SECONDS)})
    answer.mimetype = "text/plain"
    return answer


def _client_address() -> str:
    """The client's address, as a proxy on this machine forwards it.

    If the proxy's own address counted, one client's wrong passwords would lock
    everybody out.
    """
    address, forwarded = request.remote_addr or "", request.access_route
    return forwarded[-1] if address in _THIS_MACHINE and forwarded else address
