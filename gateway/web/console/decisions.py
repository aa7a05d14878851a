"""What waits for a person: dead letters, replies in doubt, enrolments, paused channels.

Every deed has a page of its own that says what it does and asks for the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug import Response

from gateway.domain.audit import AuditEntry
from gateway.domain.operators import Role
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import Console, audit_entry, console
from gateway.web.console.reason_form import ReasonForm

# Of each kind, oldest first; when they are decided the next ones come.
MOST_SHOWN = 100


@dataclass(frozen=True)
class Action:
    """Something to be done to one thing of a kind; `done` says so afterwards."""

    title: LazyString
    explains: LazyString
    done: LazyString
    act: Callable[[Console, int, AuditEntry], object]
    can_be_undone: bool = True


ACTIONS: Mapping[tuple[str, str], Action] = {
    ("sms", "retry"): Action(
        lazy_gettext("Answer again"),
        lazy_gettext("The SMS is answered as if it had just come, with a new look-up."),
        lazy_gettext("The SMS will be answered."),
        lambda it, number, by: it.database.dead_letters.retry(number, by),
    ),
    ("sms", "dismiss"): Action(
        lazy_gettext("Leave unanswered"),
        lazy_gettext("The SMS is never answered, and its text is erased."),
        lazy_gettext("The SMS stays unanswered."),
        lambda it, number, by: it.database.dead_letters.dismiss(number, by),
        can_be_undone=False,
    ),
    ("reply", "sent"): Action(
        lazy_gettext("It was sent"),
        lazy_gettext("The carrier has this reply: it is not sent again."),
        lazy_gettext("The reply counts as sent."),
        lambda it, number, by: it.database.dead_letters.was_sent(
            number, by.at + it.settings.policy.receipt_patience, by
        ),
        can_be_undone=False,
    ),
    ("reply", "unsent"): Action(
        lazy_gettext("It was not sent"),
        lazy_gettext(
            "The carrier does not have this reply: it is sent again unless it is too "
            "late. If the carrier has it after all, the member reads it twice."
        ),
        lazy_gettext("The reply is sent again unless it is too late."),
        lambda it, number, by: it.database.dead_letters.was_not_sent(number, by),
        can_be_undone=False,
    ),
    # The number is the last one that was listed: what comes later is not decided.
    ("replies", "sent"): Action(
        lazy_gettext("All were sent"),
        lazy_gettext(
            "The carrier has all the replies in doubt that were listed: none of them "
            "is sent again. Look some of them up with the carrier first."
        ),
        lazy_gettext("These replies count as sent."),
        lambda it, number, by: it.database.dead_letters.were_sent(
            number,
            it.settings.policy.carrier_questions,
            by.at + it.settings.policy.receipt_patience,
            by,
        ),
        can_be_undone=False,
    ),
    ("replies", "unsent"): Action(
        lazy_gettext("None was sent"),
        lazy_gettext(
            "The carrier has none of the replies in doubt that were listed: they are "
            "sent again unless it is too late. What the carrier has after all, members "
            "read twice."
        ),
        lazy_gettext("These replies are sent again unless it is too late."),
        lambda it, number, by: it.database.dead_letters.were_not_sent(
            number, it.settings.policy.carrier_questions, by
        ),
        can_be_undone=False,
    ),
    ("case", "close"): Action(
        lazy_gettext("Close"),
        lazy_gettext("Nothing is left to be done about this complaint."),
        lazy_gettext("The complaint is closed."),
        lambda it, number, by: it.database.complaints.close(number, by),
        can_be_undone=False,
    ),
    ("enrolment", "approve"): Action(
        lazy_gettext("Approve"),
        lazy_gettext(
            "The phone may ask about this member from now on. It is told so, and so "
            "are the member's own phones."
        ),
        lazy_gettext("The phone is enrolled and told so."),
        lambda it, number, by: it.gateway.enrolment_review.approve(number, by),
    ),
    ("enrolment", "decline"): Action(
        lazy_gettext("Decline"),
        lazy_gettext("Nothing is opened, and the phone is told so."),
        lazy_gettext("The request is declined, and the phone is told so."),
        lambda it, number, by: it.gateway.enrolment_review.decline(number, by),
        can_be_undone=False,
    ),
}


@bp.get("/work")
@requires_role(Role.VIEWER)
def work() -> str:
    """Everything that stands still until somebody decides."""
    here, now = console(), console().clock()
    used = {it.name: it for it in here.database.channels.states()}
    questions, limit = here.settings.policy.carrier_questions, MOST_SHOWN + 1
    return render_template(
        "console/work.html",
        dead_letters=here.database.dead_letters.dead_letters(limit),
        doubts=here.database.dead_letters.doubts(questions, limit),
        cases=here.database.complaints.waiting(limit),
        requests=here.gateway.enrolment_review.waiting(limit),
        most=MOST_SHOWN,
        channels={name: used.get(name) for name in here.gateway.channels},
        actions=ACTIONS,
        now=now,
    )


@bp.route("/work/<kind>/<int:number>/<name>", methods=["GET", "POST"])
@requires_role(Role.OPERATOR)
def act(kind: str, number: int, name: str) -> Response | str:
    """Ask for the reason, then do it."""
    action = ACTIONS.get((kind, name)) or abort(404)
    form = ReasonForm()
    if not form.validate_on_submit():
        return render_template("console/act.html", action=action, form=form, kind=kind)
    if action.act(console(), number, audit_entry(form.reason.data)):
        flash(str(action.done), "success")
    else:
        flash(_("Somebody was faster: nothing was done."), "warning")
    return redirect(url_for("console.work"), 303)


@bp.route("/work/enrolment/<int:number>", methods=["GET", "POST"])
@requires_role(Role.OPERATOR)
def see_enrolment(number: int) -> str:
    """The whole numbers of a request, to be compared with papers; on record."""
    form = ReasonForm()
    request = None
    if form.validate_on_submit():
        found = console().gateway.enrolment_review.read(
            number, audit_entry(form.reason.data)
        )
        request = found or abort(404)
    return render_template(
        "console/enrolment.html", request_shown=request, form=form, number=number
    )


@bp.route("/work/channel/<name>/<state>", methods=["GET", "POST"])
@requires_role(Role.OPERATOR)
def set_channel(name: str, state: str) -> Response | str:
    """Stop or let go what is sent on a channel."""
    if name not in console().gateway.channels or state not in ("pause", "resume"):
        abort(404)
    form = ReasonForm()
    if not form.validate_on_submit():
        page = "console/channel.html"
        return render_template(page, form=form, name=name, state=state)
    if state == "pause":
        console().database.channels.pause(name, audit_entry(form.reason.data))
        flash(_("Nothing is sent on this channel until somebody resumes."), "success")
    elif console().database.channels.resume(name, audit_entry(form.reason.data)):
        flash(_("Replies go out again."), "success")
    else:
        flash(_("This channel is not paused."), "warning")
    return redirect(url_for("console.work"), 303)
