"""From a member's words to a settled message: pure decisions, one message at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from gateway import access
from gateway.access import Decision
from gateway.db.message_log import Settlement
from gateway.handlers.registry import OpenTopic, Topic
from gateway.messages import Consent, IgnoreReason, InboundStatus, WaitingMessage
from gateway.parsers.enquiry import Enquiry, Rejection, parse
from gateway.participants import KPJ, Participant
from gateway.replies.rejections import NOT_AVAILABLE, explain
from gateway.replies.template import Answer, render


@dataclass(frozen=True)
class ReadMessage:
    """A waiting message with what its text was understood to be."""

    waiting: WaitingMessage
    meaning: Enquiry | Rejection
    ignore: IgnoreReason | None

    @property
    def sender(self) -> str:
        """The phone that sent it."""
        return self.waiting.inbound.sender

    @property
    def wanted_kpj(self) -> KPJ | None:
        """The member to look up, if any."""
        if self.ignore is None and isinstance(self.meaning, Enquiry):
            return self.meaning.kpj
        return None


class Responder:
    """Knows every topic and the brand; turns a read message into a settlement."""

    def __init__(self, topics: Mapping[str, Topic], brand: str) -> None:
        self._topics = topics
        self._keywords = [topic.keyword for topic in topics.values()]
        self._brand = brand

    def read(self, waiting: WaitingMessage) -> ReadMessage:
        """Understand a message without asking anybody."""
        meaning = parse(waiting.inbound.text, self._keywords)
        return ReadMessage(waiting, meaning, access.reason_to_ignore(waiting.inbound))

    def settle(
        self,
        message: ReadMessage,
        members: Mapping[KPJ, Participant],
        opted_out: Collection[str],
    ) -> Settlement:
        """Decide what the sender hears, if anything."""
        if message.ignore is not None:
            return _ignored(message, message.ignore)
        if isinstance(message.meaning, Rejection):
            settlement, answer = _rejected(message, message.meaning)
        else:
            settlement, answer = self._enquired(message, message.meaning, members)
        if message.sender in opted_out and answer.consent is not Consent.GIVEN:
            return _ignored(message, IgnoreReason.OPTED_OUT)
        reply = render(answer, message.meaning.language, self._brand)
        return replace(settlement, reply=reply, consent=answer.consent)

    def _enquired(
        self,
        message: ReadMessage,
        enquiry: Enquiry,
        members: Mapping[KPJ, Participant],
    ) -> tuple[Settlement, Answer]:
        topic = self._topics[enquiry.keyword]
        settlement = Settlement(
            message.waiting, InboundStatus.ANSWERED, keyword=enquiry.keyword
        )
        if isinstance(topic, OpenTopic):
            return settlement, topic.tell()
        participant = members.get(enquiry.kpj) if enquiry.kpj else None
        decision = access.decide(message.sender, participant)
        settlement = replace(settlement, kpj=enquiry.kpj, decision=decision)
        if participant is None or decision is not Decision.ALLOWED:
            return settlement, NOT_AVAILABLE.filled()
        return settlement, topic.tell(participant)


def _ignored(message: ReadMessage, reason: IgnoreReason) -> Settlement:
    return Settlement(
        message.waiting,
        InboundStatus.IGNORED,
        reason=reason,
        consent=message.waiting.inbound.consent,
    )


def _rejected(message: ReadMessage, rejection: Rejection) -> tuple[Settlement, Answer]:
    settlement = Settlement(
        message.waiting,
        InboundStatus.ANSWERED,
        reason=rejection.reason,
        keyword=rejection.keyword,
    )
    return settlement, explain(rejection)
