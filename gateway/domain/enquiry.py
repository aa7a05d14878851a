"""What an SMS asks for, or why it cannot be answered."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.participants import KPJ


class Language(StrEnum):
    """The languages of replies."""

    INDONESIAN = "id"
    ENGLISH = "en"


class RejectionReason(StrEnum):
    """Why a message cannot be answered with what it asked for."""

    EMPTY = "empty"
    UNKNOWN_KEYWORD = "unknown_keyword"
    KPJ_MISSING = "kpj_missing"
    KPJ_MALFORMED = "kpj_malformed"
    KPJ_AMBIGUOUS = "kpj_ambiguous"
    NIK_GIVEN = "nik_given"
    HEALTH_CARD_GIVEN = "health_card_given"
    PHONE_GIVEN = "phone_given"


@dataclass(frozen=True)
class MemberEnquiry:
    """A question about one member."""

    keyword: str
    kpj: KPJ
    language: Language


@dataclass(frozen=True)
class GeneralEnquiry:
    """A question that anyone may ask."""

    keyword: str
    language: Language


Enquiry = MemberEnquiry | GeneralEnquiry


@dataclass(frozen=True)
class Rejection:
    """A message that cannot be answered as it is.

    `length` is that of a malformed number, `letter` one that must not be in it.
    `last_four` has the numbers that may be the
    last four digits of a KPJ; only the KPJ of the sender's phone may be compared.
    """

    reason: RejectionReason
    language: Language = Language.INDONESIAN
    keyword: str | None = None
    length: int | None = None
    last_four: tuple[str, ...] = ()
    letter: str | None = None
