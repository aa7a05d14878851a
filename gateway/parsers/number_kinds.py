"""What a number in an SMS can be."""

from enum import StrEnum


class NumberKind(StrEnum):
    """The kinds of numbers that people send."""

    KPJ = "kpj"
    NIK = "nik"
    HEALTH_CARD = "health_card"
    PHONE = "phone"
    WRONG_LENGTH = "wrong_length"
    OTHER = "other"
