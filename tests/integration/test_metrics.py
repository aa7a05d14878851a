"""Counters: there from the start, and in the way of nothing that is counted."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import urllib3

from gateway.telemetry import metrics
from tests.support.processes import free_port
from tests.system.faults.databases import migrated
from tests.system.faults.disks import full_disk
from tests.system.faults.fleet import ROOT, GatewayProgram
from tests.unit.config.test_settings import GOOD

INBOUND = "/sms/twilio/inbound"
_LABELS = re.compile(r"metrics\.errors\.labels\(([^)]*)\)")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Settings of an installation whose processes count together."""
    (tmp_path / "metrics").mkdir()
    return {
        **GOOD,
        "GATEWAY_DATABASE_URL": migrated(f"sqlite:///{tmp_path / 'gateway.db'}"),
        "GATEWAY_SPOOL_DIR": str(tmp_path / "spool"),
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
        "PATH": "/usr/bin:/bin",
    }


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    with full_disk(tmp_path / "full") as folder:
        yield folder


class Web:
    """A web server that can be asked."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        port = free_port()
        command = ["web", "--port", str(port)]
        self.program = GatewayProgram(
            folder, env, "web", command, port, in_a_hurry=False
        )
        self._url = f"http://127.0.0.1:{port}"

    def post(self) -> int:
        return urllib3.request("POST", self._url + INBOUND).status

    def metrics(self) -> str:
        answer = urllib3.request("GET", self._url + "/metrics")
        assert answer.status == 200
        return answer.data.decode()


@pytest.fixture
def web(tmp_path: Path, env: Mapping[str, str]) -> Iterator[Web]:
    web = Web(tmp_path, env)
    with web.program:
        yield web


def test_what_never_happened_is_counted_as_zero(web: Web) -> None:
    """Field report 3: the first event of a kind is seen as a growth from 0 to 1."""
    reported = web.metrics()

    for series in (
        'gateway_received_total{channel="twilio"}',
        'gateway_spooled_total{channel="twilio"}',
        'gateway_refused_total{channel="twilio",why="403"}',
        'gateway_webhook_failures_total{channel="twilio",why="503"}',
        'gateway_errors_total{where="configuration"}',
        'gateway_errors_total{where="dead_letter"}',
        'gateway_closed_total{status="expired"}',
        'gateway_alarms_total{kind="many_refusals"}',
        'gateway_answer_seconds_count{channel="twilio"}',
    ):
        assert f"{series} 0.0" in reported


def test_every_place_of_an_error_is_known_from_the_start() -> None:
    """Field report 3: no label of this counter is made up where it is counted."""
    places = [
        place
        for file in (ROOT / "gateway").rglob("*.py")
        for place in _LABELS.findall(file.read_text())
    ]

    known = {f"metrics.Where.{item.name}" for item in metrics.Where}
    assert set(places) == known


def test_a_folder_that_is_removed_fails_no_webhook(
    web: Web, env: Mapping[str, str]
) -> None:
    """Field report 14: SMS that were stored are not answered with 500."""
    assert web.post() == 403
    shutil.rmtree(env["PROMETHEUS_MULTIPROC_DIR"])

    assert [web.post() for _ in range(4)] == [403] * 4
    assert "gateway_unanswered 0.0" in web.metrics()


def test_commands_need_no_room_for_metrics(env: Mapping[str, str], full: Path) -> None:
    """Field report 14: no command ends by SIGBUS on a full disk."""
    for command in (["db", "upgrade"], ["parse", "saldo 61000000019"]):
        done = run(command, env | {"PROMETHEUS_MULTIPROC_DIR": str(full)})

        assert done.returncode == 0, (command, done.stderr)


def test_doctor_needs_no_room_for_metrics(env: Mapping[str, str], full: Path) -> None:
    """Field report 14: doctor says what is wrong, whatever the disk."""
    done = run(["doctor"], env | {"PROMETHEUS_MULTIPROC_DIR": str(full)})

    assert done.returncode == 1
    assert "failed, " in done.stdout


def test_commands_leave_no_files_among_the_metrics(env: Mapping[str, str]) -> None:
    """Field report 27: only servers count for others."""
    run(["parse", "saldo 61000000019"], env)

    assert list(Path(env["PROMETHEUS_MULTIPROC_DIR"]).iterdir()) == []


def test_a_server_on_a_full_disk_counts_for_itself(
    tmp_path: Path, env: Mapping[str, str], full: Path
) -> None:
    """Field report 14: it starts, and answers."""
    web = Web(tmp_path, env | {"PROMETHEUS_MULTIPROC_DIR": str(full)})

    with web.program:
        assert web.post() == 403
        assert "gateway_unanswered 0.0" in web.metrics()
        assert not web.program.has_died()


def test_damaged_files_keep_no_server_from_starting(
    tmp_path: Path, env: Mapping[str, str]
) -> None:
    """Field report 14: whatever lies in the folder."""
    folder = Path(env["PROMETHEUS_MULTIPROC_DIR"])
    for number in range(4):
        (folder / f"counter_{number}.db").write_bytes(b"\x7f" * 100)
    web = Web(tmp_path, env)

    with web.program:
        assert web.post() == 403
        assert 'gateway_refused_total{channel="twilio",why="403"} 1.0' in web.metrics()


def test_files_of_ended_processes_are_used_again(
    tmp_path: Path, env: Mapping[str, str]
) -> None:
    """Field report 27: a start leaves no file for good, and no count is lost."""
    web = Web(tmp_path, env)
    files = set()
    for _ in range(3):
        with web.program:
            web.post()
            reported = web.metrics()
            files |= set(Path(env["PROMETHEUS_MULTIPROC_DIR"]).glob("*.db"))

    # At most two processes at once, counters and a histogram each.
    assert len(files) <= 4
    assert 'gateway_refused_total{channel="twilio",why="403"} 3.0' in reported


def test_all_series_take_less_room_than_a_file_has(
    web: Web, env: Mapping[str, str]
) -> None:
    """Field report 14: the library grows a file without asking for room."""
    folder = Path(env["PROMETHEUS_MULTIPROC_DIR"])
    used = {
        file.name: int.from_bytes(file.read_bytes()[:4], sys.byteorder)
        for file in folder.glob("*.db")
    }

    assert max(used.values()) < metrics.FILE_BYTES / 4
    assert {file.stat().st_size for file in folder.glob("*.db")} == {metrics.FILE_BYTES}


def run(command: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", *command],
        cwd=ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
