"""Export a phone's conversation as a redacted text file, to make a fixture from.

The file has the format of `gateway replay` (docs/testing.md). After a tester has put
made-up numbers in place of the masked ones, `--record` fills in the replies.
"""

from collections.abc import Iterator

from flask import Response, abort

from gateway.db.console.timelines import Timeline
from gateway.domain.operators import Role
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import audit_entry, console

MOST_SMS = 50
_HEAD = (
    "# Redacted. Put made-up numbers in the place of *** and [...], then run",
    "# gateway replay --record FILE",
)


@bp.post("/messages/<int:message_id>/fixture.sms")
@requires_role(Role.OPERATOR)
def export_conversation(message_id: int) -> Response:
    """The conversation of a message's phone; the audit log records the export."""
    database = console().database
    timelines = database.timelines.recent(message_id, MOST_SMS)
    if not timelines:
        abort(404)
    database.audit_log.add(audit_entry(), "save as fixture", message_id)
    lines = [*_HEAD, *(line for timeline in timelines for line in _exchange(timeline))]
    headers = {"Content-Disposition": f"attachment; filename=sms-{message_id}.sms"}
    text = "\n".join(lines) + "\n"
    return Response(text, mimetype="text/plain", headers=headers)


def _exchange(timeline: Timeline) -> Iterator[str]:
    sms, reply = timeline.facts, timeline.reply
    reason = f" ({sms.reason or sms.decision})" if sms.reason or sms.decision else ""
    yield f"# {sms.received_at:%Y-%m-%d %H:%M:%S}Z: {timeline.outcome}{reason}"
    if sms.text_redacted is None:
        yield "# The text of this SMS is not kept any more."
        return
    if sms.media_count:
        yield "! media"
    phone = timeline.phone or sms.sender_kind
    yield f"{phone} > {_one_line(sms.text_redacted)}".rstrip()
    yield f"{phone} < {_one_line(reply.text_redacted or '') if reply else ''}".rstrip()


def _one_line(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").split())
