"""Many wrong passwords at one moment: few are tried, and webhooks do not wait."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3
from twilio.request_validator import RequestValidator

from gateway.bootstrap import open_database
from gateway.config.settings import Settings
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import MOST_FAILURES_A_NAME, Role
from tests.integration.web.console.pages import _TOKEN
from tests.support.processes import free_port
from tests.support.run_figures import ReportFigure
from tests.system.faults.databases import migrated
from tests.system.faults.fleet import GatewayProgram
from tests.unit.config.test_settings import GOOD

ATTEMPTS = 300
MOST_MEGABYTES = 400
INBOUND = "/sms/twilio/inbound"
WRONG, TOO_MANY = 401, 429


@pytest.fixture
def flood(tmp_path: Path) -> Iterator["Flood"]:
    """Console and webhooks in the same processes, as plain `gateway web` has them."""
    port = free_port()
    env = GOOD | {
        "GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'flood.db'}",
        "GATEWAY_SPOOL_DIR": str(tmp_path / "spool"),
        "GATEWAY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
        "PATH": "/usr/bin:/bin",
    }
    (tmp_path / "metrics").mkdir()
    migrated(env["GATEWAY_DATABASE_URL"])
    log = open_database(Settings.from_env(env))
    entry = AuditEntry(datetime.now(UTC), "test")
    log.operators.add("anna", Role.VIEWER, "a password for tests only", entry)
    log.close()
    command = ["web", "--port", str(port)]
    with GatewayProgram(tmp_path, env, "web", command, port, in_a_hurry=False) as web:
        yield Flood(web, env["GATEWAY_PUBLIC_URL"])


def test_few_of_many_wrong_passwords_at_once_are_tried(
    flood: "Flood", report_figure: ReportFigure
) -> None:
    """Field report 15: 300 for one name, then 400 with names of their own."""
    one_name = flood.answers(["anna"] * ATTEMPTS)
    many_names = flood.answers([f"name{number}" for number in range(400)])

    report_figure(f"one name: {dict(one_name)}, many names: {dict(many_names)}")
    waits = sorted(flood.waits)
    report_figure(
        f"webhooks: median {waits[len(waits) // 2]:.3f} s, slowest {waits[-1]:.2f} s"
    )
    report_figure(f"largest web process {flood.peak_megabytes():.0f} MB")
    assert one_name[WRONG] <= MOST_FAILURES_A_NAME
    assert {*one_name, *many_names} <= {WRONG, TOO_MANY}
    assert flood.webhook_statuses == {200}
    assert flood.peak_megabytes() < MOST_MEGABYTES


class Flood:
    """Posts passwords from many threads, and webhooks beside them."""

    def __init__(self, server: GatewayProgram, url: str) -> None:
        self._server = server
        self._url = url
        self._http = urllib3.PoolManager(maxsize=128, retries=False, timeout=120)
        page = self._http.request("GET", f"{self._url}/console/login")
        token = _TOKEN.search(page.data.decode())
        assert token
        self._token = token[1]
        self._cookie = page.headers["Set-Cookie"].partition(";")[0]
        self._sms = 0
        self.waits: list[float] = []
        self.webhook_statuses: set[int] = set()
        # The first one imports and compiles what all others use.
        self._text()
        self.waits.clear()

    def answers(self, names: list[str]) -> Counter[int]:
        """How often the console answered what, all names being posted at once."""
        with ThreadPoolExecutor(100) as pool:
            posted = [pool.submit(self._log_in, name) for name in names]
            while not all(map(Future.done, posted)):
                self._text()
        return Counter(post.result() for post in posted)

    def _log_in(self, name: str) -> int:
        fields = {"csrf_token": self._token, "name": name, "password": "wrong"}
        answer = self._http.request(
            *("POST", f"{self._url}/console/login"),
            fields=fields,
            encode_multipart=False,
            # To a server without a proxy in front anybody may claim any address.
            headers={"Cookie": self._cookie, "X-Forwarded-For": _address_of(name)},
        )
        return answer.status

    def _text(self) -> None:
        self._sms += 1
        sid = f"SM{self._sms:032x}"
        form = {"AccountSid": GOOD["TWILIO_ACCOUNT_SID"], "MessageSid": sid}
        form |= {
            "From": "+628110000001",
            "To": GOOD["TWILIO_SENDER"],
            "Body": "BANTUAN",
        }
        validator = RequestValidator(GOOD["TWILIO_AUTH_TOKEN"])
        signature = validator.compute_signature(self._url + INBOUND, form)
        began = time.monotonic()
        answer = self._http.request(
            *("POST", self._url + INBOUND),
            fields=form,
            encode_multipart=False,
            headers={"X-Twilio-Signature": signature},
        )
        self.waits.append(time.monotonic() - began)
        self.webhook_statuses.add(answer.status)

    def peak_megabytes(self) -> float:
        """The largest resident size that one of the server's processes ever had."""
        assert self._server.pid
        return max(map(_peak_kilobytes, _family(self._server.pid))) / 1024


def _address_of(name: str) -> str:
    number = int(name.removeprefix("name") or 0) if name.startswith("name") else 0
    return f"10.0.{number // 250}.{number % 250}"


def _family(pid: int) -> list[int]:
    """A process and those that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(item for child in children for item in _family(int(child)))]


def _peak_kilobytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    [peak] = [line for line in status if line.startswith("VmHWM:")]
    return int(peak.split()[1])
