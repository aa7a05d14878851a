"""Enrolments as people write them, and what is kept of them."""

from gateway.domain.enquiry import Language
from gateway.parsers.enrolment import Enrolment, MalformedEnrolment
from tests.support.texts import enrolment_in, redacted

NIK = "0000001204850001"
FIELDS = f"{NIK}#CONTOH BUDI#12-04-1985#61000000019"
COMPLETE = [
    f"DAFTAR SALDO#{FIELDS}",
    f"DAFTARSALDO#{FIELDS}",
    f"DAFTAR{FIELDS}",
    f"Mau DAFTAR SALDO#{FIELDS}",
    f"pak tolong, daftarkan saldo#{FIELDS}",
    f"daftarkan saldo#{FIELDS}",
    f"dftar saldo#{FIELDS}",
    f"Daftr(spasi)saldo#{FIELDS}",
    f"DAFTAR*SALDO#{FIELDS}",
    f"DAFTAR#SALDO#{FIELDS}",
    f"SALDO#{FIELDS}",
    f"cek saldo#{FIELDS}",
]
WRONG = [
    f"DAFTAR NIK {NIK} NAMA CONTOH BUDI",
    f"DAFTAR SALDO NIK {NIK} NAMA CONTOH BUDI LAHIR 12 April 1985 KPJ 61000000019",
    "daftar nik 0000 0012 0485 0001 contoh budi",
    "DAFTAR SALDO#CONTOH BUDI#61000000019",
    "DAFTAR SALDO NAMA CONTOH BUDI",
]
SOMETHING_ELSE = [
    "SALDO#61000000019",
    "SALDO#61000000019#",
    "SALDO#6100#0000#019",
    f"SALDO#{NIK}#61000000019",
    "daftar hadir udah diisi belum",
    "daftar belanja: gula, kopi",
    "mau daftar sekolah #anak",
    f"sudah daftar, kartu {NIK} gimana",
    "pendaftaran#1",
]
# Names in what was not understood as an enrolment.
UNCLEAR = [
    f"CONTOH BUDI {NIK}",
    "saldo, nik 0000:0012:0485:0001 contoh budi",
    "nik 0000 0012 0485 0001, kpj 61000000019, contoh budi",
    "contoh budi#12-04-1985#61000000019",
]


def fields_of(text: str) -> tuple[str, str, str | None] | None:
    enrolment = enrolment_in(text)
    if not isinstance(enrolment, Enrolment):
        return None
    return enrolment.nik, enrolment.kpj.digits, enrolment.name


def test_an_enrolment_is_recognised_in_every_spelling() -> None:
    fields = (NIK, "61000000019", "CONTOH BUDI")

    assert {text: fields_of(text) for text in COMPLETE} == dict.fromkeys(
        COMPLETE, fields
    )


def test_an_enrolment_in_a_wrong_format_is_seen_as_one() -> None:
    malformed = MalformedEnrolment(Language.INDONESIAN)

    assert [text for text in WRONG if enrolment_in(text) != malformed] == []


def test_what_only_looks_like_an_enrolment_is_none() -> None:
    assert [text for text in SOMETHING_ELSE if enrolment_in(text) is not None] == []


def test_nothing_is_kept_of_what_may_tell_nik_and_name() -> None:
    texts = [*COMPLETE, *WRONG, *UNCLEAR]

    assert [text for text in texts if redacted(text) != "[enrolment]"] == []
