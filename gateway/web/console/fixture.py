"""A conversation as a file that replays: a strange one becomes a test."""

from flask import Response, abort

from gateway.db.console.timelines import Timeline
from gateway.domain.operators import Role
from gateway.replay.export import replayed
from gateway.replay.stand_ins import Said
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import audit_entry, console

# It is played while the operator waits.
MOST_SMS = 50


@bp.post("/messages/<int:message_id>/fixture.sms")
@requires_role(Role.OPERATOR)
def save_as_fixture(message_id: int) -> Response:
    """The conversation of a message's phone, with made-up people in it."""
    timelines = console().database.timelines.said(message_id, MOST_SMS)
    if not timelines:
        abort(404)
    now = console().clock()
    console().database.audit_log.add(audit_entry(), "save as fixture", message_id)
    text = replayed([_said(it) for it in timelines], f"From the log, {now:%Y-%m-%d}.")
    headers = {"Content-Disposition": f"attachment; filename=sms-{message_id}.sms"}
    return Response(text, mimetype="text/plain", headers=headers)


def _said(story: Timeline) -> Said:
    facts, reply = story.facts, story.reply
    return Said(
        facts.text_redacted,
        facts.sender_kind,
        facts.kpj_index,
        facts.decision,
        facts.reason,
        facts.status,
        reply.template if reply else None,
        story.reading.get("numbers", ()),
        facts.keyword,
        bool(facts.media_count),
    )
