"""The command `python -m benchmarks.national`.

It takes hours and tens of gigabytes at its full size, says beforehand how much of it
fits on the disk, and removes everything that it wrote but the figures.
"""

import shutil
import signal
import tempfile
from pathlib import Path

import click

from benchmarks import machine
from benchmarks.national import report
from benchmarks.national.copies import side_by_side
from benchmarks.national.filling import REAL
from benchmarks.national.measuring import measure
from benchmarks.national.report import Figures
from benchmarks.national.size import GB, Size, Weight, fitting
from benchmarks.national.stand import stand

# The copies' members have not texted while the sizes were measured.
_FIRST_OF_COPIES = REAL // 2
_COUNT = click.IntRange(REAL)
_FOLDER = click.Path(path_type=Path, file_okay=False)


class Sizes(click.ParamType):
    """Numbers such as 1e5, separated by commas; none is allowed."""

    name = "sizes"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> list[int]:
        """As whole numbers. Fails for what is none, or less than the real rows."""
        try:
            counts = [int(float(part)) for part in value.split(",") if part]
        except ValueError:
            self.fail(f"{value} is not a list of numbers", param, context)
        if any(count < REAL for count in counts):
            self.fail(f"{REAL:,} is the least", param, context)
        return counts


@click.command(context_settings={"show_default": True})
@click.option("--members", type=_COUNT, default=40_000_000)
@click.option("--messages", type=_COUNT, default=20_000_000)
@click.option("--sizes", type=Sizes(), default="1e5,1e6,1e7", help="Smaller ones.")
@click.option("--sizes-only", is_flag=True, help="Not the nation itself.")
@click.option("--copies/--no-copies", default=True, help="Two copies of the code.")
@click.option("--into", type=_FOLDER, help="For JSON and plots.")
def main(
    members: int,
    messages: int,
    sizes: list[int],
    sizes_only: bool,
    copies: bool,
    into: Path | None,
) -> None:
    """Fill PostgreSQL with a nation and measure whether everything stays as fast."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    wanted = [Size(count, count) for count in sizes]
    wanted += [] if sizes_only else [Size(members, messages)]
    click.echo(f"{REAL:,} members and messages are real (made up and sealed); the")
    click.echo("others are copies of their size with keyed hashes of nothing")
    with tempfile.TemporaryDirectory(prefix="national-") as folder:
        figures = Figures(machine.facts(Path(folder)))
        try:
            _run(wanted, Path(folder), copies, figures)
        finally:
            # Hours may have gone into the sizes before the one that failed.
            if figures.sizes:
                _tell(figures, into)


def _tell(figures: Figures, into: Path | None) -> None:
    for line in report.lines(figures):
        click.echo(line)
    if into is not None:
        report.write(into, figures)


def _run(wanted: list[Size], folder: Path, copies: bool, figures: Figures) -> None:
    weight = Weight()
    for size in wanted:
        fits = _as_much_as_fits(size, weight, folder)
        click.echo(f"filling: {fits}, about {weight.of(fits) / GB:.1f} GB")
        with stand(folder / "stand", fits) as filled:
            weight = filled.weight
            click.echo("measuring")
            figures.sizes.append(measure(filled, fits))
            if copies and size == wanted[-1]:
                figures.copies += side_by_side(filled, _FIRST_OF_COPIES)


def _as_much_as_fits(size: Size, weight: Weight, folder: Path) -> Size:
    free = shutil.disk_usage(folder).free
    fits = fitting(size, weight, free)
    if fits != size:
        click.echo(f"{size} do not fit into {free / GB:.0f} GB, less is filled")
    if min(fits.members, fits.messages) < REAL:
        msg = f"{free / GB:.0f} GB of disk are too little for anything"
        raise click.ClickException(msg)
    return fits


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.national")
