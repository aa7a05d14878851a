"""Topics that only inform: what a file says is told, and every mistake is named."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from gateway.domain.enquiry import Language
from gateway.handlers.information import Information, read
from gateway.handlers.information.topic_file import BadTopics
from gateway.reference_data.loader import our_rules
from tests.support.fakes import QUESTION

TOPIC = """\
example = "JAM BUKA"
section = "service"
forgiving = ["jam buka"]
kept = ["senin"]

[about]
indonesian = "jam buka kantor cabang"
english = "when branches are open"

[words]
indonesian = ["jam buka", "jam kerja"]
english = ["opening hours"]

[[texts]]
name = "hours"
indonesian = [
    "Kantor cabang buka Senin sampai Jumat, pagi sampai sore. Telp {care}.",
    "Buka Senin sampai Jumat. Telp {care}.",
]
english = ["Branches are open from Monday to Friday. Telp {care}."]

[[texts]]
name = "hours_weekend"
asked_with = ["sabtu", "minggu"]
indonesian = ["Sabtu dan Minggu tutup. Telp {care}."]
english = ["Closed on Saturdays and Sundays. Telp {care}."]

[[texts]]
name = "hours_holiday"
asked_with = ["libur"]
indonesian = ["Hari libur tutup. Telp {care}."]
english = ["Closed on holidays. Telp {care}."]
"""
LAST = "Buka Senin sampai Jumat. Telp {care}."
# What an officer may write instead of something in the file, and what is then said.
MISTAKES = {
    ("[about]", "[about"): "Expected ']' at the end of a table declaration (at line 6",
    ('example = "JAM BUKA"\n', ""): "example: is missing",
    ('"service"', '"hours"'): "section: has to be one of 'money', 'claims',",
    ("kept", "keep"): "keep: is not a key of a topic",
    ('["senin"]', '"senin"'): "kept: has to be a list",
    ("when branches are open", "x" * 41): "about english: has more than 40 characters",
    ("jam buka kantor cabang", ""): "about indonesian: is empty",
    ('["opening hours"]', '["Hours"]'): (
        'words english 1: "Hours" has to be lower-case words with one space between'
    ),
    ('forgiving = ["jam buka"]', 'forgiving = ["buka"]'): (
        'forgiving: "buka" is no form of this topic'
    ),
    (
        'asked_with = ["libur"]\n',
        "",
    ): "texts: exactly one text has to be without `asked_with`",
    ('indonesian = ["Hari libur tutup. Telp {care}."]', "indonesian = []"): (
        "texts 3 indonesian: is empty"
    ),
    (LAST, "B" * 139 + "{care}"): (
        "hours: indonesian 2: 4 characters too long for one SMS behind a brand of 20"
    ),
    (LAST, "Buka Senin\u2013Jumat. Telp {care}."): (
        "hours: indonesian 2: the character '\u2013' is outside the GSM-7 basic"
    ),
    (LAST, "Buka Senin~Jumat. Telp {care}."): (
        "hours: indonesian 2: the character '~' is outside the GSM-7 basic"
    ),
    (LAST, "Buka. Info {car}."): ("hours: indonesian 2: {car} is not a placeholder"),
    (LAST, "Buka {kpj}. Telp {care}."): (
        "hours: indonesian 2: {kpj} is not a placeholder"
    ),
    (LAST, "Buka. Info {care."): "hours: indonesian 2: the braces do not match",
    (LAST, "Buka jam 08.00. Telp {care}."): (
        "hours: indonesian 2: 08.00. is a figure: put it into gateway/reference_data"
    ),
}


def topic_in(folder: Path, text: str = TOPIC) -> Information:
    (folder / "jam_buka.toml").write_text(text, encoding="utf-8")
    (topic,) = read(folder, our_rules())
    return topic


def answer(topic: Information, *words: str) -> str:
    return topic.answer(replace(QUESTION, phrase="jam buka", words=words)).template.name


def test_a_file_makes_a_topic(tmp_path: Path) -> None:
    topic = topic_in(tmp_path)

    assert topic.keyword.title == "JAM BUKA"
    assert topic.keyword.forms == ("jam buka", "jam kerja", "opening hours")
    assert topic.keyword.english == {"opening hours"}
    assert answer(topic) == "hours"
    assert answer(topic, "hari", "minggu") == "hours_weekend"


def test_any_editor_may_have_written_a_file(tmp_path: Path) -> None:
    content = TOPIC.replace("\n", "\r\n").encode("utf-8-sig")
    (tmp_path / "jam_buka.toml").write_bytes(content)

    (topic,) = read(tmp_path, our_rules())

    assert topic == topic_in(tmp_path)


def test_a_text_may_be_told_in_a_further_language(tmp_path: Path) -> None:
    topic = topic_in(tmp_path, TOPIC + 'others.jv = ["Preinan tutup. Telp {care}."]\n')

    template = topic.texts[-1].template
    assert template.variants(cast("Language", "jv")) == ("Preinan tutup. Telp {care}.",)
    assert "Preinan tutup. Telp {care}." in template.all_variants


def test_of_two_texts_that_are_asked_for_the_first_in_the_list_is_told(
    tmp_path: Path,
) -> None:
    topic = topic_in(tmp_path)

    assert answer(topic, "libur", "sabtu") == "hours_weekend"
    assert answer(topic, "sabtu", "libur") == "hours_weekend"


def test_a_topic_may_tell_the_text_whose_word_was_said_first(tmp_path: Path) -> None:
    topic = topic_in(tmp_path, f"first_word_wins = true\n{TOPIC}")

    assert answer(topic, "libur", "sabtu") == "hours_holiday"
    assert answer(topic, "sabtu", "libur") == "hours_weekend"


def test_a_topic_may_tell_another_text_each_day(tmp_path: Path) -> None:
    text = TOPIC.replace('name = "hours"', 'name = "hours"\nasked_with = ["senin"]')
    topic = topic_in(tmp_path, f"daily = true\n{text}")
    days = [date(2026, 12, day) for day in range(1, 5)]

    told = [
        topic.answer(replace(QUESTION, figures=our_rules().on(day))).template.name
        for day in days
    ]

    assert sorted(told[:3]) == ["hours", "hours_holiday", "hours_weekend"]
    assert told[3] == told[0]
    assert answer(topic, "libur") == "hours_holiday"


def test_a_daily_text_can_also_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(BadTopics, match="with `daily` each text has to have"):
        topic_in(tmp_path, f"daily = true\n{TOPIC}")


def test_a_number_may_ask_for_a_text(tmp_path: Path) -> None:
    topic = topic_in(tmp_path, TOPIC.replace('"libur"', '"10"'))

    assert (
        topic.answer(replace(QUESTION, numbers=(10,))).template.name == "hours_holiday"
    )


def test_every_mistake_is_named_with_its_file_and_key(tmp_path: Path) -> None:
    wrong = []
    for (right, mistake), sentence in MISTAKES.items():
        assert right in TOPIC, right
        with pytest.raises(BadTopics) as caught:
            topic_in(tmp_path, TOPIC.replace(right, mistake, 1))
        faults = caught.value.faults
        if len(faults) != 1 or not faults[0].startswith(f"jam_buka.toml: {sentence}"):
            wrong.append((mistake, faults))

    assert wrong == []


def test_all_mistakes_in_all_files_are_named_at_once(tmp_path: Path) -> None:
    for name, wrong in (("satu", "x"), ("dua", "y")):
        text = TOPIC.replace("kept", wrong).replace('"service"', '"hours"')
        (tmp_path / f"{name}.toml").write_text(text)

    with pytest.raises(BadTopics) as caught:
        read(tmp_path, our_rules())

    assert [fault.split(": ")[:2] for fault in caught.value.faults] == [
        ["dua.toml", "section"],
        ["dua.toml", "y"],
        ["satu.toml", "section"],
        ["satu.toml", "x"],
    ]


@pytest.mark.parametrize("name", ["Jam", "jam buka", "jam_buka_kantor"])
def test_the_name_of_a_file_is_a_keyword(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.toml").write_text(TOPIC)

    with pytest.raises(BadTopics, match="a file's name is its keyword"):
        read(tmp_path, our_rules())
