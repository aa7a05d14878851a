"""`gateway participants import`: replace all members, with progress and faults."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click

from gateway.bootstrap import open_importer, utc_now
from gateway.cli.audit import by_officer
from gateway.cli.failure import Failure
from gateway.cli.startup import checked_settings
from gateway.db.member_import.staging import Import
from gateway.directory.imports.csv_file import SHOWN_FAULTS, BadFile
from gateway.directory.imports.importer import Progress, ShowProgress
from gateway.directory.imports.merge import Sources
from gateway.domain.audit import AuditEntry
from gateway.domain.calendar import day_of

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _as_of(_context: object, _option: object, given: datetime | None) -> date:
    """The given day, or today in Jakarta."""
    today = day_of(utc_now())
    if given and given.date() > today:
        raise click.BadParameter("this day is in the future")
    return given.date() if given else today


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--contributions", type=_FILE, help="Their latest contributions.")
@click.option("--claims", type=_FILE, help="Their claims.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_as_of,
    show_default="today in Jakarta",
    help="The day that the records describe.",
)
@click.option(
    "--errors",
    type=click.Path(path_type=Path, dir_okay=False),
    show_default="FILE.errors.txt",
    help="Where faults are listed.",
)
@by_officer
def import_participants(
    file: Path,
    contributions: Path | None,
    claims: Path | None,
    as_of: date,
    errors: Path | None,
    entry: AuditEntry,
) -> None:
    """Replace all present members by those in FILE.

    The rows of the other files must be in the order of FILE. A fault in any file leaves
    everything unchanged.
    """
    importer = open_importer(checked_settings())
    sources = Sources(file, contributions, claims)
    listed = errors or file.with_name(f"{file.name}.errors.txt")
    with _faults_listed(listed), _progress_shown(file) as show:
        count = importer.run(sources, Import(entry.at, as_of), entry, show)
    if errors is None:
        # A list from an earlier attempt is out of date.
        listed.unlink(missing_ok=True)
    click.echo(f"imported {count} members")


@contextmanager
def _faults_listed(listed: Path) -> Iterator[None]:
    """On BadFile list all faults in a file, show the first ones, and exit."""
    try:
        yield
    except BadFile as bad:
        for fault in bad.faults[:SHOWN_FAULTS]:
            click.echo(fault, err=True)
        where = _write_list(bad, listed)
        raise Failure(f"nothing imported: {bad.count} faults, {where}") from bad


def _write_list(bad: BadFile, listed: Path) -> str:
    """Write the faults to a file, and say where they are listed."""
    try:
        listed.write_text("".join(f"{fault}\n" for fault in bad.faults))
    except OSError as error:
        return f"which cannot be listed in {listed}: {error.strerror}"
    return f"{len(bad.faults)} of them listed in {listed}"


@contextmanager
def _progress_shown(file: Path) -> Iterator[ShowProgress]:
    """Show a progress bar with rate and time left, on a terminal."""
    began = time.monotonic()

    def rate(members: int | None) -> str:
        seconds = max(time.monotonic() - began, 0.001)
        return f"{members} members, {members / seconds:.0f}/s" if members else ""

    with click.progressbar(
        length=file.stat().st_size,
        label="importing",
        item_show_func=rate,
        file=sys.stderr,
    ) as bar:

        def show(progress: Progress) -> None:
            bar.update(progress.offset - bar.pos, progress.members)

        yield show
