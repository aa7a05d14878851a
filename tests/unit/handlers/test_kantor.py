"""KANTOR: which branch is told, and what is asked when there are several."""

from datetime import date, timedelta

from gateway.domain.brand import LONGEST_BRAND
from gateway.domain.enquiry import Language
from gateway.handlers.kantor import tell
from gateway.handlers.registry import Question
from gateway.parsers.places import TOWNS, find_towns
from gateway.reference_data.branch_list import our_branches
from gateway.reference_data.branches import (
    ADDRESS_WIDTH,
    BRANCH_WIDTH,
    Branch,
    BranchBook,
)
from gateway.replies import kantor
from gateway.replies.fields import PLACES_WIDTH, WIDEST, place_name, place_names
from gateway.replies.template import render
from tests.support.fakes import FIGURES

WIDE_BRAND = "M" * LONGEST_BRAND
BRANCHES = (
    Branch("Malang", "Jl. Satu 1", ("malang", "batu")),
    Branch("Surabaya Darmo", "Jl. Dua 2", ("surabaya",)),
    Branch("Surabaya Rungkut", "Jl. Tiga 3", ("surabaya",)),
    Branch("Jakarta Cilandak", "Jl. Empat 4", ("jakarta selatan",)),
    Branch("Jakarta Gambir", "Jl. Lima 5", ("jakarta pusat",)),
)
ASK = "Ada beberapa kantor: "
# What is asked, and how the reply begins.
REPLIES = {
    "malang": "Kantor cabang Malang: Jl. Satu 1.",
    "batu": "Kantor cabang Malang: Jl. Satu 1.",
    "singosari": "Kantor cabang Malang: Jl. Satu 1.",
    "surabaya": ASK + "SURABAYA DARMO, RUNGKUT. Contoh: ketik KANTOR SURABAYA DARMO.",
    "surabaya rungkut": "Kantor cabang Surabaya Rungkut: Jl. Tiga 3.",
    "darmo": "Kantor cabang Surabaya Darmo: Jl. Dua 2.",
    "jakarta": ASK + "JAKARTA SELATAN, PUSAT. Contoh: ketik KANTOR JAKARTA SELATAN.",
    "jakarta gambir": "Kantor cabang Jakarta Gambir: Jl. Lima 5.",
    "jakarta timur": "Maaf, alamat kantor cabang untuk JAKARTA TIMUR belum ada",
    "sumba": "Maaf, alamat kantor cabang untuk SUMBA belum ada",
    "semrang": "Maaf, alamat kantor cabang untuk SEMARANG belum ada",
    "jam buka kantor": "Alamat kantor cabang: ketik KANTOR",
    "paris": "Maaf, kota itu tidak kami kenal.",
}


def reply_to(words: str, branches: tuple[Branch, ...] = BRANCHES) -> str:
    question = Question(FIGURES, tuple(words.split()), branch_book=BranchBook(branches))
    return render(tell(question), Language.INDONESIAN, "", FIGURES).text


def test_each_question_gets_its_branch() -> None:
    replies = {words: reply_to(words) for words in REPLIES}

    assert [
        f"{words}: {text}"
        for words, text in replies.items()
        if not text.startswith(REPLIES[words])
    ] == []


def test_who_gets_no_address_is_sent_to_the_telephone_not_to_the_internet() -> None:
    texts = (*kantor.NO_ADDRESS.indonesian, *kantor.NO_ADDRESS.english)

    for text in texts:
        assert "{care}" in text
        assert not any(word in text for word in ("{website}", "{whatsapp}", "JMO"))


def test_an_address_is_told_from_its_first_day_to_its_last() -> None:
    day = FIGURES.day
    old = Branch("Malang", "Jl. Lama 1", ("malang",), valid_to=day)
    new = Branch("Malang", "Jl. Baru 1", ("malang",), valid_from=day + timedelta(1))
    book = BranchBook([old, new])

    assert book.on(date(2026, 1, 1)) == book.on(day) == (old,)
    assert book.on(day + timedelta(1)) == (new,)


def test_no_town_of_one_name_is_hidden() -> None:
    first_words = {town.split()[0] for town in TOWNS}
    groups = {word: find_towns([word]) for word in first_words}

    assert [
        word for word, towns in groups.items() if "dll" in place_names(towns or [word])
    ] == []


def test_of_too_many_names_as_many_are_told_as_fit() -> None:
    names = place_names([f"kantor nomor {number}" for number in range(20)])

    assert names.endswith(", dll")
    assert len(names) <= PLACES_WIDTH


def test_every_place_and_branch_fits_one_sms_under_the_longest_brand() -> None:
    widest = Branch("M" * BRANCH_WIDTH, "M" * ADDRESS_WIDTH, ())
    for branch in (*our_branches(), widest):
        answer = kantor.BRANCH.fill(branch=branch.name, address=branch.address)
        for language in Language:
            assert render(answer, language, WIDE_BRAND, FIGURES).segments == 1

    assert max(len(place_name([town])) for town in TOWNS) <= len(WIDEST["place"])
