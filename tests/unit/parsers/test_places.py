"""Which place a message names, however it is spelt."""

import pytest

from gateway.handlers import topics
from gateway.parsers import places
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.places import PLACES, find_places, names_a_place
from gateway.parsers.tokens import Token
from gateway.parsers.word_splitting import split_words

UNDERSTOOD = {
    "malang": "malang",
    "kota malang": "malang",
    "kab bekasi": "bekasi",
    "lima puluh kota": "lima puluh kota",
    "kota baru": "kotabaru",
    "bandung barat": "bandung barat",
    "palangkaraya": "palangka raya",
    "pekan baru": "pekanbaru",
    "toli toli": "tolitoli",
    "jogja": "yogyakarta",
    "solo": "surakarta",
    "jaksel": "jakarta selatan",
    "bdg": "bandung",
    "cikarang": "bekasi",
    "bandng": "bandung",
    "surabya": "surabaya",
    "bandar lampng": "bandar lampung",
    "tangrang selatan": "tangerang selatan",
    "di pasurwan mana alamatnya": "pasuruan",
    "batam center": "batam",
}


def test_a_place_is_understood() -> None:
    found = {words: find_places(words.split()) for words in UNDERSTOOD}

    assert found == {words: [place] for words, place in UNDERSTOOD.items()}


def test_every_place_means_itself_however_it_is_spaced() -> None:
    assert [
        place
        for place in PLACES
        for words in (place.split(), [place.replace(" ", "")])
        if find_places(words) != [place]
    ] == []


@pytest.mark.parametrize(
    ("words", "some"),
    [
        ("jakarta", {"jakarta pusat", "jakarta selatan"}),
        ("sumba", {"sumba barat", "sumba timur"}),
        ("semrang", {"semarang", "serang"}),
    ],
)
def test_what_may_mean_several_is_not_guessed(words: str, some: set[str]) -> None:
    assert some <= set(find_places(words.split()))


def test_what_is_no_place_names_none() -> None:
    no_places = ["", "paris", "mana", "dari", "medn", "kantor", "xx"]

    assert [words for words in no_places if find_places(words.split())] == []


def test_who_asks_where_names_no_place() -> None:
    assert not names_a_place(["alamat", "kantor", "terdekat", "di", "mana"])
    assert names_a_place(["kantor", "paris"])


def test_no_end_of_words_is_searched() -> None:
    assert find_places(["abcdefghij"] * 500 + ["malang"]) == []


def test_other_names_lead_to_places_that_there_are() -> None:
    assert set(places._BY_OTHER_NAME.values()) <= set(PLACES)
    assert len(set(PLACES)) == len(PLACES)


def test_no_name_is_taken_apart_by_the_words_of_topics() -> None:
    book = KeywordIndex(topic.keyword for topic in topics().values())

    for name in places.WORDS:
        parts = split_words([Token(name, False, "")], book.words, book.endings)
        assert [part.text for part in parts] == [name]
