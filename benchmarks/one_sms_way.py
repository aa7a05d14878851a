"""Count the functions and files that one SALDO SMS runs through.

`python -m benchmarks.one_sms_way` receives, answers and sends one SMS and applies its
receipt, in this process and on SQLite, and notes every call of a function in `gateway/`
(calls inside comprehensions count for the function around them). An SMS before it fills
the caches. `--calls` prints the way itself.
"""

import asyncio
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from pathlib import Path
from types import CodeType, FrameType
from urllib.parse import parse_qs, urldefrag

import click
from flask.testing import FlaskClient

from benchmarks.carrier import Carrier
from benchmarks.members import Member, made_up, write_csv
from benchmarks.serving import HOST, serve
from benchmarks.webhooks import sms_of
from gateway.app import create_webhook_app
from gateway.bootstrap import build_gateway, import_of_today, open_importer, utc_now
from gateway.config.settings import Settings
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.devserver.environment import SENDER, make_secrets
from gateway.directory.imports.merge import Sources
from gateway.runtime import Gateway
from gateway.simulator.account import INBOUND_PATH, CarrierAccount
from gateway.simulator.forms import Form, inbound_form, receipt_form, signed_headers
from gateway.simulator.sms import SmsStatus
from gateway.worker.loops import WorkLoops

PACKAGE = Path(__file__).parent.parent / "gateway"
PUBLIC_URL = "https://gateway.invalid"


@dataclass
class Way:
    """The calls inside the package, in order, while they are followed."""

    calls: list[CodeType] = field(default_factory=list)
    is_followed: bool = False

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Note the calls in here."""
        self.is_followed = True
        try:
            yield
        finally:
            self.is_followed = False

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """Note a call; for `sys.setprofile`."""
        if event == "call" and self.is_followed and _is_function(frame.f_code):
            self.calls.append(frame.f_code)

    @property
    def files(self) -> list[str]:
        """The file of each call."""
        return [call.co_filename.removeprefix(f"{PACKAGE}/") for call in self.calls]

    @property
    def changes(self) -> int:
        """How often a call is in another file than the one before."""
        return sum(one != other for one, other in pairwise(self.files))

    def lines(self) -> Iterator[str]:
        """One line for each stay in a file: the file and the functions called there."""
        calls = zip(self.files, self.calls, strict=True)
        for file, stay in groupby(calls, key=lambda call: call[0]):
            yield f"{file}: {' '.join(code.co_qualname for _, code in stay)}"


def _is_function(code: CodeType) -> bool:
    """Whether it is a function of the package, and no comprehension or lambda."""
    name = code.co_name
    return not name.startswith("<") and code.co_filename.startswith(f"{PACKAGE}/")


class Installation:
    """A gateway on SQLite with a carrier, of which every step is called from here."""

    def __init__(self, folder: Path) -> None:
        self._posted: list[bytes] = []
        self._carrier = Carrier()
        settings = _settings(folder, self._start_carrier())
        _prepare(settings, folder)
        twilio = settings.twilio
        assert twilio is not None
        self._account = CarrierAccount(
            twilio.account_sid,
            twilio.auth_tokens[0],
            SENDER,
            PUBLIC_URL + INBOUND_PATH,
        )
        self.gateway: Gateway = build_gateway(settings, WorkLoops(), utc_now)
        self._web: FlaskClient = create_webhook_app(self.gateway).test_client()

    def run_through(self, member: Member, way: Way) -> None:
        """Receive, answer and send one SMS, and apply its receipt."""
        sms = sms_of(self._account, member)
        form = inbound_form(self._account, sms)
        headers = signed_headers(self._account, PUBLIC_URL + INBOUND_PATH, form)
        with way.followed():
            self._post(INBOUND_PATH, form, headers)
            _once(self.gateway.processor.answer_waiting)
            _once(self.gateway.sender.deliver_due)
        reply = parse_qs(self._posted[-1].decode())
        assert member.amount in reply["Body"][0]
        url = urldefrag(reply["StatusCallback"][0]).url
        delivered = replace(
            sms, sid=f"SM{len(self._posted) - 1:032x}", status=SmsStatus.DELIVERED
        )
        form = receipt_form(self._account, delivered)
        headers = signed_headers(self._account, url, form)
        with way.followed():
            self._post(url.removeprefix(PUBLIC_URL), form, headers)
            _once(self.gateway.reconciler.apply_receipts)

    def _post(self, path: str, form: Form, headers: dict[str, str]) -> None:
        response = self._web.post(path, data=form, headers=headers)
        assert response.status_code == 200, response.status_code

    def _start_carrier(self) -> str:
        """Its address; it ends with this process."""
        with socket.socket() as free:
            free.bind((HOST, 0))
            port = int(free.getsockname()[1])
        run = threading.Thread(
            target=lambda: asyncio.run(serve(port, self._take)), daemon=True
        )
        run.start()
        return f"http://{HOST}:{port}"

    def _take(self, head: bytes, body: bytes) -> bytes:
        self._posted.append(body)
        return self._carrier.answer(head, body)


def _once(work: object) -> None:
    assert callable(work)
    assert work() == 1, work


def _settings(folder: Path, carrier_url: str) -> Settings:
    return Settings.from_env(
        make_secrets()
        | {
            "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
            "GATEWAY_REDIS_URL": "redis://none.invalid",
            "GATEWAY_PUBLIC_URL": PUBLIC_URL,
            "GATEWAY_SPOOL_DIR": str(folder / "spool"),
            "GATEWAY_STALE_AFTER": "999999d",
            "GATEWAY_DIRECTORY_EXPIRES_AFTER": "999999d",
            "TWILIO_SENDER": SENDER,
            "TWILIO_API_URL": carrier_url,
        }
    )


def _prepare(settings: Settings, folder: Path) -> None:
    upgrade.upgrade(open_engine(settings.database_url))
    write_csv(folder / "members.csv", 2)
    open_importer(settings).run(Sources(folder / "members.csv"), import_of_today())


@click.command()
@click.option("--calls", is_flag=True, help="Print the way: each file and its calls.")
def main(calls: bool) -> None:
    """Count the functions and files that one SALDO SMS runs through."""
    first, second = made_up(range(2))
    way = Way()
    # The threads that send are started by the first SMS.
    threading.setprofile(way.note)
    sys.setprofile(way.note)
    with tempfile.TemporaryDirectory(prefix="one-sms-") as folder:
        installation = Installation(Path(folder))
        installation.run_through(first, Way())
        installation.run_through(second, way)
        sys.setprofile(None)
        installation.gateway.close()
    if calls:
        for line in way.lines():
            click.echo(line)
    click.echo(f"functions         {len(set(way.calls)):5}")
    click.echo(f"files             {len(set(way.files)):5}")
    click.echo(f"changes of file   {way.changes:5}")
    click.echo(f"calls             {len(way.calls):5}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.one_sms_way")
