"""Pages for decisions: on dead letters, replies in doubt, enrolments and complaints.

Every decision has a page of its own, which explains it and asks for the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug import Response

from gateway.domain.audit import AuditEntry
from gateway.domain.operators import Role
from gateway.runtime import Gateway
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import audit_entry, console
from gateway.web.console.reason_form import ReasonForm

# The most things of each kind on the page, oldest first.
MOST_SHOWN = 100


@dataclass(frozen=True)
class Action:
    """A decision that an operator may take; `done` is shown afterwards.

    `method_of` gets the method of the gateway that carries it out.
    """

    title: LazyString
    explains: LazyString
    done: LazyString
    method_of: Callable[[Gateway], Callable[[int, AuditEntry], object]]
    can_be_undone: bool = True


ACTIONS: Mapping[tuple[str, str], Action] = {
    ("sms", "retry"): Action(
        lazy_gettext("Answer again"),
        lazy_gettext("The SMS is answered as if it had just come, with a new look-up."),
        lazy_gettext("The SMS will be answered."),
        attrgetter("dead_letters.retry"),
    ),
    ("sms", "dismiss"): Action(
        lazy_gettext("Leave unanswered"),
        lazy_gettext("The SMS is never answered, and its text is erased."),
        lazy_gettext("The SMS stays unanswered."),
        attrgetter("dead_letters.dismiss"),
        can_be_undone=False,
    ),
    ("reply", "sent"): Action(
        lazy_gettext("It was sent"),
        lazy_gettext("The carrier has this reply: it is not sent again."),
        lazy_gettext("The reply counts as sent."),
        attrgetter("dead_letters.mark_sent"),
        can_be_undone=False,
    ),
    ("reply", "unsent"): Action(
        lazy_gettext("It was not sent"),
        lazy_gettext(
            "The carrier does not have this reply: it is sent again unless it is too "
            "late. If the carrier has it after all, the member reads it twice."
        ),
        lazy_gettext("The reply is sent again unless it is too late."),
        attrgetter("dead_letters.mark_unsent"),
        can_be_undone=False,
    ),
    # The number is the id of the last reply listed: later ones are left undecided.
    ("replies", "sent"): Action(
        lazy_gettext("All were sent"),
        lazy_gettext(
            "The carrier has all the replies in doubt that were listed: none of them "
            "is sent again. Look some of them up with the carrier first."
        ),
        lazy_gettext("These replies count as sent."),
        attrgetter("dead_letters.mark_all_sent"),
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
        attrgetter("dead_letters.mark_all_unsent"),
        can_be_undone=False,
    ),
    ("case", "close"): Action(
        lazy_gettext("Close"),
        lazy_gettext("This complaint needs nothing more."),
        lazy_gettext("The complaint is closed."),
        attrgetter("manual_replies.close_complaint"),
        can_be_undone=False,
    ),
    ("enrolment", "approve"): Action(
        lazy_gettext("Approve"),
        lazy_gettext(
            "The phone may ask about this member from now on. It is told so, and so "
            "are the member's own phones."
        ),
        lazy_gettext("The phone is enrolled and notified."),
        attrgetter("enrolment_review.approve"),
    ),
    ("enrolment", "decline"): Action(
        lazy_gettext("Decline"),
        lazy_gettext("The phone is not enrolled, and is notified."),
        lazy_gettext("The request is declined, and the phone is notified."),
        attrgetter("enrolment_review.decline"),
        can_be_undone=False,
    ),
}


@bp.get("/work")
@requires_role(Role.VIEWER)
def decisions() -> str:
    """List everything that waits for a decision, and the channels."""
    gateway, now = console().gateway, console().clock()
    database, limit = gateway.database, MOST_SHOWN + 1
    states = {state.name: state for state in database.channels.states()}
    return render_template(
        "console/decisions.html",
        dead_letters=database.dead_letters.waiting(limit),
        doubts=database.dead_letters.doubts(gateway.policy.carrier_questions, limit),
        complaints=database.complaints.waiting(limit),
        requests=database.enrolments.waiting(limit),
        most=MOST_SHOWN,
        channels={name: states.get(name) for name in gateway.channels},
        actions=ACTIONS,
        now=now,
    )


@bp.route("/work/<kind>/<int:number>/<name>", methods=["GET", "POST"])
@requires_role(Role.OPERATOR)
def decide(kind: str, number: int, name: str) -> Response | str:
    """Ask for the reason, then carry out the decision."""
    action = ACTIONS.get((kind, name)) or abort(404)
    form = ReasonForm()
    if not form.validate_on_submit():
        return render_template(
            "console/decide.html", action=action, form=form, kind=kind
        )
    if action.method_of(console().gateway)(number, audit_entry(form.reason.data)):
        flash(str(action.done), "success")
    else:
        flash(_("Somebody else has already decided: nothing was done."), "warning")
    return redirect(url_for("console.decisions"), 303)


@bp.route("/work/enrolment/<int:number>", methods=["GET", "POST"])
@requires_role(Role.OPERATOR)
def see_enrolment(number: int) -> str:
    """Show a request with whole numbers, to compare with papers, and record it."""
    form = ReasonForm()
    request = None
    if form.validate_on_submit():
        entry = audit_entry(form.reason.data)
        request = console().database.enrolments.read(number, entry) or abort(404)
    return render_template(
        "console/enrolment.html", request_shown=request, form=form, number=number
    )


@bp.route("/work/channel/<name>/<state>", methods=["GET", "POST"])
@requires_role(Role.OPERATOR)
def set_channel(name: str, state: str) -> Response | str:
    """Pause or resume sending on a channel."""
    control = console().gateway.channel_control
    if name not in control.names or state not in ("pause", "resume"):
        abort(404)
    form = ReasonForm()
    if not form.validate_on_submit():
        page = "console/channel.html"
        return render_template(page, form=form, name=name, state=state)
    entry = audit_entry(form.reason.data)
    if state == "pause":
        control.pause(name, entry)
        flash(
            _("Nothing is sent on this channel until an operator resumes sending."),
            "success",
        )
    elif control.resume(name, entry):
        flash(_("Replies go out again."), "success")
    else:
        flash(_("This channel is not paused."), "warning")
    return redirect(url_for("console.decisions"), 303)
