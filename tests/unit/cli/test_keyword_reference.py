"""docs/keywords.md says what the topics say."""

from pathlib import Path

from gateway.cli import keyword_reference

ROOT = Path(__file__).parents[3]


def test_the_keywords_in_the_documents_are_up_to_date() -> None:
    written = (ROOT / "docs" / "keywords.md").read_text(encoding="utf-8")

    assert written == keyword_reference.page(ROOT / "fixtures"), "run: make docs"
