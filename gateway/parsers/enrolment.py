"""Read `DAFTAR SALDO#NIK#NAMA#DD-MM-YYYY#KPJ`, as it was published for 2757.

With or without name, e-mail or spaces around `#`; the fields are told apart by their
shape, so their order does not matter.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from gateway.parsers.enquiry import Language
from gateway.parsers.text import plain
from gateway.participants import KPJ, KPJ_SHAPE

# `daftar`, its usual mistypings, and `(spasi)` typed out as printed.
_OPENING = re.compile(
    r"(?:daftar|dftr|daptar|datar|reg|(?P<english>register|enroll?))\b[\s.:,]*(?:\(?\s*spasi\s*\)?)?\s*"
    r"(?P<what>saldo|jht|bpjs\s*tk)?\s*#?",
    re.IGNORECASE,
)
_NIK = re.compile(r"\d{16}", re.ASCII)
_DATE = re.compile(r"(\d{1,2})[\s./-](\d{1,2})[\s./-](\d{4})|(\d{2})(\d{2})(\d{4})")
_NAME = re.compile(r"[A-Za-z][A-Za-z .,'`-]*")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_SPACE_IN_NUMBER = re.compile(r"(?<=[\dA-Za-z])[\s.-]+(?=\d)")
# REG NIK#KK#, DAFTAR#NIK#KK, ULANG#NIK#KK#, NIK#KK#: SIM registration, meant for 4444.
_SIM_REGISTRATION = re.compile(
    r"(?:reg|daftar|ulang|info|unreg)?[\s#(spai)]*"
    r"\d[\d\s]{14,20}#\s*\d[\d\s]{14,20}#?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Enrolment:
    """A wish to hear about a member on this phone, with what proves who asks."""

    kpj: KPJ
    nik: str = field(repr=False)
    born: date = field(repr=False)
    name: str | None = field(repr=False)
    language: Language


@dataclass(frozen=True)
class NotAnEnrolment:
    """Meant as an enrolment, but something is missing or wrong."""

    language: Language


@dataclass(frozen=True)
class SimRegistration:
    """A SIM registration with NIK and family card number, sent to us by mistake."""


Outcome = Enrolment | NotAnEnrolment | SimRegistration


def parse_enrolment(text: str) -> Outcome | None:
    """What an enrolment says; None when the text is something else. Never raises."""
    text = plain(text).strip()
    if _SIM_REGISTRATION.fullmatch(text):
        return SimRegistration()
    opening = _OPENING.match(text)
    if opening is None or not (opening["what"] or "#" in text):
        return None
    fields = [it.strip() for it in text[opening.end() :].split("#")]
    language = Language.ENGLISH if opening["english"] else Language.INDONESIAN
    filled = [it for it in fields if it]
    return _from_fields(filled, language) or NotAnEnrolment(language)


def _from_fields(fields: Iterable[str], language: Language) -> Enrolment | None:
    """Each kind of field at most once, and nothing that is of no kind."""
    found: dict[str, str] = {}
    for value in fields:
        number = _SPACE_IN_NUMBER.sub("", value).upper()
        kind = _kind_of(value, number)
        if kind is None or kind in found:
            return None
        found[kind] = number if kind in ("nik", "kpj") else value
    born = _date(found.get("born", ""))
    if born is None or not {"nik", "kpj"} <= found.keys():
        return None
    kpj, name = KPJ(found["kpj"]), found.get("name")
    return Enrolment(kpj, found["nik"], born, name, language)


def _kind_of(value: str, number: str) -> str | None:
    if _EMAIL.fullmatch(value):
        return "email"
    if _DATE.fullmatch(value):
        return "born"
    if _NIK.fullmatch(number):
        return "nik"
    if KPJ_SHAPE.fullmatch(number):
        return "kpj"
    return "name" if _NAME.fullmatch(value) else None


def _date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    day, month, year = (int(it) for it in match.groups() if it is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def comparable_name(name: str) -> str:
    """A name without case, spaces, titles' dots and apostrophes, to be compared."""
    return re.sub(r"[^A-Z]", "", plain(name).upper())
