"""What is wrong with the rules on a day, beyond how their files are written."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.reference_data.book import Rule, RuleBook, Version

# So long before a figure ends somebody should look for the next one.
NOTICE = timedelta(days=60)


@dataclass(frozen=True)
class Remark:
    """What is to be said of a rule; a warning is no fault yet."""

    rule: str
    text: str
    is_fault: bool = True


def remarks(rules: RuleBook, day: date, used: Collection[str]) -> Iterator[Remark]:
    """Rules that nothing tells, that are not in force, or that end soon.

    `used` are the rules that replies and handlers name; addresses are told by place.
    """
    for rule in rules.rules.values():
        if not rule.places and rule.name not in used:
            yield Remark(rule.name, "no reply and no handler uses it")
        version = rule.on(day)
        if version is None:
            yield Remark(rule.name, f"has no version for {day}")
        elif version.valid_to and version.valid_to - day <= NOTICE:
            yield Remark(rule.name, _end(rule, version.valid_to), is_fault=False)


def _end(rule: Rule, last_day: date) -> str:
    following: Version | None = rule.on(last_day + timedelta(days=1))
    then = f"then {following.text}" if following else "nothing follows"
    return f"ends on {last_day}, {then}"
