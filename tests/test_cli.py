"""The command line: what a person at a terminal sees."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.embedded import MADE_UP_MEMBERS
from tests.test_config import GOOD


def gateway(
    *arguments: str, text: str | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        input=text,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"} | env,
        timeout=60,
        check=False,
    )


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return GOOD | {"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'cli.db'}"}


@pytest.fixture
def database(env: dict[str, str]) -> dict[str, str]:
    assert gateway("db", "upgrade", **env).returncode == 0
    return env


def test_parse_prints_one_json_object() -> None:
    done = gateway("parse", "tolong cek sldo 6100 0000 019")

    assert json.loads(done.stdout) == {
        "keyword": "saldo",
        "kpj": "61000000019",
        "language": "id",
        "rejection": None,
    }


def test_parse_reads_lines_and_keeps_their_order() -> None:
    lines = [{"body": "SALDO"}, {"body": "help"}, {"body": ""}, {"body": "x", "n": 1}]

    done = gateway("parse", "--jsonl", text="\n".join(map(json.dumps, lines)))

    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert [it["rejection"] for it in read] == [
        *("kpj_missing", None, "empty", "unknown_keyword"),
    ]
    assert read[1] | {} == {
        "keyword": "bantuan",
        "kpj": None,
        "language": "en",
        "rejection": None,
    }


@pytest.mark.parametrize("line", ["nothing", "[]", '{"text": "x"}', '{"body": 1}'])
def test_parse_names_the_line_that_is_none(line: str) -> None:
    done = gateway("parse", "--jsonl", text=f'{{"body": "SALDO"}}\n{line}\n')

    assert done.returncode == 1
    assert "line 2" in done.stderr
    assert "Traceback" not in done.stderr


def test_parse_needs_a_text_or_lines() -> None:
    assert gateway("parse").returncode == 2
    assert gateway("parse", "x", "--jsonl").returncode == 2


def test_replies_check_shows_every_variant_and_is_content() -> None:
    done = gateway("replies", "check")

    assert done.returncode == 0
    assert "balance id 1" in done.stdout
    assert "0 that cannot be sent as one SMS" in done.stdout


def test_replies_check_takes_the_brand_into_account() -> None:
    assert gateway("replies", "check", GATEWAY_BRAND="B" * 20).returncode == 0
    assert gateway("replies", "check", GATEWAY_BRAND="B" * 21).returncode == 1


@pytest.mark.parametrize("command", ["web", "worker", "schedule", "sweep", "purge"])
def test_without_settings_nothing_starts_and_all_are_named(command: str) -> None:
    done = gateway(command)

    assert done.returncode == 1
    for name in GOOD:
        assert name in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["web", "worker", "schedule", "sweep"])
def test_on_an_old_schema_nothing_starts(command: str, env: dict[str, str]) -> None:
    done = gateway(command, **env)

    assert done.returncode == 1
    assert "gateway db upgrade" in done.stderr


def test_members_are_imported(database: dict[str, str]) -> None:
    done = gateway("participants", "import", str(MADE_UP_MEMBERS), **database)

    assert done.returncode == 0
    assert "imported 74 members" in done.stdout


def test_a_broken_file_is_explained_and_changes_nothing(
    database: dict[str, str], tmp_path: Path
) -> None:
    rows = MADE_UP_MEMBERS.read_text().splitlines()
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join([*rows[:3], rows[3].replace("active", "?"), rows[1]]))

    done = gateway("participants", "import", str(broken), **database)

    assert done.returncode == 1
    assert "line 4: status is not valid" in done.stderr
    assert "line 5: kpj stands in line 2 already" in done.stderr
    assert "Traceback" not in done.stderr


def test_sweep_and_purge_say_what_they_did(database: dict[str, str]) -> None:
    assert "moved 0 messages" in gateway("sweep", **database).stdout
    assert "purged 0 rows" in gateway("purge", **database).stdout


def test_replay_of_nothing_is_refused(tmp_path: Path) -> None:
    done = gateway("replay", str(tmp_path))

    assert done.returncode == 1
    assert "no *.sms" in done.stderr
