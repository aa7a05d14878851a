"""Load the rules from TOML files and name every fault in them."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from gateway.domain.errors import FaultsFound
from gateway.reference_data.book import Rule, RuleBook, Version

FOLDER = Path(__file__).parent
_KEYS = {"meaning", "versions", "optional", "in_words"}
_NEEDED = {"text", "valid_from", "source"}
_KNOWN = _NEEDED | {"valid_to", "english", "doubt"}


class BadRules(FaultsFound):
    """The files have faults; each one names file and rule."""


@cache
def our_rules() -> RuleBook:
    """The rules that come with this version of the gateway. Raises BadRules."""
    return read(FOLDER)


def read(folder: Path) -> RuleBook:
    """The rules in the files `*.toml` of a folder. Raises BadRules naming every fault.

    Each rule is a table with a `meaning` and `versions`. A version has the `text` as
    Indonesian replies show it, `valid_from`, `valid_to` (the last day, if known) and
    `source`; if needed, `english` and `doubt`. `optional` and `in_words` are true or
    left out.
    """
    faults: list[str] = []
    rules: dict[str, Rule] = {}
    for file in sorted(folder.glob("*.toml")):
        for name, table in _tables(file, faults).items():
            found = list(_faults(name, table, rules))
            faults += [f"{file.name}: {name}: {fault}" for fault in found]
            if not found:
                rules[name] = _rule(name, table)
    if faults:
        raise BadRules(faults)
    return RuleBook(rules.values())


def _tables(file: Path, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{file.name}: {error}")
        return {}


def _faults(
    name: str, table: Mapping[str, Any], loaded: Mapping[str, Rule]
) -> Iterator[str]:
    if name in loaded:
        yield "is defined twice"
    if not table.get("meaning"):
        yield "does not say what it means"
    if unknown := sorted(table.keys() - _KEYS):
        yield "has an unknown " + ", ".join(unknown)
    versions = table.get("versions", [])
    if not versions:
        yield "has no version"
    wrong = [fault for version in versions for fault in _version_faults(version)]
    yield from wrong
    if not wrong:
        yield from _wrong_successions(versions)


def _version_faults(version: Mapping[str, Any]) -> Iterator[str]:
    if missing := sorted(_NEEDED - {key for key, value in version.items() if value}):
        yield "a version has no " + ", no ".join(missing)
    if unknown := sorted(version.keys() - _KNOWN):
        yield "a version has an unknown " + ", ".join(unknown)
    days = [version.get("valid_from"), version.get("valid_to", date.max)]
    if not all(type(day) is date for day in days):
        yield "a day is not written as 2026-12-31"
    elif days[1] < days[0]:
        yield "a version ends before it begins"


def _wrong_successions(versions: list[Mapping[str, Any]]) -> Iterator[str]:
    """Each version has to begin on the day after the one before it ends."""
    for older, newer in pairwise(versions):
        last_day = newer["valid_from"] - timedelta(days=1)
        if older.get("valid_to", date.max) > last_day:
            yield f"the version of {older['valid_from']} overlaps the next"
        elif older["valid_to"] < last_day:
            yield f"the version of {older['valid_from']} leaves a gap before the next"


def _rule(name: str, table: Mapping[str, Any]) -> Rule:
    versions = tuple(
        Version(**{"valid_to": None} | version) for version in table["versions"]
    )
    flags = {flag: table.get(flag, False) for flag in ("optional", "in_words")}
    return Rule(name, table["meaning"], versions, **flags)
