"""Commands for people who write and test reply texts."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli import keyword_reference, reply_reference
from gateway.config.settings import brand_from_environment
from gateway.domain.calendar import day_of
from gateway.handlers import topics
from gateway.handlers.catalogue import all_templates, worst_cases
from gateway.reference_data.loader import our_rules
from gateway.replies.fit import WorstCase, faults_of, widest_values
from gateway.web import keyword_card

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
        for fault in faults_of(template, widest_values(rules))
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


@replies.command(name="list")
def list_replies() -> None:
    """Print docs/replies.md: all replies at their widest, in Markdown."""
    click.echo(reply_reference.page(our_rules()), nl=False)


@click.command()
@click.option("--number", default="", help="The number that members text, in large.")
def card(number: str) -> None:
    """Print the keyword card for posters and branches, in HTML."""
    care = our_rules().on(day_of(datetime.now(UTC)))["care"]
    click.echo(keyword_card.page(care, number), nl=False)
