"""The printed card in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

CARD = Path(__file__).parent.parent.parent.parent / "docs" / "kartu-kata-kunci.html"


def test_the_card_fits_one_page_of_paper(browser: Browser) -> None:
    page = browser.new_page()
    page.goto(CARD.as_uri())

    paper = page.pdf(prefer_css_page_size=True)
    page.close()

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_the_card_fits_the_screen(browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(CARD.as_uri())

    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()

    assert wide <= width
