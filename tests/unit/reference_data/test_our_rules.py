"""Our own figures: source, succession, English, and what one says of another."""

import re
from datetime import date
from pathlib import Path

from gateway.domain.enquiry import Language
from gateway.reference_data import confirmation
from gateway.reference_data.loader import our_rules

ROOT = Path(__file__).parents[3]
RULES = our_rules().rules
TODAY = our_rules().on(date(2026, 11, 30))
INDONESIAN = re.compile(
    r"\d,\d|juta|ribu|Januari|Februari|Maret|Mei|Juni|Juli|Agustus|Oktober|Desember"
)


def test_every_version_says_where_it_is_from() -> None:
    assert [
        rule.name
        for rule in RULES.values()
        for version in rule.versions
        if len(version.source) <= 5
    ] == []


def test_only_an_optional_rule_may_end() -> None:
    assert [
        rule.name
        for rule in RULES.values()
        if rule.versions[-1].valid_to and not rule.optional
    ] == []


def test_no_figure_is_indonesian_in_an_english_reply() -> None:
    assert [
        (rule.name, text)
        for rule in RULES.values()
        for version in rule.versions
        if not rule.in_words
        if INDONESIAN.search(text := version.in_language(Language.ENGLISH))
    ] == []


def test_reckoned_figures_agree_with_those_that_they_are_reckoned_from() -> None:
    cap, highest = (TODAY[name].split()[0] for name in ("jkp_cap", "jkp_highest"))
    started, monthly = (
        TODAY[name].split() for name in ("jp_started", "jp_monthly_from")
    )

    assert int(highest) * 100 == int(cap) * int(TODAY["jkp_share"])
    assert monthly == [started[0], str(int(started[1]) + int(TODAY["jp_years"]))]


def test_a_relief_ends_on_the_day_that_replies_tell() -> None:
    of_relief = {"bpu_jkk_jkm": "bpu_relief_until", "bpu_with_jht": "bpu_relief_until"}
    of_relief["bpu_transport"] = "bpu_transport_until"

    for figure, until in of_relief.items():
        version = RULES[figure].on(TODAY.day)
        assert version
        assert version.valid_to
        assert f"{version.valid_to:%d-%m-%Y}" == TODAY[until]
        assert RULES[until].versions[-1].valid_to == version.valid_to


def test_the_list_for_the_agency_is_current() -> None:
    """`gateway rules confirm > docs/confirm.md` makes it."""
    assert (ROOT / "docs/confirm.md").read_text() == confirmation.page(our_rules())
