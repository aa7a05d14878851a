"""`gateway replay`: replay conversations, or record their replies."""

import sys
from pathlib import Path

import click

from gateway.replay import player

_PATH = click.Path(path_type=Path, exists=True)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@click.option("--url", help="A running gateway or simulator, instead of a new one.")
@click.option("--record", is_flag=True, help="Write the actual replies into the files.")
@click.option("--junit", type=click.Path(path_type=Path), help="Also write JUnit XML.")
def replay(
    paths: tuple[Path, ...], url: str | None, *, record: bool, junit: Path | None
) -> None:
    """Replay conversations (*.sms) and show what differs; exit 1 if anything does."""
    if record:
        player.record(paths, url, echo=click.echo)
        return
    report = player.run(paths, url, echo=click.echo)
    if junit is not None:
        junit.write_text(report.as_junit())
    sys.exit(0 if report.is_green else 1)
