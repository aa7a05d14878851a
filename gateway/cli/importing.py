"""`gateway participants import`: replace all members, with progress and faults."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click

from gateway.bootstrap import open_importer, utc_now
from gateway.cli.audit import audit_entry, by_officer
from gateway.cli.startup import checked_settings
from gateway.db.member_import.staging import Import
from gateway.directory.imports.csv_file import SHOWN_FAULTS, BadFile
from gateway.directory.imports.importer import Progress, Tell
from gateway.directory.imports.merge import Sources
from gateway.domain.calendar import day_of

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _as_of(_context: object, _option: object, given: datetime | None) -> date:
    """The given day, or today in Jakarta."""
    today = day_of(utc_now())
    if given and given.date() > today:
        msg = "this day is still to come"
        raise click.BadParameter(msg)
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
    help="Of what day the records are.",
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
    officer: str,
    reason: str | None,
) -> None:
    """Put the members in FILE in the place of all present ones.

    The rows of the other files have to stand in the order of FILE. With any fault in
    any of them nothing is changed.
    """
    entry = audit_entry(officer, reason)
    importer = open_importer(checked_settings())
    sources = Sources(file, contributions, claims)
    listed = errors or file.with_name(f"{file.name}.errors.txt")
    with _faults_listed(listed), _progress_shown(file) as tell:
        count = importer.run(sources, Import(entry.at, as_of), entry, tell)
    if errors is None:
        # It lists faults of an earlier attempt.
        listed.unlink(missing_ok=True)
    click.echo(f"imported {count} members")


@contextmanager
def _faults_listed(listed: Path) -> Iterator[None]:
    """List the faults in a file and show the first."""
    try:
        yield
    except BadFile as bad:
        for fault in bad.faults[:SHOWN_FAULTS]:
            click.echo(fault, err=True)
        where = _write_list(bad, listed)
        click.echo(f"gateway: nothing imported: {bad.count} faults, {where}", err=True)
        sys.exit(1)


def _write_list(bad: BadFile, listed: Path) -> str:
    """Write the faults to a file; the text says where they are."""
    try:
        listed.write_text("".join(f"{fault}\n" for fault in bad.faults))
    except OSError as error:
        return f"which cannot be listed in {listed}: {error.strerror}"
    return f"{len(bad.faults)} of them listed in {listed}"


@contextmanager
def _progress_shown(file: Path) -> Iterator[Tell]:
    """A bar with rate and time left, on a terminal."""
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

        def tell(progress: Progress) -> None:
            bar.update(progress.offset - bar.pos, progress.members)

        yield tell
