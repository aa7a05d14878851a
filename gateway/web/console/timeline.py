"""The timeline of one SMS, its phone's conversation, and numbers shown for a reason."""

from collections.abc import Callable, Iterator
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user
from werkzeug import Response

from gateway.db.console.timelines import Revealed, Timeline
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import Role
from gateway.web.console import labels
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import audit_entry, console
from gateway.web.console.messages import read_id
from gateway.web.console.reason_form import ReasonForm

_Reveal = Callable[[int, AuditEntry], Revealed | None]
Timing = tuple[LazyString, datetime, float | None]
RECEIVED = lazy_gettext("Received")
ANSWERED = lazy_gettext("Answered")
DECIDED = lazy_gettext("Decided")
HANDED_OVER = lazy_gettext("Handed to the carrier")
FINAL = lazy_gettext("Delivered, or given up")


@bp.get("/messages/<int:message_id>")
@requires_role(Role.VIEWER)
def timeline(message_id: int) -> str:
    """Show everything about one SMS; 404 for an unknown id."""
    return _page(message_id, ReasonForm())


@bp.get("/messages/by-provider-id/<sid>")
@requires_role(Role.VIEWER)
def timeline_by_provider_id(sid: str) -> Response:
    """Redirect from a carrier's id of an SMS or reply to its timeline."""
    message_id = console().database.finder.by_provider_id(sid)
    if message_id is None:
        abort(404)
    return redirect(url_for("console.timeline", message_id=message_id), 303)


@bp.get("/messages/<int:message_id>/conversation")
@requires_role(Role.VIEWER)
def conversation(message_id: int) -> str:
    """Show all SMS from and to the phone of a message."""
    before = read_id(request.args.get("before"))
    conversation = console().database.timelines.conversation(message_id, before)
    if conversation is None:
        abort(404)
    return render_template(
        "console/conversation.html",
        conversation=conversation,
        message_id=message_id,
        before=before,
        labels=labels,
    )


@bp.post("/messages/<int:message_id>/phone")
@requires_role(Role.OPERATOR)
def reveal_phone(message_id: int) -> str | tuple[str, int]:
    """Show the sender's whole phone number, on this page only."""
    return _reveal(message_id, console().database.timelines.reveal_phone, "phone")


@bp.post("/messages/<int:message_id>/kpj")
@requires_role(Role.OPERATOR)
def reveal_kpj(message_id: int) -> str | tuple[str, int]:
    """Show the whole KPJ of the SMS, on this page only."""
    return _reveal(message_id, console().database.timelines.reveal_kpj, "kpj")


def _reveal(message_id: int, reveal: _Reveal, what: str) -> str | tuple[str, int]:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(message_id, form), 422
    revealed = reveal(message_id, audit_entry(form.reason.data))
    return _page(message_id, ReasonForm(formdata=None), revealed, what)


def _page(
    message_id: int,
    form: ReasonForm,
    revealed: Revealed | None = None,
    what: str = "",
) -> str:
    found = console().database.timelines.timeline(message_id)
    if found is None:
        abort(404)
    return render_template(
        "console/timeline.html",
        timeline=found,
        complaint=_complaint(message_id),
        sms=found.facts,
        form=form,
        revealed=revealed,
        what=what,
        timings=list(_timings(found)),
        labels=labels,
    )


def _complaint(message_id: int) -> str | None:
    """The words of a complaint, which only operators may read."""
    if not current_user.may(Role.OPERATOR):
        return None
    return console().database.complaints.words_of(message_id)


def _timings(timeline: Timeline) -> Iterator[Timing]:
    """Each step of the first reply, and how long it took after the one before."""
    settled = ANSWERED if timeline.reply else DECIDED
    steps = [
        (RECEIVED, timeline.facts.received_at),
        (settled, timeline.facts.settled_at),
    ]
    if reply := timeline.reply:
        steps += [(HANDED_OVER, reply.sent_at), (FINAL, reply.final_at)]
    before = None
    for title, at in steps:
        if at is not None:
            # A receipt may arrive before the carrier's answer to the send request.
            took = max(0.0, (at - before).total_seconds()) if before else None
            yield title, at, took
            before = at
