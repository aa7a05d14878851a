"""The HTTP endpoints on real servers: who listens where, and what answers reveal."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import urllib3

from tests.support.processes import free_port
from tests.system.faults.databases import migrated
from tests.system.faults.fleet import GatewayProgram
from tests.unit.config.test_settings import GOOD

INBOUND = "/sms/twilio/inbound"
PATHS = ("/healthz", "/readyz", "/metrics", INBOUND)
DOORS = {"carriers": ["web", "--webhooks-only"], "watchers": ["health"]}
# A number of its own kind: when it was said, and how long it is.
WITH_DIGITS = {"date", "content-length"}


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where carriers and where watchers come in, by name."""
    folder = tmp_path_factory.mktemp("doors")
    env = GOOD | {"GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'doors.db'}"}
    env |= {"GATEWAY_SPOOL_DIR": str(folder / "spool"), "PATH": "/usr/bin:/bin"}
    (folder / "metrics").mkdir()
    env["PROMETHEUS_MULTIPROC_DIR"] = str(folder / "metrics")
    migrated(env["GATEWAY_DATABASE_URL"])
    with ExitStack() as stack:
        urls = {}
        for name, command in DOORS.items():
            port = free_port()
            command = [*command, "--port", str(port)]
            program = GatewayProgram(folder, env, name, command, port, in_a_hurry=False)
            stack.enter_context(program)
            urls[name] = f"http://127.0.0.1:{port}"
        yield urls


def test_carriers_and_watchers_have_doors_of_their_own(urls: dict[str, str]) -> None:
    answers = {
        name: [
            urllib3.request("POST" if path == INBOUND else "GET", url + path).status
            for path in PATHS
        ]
        for name, url in urls.items()
    }

    assert answers == {
        "carriers": [200, 404, 404, 403],
        "watchers": [200, 200, 200, 404],
    }


def test_watchers_see_what_the_carriers_processes_count(urls: dict[str, str]) -> None:
    urllib3.request("POST", urls["carriers"] + INBOUND)

    reported = urllib3.request("GET", urls["watchers"] + "/metrics").data.decode()

    assert 'gateway_refused_total{channel="twilio",why="403"}' in reported
    assert "gateway_unanswered 0.0" in reported


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("path", ["/healthz", "/nothing-here", INBOUND])
def test_no_answer_tells_a_version(urls: dict[str, str], name: str, path: str) -> None:
    answer = urllib3.request("GET", urls[name] + path)

    headers = {key.lower(): value for key, value in answer.headers.items()}
    assert headers["server"] == "granian"
    assert not [
        f"{key}: {value}"
        for key, value in headers.items()
        if key not in WITH_DIGITS and re.search(r"\d", value)
    ]
    assert "python" not in " ".join(headers.values()).lower()
