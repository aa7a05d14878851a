"""Parse `DAFTAR SALDO#NIK#NAMA#DD-MM-YYYY#KPJ`, as it was published for 2757.

Name, e-mail and spaces around `#` are optional. A field is recognised by its shape, so
the order does not matter.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from gateway.domain.enquiry import Language
from gateway.domain.participants import KPJ, KPJ_SHAPE
from gateway.parsers.normalise import NormalisedText, normalise

# `daftar`, its usual mistypings, glued or not, and `(spasi)` typed out as printed.
_OPENING = re.compile(
    r"(?<![a-z])(?:daftar(?:kan|in)?|dftar|daftr|dafar|dafatr|daftra|dftr|daptar|datar"
    r"|reg|(?P<english>register|enroll?))(?:(?![a-z])|(?=saldo|jht|bpjs))"
    r"[\s.:,*#_-]*(?:\(?\s?spasi\s?\)?)?\s?(?P<what>saldo|jht|bpjs\s?tk)?\s?#?",
    re.IGNORECASE,
)
# The fields of an enrolment behind SALDO or JHT, where DAFTAR was forgotten.
_OPENING_FORGOTTEN = re.compile(r"(?:cek\s?)?(?:saldo|jht)[\s.:]*#", re.IGNORECASE)
_NIK_ANYWHERE = re.compile(r"(?<!\d)\d(?:[\s.-]?\d){15}(?!\d)", re.ASCII)
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
    """A request to hear about a member on this phone, with proof of identity."""

    kpj: KPJ
    nik: str = field(repr=False)
    born: date = field(repr=False)
    name: str | None = field(repr=False)
    language: Language


@dataclass(frozen=True)
class MalformedEnrolment:
    """An enrolment with a missing or wrong field."""

    language: Language


@dataclass(frozen=True)
class SimRegistration:
    """A SIM registration with NIK and family card number, sent to us by mistake."""

    language: Language = Language.INDONESIAN


EnrolmentMessage = Enrolment | MalformedEnrolment | SimRegistration


def parse_enrolment(normalised: NormalisedText) -> EnrolmentMessage | None:
    """Parse an enrolment; None if the text is not meant as one. Never raises."""
    text = normalised.strip()
    if _SIM_REGISTRATION.fullmatch(text):
        return SimRegistration()
    if opening := _opening(text):
        language = Language.ENGLISH if opening["english"] else Language.INDONESIAN
        return _enrolment(text, opening, language) or MalformedEnrolment(language)
    if opening := _OPENING_FORGOTTEN.match(text):
        return _enrolment(text, opening, Language.INDONESIAN)
    return None


def _opening(text: str) -> re.Match[str] | None:
    openings = _OPENING.finditer(text)
    return next((found for found in openings if _is_meant(found, text)), None)


def _is_meant(opening: re.Match[str], text: str) -> bool:
    """Whether an enrolment follows; inside a sentence only a `#` shows that."""
    if "#" in opening[0]:
        return True
    if any(map(str.isalnum, text[: opening.start()])):
        return False
    return bool(opening["what"] or "#" in text or _NIK_ANYWHERE.search(text))


def _enrolment(
    text: str, opening: re.Match[str], language: Language
) -> Enrolment | None:
    fields = (field.strip() for field in text[opening.end() :].split("#"))
    return _from_fields(filter(None, fields), language)


def _from_fields(fields: Iterable[str], language: Language) -> Enrolment | None:
    """Recognise the fields; None if one is of no known kind or a kind comes twice."""
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
    day, month, year = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def comparable_name(name: str) -> str:
    """A name for comparison: without case, spaces, dots of titles and apostrophes."""
    return re.sub(r"[^A-Z]", "", normalise(name).upper())
