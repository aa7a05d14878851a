"""Check the rules on a day: unused, not in force, or ending soon."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.reference_data.book import Rule, RuleBook, Version

# How long before its end a version is warned of.
NOTICE = timedelta(days=60)


@dataclass(frozen=True)
class Finding:
    """A fault of a rule, or a warning."""

    rule: str
    text: str
    is_fault: bool = True


def findings(rules: RuleBook, day: date, used: Collection[str]) -> Iterator[Finding]:
    """Rules that are unused, not in force, or end soon.

    `used` are the rules that replies and handlers name.
    """
    for rule in rules.rules.values():
        if rule.name not in used:
            yield Finding(rule.name, "no reply and no handler uses it", is_fault=False)
        version = rule.on(day)
        if version is None:
            text = f"has no version for {day}"
            yield Finding(rule.name, text, is_fault=not rule.optional)
        elif version.valid_to and version.valid_to - day <= NOTICE:
            yield Finding(rule.name, _end(rule, version.valid_to), is_fault=False)


def _end(rule: Rule, last_day: date) -> str:
    following: Version | None = rule.on(last_day + timedelta(days=1))
    then = f"then {following.text}" if following else "nothing follows"
    return f"ends on {last_day}, {then}"
