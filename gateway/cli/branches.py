"""`gateway branches`: import the agency's list of branches, or show the present one."""

from pathlib import Path

import click

from gateway.bootstrap import open_database
from gateway.cli.audit import by_officer
from gateway.cli.failure import Failure
from gateway.cli.startup import checked_settings
from gateway.domain.audit import AuditEntry
from gateway.parsers.places import TOWNS
from gateway.reference_data.branch_list import BadBranches, our_list, read_branches


@click.group()
def branches() -> None:
    """The agency's branches, of which KANTOR tells the addresses."""


_FILE = click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)


@branches.command()
@_FILE
def check(file: Path) -> None:
    """Only look for faults in FILE; needs no settings and no database."""
    _checked(file)
    click.echo("no faults; nothing was changed")


@branches.command("import")
@_FILE
@by_officer
def import_branches(file: Path, entry: AuditEntry) -> None:
    """Replace all branches by those in FILE.

    A fault leaves everything unchanged. docs/branches.md describes the columns.
    """
    content = _checked(file)
    if open_database(checked_settings()).branch_lists.add(content, entry):
        click.echo("imported; in force everywhere within half a minute")
    else:
        click.echo("this list is in force already; nothing was changed")


@branches.command()
def show() -> None:
    """Print the list in force, as it was imported."""
    newest = open_database(checked_settings()).branch_lists.newest()
    click.echo(newest.content if newest else our_list(), nl=False)


def _checked(file: Path) -> str:
    """The text of a list without a fault; says what it holds."""
    try:
        content = file.read_text(encoding="utf-8-sig")
        found = read_branches(content)
    except UnicodeDecodeError as error:
        raise Failure(f"{file}: is not UTF-8; save it as CSV UTF-8") from error
    except BadBranches as bad:
        for fault in bad.faults:
            click.echo(f"{file.name} {fault}", err=True)
        raise Failure(f"nothing changed; faults: {len(bad.faults)}") from bad
    served = {town for branch in found for town in branch.towns}
    click.echo(
        f"{len(found)} branches serve {len(served)} of {len(TOWNS)} towns; "
        "elsewhere members are told to call"
    )
    return content
