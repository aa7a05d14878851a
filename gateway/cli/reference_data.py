"""For those who keep the figures that change by law."""

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from gateway import handlers
from gateway.bootstrap import utc_now
from gateway.domain.calendar import day_of
from gateway.handlers.catalogue import all_templates
from gateway.parsers.places import PLACES
from gateway.reference_data.book import Rule, RuleBook
from gateway.reference_data.check import Remark, remarks
from gateway.reference_data.loader import BadRules, our_rules
from gateway.replies.fields import ADDRESS_WIDTH, BRANCH_WIDTH


@click.group()
def rules() -> None:
    """The figures and addresses that change, and since when they hold."""


@rules.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Another day than today.")
def check(on: datetime | None) -> None:
    """Show every rule as it is told on a day; exit 1 if one is wrong, idle or lapsed.

    A version that ends within 60 days is a warning.
    """
    day = on.date() if on else day_of(utc_now())
    try:
        book = our_rules()
    except BadRules as error:
        _report([Remark("", fault) for fault in error.faults])
    else:
        for rule in book.rules.values():
            click.echo(_line(rule, day))
        used = _named_in_replies() | _named_in_handlers(book)
        _report([*remarks(book, day, used), *_untellable(book)])


def _line(rule: Rule, day: date) -> str:
    version = rule.on(day)
    if version is None:
        return f"{rule.name:<20} -"
    since, until = version.valid_from, version.valid_to or "further notice"
    told = f"{rule.name:<20} {version.text}"
    return f"{told}  since {since} until {until}  ({version.source})"


def _report(found: list[Remark]) -> None:
    """Say it all, and exit 1 if there is a fault among it."""
    for remark in found:
        mark = "FAIL" if remark.is_fault else "soon"
        click.echo(f"{mark} {remark.rule} {remark.text}", err=remark.is_fault)
    faults = sum(it.is_fault for it in found)
    click.echo(f"{faults} faults, {len(found) - faults} warnings")
    sys.exit(1 if faults else 0)


def _named_in_replies() -> frozenset[str]:
    return frozenset().union(*(it.placeholders for it in all_templates()))


def _named_in_handlers(book: RuleBook) -> frozenset[str]:
    """The rules that a handler asks for by name, in quotes."""
    source = "".join(
        file.read_text(encoding="utf-8")
        for folder in handlers.__path__
        for file in Path(folder).glob("*.py")
    )
    return frozenset(name for name in book.rules if f'"{name}"' in source)


def _untellable(book: RuleBook) -> Iterator[Remark]:
    """Branches whose places nobody can name, or that are too long for one SMS."""
    for rule in book.rules.values():
        for place in set(rule.places).difference(PLACES):
            yield Remark(rule.name, f"{place} is no kota or kabupaten that we know")
        if rule.places and len(rule.meaning) > BRANCH_WIDTH:
            yield Remark(rule.name, f"its name is longer than {BRANCH_WIDTH}")
        if rule.places and max(len(it.text) for it in rule.versions) > ADDRESS_WIDTH:
            yield Remark(rule.name, f"an address is longer than {ADDRESS_WIDTH}")
