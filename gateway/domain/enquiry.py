"""What a text asks for, or why it asks for nothing that can be answered."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.participants import KPJ


class Language(StrEnum):
    """The languages that workers are answered in."""

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
class Enquiry:
    """A topic to answer; `kpj` is None only for topics open to anyone."""

    keyword: str
    kpj: KPJ | None
    language: Language


@dataclass(frozen=True)
class Rejection:
    """What was wrong; `length` is how long the malformed number was."""

    reason: RejectionReason
    language: Language = Language.INDONESIAN
    keyword: str | None = None
    length: int | None = None
