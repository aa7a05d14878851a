"""`gateway doctor` on an installation that is well, and on broken ones."""

import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from werkzeug import Response
from werkzeug.serving import make_server

from gateway.db.core.engine import open_engine
from gateway.db.models.operations import shared_time
from gateway.devserver.environment import SENDER
from tests.integration.doctor.conftest import Diagnosis, diagnose
from tests.support.authority import DAY, Authority
from tests.support.processes import Postgres, Valkey, free_port
from tests.support.servers import running, serving
from tests.system.faults.databases import migrated, postgresql_on, sqlite_in
from tests.system.faults.fleet import ROOT, Fleet

NOWHERE = "http://127.0.0.1:9"
OTHER_TOKEN = "another token of thirty-two characters"


@pytest.mark.parametrize("name", ["healthy", "healthy_on_sqlite"])
def test_a_healthy_installation_fails_in_nothing(
    name: str, request: pytest.FixtureRequest
) -> None:
    fleet: Fleet = request.getfixturevalue(name)

    found = diagnose(fleet.env)

    assert found.failed == set()
    assert found.of("queue") == ["ok 0 SMS unanswered, 0 replies unsent"]
    assert found.of("decisions") == ["ok none wait for a person"]
    assert found.of("spool") == ["ok 0 files wait"]
    url = fleet.env["GATEWAY_PUBLIC_URL"]
    assert f"ok brings SMS to {url}/sms/twilio/inbound" in found.of("twilio")
    assert found.of("address") == [f"ok {url}/healthz answers"]
    assert all(finding.startswith("ok") for finding in found.of("clock"))
    assert len(found.of("clock")) >= 2


def test_the_command_prints_a_line_a_check_and_exits_with_1_when_one_fails(
    healthy: Fleet,
) -> None:
    def run(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gateway", "doctor"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    well = run(healthy.env)
    broken = run(healthy.env | {"TWILIO_AUTH_TOKEN": OTHER_TOKEN})

    assert (well.returncode, broken.returncode) == (0, 1)
    assert well.stdout.splitlines()[-1].startswith("0 failed, ")
    assert broken.stdout.splitlines()[-1].startswith("1 failed, ")
    assert {line[:5] for line in well.stdout.splitlines()[:-1]} <= {"ok   ", "warn "}
    assert well.stderr == broken.stderr == ""


def test_nothing_that_it_says_is_secret_or_about_a_person(healthy: Fleet) -> None:
    healthy.text(phone := healthy.new_phones(1)[0])
    healthy.settle()

    output = diagnose(healthy.env | {"TWILIO_AUTH_TOKEN": OTHER_TOKEN}).text

    for name in ("GATEWAY_SECRET_KEY", "GATEWAY_DATA_KEYS", "TWILIO_ACCOUNT_SID"):
        assert healthy.env[name] not in output
    for secret in (OTHER_TOKEN, phone, SENDER, healthy.env["GATEWAY_DATABASE_URL"]):
        assert secret not in output


def test_settings_that_are_broken_are_named_first_and_the_rest_is_checked(
    healthy: Fleet,
) -> None:
    broken = healthy.env | {"GATEWAY_DATA_KEYS": "short", "GATEWAY_LIMIT_REPLIES": "0"}

    found = diagnose(broken, without="TWILIO_SENDER")

    faults = found.findings[:3]
    assert all(
        fault.subject == "settings" and fault.level == "FAIL" for fault in faults
    )
    names = {fault.text.split()[0] for fault in faults}
    assert names == {"GATEWAY_DATA_KEYS", "GATEWAY_LIMIT_REPLIES", "TWILIO_SENDER"}
    assert found.of("database")[0].startswith("ok")
    assert found.of("worker") == ["ok 2 listening"]
    assert found.of("queue") == ["warn not checked: mend GATEWAY_DATA_KEYS first"]
    assert found.of("twilio") == ["warn not checked: mend TWILIO_SENDER first"]


def test_without_any_settings_it_still_says_which_are_missing() -> None:
    found = diagnose({})

    assert {"FAIL GATEWAY_DATABASE_URL is missing (docs/settings.md)"} <= set(
        found.of("settings")
    )
    assert found.of("figures") != []


def test_a_name_that_is_no_setting_is_told_without_its_value() -> None:
    found = diagnose({"GATEWAY_KEEP_TEXT": "30d"})

    warning = "warn GATEWAY_KEEP_TEXT is no setting: misspelt? (docs/settings.md)"
    assert warning in found.of("settings")
    assert "30d" not in found.text


def test_a_wrong_token_is_refused_by_the_carrier(healthy: Fleet) -> None:
    found = diagnose(healthy.env | {"TWILIO_AUTH_TOKEN": OTHER_TOKEN})

    assert found.failed == {"twilio"}
    assert any("refuses us, code 20003" in finding for finding in found.of("twilio"))


def test_a_carrier_that_is_away_is_no_refusal(healthy: Fleet) -> None:
    found = diagnose(healthy.env | {"TWILIO_API_URL": NOWHERE})

    assert found.failed == {"twilio"}
    assert any("connection_refused" in finding for finding in found.of("twilio"))


def test_a_sender_of_somebody_else_is_found_out(healthy: Fleet) -> None:
    for sender in ("+15005550009", "MG" + "0" * 32):
        found = diagnose(healthy.env | {"TWILIO_SENDER": sender})

        assert found.failed == {"twilio"}
        assert any(
            "no number or service of this" in finding for finding in found.of("twilio")
        )


def test_a_webhook_that_points_elsewhere_is_told_with_both_addresses(
    healthy: Fleet,
) -> None:
    url = healthy.env["GATEWAY_PUBLIC_URL"]
    ours = url.replace("127.0.0.1", "localhost")

    found = diagnose(healthy.env | {"GATEWAY_PUBLIC_URL": ours})

    assert found.failed == {"twilio"}
    expected = f"FAIL brings SMS to {url}/sms/twilio/inbound: set it to {ours}/sms/"
    assert any(finding.startswith(expected) for finding in found.of("twilio"))


@pytest.mark.parametrize(
    ("revision", "advice"),
    [("r0000", "run `gateway db upgrade`"), ("0023", "use a new database")],
)
def test_a_database_at_another_revision_fails_with_what_to_do(
    healthy: Fleet, database_url: str, revision: str, advice: str
) -> None:
    stamp(database_url, revision)

    found = diagnose(healthy.env | {"GATEWAY_DATABASE_URL": database_url})

    # The test's PostgreSQL is not durable, which is a finding, too.
    assert found.failed == {"database"}
    assert any(advice in line for line in found.of("database"))
    assert found.of("members") == ["warn not checked: mend database first"]


def test_a_database_ahead_of_this_code_is_a_warning(
    healthy: Fleet, database_url: str
) -> None:
    stamp(database_url, "r9999")

    found = diagnose(healthy.env | {"GATEWAY_DATABASE_URL": database_url})

    assert any(
        line.startswith("warn") and "r9999" in line for line in found.of("database")
    )


def stamp(database_url: str, revision: str) -> None:
    """Let a database say that it has the schema of another revision."""
    engine = open_engine(database_url)
    with engine.begin() as connection:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        connection.execute(statement, {"revision": revision})
    engine.dispose()


def test_a_database_that_forgets_at_a_power_cut_fails(
    healthy: Fleet, postgres: Postgres
) -> None:
    url = migrated(postgres.new_database())

    found = diagnose(healthy.env | {"GATEWAY_DATABASE_URL": url})

    assert any(
        finding.startswith("FAIL fsync is off") for finding in found.of("database")
    )
    assert found.failed == {"database"}
    assert found.of("members") == ["warn not checked: mend database first"]


def test_a_database_out_of_reach_keeps_nothing_else_from_being_checked(
    healthy: Fleet,
) -> None:
    away = "postgresql+psycopg://gateway:secret-word@/none?host=/nowhere"

    found = diagnose(healthy.env | {"GATEWAY_DATABASE_URL": away})

    assert found.failed == {"database"}
    assert "secret-word" not in found.text
    assert found.of("worker") == ["ok 2 listening"]


def test_without_valkey_it_says_what_that_means(healthy: Fleet) -> None:
    away = {"GATEWAY_REDIS_URL": "unix:///nowhere/valkey.sock"}

    found = diagnose(healthy.env | away)

    assert found.failed == {"valkey"}
    assert "answered seconds later" in found.of("valkey")[0]


def test_where_nobody_listens_a_worker_is_missing(
    healthy: Fleet, tmp_path: Path
) -> None:
    with Valkey(tmp_path) as other:
        found = diagnose(healthy.env | {"GATEWAY_REDIS_URL": other.url})

    assert found.failed == {"worker"}


def test_a_spool_that_is_no_folder_fails(healthy: Fleet, tmp_path: Path) -> None:
    place = tmp_path / "spool"
    place.write_text("a file where the folder should be")

    found = diagnose(healthy.env | {"GATEWAY_SPOOL_DIR": str(place)})

    assert found.failed == {"settings"}
    assert found.of("spool") == ["warn not checked: mend GATEWAY_SPOOL_DIR first"]


def test_a_spool_on_a_disk_that_takes_nothing_fails(healthy: Fleet) -> None:
    # Nobody can make a file there, not even root.
    found = diagnose(healthy.env | {"GATEWAY_SPOOL_DIR": "/proc/self"})

    assert found.failed & {"settings", "spool"}


def test_files_that_wait_or_are_damaged_are_counted(
    healthy: Fleet, tmp_path: Path
) -> None:
    for name in ("1.sealed", "2.sealed", "3.damaged"):
        (tmp_path / name).write_bytes(b"x")

    found = diagnose(healthy.env | {"GATEWAY_SPOOL_DIR": str(tmp_path)})

    assert found.failed == {"spool"}
    assert found.of("spool")[0].startswith("warn 2 files wait")
    assert found.of("spool")[1].startswith("FAIL 1 files cannot be opened")


def test_spooled_files_that_nobody_can_take_in_are_named(
    healthy: Fleet, tmp_path: Path
) -> None:
    """Field report 20: a file that cannot be read, and one that was set aside, fail."""
    (tmp_path / "1.sealed").mkdir()
    (tmp_path / "2.refused").touch()

    found = diagnose(healthy.env | {"GATEWAY_SPOOL_DIR": str(tmp_path)})

    assert found.failed == {"spool"}
    assert found.of("spool")[1].startswith("FAIL 1 files cannot be read, 1.sealed")
    assert found.of("spool")[2].startswith("FAIL 1 files cannot be stored")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_read_only_database_fails(
    healthy: Fleet, postgres: Postgres, tmp_path: Path, kind: str
) -> None:
    """Field report 2: doctor does not say ok of a standby."""
    here = postgresql_on(postgres) if kind == "postgresql" else sqlite_in(tmp_path)
    here.read_only()

    found = diagnose(healthy.env | {"GATEWAY_DATABASE_URL": here.url})

    assert "database" in found.failed
    assert any("cannot be written" in finding for finding in found.of("database"))


def test_a_core_system_that_is_away_makes_enquiries_wait(healthy: Fleet) -> None:
    found = diagnose(healthy.env | {"GATEWAY_DIRECTORY": NOWHERE})

    assert found.failed == {"members"}


def test_a_file_of_secrets_that_others_read_fails(
    healthy: Fleet, tmp_path: Path
) -> None:
    file = tmp_path / "gateway.env"
    file.touch(mode=0o600)

    closed = diagnose(healthy.env, file)
    file.chmod(0o644)
    opened = diagnose(healthy.env, file)

    assert closed.failed == set()
    assert opened.failed == {"settings"}
    assert "chmod 0640" in "\n".join(opened.of("settings"))


def test_a_secret_that_was_typed_by_hand_is_a_warning(healthy: Fleet) -> None:
    found = diagnose(healthy.env | {"GATEWAY_SECRET_KEY": "abc" * 12})

    assert any("does not look random" in finding for finding in found.of("settings"))


@contextmanager
def tls_front(certificate: Path, key: Path, answer: str) -> Iterator[str]:
    """A server with this certificate; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    page = Response(answer, content_type="application/json")
    server = make_server("127.0.0.1", 0, page, ssl_context=context)
    with running(server):
        yield f"https://127.0.0.1:{server.server_port}"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts."""
    made = Authority(tmp_path / "authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def behind(healthy: Fleet, authority: Authority, valid_for: timedelta) -> Diagnosis:
    """The installation behind TLS with such a certificate."""
    files = authority.certify("front", valid_for=valid_for)
    with tls_front(*files, '{"status": "ok"}') as url:
        return diagnose(healthy.env | {"GATEWAY_PUBLIC_URL": url})


def test_a_good_certificate_is_told_with_its_days(
    healthy: Fleet, authority: Authority
) -> None:
    found = behind(healthy, authority, 90 * DAY)

    assert found.of("certificate") == ["ok trusted, for 89 more days"]
    assert found.of("address")[0].endswith("/healthz answers")


def test_a_certificate_that_ends_soon_is_a_warning(
    healthy: Fleet, authority: Authority
) -> None:
    found = behind(healthy, authority, 5 * DAY)

    assert found.of("certificate")[0].startswith("warn trusted, for 4 more days")


def test_an_expired_certificate_fails(healthy: Fleet, authority: Authority) -> None:
    found = behind(healthy, authority, -DAY)

    assert found.failed == {"certificate", "twilio"}
    assert "certificate has expired" in found.of("certificate")[0]


def test_a_certificate_of_nobody_known_fails(
    healthy: Fleet, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    found = behind(healthy, authority, 90 * DAY)

    assert "self-signed" in found.of("certificate")[0] or (
        "unable to get local issuer" in found.of("certificate")[0]
    )


def certificate_at(healthy: Fleet, url: str) -> list[str]:
    return diagnose(healthy.env | {"GATEWAY_PUBLIC_URL": url}).of("certificate")


def test_a_name_that_is_in_no_directory_fails(
    healthy: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = socket.getaddrinfo

    def resolve(host: str, *args: Any, **named: Any) -> Any:
        if host == "sms.example":
            raise socket.gaierror
        return really(host, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    found = certificate_at(healthy, "https://sms.example")

    assert found == ["FAIL sms.example does not resolve: see DNS"]


def test_a_port_at_which_nobody_listens_fails(healthy: Fleet) -> None:
    port = free_port()

    [found] = certificate_at(healthy, f"https://127.0.0.1:{port}")

    assert found.startswith(f"FAIL 127.0.0.1:{port} accepts no connection")


def test_a_server_without_tls_fails(healthy: Fleet) -> None:
    with serving(Response("It works!")) as front:
        place = front.url.removeprefix("http://")
        [found] = certificate_at(healthy, f"https://{place}")

    assert found == f"FAIL {place} does not speak TLS: see nginx"


def test_another_program_at_the_public_address_fails(healthy: Fleet) -> None:
    with serving(Response("It works!")) as front:
        found = diagnose(healthy.env | {"GATEWAY_PUBLIC_URL": front.url})

    assert "answers 200, not as a gateway" in found.of("address")[0]


@contextmanager
def front_with_date(date: str) -> Iterator[str]:
    """A server with a clock of its own; its address."""

    class Front(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(HTTPStatus.OK)
            self.send_header("Date", date)
            self.end_headers()
            self.wfile.write(b'{"status": "ok"}')

    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}"


def test_a_front_that_tells_no_time_is_no_fault(healthy: Fleet) -> None:
    with front_with_date("soon") as url:
        found = diagnose(healthy.env | {"GATEWAY_PUBLIC_URL": url})

    assert found.of("address") == [f"ok {url}/healthz answers"]


@pytest.mark.parametrize(
    ("seconds", "level"), [(-10, "warn"), (10, "warn"), (600, "FAIL")]
)
def test_clocks_that_differ_are_told(healthy: Fleet, seconds: int, level: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)

    with front_with_date(date) as url:
        found = diagnose(healthy.env | {"GATEWAY_PUBLIC_URL": url})

    skewed = [
        finding for finding in found.of("clock") if "the public address" in finding
    ]
    assert [finding.split()[0] for finding in skewed] == [level]
    assert ("ahead of" if seconds > 0 else "behind") in skewed[0]


def test_a_database_whose_clock_was_set_is_told(healthy: Fleet, tmp_path: Path) -> None:
    """Field report 6: doctor says by how much, and when the difference is gone."""
    url = sqlite_in(tmp_path).url
    engine = open_engine(url)
    with engine.begin() as connection:
        row = {"id": 1, "ahead_by": timedelta(hours=1)}
        connection.execute(insert(shared_time).values(row))
    engine.dispose()

    found = diagnose(healthy.env | {"GATEWAY_DATABASE_URL": url})

    [reported] = [finding for finding in found.of("clock") if "was set by" in finding]
    assert reported.startswith("warn")
    assert "by 3600 s" in reported
    assert "2.1 days" in reported
