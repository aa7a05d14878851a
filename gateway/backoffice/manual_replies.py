"""Operators answer a settled message again, or send it one of the safe texts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.db.database import Database
from gateway.db.messages.manual_replies import SettledMessage
from gateway.domain import access
from gateway.domain.access import Decision
from gateway.domain.audit import AuditEntry
from gateway.domain.enquiry import Language
from gateway.domain.errors import GatewayError
from gateway.domain.messages import SenderKind
from gateway.domain.participants import Directory
from gateway.domain.statuses import InboundStatus
from gateway.handlers import topics
from gateway.handlers.catalogue import all_templates
from gateway.handlers.registry import MemberTopic, Question
from gateway.replies.rejections import NOT_AVAILABLE
from gateway.replies.rendering import Renderer
from gateway.replies.template import Answer, ReplyTemplate


class Obstacle(StrEnum):
    """Why an operator cannot answer a message."""

    NO_SUCH_MESSAGE = "no_such_message"
    NOT_SETTLED = "not_settled"
    NOT_A_PHONE = "not_a_phone"
    OPTED_OUT = "opted_out"
    REPLY_UNDER_WAY = "reply_under_way"
    NOTHING_TO_LOOK_UP = "nothing_to_look_up"
    KPJ_NOT_KEPT = "kpj_not_kept"
    NO_SUCH_TEXT = "no_such_text"


class CannotAnswer(GatewayError):
    """A message cannot be answered; `obstacle` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        self.obstacle = obstacle
        super().__init__(obstacle.value)


@dataclass(frozen=True)
class ManualReplies:
    """Sends a new answer or an allowed text, never an old balance."""

    database: Database
    directory: Directory
    renderer: Renderer
    lifetime: timedelta
    notify: Callable[[str], None]

    def answer_again(self, message_id: int, entry: AuditEntry) -> Decision:
        """Look the member up again, reply, and return the decision.

        Raises CannotAnswer, DirectoryUnavailable.
        """
        message = self._answerable(message_id)
        decision, answer = self._look_up(message, entry.at)
        self._send(message, answer, message.language, entry, "answer again")
        return decision

    def reply_with(
        self, message_id: int, template: str, language: str, entry: AuditEntry
    ) -> None:
        """Reply with one of `allowed_templates`. Raises CannotAnswer."""
        message = self._answerable(message_id)
        chosen = self.allowed_templates().get(template)
        if chosen is None or language not in list(Language):
            raise CannotAnswer(Obstacle.NO_SUCH_TEXT)
        action = f"reply with {template}"
        self._send(message, chosen.fill(), language, entry, action)

    def close_complaint(self, message_id: int, entry: AuditEntry) -> bool:
        """Close a complaint that needs no reply; False if it is not open."""
        return self.database.complaints.close(message_id, entry)

    def allowed_templates(self) -> Mapping[str, ReplyTemplate]:
        """Texts without a member's data that do not confirm any action."""
        rules = self.renderer.rules.rules.keys()
        return {
            template.name: template
            for template in all_templates()
            if not template.confirms_action and template.placeholders <= rules
        }

    def _answerable(self, message_id: int) -> SettledMessage:
        message = self.database.manual_replies.read(message_id)
        if message is None:
            raise CannotAnswer(Obstacle.NO_SUCH_MESSAGE)
        for is_in_the_way, obstacle in (
            (message.status is InboundStatus.RECEIVED, Obstacle.NOT_SETTLED),
            (message.sender_kind is not SenderKind.MOBILE, Obstacle.NOT_A_PHONE),
            (not message.phone, Obstacle.NOT_A_PHONE),
            (message.has_opted_out, Obstacle.OPTED_OUT),
            (message.is_being_answered, Obstacle.REPLY_UNDER_WAY),
        ):
            if is_in_the_way:
                raise CannotAnswer(obstacle)
        return message

    def _look_up(
        self, message: SettledMessage, now: datetime
    ) -> tuple[Decision, Answer]:
        """Answer a member topic again; other topics need words that are not kept."""
        topic = topics().get(message.keyword or "")
        if not isinstance(topic, MemberTopic) or not message.is_about_member:
            raise CannotAnswer(Obstacle.NOTHING_TO_LOOK_UP)
        if message.kpj is None:
            raise CannotAnswer(Obstacle.KPJ_NOT_KEPT)
        member = self.directory.find({message.kpj}).get(message.kpj)
        bound = self.database.enrolments.bound({message.phone}, now).get(
            message.phone, ()
        )
        is_bound = member is not None and member.kpj in bound
        decision = access.decide(message.phone, member, is_bound=is_bound)
        if member is None or decision is not Decision.ALLOWED:
            return decision, NOT_AVAILABLE.fill()
        answer = topic.answer(member, Question(self.renderer.figures()))
        if answer.needs_action:
            raise CannotAnswer(Obstacle.NOTHING_TO_LOOK_UP)
        return decision, replace(answer, stale_since=member.stale_since)

    def _send(
        self,
        message: SettledMessage,
        answer: Answer,
        language: str | None,
        entry: AuditEntry,
        action: str,
    ) -> None:
        reply = self.renderer.render(answer, Language(language or "id"))
        until = entry.at + self.lifetime
        if not self.database.manual_replies.add(message, reply, until, entry, action):
            raise CannotAnswer(Obstacle.REPLY_UNDER_WAY)
        self.notify("deliver")
