"""Manual replies to one message: a fresh look-up, or one of the allowed texts."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug import Response
from wtforms import SelectField

from gateway.backoffice.manual_replies import CannotAnswer, Obstacle
from gateway.domain.access import Decision
from gateway.domain.enquiry import Language
from gateway.domain.operators import Role
from gateway.domain.participants import DirectoryUnavailable
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import audit_entry, console
from gateway.web.console.reason_form import ReasonForm

OBSTACLES: dict[Obstacle, LazyString] = {
    Obstacle.NO_SUCH_MESSAGE: lazy_gettext("There is no such SMS."),
    Obstacle.NOT_SETTLED: lazy_gettext("The SMS is still being answered."),
    Obstacle.NOT_A_PHONE: lazy_gettext("Its sender cannot receive SMS from us."),
    Obstacle.OPTED_OUT: lazy_gettext("This phone has opted out; only MULAI ends that."),
    Obstacle.REPLY_UNDER_WAY: lazy_gettext("A reply to this SMS is under way."),
    Obstacle.NOTHING_TO_LOOK_UP: lazy_gettext(
        "It asks for nothing that can be looked up; choose a text instead."
    ),
    Obstacle.KPJ_NOT_KEPT: lazy_gettext(
        "Its KPJ was not kept, so no member can be looked up; choose a text instead."
    ),
    Obstacle.NO_SUCH_TEXT: lazy_gettext("There is no such text."),
}


class TextForm(ReasonForm):
    """Which text, in which language, and why."""

    template = SelectField(lazy_gettext("Text"))
    language = SelectField(
        lazy_gettext("Language"),
        choices=[str(language) for language in Language],
    )


@bp.route("/messages/<int:message_id>/answer", methods=["GET", "POST"])
@requires_role(Role.OPERATOR)
def answer_again(message_id: int) -> Response | str:
    """Look the member up again and reply, never with an old balance."""
    form = ReasonForm()
    if not form.validate_on_submit():
        page = "console/answer_again.html"
        return render_template(page, form=form, message_id=message_id)
    try:
        manual_replies = console().gateway.manual_replies
        decision = manual_replies.answer_again(
            message_id, audit_entry(form.reason.data)
        )
    except CannotAnswer as error:
        flash(str(OBSTACLES[error.obstacle]), "warning")
    except DirectoryUnavailable:
        flash(_("The members cannot be looked up now. Try again later."), "danger")
    else:
        flash(_report(decision), "success")
    return redirect(url_for("console.timeline", message_id=message_id), 303)


@bp.route("/messages/<int:message_id>/reply", methods=["GET", "POST"])
@requires_role(Role.OPERATOR)
def reply_with(message_id: int) -> Response | str:
    """Reply with one of the allowed texts."""
    form = TextForm()
    allowed = console().gateway.manual_replies.allowed_templates()
    form.template.choices = list(allowed)
    if not form.validate_on_submit():
        return render_template(
            "console/reply_with.html", form=form, message_id=message_id, allowed=allowed
        )
    chosen = (form.template.data, form.language.data)
    try:
        manual_replies = console().gateway.manual_replies
        manual_replies.reply_with(message_id, *chosen, audit_entry(form.reason.data))
    except CannotAnswer as error:
        flash(str(OBSTACLES[error.obstacle]), "warning")
    else:
        flash(_("The reply is on its way."), "success")
    return redirect(url_for("console.timeline", message_id=message_id), 303)


def _report(decision: Decision) -> str:
    if decision is Decision.ALLOWED:
        return str(_("A new answer is on its way."))
    text = _("Looked up again: still refused, and the sender is notified.")
    return str(text)
