"""What stands still until somebody decides: SMS set aside, and replies in doubt."""

import sys

import click

from gateway.bootstrap import utc_now
from gateway.cli.start import gateway_for_a_command


@click.group()
def stuck() -> None:
    """SMS and replies that wait for a decision."""


@stuck.command("list")
@click.option(
    "--faults", is_flag=True, help="With the tracebacks; they may be personal."
)
def list_stuck(*, faults: bool) -> None:
    """Show what waits, each with the commands that apply to it."""
    gateway = gateway_for_a_command()
    dead_letters = gateway.log.stuck.dead_letters()
    doubts = gateway.log.stuck.doubts(gateway.policy.carrier_questions)
    for letter in dead_letters:
        click.echo(
            f"SMS {letter.id}  {letter.received_at:%Y-%m-%d %H:%M:%S}Z  "
            f"tried {letter.attempts} times  {letter.reason or ''}  (retry, dismiss)"
        )
        if faults and letter.fault:
            click.echo(letter.fault)
    for doubt in doubts:
        click.echo(
            f"reply {doubt.id}  {doubt.created_at:%Y-%m-%d %H:%M:%S}Z  "
            f"asked {doubt.questions} times  {doubt.error_code or ''}  (sent, unsent)"
        )
    click.echo(f"{len(dead_letters)} SMS set aside, {len(doubts)} replies in doubt")


@stuck.command()
@click.argument("sms", type=int)
def retry(sms: int) -> None:
    """Answer SMS again, as if it had just come."""
    is_done = gateway_for_a_command().log.stuck.retry(sms, utc_now())
    _say(f"SMS {sms} will be answered", is_done=is_done)


@stuck.command()
@click.argument("sms", type=int)
def dismiss(sms: int) -> None:
    """Leave SMS unanswered, for good."""
    is_done = gateway_for_a_command().log.stuck.dismiss(sms)
    _say(f"SMS {sms} stays unanswered", is_done=is_done)


@stuck.command()
@click.argument("reply", type=int)
def sent(reply: int) -> None:
    """The carrier has REPLY: it is not sent again."""
    gateway = gateway_for_a_command()
    until = utc_now() + gateway.policy.receipt_patience
    is_done = gateway.log.stuck.was_sent(reply, until)
    _say(f"reply {reply} counts as sent", is_done=is_done)


@stuck.command()
@click.argument("reply", type=int)
def unsent(reply: int) -> None:
    """The carrier has not got REPLY: it is sent again unless it is too late."""
    is_done = gateway_for_a_command().log.stuck.was_not_sent(reply, utc_now())
    _say(f"reply {reply} is sent again unless it is too late", is_done=is_done)


def _say(done: str, *, is_done: bool) -> None:
    if not is_done:
        click.echo(
            "gateway: nothing like that waits, see `gateway stuck list`", err=True
        )
        sys.exit(1)
    click.echo(done)
