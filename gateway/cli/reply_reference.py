"""Render docs/replies.md: every reply in both languages, at its widest."""

from collections.abc import Iterator
from itertools import groupby

from gateway.domain import gsm7
from gateway.handlers.catalogue import worst_cases
from gateway.reference_data.book import RuleBook
from gateway.replies.fit import WorstCase

_BRAND = "BPJAMSOSTEK"
_HEAD = f"""# Replies

All texts that members read, made by `make docs`. Each stands with the brand `{_BRAND}`
and with the widest value that every placeholder can have; its width is in GSM-7
characters, of which one SMS holds {gsm7.SEPTETS_ALONE}. Of several variants the first
that fits is sent. How to write them: [CONTRIBUTING.md](../CONTRIBUTING.md).

| reply | language | width | text |
|---|---|---|---|
"""


def page(rules: RuleBook) -> str:
    """The page, in Markdown."""
    cases = worst_cases(_BRAND, rules)
    groups = groupby(cases, lambda case: (case.template, case.language))
    return _HEAD + "".join(
        row for _, variants in groups for row in _rows(list(variants))
    )


def _rows(variants: list[WorstCase]) -> Iterator[str]:
    for case in variants:
        name = f"`{case.template}`" if case.variant == 1 else ""
        text = case.text.replace("|", "\\|")
        yield f"| {name} | {case.language} | {case.size.units} | {text} |\n"
