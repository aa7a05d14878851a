"""`gateway remind`: send reminders by hand, or estimate their cost."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import click

from gateway.bootstrap import utc_now
from gateway.cli.gateway import gateway_for_a_command
from gateway.domain.calendar import day_of, start_of
from gateway.domain.reminder_schedule import ReminderOutcome, campaigns_at
from gateway.outbound.reminders import NOTICES_TITLE, Forecast
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
    """Send the reminders and notices that are due. Workers do this by themselves."""
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
    now, database = utc_now(), gateway.database
    for campaign in campaigns_at(now):
        title = f"{campaign.kind} {campaign.period} so far"
        _print_counts(title, database.campaigns.counts(campaign))
    today = start_of(day_of(now))
    _print_counts(f"{NOTICES_TITLE} today", database.comparisons.counts(today))


def _print_counts(title: str, counts: Mapping[str, int]) -> None:
    listed = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    click.echo(f"{title}: {listed or 'nothing'}")


def _print_forecast(forecasts: Sequence[Forecast], price: int | None) -> None:
    for forecast in forecasts:
        for line in _lines(forecast, price):
            click.echo(line)


def _lines(forecast: Forecast, price: int | None) -> Iterator[str]:
    counts = forecast.outcomes
    cost = f", {rupiah(forecast.segments * price)}" if price is not None else ""
    yield (
        f"{forecast.title}: {counts[ReminderOutcome.SENT]} SMS left, "
        f"{forecast.segments} segments{cost}"
    )
    for outcome in (
        ReminderOutcome.NOT_DUE,
        ReminderOutcome.REFUSED,
        ReminderOutcome.OPTED_OUT,
    ):
        yield f"  not reminded, {outcome}: {counts[outcome]}"
