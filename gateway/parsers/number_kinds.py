"""The kinds of numbers in SMS, a module of its own to prevent an import cycle."""

from enum import StrEnum


class NumberKind(StrEnum):
    """The kinds of numbers that people send."""

    KPJ = "kpj"
    NIK = "nik"
    HEALTH_CARD = "health_card"
    PHONE = "phone"
    WRONG_LENGTH = "wrong_length"
    OTHER = "other"
