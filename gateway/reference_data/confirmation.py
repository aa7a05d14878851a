"""The document with which the agency confirms what is in doubt, in Markdown."""

from collections.abc import Iterator

from gateway.reference_data.book import Rule, RuleBook, Version
from gateway.reference_data.check import doubts

_INTRODUCTION = """\
# To be confirmed by the agency

Made by `gateway rules confirm`; do not edit.

Replies tell what follows, but it could not be confirmed from public sources. Before
going live, an officer of the agency answers each question. Then correct the version in
`gateway/reference_data/`, name the answer in its `source`, and delete its `doubt`. What
is not in this list rests on a law, the agency's own word, or two sources.
"""
_HEAD = """\
| | what | told | since | found in | question | answer |
|---|---|---|---|---|---|---|"""


def page(rules: RuleBook) -> str:
    """The whole of docs/confirm.md."""
    sections: dict[str, list[str]] = {"Figures": [], "Statements": []}
    for rule, version in doubts(rules):
        rows = sections[_section(rule)]
        rows.append(_row(len(rows) + 1, rule, version))
    return "\n".join([_INTRODUCTION, *_tables(sections)])


def _section(rule: Rule) -> str:
    return "Statements" if rule.in_words else "Figures"


def _row(number: int, rule: Rule, version: Version) -> str:
    what = f"{rule.meaning} (`{rule.name}`)"
    told = (version.text, str(version.valid_from), version.source, version.doubt)
    return f"| {' | '.join((str(number), what, *told))} | |"


def _tables(sections: dict[str, list[str]]) -> Iterator[str]:
    for title, rows in sections.items():
        if rows:
            yield "\n".join([f"## {title}\n", _HEAD, *rows, ""])
