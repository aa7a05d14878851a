"""Alarms about misuse."""

from enum import StrEnum


class AlarmKind(StrEnum):
    """Signs of misuse; each alarm is raised once a day for its subject."""

    PHONE_REFUSED_OFTEN = "phone_refused_often"
    KPJ_FROM_MANY_PHONES = "kpj_from_many_phones"
    NEIGHBOURING_KPJS = "neighbouring_kpjs"
    MANY_REFUSALS = "many_refusals"
    ALL_REPLIES_USED = "all_replies_used"
