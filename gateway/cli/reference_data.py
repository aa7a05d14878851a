"""`gateway rules`: the dated figures and addresses that replies quote."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from gateway import handlers
from gateway.domain.calendar import day_of
from gateway.domain.enquiry import Language
from gateway.handlers.catalogue import all_templates
from gateway.reference_data import confirmation
from gateway.reference_data.book import Rule, RuleBook
from gateway.reference_data.check import Finding, doubts, findings
from gateway.reference_data.loader import BadRules, our_rules
from gateway.replies.template import placeholders


@click.group()
def rules() -> None:
    """Show the dated figures and addresses."""


@rules.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Another day than today.")
def check(on: datetime | None) -> None:
    """Show every rule on a day; exit 1 if one is wrong or not in force.

    A version that ends within 60 days, or that nothing uses, is a warning. What the
    agency has to confirm is marked with "ask".
    """
    day = on.date() if on else day_of(datetime.now(UTC))
    try:
        book = our_rules()
    except BadRules as error:
        _report([Finding("", fault) for fault in error.faults])
    else:
        for rule in book.rules.values():
            click.echo(_line(rule, day))
        _ask(book, day)
        used = _used_in_replies() | _used_in_handlers(book)
        found = findings(book, day, used)
        _report([*found, *_unsendable(book, day)])


@rules.command()
def confirm() -> None:
    """Print docs/confirm.md: what the agency has to confirm, in Markdown."""
    click.echo(confirmation.page(our_rules()), nl=False)


def _line(rule: Rule, day: date) -> str:
    version = rule.on(day)
    if version is None:
        return f"{rule.name:<24} -"
    since, until = version.valid_from, version.valid_to or "further notice"
    value = f"{rule.name:<24} {version.text}"
    return f"{value}  since {since} until {until}  ({version.source})"


def _ask(book: RuleBook, day: date) -> None:
    for rule, version in doubts(book):
        if version.holds_on(day):
            value = f"{rule.name} {version.text}: {version.doubt}"
            click.echo(f"ask  {value} ({version.source})")


def _report(found: list[Finding]) -> None:
    """Print the findings, and exit 1 if one is a fault."""
    for finding in found:
        mark = "FAIL" if finding.is_fault else "warn"
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


def _unsendable(book: RuleBook, day: date) -> Iterator[Finding]:
    """Replies of which every variant names a rule that is not in force."""
    lapsed = {rule.name for rule in book.rules.values() if not rule.on(day)}
    for template in all_templates():
        for language in Language:
            variants = template.variants(language)
            if all(placeholders(variant) & lapsed for variant in variants):
                yield Finding(template.name, f"cannot be sent ({language})")
