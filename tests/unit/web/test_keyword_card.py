"""The printed card says what the handlers say."""

from pathlib import Path

from gateway.handlers import sections, topics
from gateway.web import keyword_card
from tests.support.fakes import FIGURES

PRINTED = Path(__file__).parent.parent.parent.parent / "docs" / "kartu-kata-kunci.html"


def test_the_card_in_the_documents_is_up_to_date() -> None:
    page = keyword_card.page(FIGURES["care"], number="")

    assert PRINTED.read_text(encoding="utf-8") == page, (
        "run: gateway card > docs/kartu-kata-kunci.html"
    )


def test_every_topic_stands_on_the_card_once() -> None:
    listed = [keyword for keywords in sections().values() for keyword in keywords]

    assert len(listed) == len(topics())
    assert {item.name for item in listed} == set(topics())


def test_the_number_to_text_to_is_printed() -> None:
    assert "<strong>2757</strong>" in keyword_card.page("175", number="2757")


def test_the_card_needs_no_other_host() -> None:
    assert "//" not in keyword_card.page("175", number="")
