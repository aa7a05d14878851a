"""A whole gateway, and the system's Chromium before its console.

Without Chromium these tests are skipped with a line that says so, unless
BROWSER_TESTS=required, as in `.ci/run` where Chromium could be installed.
"""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from gateway.bootstrap import utc_now
from gateway.devserver import in_process
from gateway.devserver.in_process import InProcessGateway
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import Role

PASSWORD = "a password for tests only"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE_MS = 30_000

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        assert os.environ.get("BROWSER_TESTS") != "required", "Chromium is missing"
        pytest.skip("browser tests need Chromium (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def here() -> Iterator[InProcessGateway]:
    """A gateway with one operator of each role."""
    with in_process.running() as here:
        for role in Role:
            entry = AuditEntry(utc_now(), "test")
            here.gateway.database.operators.add(role, role, PASSWORD, entry)
        yield here


@pytest.fixture
def visit(browser: Browser, here: InProcessGateway) -> Iterator[Visit]:
    """Somebody of this role, who has logged in by hand; pages are closed afterwards."""
    contexts = []

    def visit(role: Role, **options: object) -> Page:
        settings = {"locale": "id-ID", "base_url": here.gateway_url} | options
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.goto("/console/")
        page.locator("#name").focus()
        page.keyboard.type(role)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/console/")
        return page

    yield visit
    for context in contexts:
        context.close()
