"""What a number in an SMS can be."""

from enum import StrEnum


class NumberKind(StrEnum):
    """What a number is."""

    KPJ = "kpj"
    NIK = "nik"
    HEALTH_CARD = "health_card"
    PHONE = "phone"
    WRONG_LENGTH = "wrong_length"
    OTHER = "other"
