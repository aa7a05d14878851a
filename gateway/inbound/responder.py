"""From a member's words to a settled message: decisions, one message at a time."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from gateway.domain import access
from gateway.domain.access import Decision
from gateway.domain.enquiry import Enquiry, Language, Rejection
from gateway.domain.messages import (
    STOP,
    Consent,
    IgnoreReason,
    InboundStatus,
    WaitingMessage,
)
from gateway.domain.outcomes import FailureReason
from gateway.domain.participants import KPJ, DirectoryUnavailable, Participant
from gateway.domain.resolution import Resolution
from gateway.handlers.catalogue import sent_wordings
from gateway.handlers.registry import Ask, OpenTopic, Topic
from gateway.inbound.context import LookupResult, Meaning, ParsedMessage
from gateway.inbound.enrolment import KEYWORD, Enroller
from gateway.parsers.automated_messages import (
    EXAMPLE_KPJ,
    bears_brand,
    is_automatic,
    quotes_brand,
)
from gateway.parsers.enquiry import Reading, read
from gateway.parsers.enrolment import Enrolment, SimRegistration, parse_enrolment
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.normalise import plain
from gateway.parsers.own_texts import OwnTexts
from gateway.parsers.redaction import hide_other_words, mask_numbers, redact_message
from gateway.reference_data.book import Figures
from gateway.replies.daftar import FORMAT, SIM_REGISTRATION, WHICH_KPJ
from gateway.replies.fields import member_numbers
from gateway.replies.rejections import NOT_AVAILABLE, NOT_IN_FORCE, UNAVAILABLE, explain
from gateway.replies.rendering import Renderer, told
from gateway.replies.template import Answer

_Told = tuple[Resolution, Answer]
_EXAMPLE = KPJ(EXAMPLE_KPJ)


class Responder:
    """Knows every topic; turns a read message into a resolution."""

    def __init__(
        self, topics: Mapping[str, Topic], wording: Renderer, enroller: Enroller
    ) -> None:
        self._topics = topics
        self._phrasebook = KeywordIndex(topic.keyword for topic in topics.values())
        # To write no more, or to write again, counts even in a machine's words.
        self._about_consent = {
            topic.keyword.name
            for topic in topics.values()
            if isinstance(topic, OpenTopic) and topic.consent
        }
        self._start = next(
            name
            for name, topic in topics.items()
            if isinstance(topic, OpenTopic) and topic.consent is Consent.GIVEN
        )
        self._wording = wording
        self._own_texts = OwnTexts(sent_wordings(wording.rules))
        self._enroller = enroller

    def read(self, waiting: WaitingMessage) -> ParsedMessage:
        """Understand a message without asking anybody."""
        ignore = access.reason_to_ignore(waiting.inbound)
        if ignore is IgnoreReason.TOO_LONG:
            return ParsedMessage(waiting, ignore, "")
        text = plain(waiting.inbound.text)
        if ignore:
            return ParsedMessage(waiting, ignore, redact_message(text))
        reading = read(text, self._phrasebook)
        written, redacted = waiting.inbound.text, redact_message(text)
        meaning = self._meaning(written, text, reading.meaning)
        topic = self._topics.get(getattr(meaning, "keyword", None) or "")
        if topic:
            # However a complaint is written, it is no enrolment.
            redacted = mask_numbers(text) if topic.keyword.keeps_words else redacted
            is_ours = partial(self._phrasebook.has, topic=topic.keyword.name)
            redacted = hide_other_words(redacted, is_ours)
        said = reading if meaning is reading.meaning else None
        consent = topic.consent if isinstance(topic, OpenTopic) else None
        return ParsedMessage(waiting, meaning, redacted, said, consent)

    def _meaning(
        self, written: str, text: str, meaning: Enquiry | Rejection
    ) -> Meaning:
        """What the text asks for, or why it asks for nothing; `text` is plain."""
        if isinstance(meaning, Enquiry) and meaning.keyword in self._about_consent:
            return meaning
        is_complaint = self._is_complaint(text, meaning)
        if quotes_brand(written, self._wording.brand):
            return meaning if is_complaint else IgnoreReason.OUR_OWN_TEXT
        # With a KPJ it is an enquiry whatever it says besides, but not in our words.
        asks = isinstance(meaning, Enquiry) and meaning.kpj not in (None, _EXAMPLE)
        if bears_brand(written, self._wording.brand) or (
            not asks and self._own_texts.has(text)
        ):
            return IgnoreReason.OUR_OWN_TEXT
        if enrolment := parse_enrolment(text):
            return enrolment
        if asks or is_complaint or not is_automatic(text):
            return meaning
        return IgnoreReason.AUTOMATIC

    def _is_complaint(self, text: str, meaning: Enquiry | Rejection) -> bool:
        """Whether it begins as one; then it may quote what a machine, or we, wrote."""
        topic = self._topics.get(meaning.keyword or "")
        if topic is None or not topic.keyword.keeps_words:
            return False
        return text.lower().startswith(topic.keyword.words)

    def settle(
        self,
        message: ParsedMessage,
        known: LookupResult,
        opted_out: Collection[str],
        *,
        may_compare: bool = True,
    ) -> Resolution:
        """Decide what the sender hears, if anything.

        Without `may_compare` an enrolment is compared with no record.
        """
        if isinstance(message.meaning, IgnoreReason):
            return _ignored(message, message.meaning)
        is_stopped = message.sender in known.stopped or message.sender in opted_out
        if message.gives_consent and is_stopped:
            message = self._as_start(message)
        if isinstance(known.fault_of(message), DirectoryUnavailable):
            resolution, answer = _outage(message)
        else:
            resolution, answer = self._told(message, known, may_compare=may_compare)
        if message.sender in opted_out and resolution.consent is not Consent.GIVEN:
            # Who wants no reminders is heard all the same, as STOP is.
            ends = False if answer.reminders is False else None
            # Which STOP was the last is known by its keyword.
            is_stop = resolution.keyword == STOP
            ignored = _ignored(message, IgnoreReason.OPTED_OUT)
            keyword = STOP if is_stop else None
            return replace(ignored, keyword=keyword, reminders=ends)
        language = answer.language or known.language_for(message)
        return self._worded(message, resolution, answer, language)

    def _worded(
        self,
        message: ParsedMessage,
        resolution: Resolution,
        answer: Answer,
        language: Language,
    ) -> Resolution:
        """The resolution with the reply in words, and with what follows from it."""
        reply = self._wording.reply(answer, language)
        if reply.template == NOT_IN_FORCE.name:
            # What could not be told is not done either.
            answer = NOT_IN_FORCE.filled()
        return replace(
            resolution,
            reply=reply,
            reading=_as_json(message.said),
            language=answer.language,
            reminders=answer.reminders,
            is_complaint=answer.is_complaint,
        )

    def _as_start(self, message: ParsedMessage) -> ParsedMessage:
        """What opens a phone at the carrier, YES for instance, means MULAI to us."""
        if message.consent is Consent.GIVEN:
            return message
        start = Enquiry(self._start, None, Language.INDONESIAN)
        return replace(message, meaning=start, said=None, consent=Consent.GIVEN)

    def _told(
        self, message: ParsedMessage, known: LookupResult, *, may_compare: bool
    ) -> _Told:
        meaning = message.meaning
        if isinstance(meaning, Enquiry):
            return self._enquired(message, meaning, known)
        if isinstance(meaning, Rejection):
            return self._rejected(message, meaning, known)
        if isinstance(meaning, Enrolment):
            if may_compare:
                return self._enroller.enrolled(message, meaning, known)
            return self._enroller.not_compared(message, meaning)
        is_for_4444 = isinstance(meaning, SimRegistration)
        template = SIM_REGISTRATION if is_for_4444 else FORMAT
        resolution = _answered(message, keyword=KEYWORD, reason=template.name)
        return resolution, template.filled()

    def _enquired(
        self, message: ParsedMessage, enquiry: Enquiry, known: LookupResult
    ) -> _Told:
        topic = self._topics[enquiry.keyword]
        resolution = _answered(message, keyword=enquiry.keyword)
        ask = _ask(message, self._wording.figures())
        ask = replace(ask, has_lapsed=message.sender in known.lapsed)
        if isinstance(topic, OpenTopic):
            resolution = replace(resolution, consent=topic.consent)
            return resolution, told(lambda: topic.tell(ask))
        assert enquiry.kpj is not None
        participant = known.members.get(enquiry.kpj)
        is_bound = known.is_bound(message.sender, enquiry.kpj)
        decision = access.decide(message.sender, participant, is_bound=is_bound)
        about = partial(replace, resolution, kpj=enquiry.kpj, decision=decision)
        if participant is None or decision is not Decision.ALLOWED:
            owners = participant.msisdns if participant else frozenset()
            return about(owners=owners - {message.sender}), NOT_AVAILABLE.filled()
        zone = participant.time_zone
        answer = told(lambda: topic.tell(participant, ask))
        if participant.stale_since:
            answer = replace(answer, stale_since=participant.stale_since)
        return about(utc_offset=zone and zone.value), answer

    def _rejected(
        self, message: ParsedMessage, rejection: Rejection, known: LookupResult
    ) -> _Told:
        """A phone that belongs to exactly one member may leave the KPJ out."""
        own = known.own(message.sender) if message.wants_own else ()
        if len(own) == 1:
            return self._of_own(message, rejection, own[0], known)
        resolution = _answered(
            message, keyword=rejection.keyword, reason=rejection.reason
        )
        if own:
            asked = (rejection.keyword or "").upper()
            which = WHICH_KPJ.filled(kpjs=member_numbers(own), asked=asked)
            return resolution, which
        return resolution, explain(rejection)

    def _of_own(
        self,
        message: ParsedMessage,
        rejection: Rejection,
        participant: Participant,
        known: LookupResult,
    ) -> _Told:
        assert rejection.keyword is not None
        kpj = participant.kpj
        enquiry = Enquiry(rejection.keyword, kpj, rejection.language)
        members = {**known.members, kpj: participant}
        return self._enquired(message, enquiry, replace(known, members=members))


def _ask(message: ParsedMessage, figures: Figures) -> Ask:
    said = message.said
    if said is None:
        return Ask(figures)
    return Ask(figures, said.beside, said.figures, said.form or "")


def _answered(
    message: ParsedMessage, *, keyword: str | None, reason: str | None = None
) -> Resolution:
    return Resolution(
        message.waiting,
        InboundStatus.ANSWERED,
        reason=reason,
        keyword=keyword,
        redacted=message.redacted,
    )


def _outage(message: ParsedMessage) -> _Told:
    """The members could not be looked up in time: the sender may ask again."""
    keyword = getattr(message.meaning, "keyword", None)
    resolution = _answered(
        message, keyword=keyword, reason=FailureReason.DIRECTORY_UNAVAILABLE
    )
    return replace(resolution, kpj=message.wanted_kpj), UNAVAILABLE.filled()


def _ignored(message: ParsedMessage, reason: IgnoreReason) -> Resolution:
    return Resolution(
        message.waiting,
        InboundStatus.IGNORED,
        reason=reason,
        consent=message.waiting.inbound.consent,
        redacted=message.redacted,
        reading=_as_json(message.said),
    )


def _as_json(reading: Reading | None) -> str | None:
    """How a message was understood, without anything personal."""
    if reading is None:
        return None
    return json.dumps(
        {
            "form": reading.form,
            "typo": reading.is_mistyped,
            "numbers": reading.numbers,
            "language": reading.meaning.language,
        }
    )
