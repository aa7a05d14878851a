"""`gateway remind`: send reminders by hand, or estimate their cost."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from gateway.bootstrap import utc_now
from gateway.cli.gateway import gateway_for_a_command
from gateway.domain.reminder_schedule import ReminderOutcome, campaigns_at
from gateway.outbound.reminders import Forecast
from gateway.replies.fields import rupiah


@click.command()
@click.option("--dry-run", is_flag=True, help="Say how many would go out; send none.")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M%z"]),
    help="Of a dry run: a moment such as 2026-11-25T10:00+0700 instead of now.",
)
@click.option("--price", type=click.IntRange(0), help="Of one segment, in rupiah.")
def remind(dry_run: bool, at: datetime | None, price: int | None) -> None:
    """Send the reminders that are due. Workers also do this by themselves."""
    if (at or price) and not dry_run:
        raise click.UsageError("--at and --price belong to --dry-run")
    gateway = gateway_for_a_command()
    if dry_run:
        _print_forecast(gateway.reminders.forecast(at or utc_now()), price)
        return
    count = 0
    while done := gateway.reminders.remind_due():
        count += done
    click.echo(f"went through {count} subscriptions")
    for campaign in campaigns_at(utc_now()):
        counts = gateway.database.campaigns.counts(campaign)
        listed = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        click.echo(f"{campaign.kind} {campaign.period} so far: {listed or 'nothing'}")


def _print_forecast(forecasts: Sequence[Forecast], price: int | None) -> None:
    for forecast in forecasts:
        for line in _lines(forecast, price):
            click.echo(line)
    if not forecasts:
        click.echo("no reminders go out on this day")


def _lines(forecast: Forecast, price: int | None) -> Iterator[str]:
    campaign, counts = forecast.campaign, forecast.outcomes
    cost = f", {rupiah(forecast.segments * price)}" if price is not None else ""
    yield (
        f"{campaign.kind} {campaign.period}: {counts[ReminderOutcome.SENT]} SMS left, "
        f"{forecast.segments} segments{cost}"
    )
    for outcome in (
        ReminderOutcome.NOT_DUE,
        ReminderOutcome.REFUSED,
        ReminderOutcome.OPTED_OUT,
    ):
        yield f"  not reminded, {outcome}: {counts[outcome]}"
