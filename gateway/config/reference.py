"""The reference of all settings in Markdown, made from their fields."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pydantic.fields import FieldInfo

from gateway.config.checks import format_duration
from gateway.config.group import Group
from gateway.config.groups import GatewaySettings
from gateway.config.settings import PARTS
from gateway.config.values import form_of

GROUPS: tuple[type[Group], ...] = (GatewaySettings, *PARTS.values())
_INTRODUCTION = """\
# Settings

Made by `gateway settings`; do not edit.

Settings are environment variables. `gateway up` makes its own; every other program
refuses to start without them and names every missing or wrong one in one message, never
its value. `gateway doctor` warns of a name that is no setting. An empty variable counts
as not set, but for the brand. A channel is there when its variables are set; several
work at once. `HTTPS_PROXY` and `NO_PROXY` name a proxy for carriers at `https://`
addresses, and hosts that are reached without it.
"""
_HEAD = """\
| variable | default | meaning | value |
|---|---|---|---|"""


def markdown() -> str:
    """The whole of docs/settings.md."""
    sections = [_INTRODUCTION]
    for group in GROUPS:
        rows = "\n".join(_rows(group))
        sections.append(f"## {_title(group)}\n\n{_HEAD}\n{rows}\n")
    return "\n".join(sections)


def _title(group: type[Group]) -> str:
    return (group.__doc__ or "").rstrip(".")


def _rows(group: type[Group]) -> Iterator[str]:
    for name, field in group.model_fields.items():
        meaning = " ".join((field.description or "").split())
        cells = (f"`{group.variable(name)}`", _default(field), meaning, form_of(field))
        yield f"| {' | '.join(cells)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default: Any = field.default
    if isinstance(default, timedelta):
        return f"`{format_duration(default)}`" if default else ""
    if isinstance(default, tuple):
        return ", ".join(f"`{value}`" for value in default)
    if isinstance(default, float):
        return f"`{default:g}`"
    return "" if default is None else f"`{default}`"
