"""Commands for people who write and test reply texts."""

import json
import sys
from pathlib import Path

import click

from gateway.bootstrap import utc_now
from gateway.cli import keyword_reference
from gateway.config.settings import brand_from_environment
from gateway.domain.calendar import day_of
from gateway.domain.enquiry import Enquiry, MemberEnquiry, Rejection
from gateway.handlers import topics
from gateway.handlers.catalogue import all_templates, worst_cases
from gateway.inbound.enrolment import KEYWORD
from gateway.parsers.enquiry import analyse
from gateway.parsers.enrolment import (
    Enrolment,
    EnrolmentMessage,
    MalformedEnrolment,
    SimRegistration,
    parse_enrolment,
)
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.normalise import normalise
from gateway.reference_data.loader import our_rules
from gateway.replay import player
from gateway.replies.fields import WIDEST
from gateway.replies.fit import WorstCase, faults_of
from gateway.web import keyword_card

_FILE = click.Path(path_type=Path, exists=True)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.group()
def replies() -> None:
    """Check and list the texts that members read."""


@replies.command()
def check() -> None:
    """Show the greatest length of each text; exit 1 if a text has a fault.

    A fault is a text that does not fit one SMS, a character outside GSM-7, a figure
    that stands in no rule, or a mistake in the file of a topic.
    """
    rules = our_rules()
    cases = list(worst_cases(brand_from_environment(), rules))
    for case in cases:
        _show(case)
    too_long = sum(case.is_last and not case.fits for case in cases)
    faults = [
        f"{template.name} {fault}"
        for template in all_templates()
        for fault in faults_of(template, WIDEST | rules.widest())
    ]
    for fault in faults:
        click.echo(f"FAIL {fault}", err=True)
    variants = f"{len(topics())} topics, {len(cases)} variants"
    click.echo(f"{variants}, {too_long} that cannot be sent as one SMS")
    sys.exit(1 if too_long or faults else 0)


def _show(case: WorstCase) -> None:
    """Print one line, on stderr if the text has a fault."""
    mark = "ok  " if case.fits else "FAIL" if case.is_last else "long"
    size = f"{case.size.units:>3} {case.size.encoding}"
    name = f"{case.template} {case.language} {case.variant}"
    click.echo(f"{mark} {size}  {name:<36} {case.text}", err=mark == "FAIL")


@replies.command()
@click.argument("fixtures", type=_FOLDER)
def reference(fixtures: Path) -> None:
    """Print docs/keywords.md, with examples from the conversations in FIXTURES."""
    click.echo(keyword_reference.page(fixtures), nl=False)


@click.command("parse")
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help='Read {"body": ...} lines instead.')
def parse_text(text: str | None, jsonl: bool) -> None:
    """Show how TEXT is parsed."""
    if (text is None) != jsonl:
        msg = "give either TEXT or --jsonl"
        raise click.UsageError(msg)
    index = KeywordIndex(topic.keyword for topic in topics().values())
    if text is not None:
        click.echo(_parsed(text, index))
        return
    for number, line in enumerate(sys.stdin, start=1):
        try:
            body = json.loads(line)["body"]
            click.echo(_parsed(body, index))
        except (ValueError, KeyError, TypeError) as error:
            msg = f'line {number} is not {{"body": text}}'
            raise click.ClickException(msg) from error


@click.command("card")
@click.option("--number", default="", help="The number that members text, in large.")
def print_card(number: str) -> None:
    """Print the keyword card for posters and branches, in HTML."""
    care = our_rules().on(day_of(utc_now()))["care"]
    click.echo(keyword_card.page(care, number), nl=False)


@click.command("replay")
@click.argument("paths", nargs=-1, required=True, type=_FILE)
@click.option("--url", help="A running gateway or simulator, instead of a new one.")
@click.option("--record", is_flag=True, help="Write the actual replies into the files.")
@click.option("--junit", type=click.Path(path_type=Path), help="Also write JUnit XML.")
def replay_conversations(
    paths: tuple[Path, ...], url: str | None, *, record: bool, junit: Path | None
) -> None:
    """Replay conversations (*.sms) and show what differs; exit 1 if anything does."""
    if record:
        player.record(paths, url, echo=click.echo)
        return
    report = player.run(paths, url, echo=click.echo)
    if junit is not None:
        junit.write_text(report.as_junit())
    sys.exit(0 if report.is_green else 1)


def _parsed(text: str, index: KeywordIndex) -> str:
    normalised = normalise(text)
    outcome = parse_enrolment(normalised) or analyse(normalised, index).enquiry
    kpj = outcome.kpj if isinstance(outcome, MemberEnquiry | Enrolment) else None
    return json.dumps(
        {
            "keyword": _keyword_of(outcome),
            "kpj": kpj.digits if kpj else None,
            "language": outcome.language,
            "rejection": _rejection_of(outcome),
        }
    )


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
