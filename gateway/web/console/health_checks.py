"""Render health checks on the console's overview, in the language of the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from gateway.doctor.checks import View, examine
from gateway.doctor.findings import Facts, Finding, State
from gateway.doctor.installation import Installation
from gateway.web.console.formats import clock, count, counted
from gateway.web.console.provider_codes import meaning

_AWAY = lazy_gettext("does not answer: SMS have to wait")
_ANSWERS = lazy_gettext("answers")
_NAMES: Mapping[str, str | LazyString] = {
    "database": lazy_gettext("Database"),
    "valkey": "Redis",
    "members": lazy_gettext("Directory"),
}
_TEXTS: Mapping[tuple[str, State], LazyString] = {
    ("database", State.AWAY): _AWAY,
    ("valkey", State.OK): _ANSWERS,
    ("valkey", State.AWAY): lazy_gettext("away: SMS are answered a little later"),
    ("members", State.OK): _ANSWERS,
    ("members", State.AWAY): _AWAY,
    ("members", State.EMPTY): lazy_gettext("answers, but contains no members"),
}


@dataclass(frozen=True)
class Row:
    """One part of the installation, and its state in words."""

    name: str | LazyString
    is_well: bool
    text: str | LazyString


def checks() -> Iterator[Row]:
    """Check every part of this installation."""
    installation: Installation = current_app.extensions["installation"]
    for finding in examine(installation, View.CONSOLE):
        if finding.state is not State.SKIPPED:
            yield _row(finding)


def _row(finding: Finding) -> Row:
    subject, is_well = finding.subject, finding.state is State.OK
    if subject == "channel":
        name = gettext("Channel %(name)s", name=finding.facts["channel"])
        return Row(name, is_well, _channel(finding.facts))
    if subject == "database" and is_well:
        took = count(finding.facts["milliseconds"])
        text = gettext("answers in %(time)s ms", time=took)
        return Row(_NAMES[subject], is_well, text)
    return Row(_NAMES[subject], is_well, _TEXTS[subject, finding.state])


def _channel(facts: Facts) -> str:
    unsent = gettext(
        "%(count)s replies not sent yet",
        count=counted(facts["unsent"], is_cut=facts["is_cut"]),
    )
    until, code = facts["paused_until"], facts["code"]
    if until is None:
        return str(unsent)
    pause = gettext(
        "paused until %(time)s (code %(code)s)", time=clock(until), code=code
    )
    return "; ".join(filter(None, [pause, unsent, meaning(code)]))
