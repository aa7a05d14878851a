"""Installed from a wheel, in an empty folder, everything runs."""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.fakes import BALANCE_TEXT
from tests.support.processes import wait_until
from tests.system.installation import (
    ROOT,
    Installation,
    build_wheel,
    environment,
    tracked_files,
)
from tests.system.test_launcher import Running, running

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_LINK = re.compile(r'(?:href|src)="(/[^"#]+)"')
_ADMIN = re.compile(r"name (\S+)  password (\S+)")
# Pages that every page links to, but that end the session or need a choice.
_NO_PAGES = {"/console/logout", "/console/language"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation.of(wheel, tmp_path_factory.mktemp("environment"))


@pytest.fixture(scope="module")
def up(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("empty")
    with running(
        folder / "var", folder, [installation.program], cwd=folder, env=environment()
    ) as up:
        yield up


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """Catalogues are compiled into it; their sources stay in the repository."""
    packed = set(zipfile.ZipFile(wheel).namelist())

    wanted = {re.sub(r"\.po$", ".mo", name) for name in tracked_files("gateway")}
    assert sorted(wanted - packed) == []
    assert sorted(name for name in packed - wanted if "dist-info" not in name) == []


def test_the_package_comes_from_the_wheel(
    installation: Installation, tmp_path: Path
) -> None:
    show = ("python", "-c", "import gateway; print(gateway.__file__)")

    found = installation.run(show, tmp_path)

    assert Path(found).is_relative_to(installation.environment)


def test_a_text_is_parsed(installation: Installation, tmp_path: Path) -> None:
    parsed = installation.run(("gateway", "parse", "SALDO 61000000019"), tmp_path)

    assert json.loads(parsed)["keyword"] == "saldo"


def test_texts_and_figures_are_there(
    installation: Installation, tmp_path: Path
) -> None:
    installation.run(("gateway", "replies", "check"), tmp_path)
    installation.run(("gateway", "rules", "check"), tmp_path)


def test_a_conversation_replays(installation: Installation, tmp_path: Path) -> None:
    shutil.copy(ROOT / "fixtures" / "saldo.sms", tmp_path)

    shown = installation.run(("gateway", "replay", "saldo.sms"), tmp_path)

    assert ", 0 different, " in shown


def test_a_balance_is_asked_for_and_received(up: Running) -> None:
    up.text("SALDO 61000000019")

    wait_until(up.received, "the reply")

    assert up.received()[0]["body"] == BALANCE_TEXT


def test_every_page_of_the_console_opens_with_its_styles(up: Running) -> None:
    session = requests.Session()
    base = f"http://127.0.0.1:{up.port}"
    wait_until(lambda: _ADMIN.search(up.output.read_text()), "the admin's password")
    found = _ADMIN.search(up.output.read_text())
    assert found
    login = f"{base}/console/login"
    token = _TOKEN.search(session.get(login, timeout=10).text)
    assert token
    form = {"name": found[1], "password": found[2], "csrf_token": token[1]}

    page = session.post(login, data=form, timeout=10)

    assert page.url == f"{base}/console/"
    opened = open_all_links(session, base, page.text)
    assert [path for path, code in opened.items() if code != 200] == []
    assert any(path.endswith("/bootstrap.min.css") for path in opened)
    own = {path.name for path in (ROOT / "gateway/web/console/static").iterdir()}
    assert {f"/console/static/{name}" for name in own} <= opened.keys()


def test_the_phone_opens_with_its_styles(up: Running) -> None:
    base = f"http://127.0.0.1:{up.simulator_port}"
    session = requests.Session()

    opened = open_all_links(session, base, session.get(base, timeout=10).text)

    assert [path for path, code in opened.items() if code != 200] == []
    assert len(opened) > 2


def open_all_links(session: requests.Session, base: str, text: str) -> dict[str, int]:
    """The status of every page and file that this page or one behind it links to.

    Of links that differ in their query alone one is opened.
    """
    opened: dict[str, int] = {}
    waiting = _LINK.findall(text)
    while waiting:
        link = waiting.pop(0).replace("&amp;", "&")
        path = link.partition("?")[0]
        if path in opened or path in _NO_PAGES:
            continue
        answer = session.get(base + link, timeout=10)
        opened[path] = answer.status_code
        if "html" in answer.headers["Content-Type"]:
            waiting += _LINK.findall(answer.text)
    return opened
