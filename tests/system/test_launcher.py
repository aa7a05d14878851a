"""`gateway up`: everything starts, works, survives, and leaves nothing behind."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3

from gateway.devserver.data_folder import DataFolder
from gateway.devserver.launcher import embedded_environment
from tests.support.fakes import BALANCE_TEXT, PHONE
from tests.support.processes import free_port, wait_until

FROM_CHECKOUT = (sys.executable, "-m", "gateway")


def command(
    data_dir: Path,
    port: int,
    simulator_port: int,
    program: Sequence[str] = FROM_CHECKOUT,
) -> list[str]:
    options = ["--data-dir", str(data_dir), "--port", str(port)]
    options += ["--simulator-port", str(simulator_port)]
    return [*program, "up", *options]


@dataclass
class Running:
    """A gateway that `gateway up` runs."""

    process: subprocess.Popen[str]
    data_dir: Path
    port: int
    simulator_port: int
    output: Path

    def children(self) -> dict[str, int]:
        """The ids of the processes that it started, by name."""
        found = {}
        for pid in descendants(self.process.pid):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            if "gateway" in line:
                found.setdefault(line[line.index("gateway") + 1], pid)
            elif "valkey-server" in line[0]:
                found["valkey"] = pid
        return found

    def text(self, body: str, phone: str = PHONE) -> str:
        url = f"http://127.0.0.1:{self.simulator_port}/simulator/inbound"
        answer = urllib3.request("POST", url, json={"from": phone, "body": body})
        assert answer.status == 200, answer.data
        return str(answer.json()["sid"])

    def received(self, phone: str = PHONE) -> list[dict[str, Any]]:
        url = f"http://127.0.0.1:{self.simulator_port}/simulator/messages"
        answer = urllib3.request("GET", url, fields={"to": phone})
        messages: list[dict[str, Any]] = answer.json()
        return messages

    def ready(self) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/readyz"
        report: dict[str, Any] = urllib3.request("GET", url).json()
        return report


def descendants(pid: int) -> list[int]:
    """The process and all below it that still run."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found += (below := parents.get(waiting.pop(), []))
        waiting += below
    return found


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Running]:
    """A gateway for one test, which may stop it."""
    with running(tmp_path / "var", tmp_path) as up:
        yield up


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gateway for many tests: to start one takes seconds."""
    folder = tmp_path_factory.mktemp("shared")
    with running(folder / "var", folder) as shared:
        yield shared


@contextmanager
def running(
    data_dir: Path,
    folder: Path,
    program: Sequence[str] = FROM_CHECKOUT,
    **options: Any,
) -> Iterator[Running]:
    """Run it until the end of the block."""
    port, simulator_port = free_port(), free_port()
    output = folder / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            command(data_dir, port, simulator_port, program),
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )
    up = Running(process, data_dir, port, simulator_port, output)
    try:
        wait_until(
            lambda: (
                "\nready " in f"\n{output.read_text()}" or process.poll() is not None
            ),
            "ready",
        )
        assert process.poll() is None, output.read_text()
        yield up
    finally:
        up.process.send_signal(signal.SIGINT)
        up.process.wait(15)


def fails(*arguments: object) -> str:
    done = subprocess.run(
        command(*arguments),  # type: ignore[arg-type]
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_balance_is_asked_told_and_delivered(shared: Running) -> None:
    shared.text("saldo 6100 0000 019")
    wait_until(shared.received, "the reply")
    wait_until(lambda: shared.received()[0]["status"] == "delivered", "the delivery")

    [sms] = shared.received()
    assert (sms["body"], sms["segments"]) == (BALANCE_TEXT, 1)


def test_ready_names_both_addresses_and_secrets_are_private(shared: Running) -> None:
    [line] = [
        item
        for item in shared.output.read_text().splitlines()
        if item.startswith("ready")
    ]

    assert f"http://127.0.0.1:{shared.port}" in line
    assert f"http://127.0.0.1:{shared.simulator_port}" in line
    secrets = shared.data_dir / "secrets.json"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    for secret in json.loads(secrets.read_text()).values():
        assert secret not in shared.output.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_no_process_behind(up: Running, number: int) -> None:
    before = descendants(up.process.pid)
    assert len(before) >= 5

    up.process.send_signal(number)

    assert up.process.wait(10) == 0
    assert not [pid for pid in before if Path(f"/proc/{pid}").exists()]


def test_a_killed_worker_is_restarted_and_answers_everybody_once(
    shared: Running,
) -> None:
    phones = [f"+6281100{number:05}" for number in range(900, 920)]
    for phone in phones[:10]:
        shared.text("BANTUAN", phone)
    os.kill(shared.children()["worker"], signal.SIGKILL)
    for phone in phones[10:]:
        shared.text("BANTUAN", phone)

    wait_until(lambda: all(map(shared.received, phones)), "all replies", seconds=60)
    wait_until(lambda: not shared.ready()["unsent"], "the end of doubts", seconds=60)
    assert [len(shared.received(phone)) for phone in phones] == [1] * len(phones)
    assert "child died, restarting" in shared.output.read_text()


@pytest.mark.parametrize("name", ["web", "simulator", "valkey"])
def test_every_child_that_dies_is_started_again(shared: Running, name: str) -> None:
    killed = shared.children()[name]
    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: shared.children().get(name, killed) != killed, f"a new {name}")


def test_a_killed_supervisor_takes_its_children_along(up: Running) -> None:
    children = descendants(up.process.pid)

    up.process.kill()
    up.process.wait()

    wait_until(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in children),
        "the end of all children",
    )


def test_a_second_start_finds_its_data_again(up: Running, tmp_path: Path) -> None:
    secrets = (up.data_dir / "secrets.json").read_text()
    up.text("STOP", "+628110000950")
    wait_until(lambda: up.received("+628110000950"), "the goodbye")
    up.process.send_signal(signal.SIGINT)
    up.process.wait(15)

    with (tmp_path / "again").open("w") as file:
        up.process = subprocess.Popen(
            command(up.data_dir, up.port, up.simulator_port), stdout=file, text=True
        )
    wait_until(lambda: "ready " in (tmp_path / "again").read_text(), "ready again")
    up.text("BANTUAN", "+628110000950")
    up.text("BANTUAN", "+628110000951")
    wait_until(lambda: up.received("+628110000951"), "a reply to somebody else")

    assert (up.data_dir / "secrets.json").read_text() == secrets
    assert up.received("+628110000950") == []


def test_a_second_gateway_on_the_same_folder_does_not_start(shared: Running) -> None:
    output = fails(shared.data_dir, free_port(), free_port())

    assert "another gateway is running on the data folder" in output


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        assert f"port {port}" in fails(tmp_path / "a", port, free_port())
        assert f"port {port}" in fails(tmp_path / "b", free_port(), port)


def test_what_it_writes_is_ours_alone_also_in_a_folder_that_others_may_read(
    tmp_path: Path,
) -> None:
    """Field report 27: a data folder of 0755 has a database of 0600."""
    data_dir = tmp_path / "var"
    data_dir.mkdir(mode=0o755)
    old = data_dir / "gateway.db"
    old.touch(mode=0o644)

    with running(data_dir, tmp_path) as up:
        up.text("saldo 6100 0000 019")
        wait_until(up.received, "the reply")
        for_others = [
            path.name
            for path in data_dir.iterdir()
            if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        ]

    assert for_others == []
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o755


def test_a_temporary_folder_that_is_too_long_for_a_socket_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Field report 27: not "valkey did not start, see its output"."""
    (long := tmp_path / ("x" * 100)).mkdir()
    monkeypatch.setenv("TMPDIR", str(long))

    assert "TMPDIR" in fails(tmp_path / "var", free_port(), free_port())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert "cannot write" in fails(tmp_path / "file" / "var", free_port(), free_port())


def test_a_limit_that_is_set_in_the_environment_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_LIMIT_REFUSALS", "3")

    env = embedded_environment(DataFolder(tmp_path), "unix://none", 8000, 8001)

    assert env["GATEWAY_LIMIT_REFUSALS"] == "3"
    assert env["GATEWAY_LIMIT_REPLIES"] == "100000"
