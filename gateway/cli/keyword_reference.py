"""Render docs/keywords.md: each keyword, its forms, who may ask, and an example."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.handlers import sections, topics
from gateway.parsers.keywords import Keyword, Section
from gateway.replay import conversations
from gateway.replay.conversations import Exchange

_INTRODUCTION = """\
# Keywords

Made by `make docs` from the topics in `gateway/handlers` and the conversations in
`fixtures`; do not edit it. A form counts in capital letters, too, glued to its number,
and in a polite sentence. Those marked * also count with one typing mistake.
"""
_TITLES = {
    Section.MONEY: "Money and contributions",
    Section.CLAIMS: "Claims and programmes",
    Section.MEMBERSHIP: "Joining, cards and data",
    Section.SERVICE: "Service",
}
_MEMBER_MAY_ASK = "a phone in the member's record or enrolled for the member"
_ANYBODY_MAY_ASK = "anybody"


def page(fixtures: Path) -> str:
    """Render the page. Raises BadConversation if a topic has no conversation."""
    lines = [_INTRODUCTION]
    for section, keywords in sections().items():
        lines.append(f"## {_TITLES[section]}\n")
        for keyword in keywords:
            file = fixtures / f"{keyword.name}.sms"
            lines += [*_entry(keyword, conversations.read(file)[0]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _entry(keyword: Keyword, exchange: Exchange) -> Iterator[str]:
    yield f"### {keyword.title}\n"
    yield f"{keyword.about_in_english} ({keyword.about})\n"
    yield f"- Written: `{keyword.example}`"
    who = _MEMBER_MAY_ASK if keyword.needs_kpj else _ANYBODY_MAY_ASK
    yield f"- Who may ask: {who}"
    for heading, forms in _forms(keyword).items():
        if forms:
            yield f"- {heading}: {', '.join(_marked(keyword, form) for form in forms)}"
    if keyword.ended_by:
        yield f"- Ended by: {topics()[keyword.ended_by].keyword.title}"
    yield f"\n```\n> {exchange.text}"
    yield from (f"< {reply}" for reply in exchange.replies)
    yield "```"


def _forms(keyword: Keyword) -> Mapping[str, tuple[str, ...]]:
    return {
        "Anywhere in an SMS": keyword.words,
        "If no other keyword is there": keyword.weak,
        "Only as the whole wish": keyword.alone,
        "Only by itself": keyword.exact,
    }


def _marked(keyword: Keyword, form: str) -> str:
    return f"{form}*" if form in keyword.forgiving else form
