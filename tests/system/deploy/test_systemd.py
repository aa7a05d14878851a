"""The units: sound, closed, and starting commands that exist."""

import re
import shlex
from pathlib import Path

import pytest

from gateway.cli import cli
from gateway.config.reference import GROUPS
from gateway.config.settings import Settings
from tests.system.deploy.files import DEPLOY, INSTALLED, UNITS, lines_of, program, run

SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
SETTINGS = "/etc/sms-gateway/gateway.env"
# systemd-analyze's own scale: 0 is closed, 10 is open.
MOST_EXPOSED = 20


def values(unit: Path, name: str) -> list[str]:
    prefix = f"{name}="
    return [line[len(prefix) :] for line in lines_of(unit) if line.startswith(prefix)]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda item: item.name)
def test_a_unit_starts_a_command_with_options_that_exist(unit: Path) -> None:
    [start] = values(unit, "ExecStart")
    path, name, *arguments = shlex.split(start.replace("%i", "8000"))

    assert path == INSTALLED
    command = cli.commands[name]
    # Without running it: wrong options end with a usage error.
    command.make_parser(command.make_context(name, arguments.copy()))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda item: item.name)
def test_a_unit_runs_under_its_own_account_with_the_settings(unit: Path) -> None:
    assert values(unit, "User") == values(unit, "Group") == ["sms-gateway"]
    assert values(unit, "EnvironmentFile") == [SETTINGS]
    assert values(unit, "UMask") == ["0077"]
    assert values(unit, "CapabilityBoundingSet") == [""]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda item: item.name)
def test_a_unit_leaves_no_core_with_keys_and_texts_on_the_disk(unit: Path) -> None:
    """Field report 27: LimitCORE=0."""
    assert values(unit, "LimitCORE") == ["0"]


def test_the_target_wants_every_unit_that_there_is() -> None:
    wanted = " ".join(values(DEPLOY / "systemd/gateway.target", "Wants")).split()
    kinds = {re.sub(r"@\d+", "@", item) for item in wanted}

    started_by_timer = {"gateway-doctor.service"}
    units = {unit.name for unit in UNITS} - started_by_timer - {"gateway.target"}
    assert kinds == units


def test_every_program_of_the_gateway_that_runs_on_has_a_unit() -> None:
    started = {shlex.split(values(service, "ExecStart")[0])[1] for service in SERVICES}

    assert started == {"web", "worker", "health", "doctor"}


def test_ports_are_those_that_nginx_and_the_documentation_name() -> None:
    wanted = " ".join(values(DEPLOY / "systemd/gateway.target", "Wants"))
    [template] = values(DEPLOY / "systemd/gateway-web@.service", "ExecStart")
    webs = [
        template.replace("%i", match)
        for match in re.findall(r"gateway-web@(\d+)", wanted)
    ]
    console = values(DEPLOY / "systemd/gateway-console.service", "ExecStart")[0]
    health = values(DEPLOY / "systemd/gateway-health.service", "ExecStart")[0]
    nginx = (DEPLOY / "nginx/sms-gateway.conf").read_text()

    assert len(webs) == 2
    for start in (*webs, console, health):
        words = start.split()
        assert words[words.index("--host") + 1] == "127.0.0.1"
        assert f"127.0.0.1:{words[words.index('--port') + 1]}" in nginx
    assert "--webhooks-only" in template
    assert "--webhooks-only" not in console


def test_the_example_names_only_settings_that_exist() -> None:
    lines = lines_of(DEPLOY / "gateway.env.example")
    names = {line.split("=")[0]: line.split("=", 1)[1].strip("'") for line in lines}

    report = Settings.read(
        names | {"PROMETHEUS_MULTIPROC_DIR": "", "GATEWAY_SPOOL_DIR": "/tmp"}
    )

    # Whatever is empty in the example has to be filled in, and nothing else is wrong;
    # of the channels one is enough.
    empty = {name for name, value in names.items() if not value}
    channel = {name for name in empty if name.startswith("TWILIO_")}
    assert channel
    assert {fault.split()[0] for fault in report.faults} == (empty - channel) | {"no"}
    known = {group.variable(field) for group in GROUPS for field in group.model_fields}
    assert names.keys() <= known


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units, with a program that is there in the gateway's place."""
    for unit in UNITS:
        text = unit.read_text().replace(INSTALLED, "/bin/true")
        (tmp_path / unit.name).write_text(text)
    return [str(tmp_path / unit.name) for unit in UNITS]


def test_systemd_finds_nothing_wrong_with_the_units(units: list[str]) -> None:
    output = run(program("systemd-analyze"), "verify", "--man=no", *units)

    assert [line for line in output.splitlines() if "gateway" in line] == []


def test_systemd_finds_the_units_closed(units: list[str]) -> None:
    services = [unit for unit in units if unit.endswith(".service")]

    run(
        *(program("systemd-analyze"), "security", "--offline=yes", "--no-pager"),
        *(f"--threshold={MOST_EXPOSED}", *services),
    )
