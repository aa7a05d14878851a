"""What stands still until somebody decides: SMS set aside, and replies in doubt."""

import sys

import click

from gateway.cli.audit import audit_entry, by_officer
from gateway.cli.startup import gateway_for_a_command


@click.group()
def stuck() -> None:
    """SMS and replies that wait for a decision."""


@stuck.command("list")
@click.option(
    "--faults",
    is_flag=True,
    help="With the tracebacks. They may be personal: this goes on record.",
)
@by_officer
def list_stuck(*, faults: bool, officer: str, reason: str | None) -> None:
    """Show what waits, each with the commands that apply to it."""
    if faults and not reason:
        msg = "--faults may show personal data: give a --reason"
        raise click.UsageError(msg)
    gateway = gateway_for_a_command()
    told = (
        gateway.database.dead_letters.faults(audit_entry(officer, reason))
        if faults
        else {}
    )
    dead_letters = gateway.database.dead_letters.dead_letters()
    doubts = gateway.database.dead_letters.doubts(gateway.policy.carrier_questions)
    for letter in dead_letters:
        click.echo(
            f"SMS {letter.id}  {letter.received_at:%Y-%m-%d %H:%M:%S}Z  "
            f"tried {letter.attempts} times  {letter.reason or ''}  (retry, dismiss)"
        )
        if letter.id in told:
            click.echo(told[letter.id])
    for doubt in doubts:
        click.echo(
            f"reply {doubt.id}  {doubt.created_at:%Y-%m-%d %H:%M:%S}Z  "
            f"asked {doubt.questions} times  {doubt.error_code or ''}  (sent, unsent)"
        )
    click.echo(f"{len(dead_letters)} SMS set aside, {len(doubts)} replies in doubt")


@stuck.command()
@click.argument("sms", type=int)
@by_officer
def retry(sms: int, officer: str, reason: str | None) -> None:
    """Answer SMS again, as if it had just come."""
    entry = audit_entry(officer, reason)
    is_done = gateway_for_a_command().database.dead_letters.retry(sms, entry)
    _say(f"SMS {sms} will be answered", is_done=is_done)


@stuck.command()
@click.argument("sms", type=int)
@by_officer
def dismiss(sms: int, officer: str, reason: str | None) -> None:
    """Leave SMS unanswered, for good."""
    entry = audit_entry(officer, reason)
    is_done = gateway_for_a_command().database.dead_letters.dismiss(sms, entry)
    _say(f"SMS {sms} stays unanswered", is_done=is_done)


_and_before = click.option(
    "--and-before",
    is_flag=True,
    help="And all replies that `list` shows before it.",
)


@stuck.command()
@click.argument("reply", type=int)
@_and_before
@by_officer
def sent(reply: int, *, and_before: bool, officer: str, reason: str | None) -> None:
    """The carrier has REPLY: it is not sent again."""
    gateway, entry = gateway_for_a_command(), audit_entry(officer, reason)
    until = entry.at + gateway.policy.receipt_patience
    questions = gateway.policy.carrier_questions
    if and_before:
        count = gateway.database.dead_letters.were_sent(reply, questions, until, entry)
        _say(f"{count} replies count as sent", is_done=count > 0)
        return
    is_done = gateway.database.dead_letters.was_sent(reply, until, entry)
    _say(f"reply {reply} counts as sent", is_done=is_done)


@stuck.command()
@click.argument("reply", type=int)
@_and_before
@by_officer
def unsent(reply: int, *, and_before: bool, officer: str, reason: str | None) -> None:
    """The carrier has not got REPLY: it is sent again unless it is too late."""
    gateway, entry = gateway_for_a_command(), audit_entry(officer, reason)
    questions = gateway.policy.carrier_questions
    if and_before:
        count = gateway.database.dead_letters.were_not_sent(reply, questions, entry)
        _say(f"{count} replies are sent again unless it is too late", is_done=count > 0)
        return
    is_done = gateway.database.dead_letters.was_not_sent(reply, entry)
    _say(f"reply {reply} is sent again unless it is too late", is_done=is_done)


def _say(done: str, *, is_done: bool) -> None:
    if not is_done:
        click.echo(
            "gateway: nothing like that waits, see `gateway stuck list`", err=True
        )
        sys.exit(1)
    click.echo(done)
