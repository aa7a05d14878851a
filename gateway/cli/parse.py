"""`gateway parse`: show how a text is parsed."""

import json
import sys
from datetime import UTC, datetime

import click

from gateway.domain.calendar import day_of
from gateway.domain.enquiry import Enquiry, MemberEnquiry, Rejection
from gateway.handlers import bulan_kosong, mutasi, topics
from gateway.inbound.enrolment import KEYWORD
from gateway.parsers.enquiry import Analysis, analyse
from gateway.parsers.enrolment import (
    Enrolment,
    EnrolmentMessage,
    MalformedEnrolment,
    SimRegistration,
    parse_enrolment,
)
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.normalise import normalise
from gateway.parsers.years import year_asked

_ABOUT_A_YEAR = {mutasi.KEYWORD.name, bulan_kosong.KEYWORD.name}


@click.command()
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help='Read {"body": ...} lines instead.')
def parse(text: str | None, jsonl: bool) -> None:
    """Show how TEXT is parsed."""
    if (text is None) != jsonl:
        raise click.UsageError("give either TEXT or --jsonl")
    index = KeywordIndex(topic.keyword for topic in topics().values())
    if text is not None:
        click.echo(_parsed(text, index))
        return
    for number, line in enumerate(sys.stdin, start=1):
        try:
            body = json.loads(line)["body"]
            click.echo(_parsed(body, index))
        except (ValueError, KeyError, TypeError) as error:
            raise click.ClickException(
                f'line {number} is not {{"body": text}}'
            ) from error


def _parsed(text: str, index: KeywordIndex) -> str:
    normalised = normalise(text)
    analysis = analyse(normalised, index)
    outcome = parse_enrolment(normalised) or analysis.enquiry
    kpj = outcome.kpj if isinstance(outcome, MemberEnquiry | Enrolment) else None
    last_four = outcome.last_four if isinstance(outcome, Rejection) else ()
    return json.dumps(
        {
            "keyword": _keyword_of(outcome),
            "kpj": kpj.digits if kpj else None,
            "language": outcome.language,
            "rejection": _rejection_of(outcome),
            "last_four": last_four,
            "year": _year_in(analysis),
        }
    )


def _year_in(analysis: Analysis) -> int | None:
    """The year, in texts whose topic is about one."""
    if analysis.enquiry.keyword not in _ABOUT_A_YEAR:
        return None
    today = day_of(datetime.now(UTC))
    return year_asked(analysis.other_words, analysis.short_numbers, today)


def _keyword_of(outcome: Enquiry | Rejection | EnrolmentMessage) -> str | None:
    if isinstance(outcome, Enquiry | Rejection):
        return outcome.keyword
    return None if isinstance(outcome, SimRegistration) else KEYWORD


def _rejection_of(outcome: Enquiry | Rejection | EnrolmentMessage) -> str | None:
    if isinstance(outcome, Rejection):
        return outcome.reason
    if isinstance(outcome, SimRegistration):
        return "sim_registration"
    return "enrolment_malformed" if isinstance(outcome, MalformedEnrolment) else None
