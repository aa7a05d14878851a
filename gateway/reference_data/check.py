"""Check the rules: unused, not in force, ending soon, or to be confirmed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.reference_data.book import Rule, RuleBook, Version

# How long before its end a version is warned of, and how long after it an optional one.
NOTICE = timedelta(days=60)


@dataclass(frozen=True)
class Finding:
    """A fault of a rule, or a warning."""

    rule: str
    text: str
    is_fault: bool = True


def findings(rules: RuleBook, day: date, used: Collection[str]) -> Iterator[Finding]:
    """Rules that are unused, not in force, or end soon.

    `used` are the rules that replies and handlers name. What is told in words needs no
    name.
    """
    for rule in rules.rules.values():
        if not (rule.in_words or rule.name in used):
            yield Finding(rule.name, "no reply and no handler uses it", is_fault=False)
        version = rule.on(day)
        if version:
            last_day = version.valid_to
            if last_day and last_day - day <= NOTICE:
                yield Finding(rule.name, _end(rule, last_day), is_fault=False)
        elif not rule.optional:
            yield Finding(rule.name, f"has no version for {day}")
        elif last_day := _lately_ended(rule, day):
            text = f"ended on {last_day}: replies leave it out"
            yield Finding(rule.name, text, is_fault=False)


def _lately_ended(rule: Rule, day: date) -> date | None:
    last_day = rule.versions[-1].valid_to
    return last_day if last_day and last_day < day <= last_day + NOTICE else None


def doubts(rules: RuleBook) -> Iterator[tuple[Rule, Version]]:
    """The versions that the agency has to confirm."""
    for rule in rules.rules.values():
        for version in rule.versions:
            if version.doubt:
                yield rule, version


def _end(rule: Rule, last_day: date) -> str:
    following: Version | None = rule.on(last_day + timedelta(days=1))
    then = f"then {following.text}" if following else "nothing follows"
    return f"ends on {last_day}, {then}"
