"""SMS to try from a phone."""

from dataclasses import dataclass, replace

from gateway.simulator.members import MadeUpMember
from gateway.simulator.words import Words


@dataclass(frozen=True)
class Example:
    """An SMS to try, and what it shows."""

    text: str
    shows: Words


_OF_OWNER = (
    Example("SALDO {kpj}", Words("Saldo JHT", "JHT balance")),
    Example("STATUS {kpj}", Words("Status kepesertaan", "Membership status")),
    Example("saldo saya brp {kpj}", Words("Ditulis bebas", "Written freely")),
    Example("BALANCE {kpj}", Words("Jawaban bahasa Inggris", "Answered in English")),
)
_OF_OTHER = (Example("SALDO {kpj}", Words("KPJ orang lain", "Somebody else's KPJ")),)
_OF_ANYONE = (
    Example("SALDO 12345", Words("KPJ kurang angka", "KPJ too short")),
    Example("BANTUAN", Words("Petunjuk", "Help")),
    Example("STOP", Words("Berhenti menerima SMS", "Opt out")),
    Example("MULAI", Words("Menerima SMS lagi", "Opt in again")),
)


def examples(owner: MadeUpMember | None, other: MadeUpMember | None) -> list[Example]:
    """SMS to try from a phone: about its own member, and about another one."""
    return [
        *([_filled(example, owner.kpj) for example in _OF_OWNER] if owner else []),
        *([_filled(example, other.kpj) for example in _OF_OTHER] if other else []),
        *_OF_ANYONE,
    ]


def _filled(example: Example, kpj: str) -> Example:
    return replace(example, text=example.text.format(kpj=kpj))
