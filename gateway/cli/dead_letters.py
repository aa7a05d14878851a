"""`gateway stuck`: dead letters and replies in doubt, which wait for a decision."""

from collections.abc import Callable
from typing import Any

import click

from gateway.cli.audit import by_officer
from gateway.cli.failure import Failure
from gateway.cli.gateway import gateway_for_a_command
from gateway.domain.audit import AuditEntry

_Command = Callable[..., Any]


@click.group()
def stuck() -> None:
    """SMS and replies that wait for a decision."""


@stuck.command("list")
@click.option(
    "--faults",
    is_flag=True,
    help="With the tracebacks, which may be personal: the audit log records this.",
)
@by_officer
def list_stuck(*, faults: bool, entry: AuditEntry) -> None:
    """Show what waits, each with the commands that apply to it."""
    if faults and not entry.reason:
        raise click.UsageError("--faults may show personal data: give a --reason")
    gateway = gateway_for_a_command()
    store = gateway.database.dead_letters
    tracebacks = store.faults(entry) if faults else {}
    letters, doubts = store.waiting(), store.doubts(gateway.policy.carrier_questions)
    for letter in letters:
        click.echo(
            f"SMS {letter.id}  {letter.received_at:%Y-%m-%d %H:%M:%S}Z  "
            f"tried {letter.attempts} times  {letter.reason or ''}  (retry, dismiss)"
        )
        if letter.id in tracebacks:
            click.echo(tracebacks[letter.id])
    for doubt in doubts:
        click.echo(
            f"reply {doubt.id}  {doubt.created_at:%Y-%m-%d %H:%M:%S}Z  "
            f"asked {doubt.questions} times  {doubt.error_code or ''}  (sent, unsent)"
        )
    click.echo(f"{len(letters)} SMS set aside, {len(doubts)} replies in doubt")


@stuck.command()
@click.argument("sms", type=int)
@by_officer
def retry(sms: int, entry: AuditEntry) -> None:
    """Answer SMS again, as if it had just come."""
    is_done = gateway_for_a_command().dead_letters.retry(sms, entry)
    _report(is_done, f"SMS {sms} will be answered")


@stuck.command()
@click.argument("sms", type=int)
@by_officer
def dismiss(sms: int, entry: AuditEntry) -> None:
    """Leave SMS unanswered, for good."""
    is_done = gateway_for_a_command().dead_letters.dismiss(sms, entry)
    _report(is_done, f"SMS {sms} stays unanswered")


def _replies_arguments(command: _Command) -> _Command:
    """Add REPLY and --and-before, which includes the replies listed before it."""
    and_before = click.option(
        "--and-before",
        is_flag=True,
        help="And all replies that `list` shows before it.",
    )
    return click.argument("reply", type=int)(and_before(by_officer(command)))


@stuck.command()
@_replies_arguments
def sent(reply: int, *, and_before: bool, entry: AuditEntry) -> None:
    """The carrier has REPLY: it is not sent again."""
    dead_letters = gateway_for_a_command().dead_letters
    if and_before:
        count = dead_letters.mark_all_sent(reply, entry)
        _report(count, f"{count} replies count as sent")
        return
    _report(dead_letters.mark_sent(reply, entry), f"reply {reply} counts as sent")


@stuck.command()
@_replies_arguments
def unsent(reply: int, *, and_before: bool, entry: AuditEntry) -> None:
    """The carrier has not got REPLY: it is sent again unless it is too late."""
    dead_letters = gateway_for_a_command().dead_letters
    if and_before:
        count = dead_letters.mark_all_unsent(reply, entry)
        _report(count, f"{count} replies are sent again unless it is too late")
        return
    is_done = dead_letters.mark_unsent(reply, entry)
    _report(is_done, f"reply {reply} is sent again unless it is too late")


def _report(done: int, text: str) -> None:
    """Say what was done. Raises Failure if nothing was."""
    if not done:
        raise Failure("it is not waiting, see `gateway stuck list`")
    click.echo(text)
