"""Texts as they are parsed and redacted, from their raw form."""

from gateway.bootstrap import make_parser
from gateway.domain.enquiry import Enquiry, Rejection
from gateway.domain.messages import WaitingMessage
from gateway.inbound.context import ParsedMessage
from gateway.inbound.message_parser import MessageParser
from gateway.parsers.enquiry import analyse
from gateway.parsers.enrolment import EnrolmentMessage, parse_enrolment
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.normalise import normalise
from gateway.parsers.redaction import redact_message
from tests.support.fakes import sms, worded


def message_parser() -> MessageParser:
    return make_parser(worded())


def parsed(parser: MessageParser, text: str) -> ParsedMessage:
    return parser.parse(WaitingMessage(1, 1, sms("SM1", text)))


def enrolment_in(text: str) -> EnrolmentMessage | None:
    return parse_enrolment(normalise(text))


def redacted(text: str) -> str:
    normalised = normalise(text)
    return redact_message(normalised, parse_enrolment(normalised))


def parse(text: str, index: KeywordIndex) -> Enquiry | Rejection:
    return analyse(normalise(text), index).enquiry
