"""A database server for the measurement, and gateways on a database of it."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from benchmarks.installation import (
    IMPORT_SECONDS,
    Installation,
    environment,
    start_web,
    start_workers,
)
from benchmarks.members import write_csv
from benchmarks.national.filling import REAL, fill
from benchmarks.national.size import Size, Weight
from benchmarks.programs import Programs, address, programs_in
from benchmarks.usage import child_named
from gateway.bootstrap import utc_now
from gateway.config.settings import Settings
from gateway.db.core.engine import open_engine
from gateway.security.cipher import Cipher
from gateway.simulator.account import INBOUND_PATH
from tests.support.processes import Postgres, Valkey, free_port

# While it is filled nothing has to survive a crash; afterwards everything has to.
_FILLING = {
    "fsync": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "max_wal_size": "4GB",
    "autovacuum": "off",
}
# What a server of this kind is set to, see deploy/postgresql/sms-gateway.conf.
_MEASURED = {
    "fsync": "on",
    "wal_level": "replica",
    "autovacuum": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
}
# A server of this size is given memory; the usual 128 MB would measure its smallness.
_SHARED_BUFFERS = "2GB"


@dataclass(frozen=True)
class Stand:
    """A filled database, and the environment of gateways on it."""

    folder: Path
    env: Mapping[str, str]
    weight: Weight

    @property
    def settings(self) -> Settings:
        """What a gateway in this process is built from."""
        return Settings.from_env(self.env)

    @property
    def cipher(self) -> Cipher:
        """What opens the real rows."""
        return Cipher(self.settings.data_keys, self.settings.secret_key)

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Connections to the database."""
        engine = open_engine(self.env["GATEWAY_DATABASE_URL"])
        yield engine
        engine.dispose()


@contextmanager
def stand(folder: Path, size: Size) -> Iterator[Stand]:
    """A server of its own, so that nothing of another size is left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with Postgres(durable=True) as postgres, Valkey(folder) as valkey:
        postgres.tune(shared_buffers=_SHARED_BUFFERS, **_FILLING)
        env = environment(folder) | {
            "GATEWAY_DATABASE_URL": postgres.new_database(),
            "GATEWAY_REDIS_URL": valkey.url,
            "GATEWAY_PUBLIC_URL": address(free_port()),
            "TWILIO_API_URL": address(free_port()),
        }
        _import_real_members(folder, env)
        filled = Stand(folder, env, Weight())
        with filled.engine() as engine:
            weight = fill(engine, filled.cipher, size, utc_now())
        postgres.tune(**_MEASURED)
        os.sync()
        _warm(filled)
        yield Stand(folder, env, weight)


@contextmanager
def running(
    stand: Stand, workers: int = 1, latency_ms: float = 0.0
) -> Iterator[Installation]:
    """Web, workers and carrier on the filled database."""
    with programs_in(stand.folder) as programs:
        port = make_url(stand.env["GATEWAY_PUBLIC_URL"]).port or 0
        carrier = start_carrier(programs, stand, latency_ms)
        pids = {
            "carrier": [carrier],
            "worker": start_workers(programs, stand.env, workers),
            "web": [start_web(programs, stand.env, port)],
            **server_pids(),
        }
        yield installation_at(stand, port, stand.env, pids)


def start_carrier(programs: Programs, stand: Stand, latency_ms: float) -> int:
    """Where the environment says that it is; its process id."""
    port = make_url(stand.env["TWILIO_API_URL"]).port or 0
    latency = ("--latency-ms", str(latency_ms))
    return programs.start_carrier(stand.env, port, *latency)


def server_pids() -> Mapping[str, list[int]]:
    """The servers that all gateways share."""
    return {
        "database": [child_named(os.getpid(), "postgres")],
        "valkey": [child_named(os.getpid(), "valkey-server")],
    }


def installation_at(
    stand: Stand, port: int, env: Mapping[str, str], pids: Mapping[str, list[int]]
) -> Installation:
    """A gateway whose web server listens there."""
    return Installation(
        stand.folder,
        env,
        address(port) + INBOUND_PATH,
        pids,
        stand.env["TWILIO_API_URL"],
        f"{address(port)}/readyz",
    )


def _import_real_members(folder: Path, env: Mapping[str, str]) -> None:
    file = folder / "members.csv"
    write_csv(file, REAL)
    with programs_in(folder) as programs:
        for command in (("db", "upgrade"), ("participants", "import", str(file))):
            programs.run("prepare", env, "gateway", *command, seconds=IMPORT_SECONDS)


def _warm(stand: Stand) -> None:
    """Read what is asked for all the time: the inner pages of all indexes."""
    with stand.engine() as engine, engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM outbound WHERE status = 'sent'"))
