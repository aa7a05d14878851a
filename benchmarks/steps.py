"""Where the CPU time of a message goes, step by step: `python -m benchmarks.steps`.

One process plays web server and worker, one after the other, on a real PostgreSQL and
with the benchmarks' carrier, so that each step can be timed where it happens. Eight
threads receive at once, as in `gateway web`. What the server itself (granian), the
wake-ups and two processes side by side cost is not in here: see `python -m benchmarks`.
"""

import io
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from benchmarks import webhooks
from benchmarks.installation import environment, prepare
from benchmarks.members import made_up
from benchmarks.programs import address, programs_in
from benchmarks.scale import Scale
from benchmarks.stopwatch import Stopwatch
from benchmarks.usage import child_named, usage_of
from gateway.app import create_webhook_app
from gateway.bootstrap import build_gateway, utc_now
from gateway.channels.http.client import Connections
from gateway.channels.twilio.channel import TwilioChannel
from gateway.config.settings import Settings, settings_from_environment
from gateway.db.core.engine import open_engine
from gateway.db.core.group_commit import GroupCommit
from gateway.db.messages import receipts, transitions
from gateway.db.messages.daily_counters import DailyCounters
from gateway.db.messages.inbox import Inbox
from gateway.db.messages.outbox import Outbox
from gateway.db.messages.unit_of_work import UnitsOfWork
from gateway.db.models.messages import outbound
from gateway.inbound.member_lookup import MemberLookup
from gateway.inbound.message_parser import MessageParser
from gateway.inbound.rate_limiter import RateLimiter
from gateway.inbound.responder import Responder
from gateway.replies import rendering
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from gateway.simulator.account import INBOUND_PATH, CarrierAccount
from gateway.simulator.sms import SmsStatus
from gateway.telemetry import logs
from gateway.web import webhooks as web
from gateway.worker.loops import WorkLoops
from tests.support.processes import Postgres, Valkey, free_port

THREADS = 8
_PUBLIC_URL = "http://127.0.0.1:9"
_FORM = "application/x-www-form-urlencoded"
Steps = Mapping[str, tuple[object, ...]]

RECEIVING: Steps = {
    "read the form": (web, "webhook_request"),
    "check the signature": (TwilioChannel, "verify"),
    "make it our message": (TwilioChannel, "parse_inbound"),
    "encrypt and hash": (Cipher, "encrypt", "index"),
    "insert and commit": (GroupCommit, "submit"),
    "log": (logs._Json, "format"),
}
ANSWERING: Steps = {
    "claim": (Inbox, "claim"),
    "encrypt, decrypt and hash": (Cipher, "encrypt", "decrypt", "index"),
    "parse and redact": (MessageParser, "parse"),
    "look up members, phones": (MemberLookup, "fetch"),
    "decide": (Responder, "decide"),
    "word": (rendering, "render"),
    "limits": (RateLimiter, "apply"),
    "daily counters": (DailyCounters, "lock", "save"),
    "close and queue": (UnitsOfWork, "_write"),
    "log": (logs._Json, "format"),
}
RECEIPTS: Steps = {
    "read the form": (web, "webhook_request"),
    "check the signature": (TwilioChannel, "verify"),
    "make it our receipt": (TwilioChannel, "parse_receipt"),
    "insert and commit": (GroupCommit, "submit"),
}
APPLYING: Steps = {
    "find and lock their replies": (receipts, "match_and_lock"),
    "change the replies": (transitions, "apply"),
}
DELIVERING: Steps = {
    "claim": (Outbox, "claim"),
    "decrypt and hash": (Cipher, "decrypt", "index"),
    "Twilio's form": (TwilioChannel, "send"),
    "HTTP": (Connections, "request"),
    "write down how it ended": (Outbox, "record"),
    "log": (logs._Json, "format"),
}


@click.command(context_settings={"show_default": True})
@click.option("--messages", type=click.IntRange(1, 100_000), default=6_000)
def main(messages: int) -> None:
    """Show what each step of a message costs."""
    with (
        tempfile.TemporaryDirectory(prefix="steps-") as name,
        _place(Path(name), messages) as (settings, database),
    ):
        gateway = build_gateway(settings, WorkLoops(), utc_now)
        app = create_webhook_app(gateway)
        requests = list(_requests(settings, messages))
        meter = _Meter(messages, database)
        meter.measure("web: receive", RECEIVING, lambda: _receive(app, requests))
        answer, deliver = gateway.processor.answer_waiting, gateway.sender.deliver_due
        meter.measure("worker: answer", ANSWERING, lambda: _exhaust(answer))
        meter.measure("worker: deliver", DELIVERING, lambda: _exhaust(deliver))
        reported = list(_receipts(settings))
        meter.measure("web: two receipts", RECEIPTS, lambda: _receive(app, reported))
        apply = gateway.reconciler.apply_receipts
        meter.measure("worker: apply them", APPLYING, lambda: _exhaust(apply))
        _close(gateway)


class _Meter:
    """Prints, for each part, CPU microseconds a message by step."""

    def __init__(self, messages: int, database: int) -> None:
        self._messages = messages
        self._database = database

    def measure(self, part: str, steps: Steps, work: Callable[[], None]) -> None:
        """Do the work, and print what it cost."""
        watch = Stopwatch()
        here, there = time.process_time(), usage_of([self._database]).cpu_seconds
        with watch.watching(steps):
            work()
        here = time.process_time() - here
        there = usage_of([self._database]).cpu_seconds - there
        click.echo(f"\n{part}: us of CPU a message")
        for step in steps:
            self._print(step, watch.seconds[step])
        self._print("everything else here", here - watch.seconds.total())
        self._print("PostgreSQL", there)
        self._print("in all", here + there)

    def _print(self, step: str, seconds: float) -> None:
        click.echo(f"  {step:<28} {seconds * 1e6 / self._messages:8.0f}")


@contextmanager
def _place(folder: Path, messages: int) -> Iterator[tuple[Settings, int]]:
    """A database with members and a carrier; the settings, the database's process."""
    with (
        Valkey(folder) as valkey,
        Postgres(durable=True) as postgres,
        programs_in(folder) as programs,
        (folder / "log").open("w") as log,
    ):
        port = free_port()
        env = environment(folder) | {
            "GATEWAY_DATABASE_URL": postgres.new_database(),
            "GATEWAY_REDIS_URL": valkey.url,
            "GATEWAY_PUBLIC_URL": _PUBLIC_URL,
            "TWILIO_API_URL": address(port),
        }
        prepare(programs, folder, env, Scale(messages, 1, 1, 1, 1, 0))
        programs.start_carrier(env, port)
        os.environ.update(env)
        logs.configure(log)
        yield settings_from_environment(), child_named(os.getpid(), "postgres")


def _requests(settings: Settings, messages: int) -> Iterator[dict[str, Any]]:
    """Every member's SMS."""
    account = _account(settings)
    for member in made_up(range(messages)):
        yield _environ(webhooks.webhook(account, member))


def _receipts(settings: Settings) -> Iterator[dict[str, Any]]:
    """What Twilio tells of every reply: that it went out, that it arrived."""
    account = _account(settings)
    engine = open_engine(settings.database_url)
    with engine.connect() as connection:
        query = select(outbound.c.id, outbound.c.provider_id)
        replies = connection.execute(query).all()
    engine.dispose()
    for status in (SmsStatus.SENT, SmsStatus.DELIVERED):
        for reply in replies:
            request = webhooks.receipt(account, reply.id, reply.provider_id, status)
            yield _environ(request)


def _account(settings: Settings) -> CarrierAccount:
    assert settings.twilio
    return CarrierAccount(
        settings.twilio.account_sid,
        settings.twilio.auth_tokens[0],
        settings.twilio.sender,
        _PUBLIC_URL + INBOUND_PATH,
    )


def _environ(request: bytes) -> dict[str, Any]:
    """A webhook as a server hands it to the application (PEP 3333)."""
    head, body = request.split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    path, _, query = first.split()[1].partition("?")
    pairs = (line.split(": ", 1) for line in lines)
    headers = {f"HTTP_{pair.upper().replace('-', '_')}": value for pair, value in pairs}
    return headers | {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "9",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": _FORM,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }


def _receive(app: Any, requests: list[dict[str, Any]]) -> None:
    """Let some threads take requests until none is left."""
    left, taking = iter(requests), threading.Lock()

    def take() -> None:
        while True:
            with taking:
                request = next(left, None)
            if request is None:
                return
            b"".join(app(request, _must_be_good))

    threads = [threading.Thread(target=take) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _must_be_good(status: str, _headers: object, _error: object = None) -> None:
    assert status.startswith("200"), status


def _exhaust(work: Callable[[], int]) -> None:
    while work():
        pass


def _close(gateway: Gateway) -> None:
    unanswered = gateway.database.backlog.count().unanswered
    gateway.close()
    assert unanswered == 0, f"{unanswered} messages were not answered"


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.steps")
