"""From a member's words to a settled message: decisions, one message at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from gateway import access
from gateway.access import Decision
from gateway.db.inbox import Settlement
from gateway.handlers.registry import OpenTopic, Topic
from gateway.messages import Consent, IgnoreReason, InboundStatus, WaitingMessage
from gateway.parsers.enquiry import Enquiry, Rejection, parse
from gateway.parsers.phrasebook import Phrasebook
from gateway.parsers.redaction import redact_message
from gateway.participants import KPJ, Participant
from gateway.replies.rejections import NOT_AVAILABLE, UNAVAILABLE, explain
from gateway.replies.template import Answer, render


@dataclass(frozen=True)
class ReadMessage:
    """A waiting message with what its text means, or why that does not matter."""

    waiting: WaitingMessage
    meaning: Enquiry | Rejection | IgnoreReason
    redacted: str

    @property
    def sender(self) -> str:
        """The phone that sent it."""
        return self.waiting.inbound.sender

    @property
    def wanted_kpj(self) -> KPJ | None:
        """The member to look up, if any."""
        return self.meaning.kpj if isinstance(self.meaning, Enquiry) else None


class Responder:
    """Knows every topic and the brand; turns a read message into a settlement."""

    def __init__(self, topics: Mapping[str, Topic], brand: str) -> None:
        self._topics = topics
        self._phrasebook = Phrasebook(topic.keyword for topic in topics.values())
        self._brand = brand

    def read(self, waiting: WaitingMessage) -> ReadMessage:
        """Understand a message without asking anybody."""
        ignore = access.reason_to_ignore(waiting.inbound)
        if ignore is IgnoreReason.TOO_LONG:
            return ReadMessage(waiting, ignore, "")
        text = waiting.inbound.text
        meaning = ignore or parse(text, self._phrasebook)
        return ReadMessage(waiting, meaning, redact_message(text))

    def settle(
        self,
        message: ReadMessage,
        members: Mapping[KPJ, Participant],
        opted_out: Collection[str],
    ) -> Settlement:
        """Decide what the sender hears, if anything."""
        meaning = message.meaning
        if isinstance(meaning, IgnoreReason):
            return _ignored(message, meaning)
        if isinstance(meaning, Rejection):
            settlement, answer = _rejected(message, meaning)
        else:
            settlement, answer = self._enquired(message, meaning, members)
        if message.sender in opted_out and answer.consent is not Consent.GIVEN:
            return _ignored(message, IgnoreReason.OPTED_OUT)
        reply = render(answer, meaning.language, self._brand)
        return replace(settlement, reply=reply, consent=answer.consent)

    def apologise(self, message: ReadMessage) -> Settlement:
        """The members could not be looked up in time: the sender may ask again."""
        enquiry = message.meaning
        assert isinstance(enquiry, Enquiry)
        return Settlement(
            message.waiting,
            InboundStatus.ANSWERED,
            reason="directory_unavailable",
            keyword=enquiry.keyword,
            kpj=enquiry.kpj,
            reply=render(UNAVAILABLE.filled(), enquiry.language, self._brand),
            redacted=message.redacted,
        )

    def _enquired(
        self,
        message: ReadMessage,
        enquiry: Enquiry,
        members: Mapping[KPJ, Participant],
    ) -> tuple[Settlement, Answer]:
        topic = self._topics[enquiry.keyword]
        settlement = Settlement(
            message.waiting,
            InboundStatus.ANSWERED,
            keyword=enquiry.keyword,
            redacted=message.redacted,
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
        redacted=message.redacted,
    )


def _rejected(message: ReadMessage, rejection: Rejection) -> tuple[Settlement, Answer]:
    settlement = Settlement(
        message.waiting,
        InboundStatus.ANSWERED,
        reason=rejection.reason,
        keyword=rejection.keyword,
        redacted=message.redacted,
    )
    return settlement, explain(rejection)
