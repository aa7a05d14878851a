"""`gateway branches`: an imported list is in force, a broken one changes nothing."""

from pathlib import Path

import pytest

from gateway.reference_data.branch_list import our_list
from tests.integration.cli.test_cli import database, entries, env, gateway

__all__ = ["database", "env"]
EXAMPLE = Path(__file__).parents[3] / "docs" / "branches.example.csv"


def shown(env: dict[str, str]) -> str:
    return gateway("branches", "show", **env).stdout


def test_until_a_list_is_imported_ours_is_in_force(database: dict[str, str]) -> None:
    assert shown(database) == our_list()


def test_the_example_is_imported_and_goes_on_record(database: dict[str, str]) -> None:
    done = gateway("branches", "import", str(EXAMPLE), "--officer=anna", **database)

    assert done.exit_code == 0, done.stderr
    assert "4 branches serve 3 of 488 towns" in done.stdout
    assert shown(database) == EXAMPLE.read_text()
    assert "anna  import branches  list 1" in entries(database)[0]


def test_an_import_again_changes_nothing(database: dict[str, str]) -> None:
    gateway("branches", "import", str(EXAMPLE), **database)

    again = gateway("branches", "import", str(EXAMPLE), **database)

    assert again.exit_code == 0
    assert "in force already" in again.stdout
    assert len(entries(database)) == 1


def test_a_check_needs_no_settings_and_changes_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text(EXAMPLE.read_text().replace("Batu,", "Batuu,"))

    good, bad = (gateway("branches", "check", str(file)) for file in (EXAMPLE, broken))

    assert good.exit_code == 0, good.stderr
    assert "no faults" in good.stdout
    assert bad.exit_code == 1
    assert 'broken.csv line 2: towns has "Batuu"' in bad.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"branch,address,towns\nMalang,,Malng\n", "nothing changed; faults: 2"),
        ("branch,address,towns\nM\u00e4lang,x,Malang".encode("latin-1"), "not UTF-8"),
    ],
    ids=["faults", "not UTF-8"],
)
def test_a_broken_file_is_explained_and_changes_nothing(
    database: dict[str, str], tmp_path: Path, content: bytes, told: str
) -> None:
    gateway("branches", "import", str(EXAMPLE), **database)
    broken = tmp_path / "broken.csv"
    broken.write_bytes(content)

    done = gateway("branches", "import", str(broken), **database)

    assert done.exit_code == 1
    assert told in done.stderr
    assert shown(database) == EXAMPLE.read_text()


def test_the_doctor_warns_until_the_agency_has_given_its_list(
    database: dict[str, str],
) -> None:
    before = gateway("doctor", **database).stdout
    gateway("branches", "import", str(EXAMPLE), **database)
    after = gateway("doctor", **database).stdout

    assert "warn  branches     none imported" in before
    assert "ok    branches     list 1 is in force" in after
