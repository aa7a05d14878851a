"""Rules are read whole, or every fault in them is named."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.domain.enquiry import Language
from gateway.reference_data.book import NotInForce
from gateway.reference_data.loader import BadRules, our_rules, read

RATE = """
[rate]
meaning = "a rate"

[[rate.versions]]
text = "5,7"
valid_from = 2015-07-01
valid_to = 2026-11-21
source = "a law"
"""
NEXT = """
[[rate.versions]]
text = "6"
valid_from = 2026-11-22
source = "another law"
"""


def folder(path: Path, *texts: str) -> Path:
    for number, text in enumerate(texts):
        (path / f"{number}.toml").write_text(text)
    return path


def faults(path: Path, *texts: str) -> list[str]:
    with pytest.raises(BadRules) as caught:
        read(folder(path, *texts))
    return caught.value.faults


def test_a_figure_holds_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    rules = read(folder(tmp_path, RATE + NEXT))

    assert rules.on(date(2015, 7, 1))["rate"] == "5,7"
    assert rules.on(date(2026, 11, 21))["rate"] == "5,7"
    assert rules.on(date(2026, 11, 22))["rate"] == "6"


@pytest.mark.parametrize("day", [date(2015, 6, 30), date(2026, 11, 22)])
def test_a_figure_is_not_told_before_or_after(tmp_path: Path, day: date) -> None:
    figures = read(folder(tmp_path, RATE)).on(day)

    with pytest.raises(NotInForce):
        figures["rate"]
    with pytest.raises(NotInForce):
        figures.number("rate")


def test_a_figure_can_be_reckoned_with(tmp_path: Path) -> None:
    cap = RATE.replace("5,7", "10.547.400").replace("rate", "cap")
    figures = read(folder(tmp_path, RATE, cap)).on(date(2020, 1, 1))

    assert figures.number("rate") == Decimal("5.7")
    assert figures.number("cap") == 10_547_400


def test_replies_are_measured_with_the_widest_text_there_was(tmp_path: Path) -> None:
    rules = read(folder(tmp_path, RATE + NEXT))

    assert rules.widest(Language.INDONESIAN) == {"rate": "5,7"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[rate]\nmeaning = "a rate"\n', "has no version"),
        (RATE.replace('meaning = "a rate"', ""), "does not say what it means"),
        (RATE.replace("2026-11-21", "2015-06-30"), "ends before it begins"),
        (RATE.replace("2015-07-01", '"2015-07-01"'), "is not written as 2026-12-31"),
        (RATE.replace('source = "a law"', ""), "a version has no source"),
        (RATE.replace('"5,7"', '""'), "a version has no text"),
        (RATE.replace("valid_to", "until"), "an unknown until"),
        (RATE.replace("2026-11-21", "2026-11-22") + NEXT, "overlaps the next"),
        (RATE.replace("valid_to = 2026-11-21", "") + NEXT, "overlaps the next"),
        (RATE.replace("2026-11-21", "2026-11-20") + NEXT, "leaves a gap before the"),
        ("[rate]\noptinal = true\n" + RATE.replace("[rate]", ""), "unknown optinal"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(
    tmp_path: Path, text: str, fault: str
) -> None:
    assert any(fault in item for item in faults(tmp_path, text))


def test_what_is_said_in_words_is_no_placeholder(tmp_path: Path) -> None:
    words = RATE.replace('meaning = "a rate"', 'meaning = "a rate"\nin_words = true')

    assert read(folder(tmp_path, words)).widest(Language.INDONESIAN) == {}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("5,7", "5.7"),
        ("42 juta", "42 million"),
        ("1,5 juta", "1.5 million"),
        ("16.800", "16.800"),
        ("31-12-2026", "31-12-2026"),
        ("Jl. Satu 1, RT 2", "Jl. Satu 1, RT 2"),
    ],
)
def test_english_replies_tell_figures_the_english_way(
    tmp_path: Path, text: str, english: str
) -> None:
    rules = read(folder(tmp_path, RATE.replace("5,7", text)))
    figures = rules.on(date(2020, 1, 1))

    assert figures["rate"] == text
    assert figures.in_language(Language.ENGLISH)["rate"] == english
    assert rules.widest(Language.ENGLISH) == {"rate": english}


def test_a_text_with_indonesian_words_has_its_own_english(tmp_path: Path) -> None:
    started = RATE.replace('"5,7"', '"Juli 2015"\nenglish = "July 2015"')
    figures = read(folder(tmp_path, started)).on(date(2020, 1, 1))

    assert figures["rate"] == "Juli 2015"
    assert figures.in_language(Language.ENGLISH)["rate"] == "July 2015"


def test_every_fault_of_every_file_is_named(tmp_path: Path) -> None:
    broken = RATE.replace('source = "a law"', "").replace("rate", "other")

    found = faults(tmp_path, RATE, RATE, broken)

    assert [item.split(": ")[0:2] for item in found] == [
        ["1.toml", "rate"],
        ["2.toml", "other"],
    ]


def test_whom_to_call_never_lapses() -> None:
    assert our_rules().rules["care"].versions[-1].valid_to is None
