"""The command `python -m benchmarks`.

It exits with 1 when a member heard nothing, heard twice or heard something else than
the balance, and with 2 when it could not measure; a missed target is a figure like any
other.
"""

import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from benchmarks import report
from benchmarks.members import MOST
from benchmarks.programs import ProgramFailed
from benchmarks.run import NAMES, Run, run
from benchmarks.scale import Scale

QUICK_MESSAGES, QUICK_SECONDS = 1_000, 5.0
_COUNT = click.IntRange(1, MOST // 2)
_POSITIVE = click.FloatRange(0, min_open=True)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(context_settings={"show_default": True})
@click.option("--messages", type=_COUNT, default=20_000, help="In the burst.")
@click.option("--connections", type=click.IntRange(1, 256), default=16)
@click.option("--rate", type=_POSITIVE, default=50.0, help="Steady, per second.")
@click.option("--seconds", type=_POSITIVE, default=30.0, help="Steady, for so long.")
@click.option("--workers", type=click.IntRange(1, 16), default=1)
@click.option("--latency-ms", type=click.FloatRange(0), default=0.0, help="Carrier's.")
@click.option("--only", type=click.Choice(NAMES), multiple=True, help="Repeatable.")
@click.option("--json", "path", type=_FILE, help="Write all figures to a file.")
@click.option("--quick", is_flag=True, help="1,000 messages and 5 seconds.")
def main(
    messages: int,
    connections: int,
    rate: float,
    seconds: float,
    workers: int,
    latency_ms: float,
    only: tuple[str, ...],
    path: Path | None,
    quick: bool,
) -> None:
    """Measure how fast the gateway answers, next to what a tutorial teaches."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    if quick:
        messages, seconds = QUICK_MESSAGES, QUICK_SECONDS
    scale = Scale(messages, connections, rate, seconds, workers, latency_ms)
    names = [name for name in NAMES if name in (only or NAMES)]
    with _folder() as folder:
        done = _run(scale, names, folder)
        for line in report.lines(done):
            click.echo(line)
        if path is not None:
            path.write_text(json.dumps(report.as_json(done), indent=2) + "\n")
        if not done.is_right:
            sys.exit(1)


def _run(scale: Scale, names: list[str], folder: Path) -> Run:
    try:
        return run(scale, names, folder, lambda item: click.echo(item, err=True))
    except ProgramFailed as error:
        click.echo(f"benchmarks: {error}", err=True)
        sys.exit(2)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for data and logs, which stays when something went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="benchmarks-"))
    has_failed = False
    try:
        yield folder
    except (Exception, SystemExit):
        has_failed = True
        raise
    finally:
        if has_failed:
            click.echo(f"logs and notes are kept in {folder}", err=True)
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
