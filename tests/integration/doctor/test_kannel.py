"""What `gateway doctor` says of a Kannel; the answers are those of Kannel 1.4.5."""

import socket
import threading
from collections.abc import Mapping

import pytest
from werkzeug import Response

from gateway.config.settings import Settings
from gateway.doctor.kannel import check_kannel
from tests.integration.doctor.conftest import Diagnosis, diagnose
from tests.support.checks import run_check
from tests.support.processes import free_port
from tests.support.servers import serving
from tests.unit.config.test_settings import GOOD, KANNEL, TWILIO

NO_RECEIVER = Response("Missing receiver(s) number(s), rejected", 400)
NOT_LET_IN = Response("Authorization failed for sendsms", 403)
NO_SUCH_PAGE = Response("Unknown request.", 404)
ACCEPTED = Response("0: Accepted for delivery", 202)


def only_kannel(url: str) -> Mapping[str, str]:
    address = f"{url}/cgi-bin/sendsms"
    changes = KANNEL | {"KANNEL_SENDSMS_URL": address}
    # As behind a proxy that lets nobody else in.
    changes |= {"KANNEL_ALLOW_FROM": "127.0.0.1"}
    return {sample: GOOD[sample] for sample in GOOD if sample not in TWILIO} | changes


def asked(url: str) -> Diagnosis:
    """What the check finds there."""
    settings = Settings.from_env(only_kannel(url))
    return Diagnosis(run_check(check_kannel, settings))


def findings_of(answer: Response) -> str:
    """The one line about a Kannel that answers so."""
    with serving(answer) as kannel:
        [line] = asked(kannel.url).of("kannel")
    return line


def test_who_is_only_asked_for_a_receiver_is_let_in() -> None:
    assert findings_of(NO_RECEIVER) == "ok sendsms accepts our password"


def test_what_is_asked_can_send_no_sms() -> None:
    with serving(NO_RECEIVER) as kannel:
        asked(kannel.url)

    [request] = kannel.requests
    assert request.headers["X-Kannel-Username"] == KANNEL["KANNEL_USERNAME"]
    assert request.headers["X-Kannel-Password"] == KANNEL["KANNEL_PASSWORD"]
    assert "X-Kannel-To" not in request.headers
    assert (request.query_string, request.get_data()) == (b"", b"")


def test_a_wrong_password_fails_and_names_the_settings() -> None:
    line = findings_of(NOT_LET_IN)

    assert line.startswith("FAIL refuses us: see KANNEL_USERNAME, KANNEL_PASSWORD")
    assert KANNEL["KANNEL_PASSWORD"] not in line


def test_a_kannel_that_is_away_fails_and_names_both_boxes() -> None:
    found = asked(f"http://127.0.0.1:{free_port()}")

    [line] = found.of("kannel")
    assert line.startswith("FAIL does not answer (connection_refused): see bearerbox")


def test_a_kannel_that_hangs_up_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        hanging_up = threading.Thread(target=lambda: server.accept()[0].close())
        hanging_up.start()
        found = asked(f"http://127.0.0.1:{server.getsockname()[1]}")
        hanging_up.join()

    assert found.of("kannel")[0].startswith("FAIL does not answer (connection_lost)")


@pytest.mark.parametrize("answer", [NO_SUCH_PAGE, ACCEPTED, Response("It works!")])
def test_what_does_not_answer_as_sendsms_does_fails(answer: Response) -> None:
    expected = f"FAIL answers {answer.status_code}, not as sendsms does: see KANNEL_"

    assert findings_of(answer).startswith(expected)


@pytest.mark.parametrize(
    ("public_url", "networks", "is_warned"),
    [
        ("https://sms.example.test", "", True),
        ("https://sms.example.test", "127.0.0.1", False),
        ("https://sms.example.test", "10.1.2.0/24", False),
        ("http://127.0.0.1:8000", "", False),
    ],
)
def test_a_door_that_stands_open_behind_a_proxy_is_told(
    public_url: str, networks: str, is_warned: bool
) -> None:
    """Field report 8: there KANNEL_ALLOW_FROM sees the proxy, whoever comes."""
    with serving(NO_RECEIVER) as kannel:
        env = {**only_kannel(kannel.url), "GATEWAY_PUBLIC_URL": public_url}
        env["KANNEL_ALLOW_FROM"] = networks
        found = Diagnosis(list(run_check(check_kannel, Settings.from_env(env))))

    warnings = [finding for finding in found.of("kannel") if finding.startswith("warn")]
    assert bool(warnings) is is_warned


def test_without_kannel_nothing_is_said() -> None:
    assert list(run_check(check_kannel, Settings.from_env(GOOD))) == []


def test_a_kannel_with_a_broken_setting_is_not_asked() -> None:
    with serving(NO_RECEIVER) as kannel:
        found = diagnose(only_kannel(kannel.url), without="KANNEL_PASSWORD")

    assert found.of("kannel") == ["warn not checked: mend KANNEL_PASSWORD first"]
    assert kannel.requests == []


def test_kannel_is_one_of_the_things_that_doctor_looks_at() -> None:
    with serving(NO_RECEIVER) as kannel:
        found = diagnose(only_kannel(kannel.url))

    assert found.of("kannel") == ["ok sendsms accepts our password"]
    assert found.of("twilio") == []
