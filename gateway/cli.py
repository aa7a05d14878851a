"""The command `gateway`: thin commands over the use cases."""

import json
import logging
import signal
import sys
import threading
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces
from werkzeug.serving import make_server

from gateway import __version__, embedded, logs, replay
from gateway.bootstrap import build_gateway, open_directory, worker_drains
from gateway.config import Settings, brand_from_environment, settings_from_environment
from gateway.db import schema
from gateway.db.engine import open_engine
from gateway.directory import csv_file
from gateway.drains import Drains
from gateway.handlers import topics
from gateway.jobs import Listener, Schedule
from gateway.messages import DatabaseUnavailable, GatewayError
from gateway.parsers.enquiry import Enquiry, parse
from gateway.replies.catalogue import worst_cases
from gateway.service import Gateway
from gateway.simulator.app import simulator_for

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
STOP_SECONDS = 4.0
_PORT = click.IntRange(1, 65535)
_FILE = click.Path(path_type=Path, exists=True)


class OldSchema(GatewayError):
    """The database is not at the schema that this code needs."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """SMS balance gateway for BPJS Ketenagakerjaan."""


def main() -> None:
    """Run a command; what our own code reports is one clear message and exit 1."""
    try:
        cli()
    except GatewayError as error:
        click.echo(f"gateway: {error}", err=True)
        sys.exit(1)


@cli.command()
@click.option("--port", type=_PORT, default=8000, show_default=True)
@click.option("--simulator-port", type=_PORT, default=8001, show_default=True)
@click.option(
    "--data-dir", type=click.Path(path_type=Path), default="var", show_default=True
)
def up(port: int, simulator_port: int, data_dir: Path) -> None:
    """Run everything here: web, worker, schedule, Valkey, SQLite, simulator."""
    logs.configure()
    for line in embedded.run(data_dir, port, simulator_port):
        click.echo(line)


@cli.command()
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", type=_PORT, default=8000, show_default=True)
def web(host: str, port: int) -> None:
    """Serve webhooks and health pages."""
    _settings_for_a_server()
    Granian(
        "gateway.app:from_environment",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=2,
        blocking_threads=1,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=int(STOP_SECONDS),
    ).serve()


@cli.command()
def worker() -> None:
    """Answer messages and deliver replies."""
    settings = _settings_for_a_server()
    stopping = _stop_event()
    drains = Drains()
    gateway = build_gateway(settings, drains)
    worker_drains(gateway, drains)
    drains.start()
    Listener(settings.redis_url, drains).start()
    stopping.wait()
    drains.stop(STOP_SECONDS)
    gateway.close()


@cli.command()
def schedule() -> None:
    """Start the nightly work at its time."""
    Schedule(_checked_settings().redis_url).start()  # type: ignore[no-untyped-call]


@cli.command()
@click.option("--port", type=_PORT, default=8001, show_default=True)
@click.option("--members", type=_FILE, help="Made-up members to choose from.")
def simulator(port: int, members: Path | None) -> None:
    """Run the simulated carrier with its phone."""
    logs.configure()
    app = simulator_for(settings_from_environment(), members)
    server = make_server(HOST, port, app, threaded=True)
    stopping = _stop_event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stopping.wait()
    server.shutdown()


@cli.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version."""
    logs.configure()
    schema.upgrade(open_engine(settings_from_environment().database_url))


@cli.command()
def sweep() -> None:
    """Move everything that stands still, once."""
    click.echo(f"moved {_gateway().sweep()} messages")


@cli.command()
def purge() -> None:
    """Drop texts and messages that are past retention."""
    click.echo(f"purged {_gateway().purge()} rows")


@cli.group()
def participants() -> None:
    """The members."""


@participants.command("import")
@click.argument("file", type=_FILE)
def import_participants(file: Path) -> None:
    """Put the members in FILE in the place of all present ones."""
    settings = _checked_settings()
    count = csv_file.check(file)
    with click.progressbar(
        csv_file.members(file), length=count, label="importing", file=sys.stderr
    ) as members:
        open_directory(settings).replace(members)
    click.echo(f"imported {count} members")


@cli.group()
def replies() -> None:
    """The texts that members read."""


@replies.command()
def check() -> None:
    """Show how long each text can become; exit 1 if one does not fit one SMS."""
    cases = list(worst_cases(brand_from_environment()))
    for case in cases:
        mark = "ok  " if case.fits else "FAIL" if case.is_last else "long"
        size = f"{case.size.units:>3} {case.size.encoding}"
        name = f"{case.template} {case.language} {case.variant}"
        click.echo(f"{mark} {size}  {name:<36} {case.text}")
    faults = sum(case.is_last and not case.fits for case in cases)
    click.echo(f"{len(cases)} variants, {faults} that cannot be sent as one SMS")
    sys.exit(1 if faults else 0)


@cli.command("parse")
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help='Read {"body": ...} lines instead.')
def parse_text(text: str | None, jsonl: bool) -> None:
    """Show how TEXT is read."""
    if (text is None) != jsonl:
        msg = "give either TEXT or --jsonl"
        raise click.UsageError(msg)
    if text is not None:
        click.echo(_parsed(text))
        return
    for number, line in enumerate(sys.stdin, start=1):
        try:
            body = json.loads(line)["body"]
            click.echo(_parsed(body))
        except (ValueError, KeyError, TypeError) as error:
            msg = f'line {number} is not {{"body": text}}'
            raise click.ClickException(msg) from error


@cli.command("replay")
@click.argument("paths", nargs=-1, required=True, type=_FILE)
@click.option("--url", help="A running gateway or simulator, instead of one in here.")
@click.option("--junit", type=click.Path(path_type=Path), help="Also write JUnit XML.")
def replay_conversations(
    paths: tuple[Path, ...], url: str | None, junit: Path | None
) -> None:
    """Replay conversations (*.sms) and show what differs; exit 1 if anything does."""
    report = replay.run(paths, url, echo=click.echo)
    if junit is not None:
        junit.write_text(report.as_junit())
    sys.exit(0 if report.is_green else 1)


def _parsed(text: str) -> str:
    outcome = parse(text, [topic.keyword for topic in topics().values()])
    kpj = outcome.kpj if isinstance(outcome, Enquiry) else None
    return json.dumps(
        {
            "keyword": outcome.keyword,
            "kpj": kpj.digits if kpj else None,
            "language": outcome.language,
            "rejection": None if isinstance(outcome, Enquiry) else outcome.reason,
        }
    )


def _checked_settings() -> Settings:
    """The settings, on a database of the right schema."""
    logs.configure()
    settings = settings_from_environment()
    _check_schema(settings)
    return settings


def _settings_for_a_server() -> Settings:
    """The settings; a server starts also while the database is away, and waits."""
    logs.configure()
    settings = settings_from_environment()
    try:
        _check_schema(settings)
    except DatabaseUnavailable as error:
        log.warning("starting without the database", exc_info=error)
    return settings


def _check_schema(settings: Settings) -> None:
    engine = open_engine(settings.database_url)
    if not schema.is_current(engine):
        msg = "the database has another schema: run `gateway db upgrade`"
        raise OldSchema(msg)
    engine.dispose()


def _gateway() -> Gateway:
    return build_gateway(_checked_settings(), Drains())


def _stop_event() -> threading.Event:
    """Set by Ctrl-C or SIGTERM."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
