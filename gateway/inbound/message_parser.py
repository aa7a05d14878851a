"""Parse a waiting message: an enquiry, an enrolment, or a text to ignore."""

from collections.abc import Mapping
from functools import partial

from gateway.domain import access
from gateway.domain.enquiry import Enquiry, MemberEnquiry, Rejection
from gateway.domain.messages import IgnoreReason, WaitingMessage
from gateway.handlers.catalogue import sent_wordings
from gateway.handlers.registry import OpenTopic, Topic
from gateway.inbound.context import Meaning, ParsedMessage
from gateway.parsers.automated_messages import (
    EXAMPLE_KPJ,
    begins_with_brand,
    is_automatic,
    quotes_brand,
)
from gateway.parsers.enquiry import analyse
from gateway.parsers.enrolment import EnrolmentMessage, parse_enrolment
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.normalise import NormalisedText, normalise
from gateway.parsers.own_texts import OwnTexts
from gateway.parsers.redaction import hide_other_words, mask_numbers, redact_message
from gateway.reference_data.book import RuleBook


class MessageParser:
    """Parses messages for all topics, without any look-up."""

    def __init__(
        self, topics: Mapping[str, Topic], brand: str, rules: RuleBook
    ) -> None:
        self._topics = topics
        self._brand = brand
        self._index = KeywordIndex(topic.keyword for topic in topics.values())
        self._own_texts = OwnTexts(sent_wordings(rules))

    def parse(self, waiting: WaitingMessage) -> ParsedMessage:
        """Parse a message, and redact its text for storage."""
        ignored = access.reason_to_ignore(waiting.inbound)
        if ignored is IgnoreReason.TOO_LONG:
            return ParsedMessage(waiting, ignored, "")
        raw_text = waiting.inbound.text
        text = normalise(raw_text)
        enrolment = parse_enrolment(text)
        redacted = redact_message(text, enrolment)
        if ignored:
            return ParsedMessage(waiting, ignored, redacted)
        analysis = analyse(text, self._index)
        meaning = self._meaning(raw_text, text, analysis.enquiry, enrolment)
        if meaning is not analysis.enquiry:
            return ParsedMessage(waiting, meaning, redacted)
        topic = self._topic_of(analysis.enquiry)
        if topic is None:
            return ParsedMessage(waiting, meaning, redacted, analysis)
        # A complaint is no enrolment, however it is written.
        shown = mask_numbers(text) if topic.keyword.keeps_words else redacted
        is_ours = partial(self._index.knows, topic=topic.keyword.name)
        consent = topic.consent if isinstance(topic, OpenTopic) else None
        return ParsedMessage(
            waiting, meaning, hide_other_words(shown, is_ours), analysis, consent
        )

    def _meaning(
        self,
        raw_text: str,
        text: NormalisedText,
        enquiry: Enquiry | Rejection,
        enrolment: EnrolmentMessage | None,
    ) -> Meaning:
        """Choose between an enquiry, an enrolment and a reason to ignore the text."""
        topic = self._topic_of(enquiry)
        # Consent counts even in an automated message.
        if isinstance(topic, OpenTopic) and topic.consent:
            return enquiry
        is_complaint = _is_complaint(text, topic)
        if quotes_brand(raw_text, self._brand):
            return enquiry if is_complaint else IgnoreReason.OUR_OWN_TEXT
        # A KPJ makes the text an enquiry, except the KPJ of our examples.
        has_kpj = (
            isinstance(enquiry, MemberEnquiry) and enquiry.kpj.digits != EXAMPLE_KPJ
        )
        if begins_with_brand(text, self._brand) or (
            not has_kpj and self._own_texts.has(text)
        ):
            return IgnoreReason.OUR_OWN_TEXT
        if enrolment:
            return enrolment
        if has_kpj or is_complaint or not is_automatic(text):
            return enquiry
        return IgnoreReason.AUTOMATIC

    def _topic_of(self, enquiry: Enquiry | Rejection) -> Topic | None:
        return self._topics.get(enquiry.keyword or "")


def _is_complaint(text: NormalisedText, topic: Topic | None) -> bool:
    """Whether the text begins as a complaint, which may quote one of our replies."""
    if topic is None or not topic.keyword.keeps_words:
        return False
    return text.lower().startswith(topic.keyword.words)
