"""`gateway rules`: the dated figures that replies quote."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from gateway import handlers
from gateway.domain.calendar import day_of
from gateway.handlers.catalogue import all_templates
from gateway.reference_data.book import Rule, RuleBook
from gateway.reference_data.check import Finding, findings
from gateway.reference_data.loader import BadRules, our_rules


@click.group()
def rules() -> None:
    """Show the dated figures."""


@rules.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Another day than today.")
def check(on: datetime | None) -> None:
    """Show every rule on a day; exit 1 if one is wrong, unused or not in force.

    A version that ends within 60 days is a warning.
    """
    day = on.date() if on else day_of(datetime.now(UTC))
    try:
        book = our_rules()
    except BadRules as error:
        _report([Finding("", fault) for fault in error.faults])
    else:
        for rule in book.rules.values():
            click.echo(_line(rule, day))
        used = _used_in_replies() | _used_in_handlers(book)
        _report(list(findings(book, day, used)))


def _line(rule: Rule, day: date) -> str:
    version = rule.on(day)
    if version is None:
        return f"{rule.name:<20} -"
    since, until = version.valid_from, version.valid_to or "further notice"
    value = f"{rule.name:<20} {version.text}"
    return f"{value}  since {since} until {until}  ({version.source})"


def _report(found: list[Finding]) -> None:
    """Print the findings, and exit 1 if one is a fault."""
    for finding in found:
        mark = "FAIL" if finding.is_fault else "soon"
        click.echo(f"{mark} {finding.rule} {finding.text}", err=finding.is_fault)
    faults = sum(finding.is_fault for finding in found)
    click.echo(f"{faults} faults, {len(found) - faults} warnings")
    sys.exit(1 if faults else 0)


def _used_in_replies() -> frozenset[str]:
    return frozenset().union(*(template.placeholders for template in all_templates()))


def _used_in_handlers(book: RuleBook) -> frozenset[str]:
    """The rules whose quoted name stands in the source of a handler."""
    source = "".join(
        file.read_text(encoding="utf-8")
        for folder in handlers.__path__
        for file in Path(folder).glob("*.py")
    )
    return frozenset(name for name in book.rules if f'"{name}"' in source)
