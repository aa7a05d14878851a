"""Coming in and going out."""

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from gateway.db.operators import TooManyFailures
from gateway.operators import SHORTEST_PASSWORD, Operator, Role
from gateway.web.console.blueprint import bp
from gateway.web.console.doors import Visitor, open_to
from gateway.web.console.parts import console, deed

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
@open_to(None)
def login() -> Response | str | tuple[str, int]:
    """The door; says the same whatever was wrong."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("console/login.html", form=form)
    try:
        operator = _checked(form.name.data, form.password.data)
    except TooManyFailures:
        flash(_("Too many wrong passwords. Try again in 15 minutes."), "danger")
        return render_template("console/login.html", form=form), 429
    if operator is None:
        flash(_("Name or password is wrong."), "danger")
        return render_template("console/login.html", form=form), 401
    token = console().sessions.begin(operator, console().clock())
    login_user(Visitor(token, operator))
    return redirect(_own_page(request.args.get("wanted")), 303)


@bp.post("/logout")
@open_to(Role.VIEWER)
def logout() -> Response:
    """End this session here and in the database."""
    console().sessions.end(current_user.get_id())
    logout_user()
    return redirect(url_for("console.login"), 303)


@bp.route("/password", methods=["GET", "POST"])
@open_to(Role.VIEWER)
def password() -> Response | str | tuple[str, int]:
    """Change one's own password; one has to come in anew."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("console/password.html", form=form)
    name = current_user.name
    if _checked(name, form.old.data) is None:
        flash(_("The present password is wrong."), "danger")
        return render_template("console/password.html", form=form), 401
    console().operators.set_password(name, form.new.data, deed())
    flash(_("The password is changed. Please log in again."), "success")
    return redirect(url_for("console.login"), 303)


def _checked(name: str, password: str) -> Operator | None:
    now = console().clock()
    return console().operators.checked(name, password, _address(), now)


def _address() -> str:
    """Where a visitor sits; a proxy on this machine tells whom it speaks for.

    Otherwise one visitor's wrong passwords would keep all others out.
    """
    address, forwarded = request.remote_addr or "", request.access_route
    return forwarded[-1] if address in _THIS_MACHINE and forwarded else address


def _own_page(wanted: str | None) -> str:
    """Nobody is led elsewhere by a link to our login."""
    parts = urlsplit(wanted or "")
    is_ours = not parts.scheme and not parts.netloc and "\\" not in (wanted or "")
    if wanted and is_ours and parts.path.startswith("/console/"):
        return wanted
    return url_for("console.overview")
