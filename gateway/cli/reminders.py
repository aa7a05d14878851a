"""Reminders by hand, and what they would cost."""

from collections.abc import Iterator
from datetime import datetime

import click

from gateway.bootstrap import utc_now
from gateway.cli.startup import gateway_for_a_command
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
    """Send the reminders whose turn has come. The schedule does so by itself."""
    if (at or price) and not dry_run:
        msg = "--at and --price belong to --dry-run"
        raise click.UsageError(msg)
    reminding = gateway_for_a_command().reminders
    if dry_run:
        forecasts = reminding.forecast(at or utc_now())
        for line in (it for forecast in forecasts for it in _lines(forecast, price)):
            click.echo(line)
        if not forecasts:
            click.echo("no reminders go out on this day")
        return
    count = 0
    while done := reminding.remind_due():
        count += done
    click.echo(f"went through {count} subscriptions")
    for campaign in campaigns_at(utc_now()):
        counts = gateway_for_a_command().database.campaigns.counts(campaign)
        told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        click.echo(f"{campaign.kind} {campaign.period} so far: {told or 'nothing'}")


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
