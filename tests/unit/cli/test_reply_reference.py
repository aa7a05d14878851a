"""docs/replies.md says what the replies say."""

from pathlib import Path

from gateway.cli import reply_reference
from gateway.reference_data.loader import our_rules

PAGE = Path(__file__).parents[3] / "docs" / "replies.md"


def test_the_page_of_replies_is_current() -> None:
    """`make docs` makes it."""
    assert PAGE.read_text(encoding="utf-8") == reply_reference.page(our_rules())
