"""The command `python -m benchmarks.console`: how long the console's pages take.

It asks the application in this process, so that neither a network nor a browser is in
the figures, on a database that is filled with messages first.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.testing import FlaskClient

from benchmarks import history
from gateway.app import create_app
from gateway.bootstrap import build_gateway, utc_now
from gateway.config.settings import Settings
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.devserver.environment import SENDER, make_secrets
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import Role
from gateway.security.cipher import Cipher
from gateway.worker.loops import WorkLoops
from tests.integration.web.console.pages import PASSWORD, log_in
from tests.support.processes import Postgres

# What each page is called, and where it is.
PAGES = {
    "overview": "/console/",
    "chart of hours": "/console/charts/hours.svg",
    "chart of keywords": "/console/charts/keywords.svg",
    "texts": "/console/texts",
    "newest messages": "/console/messages",
    "oldest messages": "/console/messages?before=60",
    "messages of a phone": "/console/messages?q=phone:0001",
    "refused, a keyword": "/console/messages?q=keyword:saldo+outcome:refused",
    "a day last year": "/console/messages?q=from:2026-01-15+to:2026-01-15",
    "undelivered": "/console/messages?q=status:undelivered",
    "words": "/console/messages?q=saldo+xyzzy",
    "story": "/console/messages/500",
    "conversation": "/console/messages/500/conversation",
    "to decide": "/console/work",
    "access log": "/console/admin/access-log",
}
TARGET_MS = 150
_WARM_UP = 3


@click.command(context_settings={"show_default": True})
@click.option("--messages", type=click.IntRange(1), default=1_000_000)
@click.option("--requests", type=click.IntRange(2), default=50, help="Of each page.")
@click.option("--sqlite", "is_sqlite", is_flag=True, help="Instead of PostgreSQL.")
def main(messages: int, requests: int, is_sqlite: bool) -> None:
    """Measure how long the server takes to make each page of the console."""
    with tempfile.TemporaryDirectory() as folder, _database(folder, is_sqlite) as url:
        client = client_of(_filled(url, Path(folder), messages))
        click.echo(f"{messages:,} messages, {requests} requests of each page, ms")
        click.echo(f"{'':<24}{'p50':>8}{'p95':>8}")
        for name, path in PAGES.items():
            click.echo(_line(name, measured(client, path, requests)))


@contextmanager
def _database(folder: str, is_sqlite: bool) -> Iterator[str]:
    """The address of an empty one."""
    if is_sqlite:
        yield f"sqlite:///{folder}/console.db"
        return
    with Postgres() as postgres:
        yield postgres.new_database()


def _filled(url: str, folder: Path, messages: int) -> Flask:
    """The application on a database with so many messages."""
    settings = _settings(url, folder)
    engine = open_engine(url)
    upgrade.upgrade(engine)
    cipher = Cipher(settings.data_keys, settings.secret_key)
    click.echo("writing messages", err=True)
    history.write(engine, cipher, messages, utc_now())
    return app_on(settings)


def app_on(settings: Settings) -> Flask:
    """The application, and an administrator who can log in."""
    gateway = build_gateway(settings, WorkLoops(), utc_now)
    entry = AuditEntry(utc_now(), "benchmarks", "to measure")
    gateway.database.operators.add("admin", Role.ADMIN, PASSWORD, entry)
    return create_app(settings, gateway, lambda: True)


def _settings(url: str, folder: Path) -> Settings:
    made_up = {
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_REDIS_URL": "unix:///nowhere",
        "GATEWAY_PUBLIC_URL": "http://127.0.0.1:8000",
        "GATEWAY_SPOOL_DIR": str(folder / "spool"),
        "TWILIO_SENDER": SENDER,
    }
    return Settings.from_env(make_secrets() | made_up)


def client_of(app: Flask) -> FlaskClient:
    """A browser in which the administrator is logged in."""
    client = app.test_client()
    log_in(client, "admin")
    return client


def measured(client: FlaskClient, path: str, requests: int) -> list[float]:
    """Milliseconds from a request to the whole page."""
    for _ in range(_WARM_UP):
        _milliseconds(client, path)
    return [_milliseconds(client, path) for _ in range(requests)]


def _milliseconds(client: FlaskClient, path: str) -> float:
    start = time.perf_counter()
    answer = client.get(path)
    if answer.status_code != 200:
        msg = f"{path} answered {answer.status_code}"
        raise click.ClickException(msg)
    return (time.perf_counter() - start) * 1000


def _line(name: str, took: Sequence[float]) -> str:
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    mark = "" if p95 < TARGET_MS else f"  MISSED {TARGET_MS}"
    return f"{name:<24}{p50:>8.1f}{p95:>8.1f}{mark}"


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.console")
