"""Options that say who runs a command and why, and `gateway access-log`."""

import os
import pwd
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import click

from gateway.bootstrap import open_clock
from gateway.cli.gateway import gateway_for_a_command
from gateway.cli.startup import checked_settings
from gateway.domain.audit import LONGEST_ACTOR, AuditEntry, RecordedEntry
from gateway.security.masking import mask_long_numbers

_Command = Callable[..., Any]


def by_officer(command: _Command) -> _Command:
    """Add --officer and --reason; the command gets them as an `entry` of the log."""
    officer = click.option(
        "--officer",
        default=_login_name,
        callback=_short_enough,
        show_default="the login name of this account",
        help="Who does it, for the record.",
    )
    reason = click.option("--reason", help="Why, for the record.")

    @wraps(command)
    def with_entry(*, officer: str, reason: str | None, **arguments: Any) -> Any:
        return command(entry=audit_entry(officer, reason), **arguments)

    return officer(reason(with_entry))


def audit_entry(officer: str, reason: str | None) -> AuditEntry:
    """An entry for the audit log, made now."""
    return AuditEntry(open_clock(checked_settings())(), officer, reason)


@click.command("access-log")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="From this moment on, in UTC.",
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def access_log(since: datetime | None, limit: int) -> None:
    """Show who did or read what about members, newest first."""
    log = gateway_for_a_command().database.audit_log
    for entry in log.latest(limit, since and since.replace(tzinfo=UTC)):
        click.echo(_line(entry))


def _line(entry: RecordedEntry) -> str:
    words = (entry.actor, entry.action, entry.subject, entry.reason or "")
    text = mask_long_numbers("  ".join(words)).rstrip()
    return f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {text}"


def _login_name() -> str:
    """The account's name from the system, as anybody can set $USER."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def _short_enough(_context: object, _option: object, name: str) -> str:
    if not 0 < len(name.strip()) <= LONGEST_ACTOR:
        raise click.BadParameter(f"a name has 1 to {LONGEST_ACTOR} characters")
    return name.strip()
