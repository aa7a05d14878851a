"""A load test of one's own installation, before it goes live.

`python -m benchmarks.rehearsal` posts signed webhooks as the carrier would, through
everything that stands in front, and waits until the gateway has nothing left to do. It
runs with the gateway's settings, and refuses where replies would reach real phones. It
knows Twilio's webhooks alone.
"""

import asyncio
import secrets
import ssl
import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import click
import urllib3

from benchmarks.figures import spread
from benchmarks.members import MOST, Member, made_up
from benchmarks.sending import Note, Sender
from benchmarks.webhooks import webhook
from gateway.simulator.account import INBOUND_PATH, CarrierAccount

CONNECTIONS = 32
PATIENCE_SECONDS = 600.0
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Stranger(Member):
    """Somebody in no record, who is looked up by phone and raises no alarm."""

    @property
    def text(self) -> str:
        """The text of the SMS."""
        return "SALDO"


def _twilio_is_set(_: click.Context, __: click.Parameter, account: str | None) -> str:
    if not account:
        msg = (
            "a rehearsal posts webhooks as Twilio does; Kannel's are not known to it: "
            "set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_SENDER, and "
            "TWILIO_API_URL to a simulator"
        )
        raise click.UsageError(msg)
    return account


@click.command(context_settings={"show_default": True})
@click.option("--url", envvar="GATEWAY_PUBLIC_URL", required=True)
@click.option("--watch", required=True, help="Where /readyz is, from inside.")
@click.option("--rate", type=click.FloatRange(0.1, 500), default=20.0, help="A second.")
@click.option("--seconds", type=click.IntRange(1, 600), default=60)
@click.option("--account", envvar="TWILIO_ACCOUNT_SID", callback=_twilio_is_set)
@click.option("--token", envvar="TWILIO_AUTH_TOKEN", required=True)
@click.option("--sender", envvar="TWILIO_SENDER", required=True)
def main(
    url: str,
    watch: str,
    rate: float,
    seconds: int,
    account: str,
    token: str,
    sender: str,
) -> None:
    """Text from made-up phones for a while; exit 1 when an SMS was not taken."""
    before = _state(watch)
    if before["carrier"] is None:
        click.echo("rehearsal: replies would reach the real carrier, and cost: set")
        click.echo("TWILIO_API_URL to a simulator first (docs/operating.md)")
        sys.exit(2)
    carrier = CarrierAccount(
        account, token.split(",")[0], sender, url.rstrip("/") + INBOUND_PATH
    )
    notes, lasted = _texted(carrier, int(rate * seconds), rate)
    most, left = _await_end(watch)
    _report(notes, lasted, most, left)
    sys.exit(any(note.acknowledged is None for note in notes) or left > 0)


def _texted(
    carrier: CarrierAccount, count: int, rate: float
) -> tuple[list[Note], float]:
    """Send it all; what came of each, and how long it took."""
    # Others than last time: a MessageSid that is known is not answered again.
    first = secrets.randbelow(MOST - count)
    members = [
        Stranger(item.kpj, item.phone, item.balance)
        for item in made_up(range(first, first + count))
    ]
    requests = [webhook(carrier, member) for member in members]
    notes = [Note(member.phone) for member in members]
    began = time.monotonic()
    asyncio.run(_send(carrier.webhook_url, requests, notes, rate))
    return notes, time.monotonic() - began


async def _send(
    url: str, requests: list[bytes], notes: list[Note], rate: float
) -> None:
    address = urlsplit(url)
    place = (address.hostname or "", address.port or _PORTS[address.scheme])
    tls = ssl.create_default_context() if address.scheme == "https" else None
    await Sender(place, requests, notes, tls).run(CONNECTIONS, rate)


def _await_end(watch: str) -> tuple[float, int]:
    """Wait until nobody waits: the longest wait that was seen, and what is left."""
    longest, until = 0.0, time.monotonic() + PATIENCE_SECONDS
    while True:
        state = _state(watch)
        left = int(state["unanswered"] + state["unsent"])
        longest = max(longest, float(state["oldest_unanswered_seconds"]))
        if not left or time.monotonic() > until:
            return longest, left
        time.sleep(0.5)


def _state(watch: str) -> dict[str, Any]:
    answer = urllib3.request("GET", watch.rstrip("/") + "/readyz", timeout=10)
    state: dict[str, Any] = answer.json()
    return state


def _report(notes: list[Note], lasted: float, longest: float, left: int) -> None:
    taken = [note for note in notes if note.acknowledged is not None]
    again = sum(max(0, note.tries - 1) for note in notes)
    click.echo(f"{len(taken)} of {len(notes)} SMS taken in {lasted:.0f} s")
    if waits := spread(moment for note in notes if (moment := note.waited) is not None):
        click.echo(
            f"acknowledged after {waits.p50:.0f} ms (half), {waits.p95:.0f} ms (95 of "
            f"100), {waits.most:.0f} ms (all)"
        )
    click.echo(f"{again} sent again, {left} still unanswered or unsent")
    click.echo(f"longest wait seen after the last SMS: {longest:.1f} s")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.rehearsal")
