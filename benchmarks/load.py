"""The load generator, a process of its own: `python -m benchmarks.load`.

It makes all webhooks, says READY, waits for a line on standard input, sends
them, and writes its notes to a file.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import click

from benchmarks.members import made_up
from benchmarks.sending import Note, Sender
from benchmarks.webhooks import plain_webhook, webhook
from gateway.simulator.account import CarrierAccount

READY = "ready"


@click.command()
@click.option("--url", required=True, help="The webhook.")
@click.option("--first", type=int, required=True, help="Number of the first member.")
@click.option("--messages", type=int, required=True)
@click.option("--connections", type=int, required=True)
@click.option("--rate", type=float, help="Per second; without it a burst.")
@click.option("--plain", is_flag=True, help="Without signature, in the address.")
@click.option("--notes", "path", type=click.Path(path_type=Path), required=True)
@click.option("--account", envvar="TWILIO_ACCOUNT_SID", required=True)
@click.option("--token", envvar="TWILIO_AUTH_TOKEN", required=True)
@click.option("--sender", envvar="TWILIO_SENDER", required=True)
def main(
    url: str,
    first: int,
    messages: int,
    connections: int,
    rate: float | None,
    plain: bool,
    path: Path,
    account: str,
    token: str,
    sender: str,
) -> None:
    """Send one webhook for each of some members."""
    members = list(made_up(range(first, first + messages)))
    carrier = CarrierAccount(account, token, sender, url)
    make = plain_webhook if plain else webhook
    requests = [make(carrier, member) for member in members]
    notes = [Note(member.phone) for member in members]
    # What lives until the end anyway need not be looked through while it matters.
    gc.freeze()
    click.echo(READY)
    if not sys.stdin.readline():
        return  # whoever wanted to know is gone
    before = time.process_time()
    asyncio.run(_send(url, requests, notes, connections, rate))
    spent = time.process_time() - before
    written = {"cpu_seconds": spent, "notes": [asdict(note) for note in notes]}
    path.write_text(json.dumps(written))


async def _send(
    url: str,
    requests: Sequence[bytes],
    notes: Sequence[Note],
    connections: int,
    rate: float | None,
) -> None:
    address = urlsplit(url)
    sender = Sender((address.hostname or "", address.port or 80), requests, notes)
    await sender.run(connections, rate)


if __name__ == "__main__":
    main()
