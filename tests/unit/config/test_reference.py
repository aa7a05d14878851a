"""docs/settings.md: made from the settings, and current."""

from pathlib import Path

from gateway.config.reference import GROUPS, markdown
from gateway.config.values import form_of

ROOT = Path(__file__).parents[3]


def test_the_reference_in_the_documents_is_current() -> None:
    """`gateway settings > docs/settings.md` makes it."""
    assert (ROOT / "docs/settings.md").read_text() == markdown()


def test_every_setting_says_what_it_means_and_what_it_may_be() -> None:
    unexplained = [
        group.variable(name)
        for group in GROUPS
        for name, field in group.model_fields.items()
        if not field.description or not form_of(field)
    ]

    assert unexplained == []
