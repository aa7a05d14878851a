"""Whole installations of real processes, each in a folder of its own."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import members, tutorial
from benchmarks.programs import Environment, Programs, address, programs_in
from benchmarks.scale import Scale
from benchmarks.usage import child_named
from gateway.devserver.environment import SENDER, make_secrets
from gateway.simulator.account import INBOUND_PATH
from tests.support.processes import Postgres, Valkey, free_port

IMPORT_SECONDS = 600.0
# A real sender's rate would be all that is measured.
UNLIMITED = "100000"
# The server of `gateway web`, see gateway/cli/servers.py.
_SERVER = ("--interface", "wsgi", "--workers", "2", "--blocking-threads", "1")


@dataclass(frozen=True)
class Installation:
    """Where running programs are reached; `pids` are their first processes, by kind.

    One without a carrier answers in the webhook's own response. One that `takes_plain`
    knows nothing of Twilio's form and signature. `pending` is a folder that is empty
    when nothing is under way.
    """

    folder: Path
    env: Environment
    webhook_url: str
    pids: Mapping[str, Sequence[int]]
    carrier_url: str | None = None
    ready_url: str | None = None
    takes_plain: bool = False
    pending: Path | None = None


@contextmanager
def gateway(folder: Path, scale: Scale, *, embedded: bool) -> Iterator[Installation]:
    """The gateway with its carrier, on SQLite (`embedded`) or PostgreSQL."""
    with (
        Valkey(folder) as valkey,
        _database(folder, embedded=embedded) as (database_url, database_pids),
        programs_in(folder) as programs,
    ):
        web_port, carrier_port = free_port(), free_port()
        env = environment(folder) | {
            "GATEWAY_DATABASE_URL": database_url,
            "GATEWAY_REDIS_URL": valkey.url,
            "GATEWAY_PUBLIC_URL": address(web_port),
            "TWILIO_API_URL": address(carrier_port),
        }
        prepare(programs, folder, env, scale)
        pids = {
            "carrier": [start_carrier(programs, env, carrier_port, scale)],
            "worker": start_workers(programs, env, scale.workers),
            "web": [start_web(programs, env, web_port)],
            "database": database_pids,
            "valkey": [child_named(os.getpid(), "valkey-server")],
        }
        yield Installation(
            folder,
            env,
            address(web_port) + INBOUND_PATH,
            pids,
            address(carrier_port),
            f"{address(web_port)}/readyz",
        )


@contextmanager
def tutorial_app(folder: Path, scale: Scale) -> Iterator[Installation]:
    """The tutorial's app on the server of `gateway web`."""
    database, port = folder / "tutorial.db", free_port()
    tutorial.fill(database, scale.members)
    env = environment(folder) | {tutorial.DATABASE_VARIABLE: str(database)}
    options = (*_SERVER, "--no-ws", "--no-log", "--port", str(port))
    url = address(port) + tutorial.PATH
    with programs_in(folder) as programs:
        app = f"{tutorial.__name__}:app"
        web = programs.start("web", env, "granian", *options, app)
        programs.await_answer(url)
        yield Installation(folder, env, url, {"web": [web]})


@contextmanager
def carrier_alone(folder: Path) -> Iterator[Installation]:
    """Only the carrier, to learn what it and the load generator can do."""
    env, port = environment(folder), free_port()
    with programs_in(folder) as programs:
        carrier = programs.start_carrier(env, port)
        yield Installation(folder, env, f"{address(port)}/", {"carrier": [carrier]})


@contextmanager
def _database(folder: Path, *, embedded: bool) -> Iterator[tuple[str, list[int]]]:
    """A database's address and its processes, if it has any of its own."""
    if embedded:
        yield f"sqlite:///{folder / 'gateway.db'}", []
        return
    with Postgres(durable=True) as postgres:
        yield postgres.new_database(), [child_named(os.getpid(), "postgres")]


def environment(folder: Path) -> dict[str, str]:
    """What every installation has; the secrets are its own."""
    metrics = folder / "metrics"
    metrics.mkdir()
    return (
        dict(os.environ)
        | make_secrets()
        | {
            "GATEWAY_SPOOL_DIR": str(folder / "spool"),
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
            "TWILIO_SENDER": SENDER,
            "TWILIO_SEND_RATE": UNLIMITED,
        }
    )


def prepare(programs: Programs, folder: Path, env: Environment, scale: Scale) -> None:
    """Make the schema and bring the members in, with an operator's commands."""
    file = folder / "members.csv"
    members.write_csv(file, scale.members)
    for command in (("db", "upgrade"), ("participants", "import", str(file))):
        programs.run("prepare", env, "gateway", *command, seconds=IMPORT_SECONDS)


def start_carrier(programs: Programs, env: Environment, port: int, scale: Scale) -> int:
    """As fast or slow as this scale wants it; its first process."""
    latency = ("--latency-ms", str(scale.latency_ms))
    return programs.start_carrier(env, port, *latency)


def start_workers(programs: Programs, env: Environment, count: int) -> list[int]:
    """So many, and their first processes."""
    names = [f"worker-{number}" for number in range(1, count + 1)]
    return [programs.start(name, env, "gateway", "worker") for name in names]


def start_web(
    programs: Programs, env: Environment, port: int, name: str = "web"
) -> int:
    """Wait until it answers; its first process."""
    pid = programs.start(name, env, "gateway", "web", "--port", str(port))
    programs.await_answer(f"{address(port)}/healthz")
    return pid
