"""The proxy in front: real SMS go through it, and nothing else gets in from outside."""

import os
import socket
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sized
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest
import urllib3
from werkzeug import Response

from tests.integration.doctor.conftest import diagnose
from tests.support.authority import DAY, Authority
from tests.support.processes import Program, free_port, wait_until
from tests.support.servers import serving
from tests.system.deploy.files import DEPLOY, ROOT, program, run
from tests.system.faults.databases import sqlite_in
from tests.system.faults.fleet import Fleet, GatewayProgram
from tests.system.faults.ledger import Equation
from tests.unit.config.test_settings import KANNEL

SITE = DEPLOY / "nginx/sms-gateway.conf"
_MAIN = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """Where a proxy listens: for the carrier, and for those inside.

    `second` is where it expects another web server.
    """

    outside: int
    inside: int
    second: int
    folder: Path


class Proxy(Program):
    """nginx with a configuration; ready when it listens for the carrier."""

    def __init__(self, configuration: Path, front: Front) -> None:
        self._port = front.outside
        command = [program("nginx"), "-c", str(configuration)]
        super().__init__(command, front.folder / "output.log")

    def is_ready(self) -> bool:
        """Whether somebody listens there."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


def set_up(folder: Path, authority: Authority, web_port: int, front: Front) -> Path:
    """The site as it is, with the places of a test; nginx's configuration."""
    certificate, key = authority.certify("front", valid_for=90 * DAY)
    places = {
        "/etc/letsencrypt/live/sms.example.go.id/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/sms.example.go.id/privkey.pem": str(key),
        "/var/log/nginx": str(folder),
        "    listen [::]:443 ssl;\n": "",
        "    listen [::]:80;\n": "",
        "listen 443 ssl": f"listen 127.0.0.1:{front.outside} ssl",
        "listen 80": f"listen 127.0.0.1:{free_port()}",
        "10.0.0.1:8443": f"127.0.0.1:{front.inside}",
        # One server has all doors here; which of them are open is the proxy's.
        **dict.fromkeys(
            ("127.0.0.1:8000", "127.0.0.1:8002", "127.0.0.1:8003"),
            f"127.0.0.1:{web_port}",
        ),
        "127.0.0.1:8004": f"127.0.0.1:{front.second}",
    }
    site = SITE.read_text()
    for old, new in places.items():
        assert old in site, old
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site)
    main = folder / "nginx.conf"
    main.write_text(_MAIN.format(folder=folder, user="root"))
    return main


@pytest.fixture
def front_of_a_carrier(
    fleet: Fleet, trust: Authority, tmp_path: Path
) -> Iterator[Front]:
    """Another proxy, which knows this machine as a carrier with one address."""
    front = Front(free_port(), free_port(), free_port(), tmp_path)
    main = set_up(tmp_path, trust, fleet.web_port, front)
    site = tmp_path / "site.conf"
    known = site.read_text().replace("# 192.0.2.10 1;", "127.0.0.1 1;")
    site.write_text(known)
    with Proxy(main, front):
        yield front


@pytest.fixture(params=["10.1.2.0/24", "127.0.0.1"])
def front_of_kannel(
    fleet: Fleet, trust: Authority, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Front, str]]:
    """Another proxy, with the door for a Kannel at this address."""
    front = Front(free_port(), free_port(), free_port(), tmp_path)
    main = set_up(tmp_path, trust, fleet.web_port, front)
    site = tmp_path / "site.conf"
    before, door, after = _door_of_kannel(site.read_text())
    door = door.replace("    # ", "    ").replace("10.1.2.0/24", request.param)
    site.write_text(before + door + after)
    with Proxy(main, front):
        yield front, request.param


def _door_of_kannel(site: str) -> tuple[str, str, str]:
    """The lines that are commented out, and what is around them."""
    before, start, rest = site.partition("    # location ^~ /sms/kannel/ {\n")
    inside, end, after = rest.partition("    # }\n")
    assert start
    assert end
    return before, start + inside + end, after


@pytest.fixture(scope="module")
def trust(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Authority]:
    """An authority that this machine trusts."""
    made = Authority(tmp_path_factory.mktemp("trust") / "authority")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(made.file))
        yield made


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Front:
    ports = (free_port() for _ in range(3))
    return Front(*ports, tmp_path_factory.mktemp("nginx"))


@pytest.fixture(scope="module")
def fleet(
    tmp_path_factory: pytest.TempPathFactory, front: Front, trust: Authority
) -> Iterator[Fleet]:
    """An installation behind the proxy."""
    folder = tmp_path_factory.mktemp("fleet")
    public = {"GATEWAY_PUBLIC_URL": f"https://127.0.0.1:{front.outside}"}
    with Fleet(folder, sqlite_in(folder), public) as fleet:
        main = set_up(front.folder, trust, fleet.web_port, front)
        run(program("nginx"), "-t", "-c", main)
        with Proxy(main, front):
            yield fleet


@pytest.fixture(scope="module")
def http(trust: Authority) -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(retries=False, ca_certs=str(trust.file)) as pool:
        yield pool


@pytest.fixture
def second_web(fleet: Fleet, front: Front) -> Iterator[Program]:
    """Another web server of the installation."""
    command = ["web", "--port", str(front.second)]
    with GatewayProgram(
        front.folder, fleet.env, "second", command, front.second, in_a_hurry=False
    ) as web:
        yield web


def test_web_servers_are_killed_one_by_one_and_no_webhook_is_refused(
    fleet: Fleet, second_web: Program
) -> None:
    """Field report W50: what a web server is handed when it ends is not lost."""
    phones: list[str] = []
    refused = 0
    with ThreadPoolExecutor() as pool:
        killing = pool.submit(kill_one_by_one, fleet, second_web, phones)
        while not killing.done():
            phones += (new := fleet.new_phones(8))
            refused += fleet.text_from_all(new)
            # With their receipts nginx would count more for one address.
            wait([killing], timeout=0.2)
        killing.result()

    assert refused == 0
    assert fleet.outcome(phones) == Equation(len(phones), len(phones))


def kill_one_by_one(fleet: Fleet, second_web: Program, phones: Sized) -> None:
    """Whenever what one handed to the other is answered: nginx asks each once only."""
    for _ in range(2):
        fleet.restart("web")
        wait_for_the_next(phones)
        second_web.stop()
        second_web.start()
        wait_for_the_next(phones)


def wait_for_the_next(phones: Sized) -> None:
    """Others text when all of those before have been answered."""
    before = len(phones)
    wait_until(lambda: len(phones) > before, "the next phones")


def test_sms_and_receipts_come_through_and_are_answered(fleet: Fleet) -> None:
    phones = fleet.new_phones(20)

    fleet.text_from_all(phones)

    fleet.settle()
    assert [len(fleet.received(phone)) for phone in phones] == [1] * 20
    wait_until(lambda: fleet.is_confirmed(phones), "all receipts", pause=0.1)


@pytest.mark.parametrize("path", ["/sms/kannel/inbound", "/sms/kannel/receipt"])
def test_only_the_addresses_of_kannel_reach_its_doors(
    fleet: Fleet,
    front_of_kannel: tuple[Front, str],
    http: urllib3.PoolManager,
    path: str,
) -> None:
    """Field report 8: the location for all carriers must not win."""
    front, allowed = front_of_kannel
    outside = f"https://127.0.0.1:{front.outside}"

    answer = http.request("POST", f"{outside}{path}?id=1")
    twilio = http.request("POST", f"{outside}/sms/twilio/inbound")

    # The gateway of this test has no Kannel and says so.
    assert answer.status == (404 if allowed == "127.0.0.1" else 403)
    assert ("nginx" in answer.data.decode()) is (allowed != "127.0.0.1")
    assert (twilio.status, "nginx" in twilio.data.decode()) == (403, False)


@pytest.mark.parametrize(
    "path",
    ["/", "/console/", "/console/login", "/metrics", "/readyz", "/sms/", "/sms/x/y"],
)
def test_from_outside_there_is_nothing_but_webhooks(
    fleet: Fleet, front: Front, http: urllib3.PoolManager, path: str
) -> None:
    answer = http.request("GET", f"https://127.0.0.1:{front.outside}{path}")

    assert answer.status == HTTPStatus.NOT_FOUND
    assert b"nginx/" not in answer.data


def test_from_outside_it_says_that_it_lives_with_an_id_for_the_request(
    fleet: Fleet, front: Front, http: urllib3.PoolManager
) -> None:
    answer = http.request("GET", f"https://127.0.0.1:{front.outside}/healthz")

    assert answer.json() == {"status": "ok"}
    assert len(answer.headers["X-Request-ID"]) == 32
    assert answer.headers["Server"] == "nginx"


def test_from_inside_there_are_console_and_health_pages_and_no_webhooks(
    fleet: Fleet, front: Front, http: urllib3.PoolManager
) -> None:
    def status(path: str) -> int:
        url = f"https://127.0.0.1:{front.inside}{path}"
        return http.request("GET", url, redirect=False).status

    assert status("/console/login") == HTTPStatus.OK
    assert status("/metrics") == status("/readyz") == HTTPStatus.OK
    assert status("/sms/twilio/inbound") == HTTPStatus.NOT_FOUND


def test_a_forged_and_a_huge_webhook_are_refused(
    fleet: Fleet, front: Front, http: urllib3.PoolManager
) -> None:
    url = f"https://127.0.0.1:{front.outside}/sms/twilio/inbound"

    forged = http.request("POST", url, fields={"Body": "x"}, encode_multipart=False)
    huge = http.request("POST", url, body=b"x" * 33 * 1024)
    deleted = http.request("DELETE", url)

    assert forged.status == HTTPStatus.FORBIDDEN
    assert huge.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert deleted.status == HTTPStatus.FORBIDDEN


def test_bodies_that_never_end_hold_up_no_webhook(
    fleet: Fleet, front: Front, trust: Authority
) -> None:
    """Field report 25: nginx hands a request on when it is whole; granian waits."""
    tls = ssl.create_default_context(cafile=str(trust.file))
    slow = (
        b"POST /sms/twilio/inbound HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n"
    )
    phones = fleet.new_phones(20)
    with ExitStack() as attack:
        # More than a web server has threads, fewer than one address may open.
        for _ in range(80):
            plain = socket.create_connection(("127.0.0.1", front.outside))
            connection = tls.wrap_socket(plain, server_hostname="127.0.0.1")
            attack.enter_context(connection)
            connection.sendall(slow + b"Body=x")

        refused = fleet.text_from_all(phones)

    assert refused == 0


def test_a_known_carrier_may_post_as_much_as_it_likes(
    http: urllib3.PoolManager, front_of_a_carrier: Front
) -> None:
    url = f"https://127.0.0.1:{front_of_a_carrier.outside}/healthz"

    answers = Counter(http.request("GET", url).status for _ in range(500))

    assert answers == {200: 500}


def test_the_proxys_log_tells_paths_and_no_queries(
    fleet: Fleet, front: Front, http: urllib3.PoolManager
) -> None:
    url = f"https://127.0.0.1:{front.outside}/sms/twilio/inbound?from=%2B628110000001"
    request_id = http.request("POST", url).headers["X-Request-ID"]

    log = front.folder / "sms-gateway.log"
    # nginx answers first and writes afterwards.
    wait_until(lambda: request_id in log.read_text(), "the request in the log", 10)
    assert "628110000001" not in log.read_text()


def test_doctor_is_content_with_the_certificate_and_the_address(
    fleet: Fleet, front: Front
) -> None:
    found = diagnose(fleet.env)

    assert found.of("certificate") == ["ok trusted, for 89 more days"]
    assert found.of("address") == [
        f"ok https://127.0.0.1:{front.outside}/healthz answers"
    ]
    assert found.of("twilio")[-1].startswith("ok brings SMS to https://127.0.0.1:")


def test_a_rehearsal_goes_through_the_proxy_and_leaves_nobody_waiting(
    fleet: Fleet, front: Front
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.rehearsal", "--rate", "20"),
            *("--seconds", "3", "--watch", f"http://127.0.0.1:{fleet.web_port}"),
        ],
        cwd=ROOT,
        env=fleet.env | {"SSL_CERT_FILE": os.environ["SSL_CERT_FILE"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "60 of 60 SMS taken" in done.stdout
    assert "0 still unanswered or unsent" in done.stdout


def test_a_rehearsal_refuses_where_replies_would_reach_real_phones(
    fleet: Fleet,
) -> None:
    state = Response('{"carrier": null}', content_type="application/json")
    with serving(state) as watch:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.rehearsal", "--watch", watch.url],
            cwd=ROOT,
            env=fleet.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 2
    assert "real carrier" in done.stdout


def test_a_rehearsal_with_kannel_alone_says_what_it_needs() -> None:
    env = {name: value for name, value in os.environ.items() if "TWILIO_" not in name}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.rehearsal"),
            *("--url", "http://127.0.0.1:1", "--watch", "http://127.0.0.1:1"),
        ],
        cwd=ROOT,
        env=env | KANNEL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert "Kannel's are not known to it: set TWILIO_ACCOUNT_SID" in done.stderr
