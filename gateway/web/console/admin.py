"""Operators and roles, the audit log, retention and settings in force."""

from collections.abc import Iterator
from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import format_timedelta, lazy_gettext
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Regexp

from gateway.config.group import Group
from gateway.config.settings import PARTS
from gateway.db.console.operators import NameTaken
from gateway.domain.operators import Role, new_password
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import audit_entry, console
from gateway.web.console.messages import read_id

ROWS_A_PAGE = 100


class OperatorForm(FlaskForm):  # type: ignore[misc]
    """A new operator."""

    name = StringField(
        lazy_gettext("Name"),
        [InputRequired(), Regexp(r"[\w.@-]{1,80}$", message=lazy_gettext("A word"))],
    )
    role = SelectField(lazy_gettext("Role"), choices=[str(role) for role in Role])


@bp.get("/admin")
@requires_role(Role.ADMIN)
def admin() -> str:
    """Operators, retention and settings."""
    return render_template(
        "console/admin.html",
        operators=console().database.operators.list_all(),
        form=OperatorForm(),
        roles=list(Role),
        settings=dict(_shown(console().settings)),
    )


@bp.post("/admin/operators")
@requires_role(Role.ADMIN)
def add_operator() -> Response | str:
    """Add an operator; the password is shown once."""
    form = OperatorForm()
    if not form.validate_on_submit():
        flash(_("A name has letters, digits, dot, @ or -."), "danger")
        return _back()
    password = new_password()
    try:
        console().database.operators.add(
            form.name.data, Role(form.role.data), password, audit_entry()
        )
    except NameTaken:
        flash(_("An operator already has this name."), "danger")
        return _back()
    return _password_page(form.name.data, password)


@bp.post("/admin/operators/<name>/<action>")
@requires_role(Role.ADMIN)
def change_operator(name: str, action: str) -> Response | str:
    """Change role or password of another operator, or disable the operator."""
    if name == current_user.name:
        flash(
            _("You cannot change your own account here: ask another admin."), "danger"
        )
        return _back()
    operators, is_done = console().database.operators, False
    if action == "password":
        password = new_password()
        if operators.set_password(name, password, audit_entry()):
            return _password_page(name, password)
    elif action == "disable":
        is_done = operators.disable(name, audit_entry())
    elif action == "role" and request.form.get("role") in list(Role):
        is_done = operators.set_role(name, Role(request.form["role"]), audit_entry())
    else:
        abort(404)
    flash(_("Done.") if is_done else _("There is no such operator."), "info")
    return _back()


@bp.get("/admin/access-log")
@requires_role(Role.ADMIN)
def access_log() -> str:
    """The entries of the audit log with all the words searched for, newest first."""
    words = request.args.get("q", "").split()
    before = read_id(request.args.get("before"))
    rows = console().database.audit_log.search(words, before, ROWS_A_PAGE)
    oldest = rows[-1].id if len(rows) == ROWS_A_PAGE else None
    return render_template("console/access_log.html", rows=rows, oldest=oldest)


def _back() -> Response:
    return redirect(url_for("console.admin"), 303)


def _password_page(name: str, password: str) -> str:
    """Show a password on the page itself: a flashed message would stay in a cookie."""
    return render_template("console/password_shown.html", name=name, password=password)


def _shown(settings: Group) -> Iterator[tuple[str, str]]:
    """Every setting that is not secret, by its variable."""
    for field, info in type(settings).model_fields.items():
        value = getattr(settings, field)
        if isinstance(value, Group):
            yield from _shown(value)
        elif info.repr and field not in PARTS:
            yield settings.variable(field), _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, timedelta):
        return str(format_timedelta(value, threshold=2))
    return "-" if value is None else str(value)
