"""`gateway up`: run a whole gateway with nothing to install or configure.

Web, worker, Valkey and the simulated carrier run as child processes, on SQLite.
"""

import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import urllib3

from gateway.bootstrap import open_database, utc_now
from gateway.config.settings import Settings, environment
from gateway.devserver.data_folder import CannotStart, DataFolder
from gateway.devserver.database import prepare_database
from gateway.devserver.environment import GENEROUS, HOST, addresses
from gateway.devserver.members import MADE_UP_MEMBERS
from gateway.devserver.supervisor import Child, Supervisor
from gateway.devserver.valkey import EmbeddedValkey
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import Role, new_password

FIRST_OPERATOR = "admin"
START_SECONDS = 30.0
_POLL_SECONDS = 0.05


def run(data_dir: Path, port: int, simulator_port: int) -> Iterator[str]:
    """Run until Ctrl-C or SIGTERM; yields one line when everything is ready.

    Raises CannotStart.
    """
    supervisor = Supervisor()
    supervisor.stop_on_signals()
    folder = DataFolder(data_dir)
    with folder.locked(), tempfile.TemporaryDirectory(prefix="gateway-") as sockets:
        valkey = EmbeddedValkey(Path(sockets), folder)
        for number in (port, simulator_port):
            _check_port(number)
        env = embedded_environment(folder, valkey.url, port, simulator_port)
        settings = Settings.from_env(env)
        prepare_database(settings)
        try:
            _start(supervisor, valkey, env, port, simulator_port)
            _await(supervisor, lambda: _answers(port) and _answers(simulator_port))
            if not supervisor.is_stopping:
                yield (
                    f"ready  gateway http://{HOST}:{port}  "
                    f"phone http://{HOST}:{simulator_port}"
                )
                yield from _first_operator(settings, port)
            supervisor.watch()
        finally:
            supervisor.stop()


def embedded_environment(
    folder: DataFolder, redis_url: str, port: int, simulator_port: int
) -> dict[str, str]:
    """The variables of the child processes.

    Limits that our own environment sets win over the generous ones, so that testers can
    reach them.
    """
    return (
        dict(GENEROUS)
        | environment()
        | folder.environment()
        | addresses(f"http://{HOST}:{port}", f"http://{HOST}:{simulator_port}")
        | {"GATEWAY_REDIS_URL": redis_url, "GATEWAY_DIRECTORY": "sql"}
    )


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            msg = f"port {port} cannot be used: {error.strerror}"
            raise CannotStart(msg) from error


def _start(
    supervisor: Supervisor,
    valkey: EmbeddedValkey,
    env: Mapping[str, str],
    port: int,
    simulator_port: int,
) -> None:
    supervisor.start(valkey.child(env))
    _await(supervisor, valkey.answers)
    commands = {
        "simulator": ("--port", str(simulator_port), "--members", str(MADE_UP_MEMBERS)),
        "worker": (),
        "web": ("--port", str(port)),
    }
    for name, options in commands.items():
        command = [sys.executable, "-m", "gateway", name, *options]
        supervisor.start(Child(name, command, env))


def _await(supervisor: Supervisor, is_ready: Callable[[], bool]) -> None:
    """Wait until `is_ready` or a signal stops us. Raises CannotStart."""
    deadline = time.monotonic() + START_SECONDS
    while not (supervisor.is_stopping or is_ready()):
        if dead := supervisor.first_dead():
            raise CannotStart(f"{dead} did not start, see its output")
        if time.monotonic() > deadline:
            raise CannotStart(f"not ready after {START_SECONDS:.0f} seconds")
        time.sleep(_POLL_SECONDS)


def _answers(port: int) -> bool:
    try:
        response = urllib3.request(
            "GET", f"http://{HOST}:{port}/healthz", retries=False
        )
    except urllib3.exceptions.HTTPError:
        return False
    return response.status == 200


def _first_operator(settings: Settings, port: int) -> Iterator[str]:
    """Create the first admin, once, and show the password."""
    operators = open_database(settings).operators
    if operators.list_all():
        return
    password = new_password()
    entry = AuditEntry(utc_now(), "gateway up")
    operators.add(FIRST_OPERATOR, Role.ADMIN, password, entry)
    yield (
        f"console http://{HOST}:{port}/console/  name {FIRST_OPERATOR}  "
        f"password {password}  (shown only now)"
    )
