"""Which place a message names, however it is spelt."""

from gateway.handlers import topics
from gateway.parsers import places
from gateway.parsers.gazetteer import DISTRICTS, OTHER_NAMES
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.places import (
    BESIDE_NAMES,
    TOWNS,
    find_towns,
    names_a_place,
)
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
    # Old names, short forms and provinces.
    "ujung pandang": "makassar",
    "mamuju utara": "pasangkayu",
    "diy": "yogyakarta",
    "lampung": "bandar lampung",
    "jawa timur": "surabaya",
    # One word of a longer name.
    "bintuni": "teluk bintuni",
    "selayar": "kepulauan selayar",
    # Kecamatan, also where they begin like a town.
    "pasar minggu": "jakarta selatan",
    "kebayoran": "jakarta selatan",
    "kelapa gading": "jakarta utara",
    "medan satria": "bekasi",
    "sukajadi bandung": "bandung",
}


def test_a_place_is_understood() -> None:
    found = {words: find_towns(words.split()) for words in UNDERSTOOD}

    assert found == {words: [place] for words, place in UNDERSTOOD.items()}


def test_every_place_means_itself_however_it_is_spaced() -> None:
    assert [
        place
        for place in TOWNS
        for words in (place.split(), [place.replace(" ", "")])
        if find_towns(words) != [place]
    ] == []


SEVERAL = {
    "jakarta": [
        *("jakarta timur", "jakarta barat", "jakarta selatan", "jakarta utara"),
        "jakarta pusat",
    ],
    "kepri": ["batam", "tanjung pinang"],
    "sumba": ["sumba barat daya", "sumba timur", "sumba barat", "sumba tengah"],
    "semrang": ["semarang", "serang"],
    "ciledug": ["tangerang", "cirebon"],
}


def test_of_several_towns_the_largest_comes_first() -> None:
    assert {words: find_towns(words.split()) for words in SEVERAL} == SEVERAL


def test_a_2_doubles_a_word() -> None:
    found = {word: find_towns([word], [2]) for word in ("pare", "bau", "toli")}

    assert found == {"pare": ["parepare"], "bau": ["baubau"], "toli": ["tolitoli"]}
    assert find_towns(["pare"]) == ["kediri"]


def test_what_is_no_place_names_none() -> None:
    no_places = [
        *("", "paris", "mana", "dari", "medn", "kantor", "xx", "batavia", "barat"),
        *("jam buka kantor", "jadwal hari sabtu", "jam lima", "kota"),
        *("kantor pusat", "kamu", "negeri", "dalam", "jawa", "nama anak"),
    ]

    assert [words for words in no_places if find_towns(words.split())] == []


def test_who_asks_where_names_no_place() -> None:
    assert not names_a_place(["alamat", "kantor", "terdekat", "di", "mana"])
    assert not names_a_place(["jam", "buka", "kantor", "hari", "sabtu"])
    assert names_a_place(["kantor", "paris"])


def test_no_end_of_words_is_searched() -> None:
    assert find_towns(["abcdefghij"] * 500 + ["malang"]) == []


def test_other_names_and_districts_lead_to_towns_that_there_are() -> None:
    for names in (OTHER_NAMES, DISTRICTS):
        assert {town for towns in names.values() for town in towns} <= set(TOWNS)


def test_no_short_word_and_no_word_beside_names_is_a_district() -> None:
    assert [name for name in DISTRICTS if name in BESIDE_NAMES or len(name) < 4] == []


def test_no_name_is_taken_apart_by_the_words_of_topics() -> None:
    book = KeywordIndex(topic.keyword for topic in topics().values())

    for name in places.WORDS:
        parts = split_words([Token(name, False, "")], book.words, book.endings)
        assert [part.text for part in parts] == [name]
