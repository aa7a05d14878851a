"""The phones on the page and its language, kept in the address of the page."""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from gateway.parsers.msisdn import classify_sender
from gateway.simulator.tester import with_plus
from gateway.simulator.words import Language, language_named

MOST_PHONES = 4
_LONGEST_WRITTEN = 32
# E.164 or a short code; or the name that a company sends under.
_PHONE = re.compile(r"\+?\d{2,15}|[A-Za-z0-9][A-Za-z0-9 ._-]{0,10}", re.ASCII)


@dataclass(frozen=True)
class Desk:
    """Phones side by side, each once; `mistaken` is what was given and is no phone."""

    phones: tuple[str, ...]
    language: Language = Language.INDONESIAN
    mistaken: str = ""

    @property
    def is_full(self) -> bool:
        """Whether no phone can be added."""
        return len(self.phones) >= MOST_PHONES

    @property
    def query(self) -> dict[str, Any]:
        """The query of an address with this desk."""
        is_usual = self.language is Language.INDONESIAN
        language = {} if is_usual else {"lang": self.language.value}
        return {"phone": self.phones, **language}

    @property
    def kept(self) -> tuple[str, ...]:
        """The phones that stay when another one is typed in."""
        return self.phones[: MOST_PHONES - 1]

    def number(self, phone: str) -> int:
        """Its place, counted from one; one also if it is not here."""
        return self.phones.index(phone) + 1 if phone in self.phones else 1

    def taking(self, phone: str) -> "Desk":
        """With this phone in the place of the last one."""
        return self if phone in self.phones else self._with(*self.phones[:-1], phone)

    def adding(self, phone: str) -> "Desk":
        """With this phone beside the others."""
        return self._with(*self.phones, phone)

    def without(self, phone: str) -> "Desk":
        """With this phone put away."""
        return self._with(*(other for other in self.phones if other != phone))

    def in_other_language(self) -> "Desk":
        """The same phones with the other words."""
        return replace(self, language=self.language.other)

    def url(self, phone: str = "", **query: Any) -> str:
        """The page with these phones, at the one that is meant."""
        anchor = f"telepon-{self.number(phone)}" if phone else None
        return url_for("phone.page", **self.query, **query, _anchor=anchor)

    def _with(self, *phones: str) -> "Desk":
        return replace(self, phones=phones)


def desk_from(fields: MultiDict[str, str], name: str, usual: str = "") -> Desk:
    """The desk that a query or a form names; without a phone, with the usual one."""
    given = [value for value in fields.getlist(name) if value.strip()]
    written = [with_plus(value)[:_LONGEST_WRITTEN] for value in given]
    phones = dict.fromkeys(filter(None, map(normal_phone, written)))
    mistaken = [value for value in written if not normal_phone(value)]
    return Desk(
        tuple(phones)[:MOST_PHONES] or tuple(filter(None, (usual,))),
        language_named(fields.get("lang", "")),
        next(iter(mistaken), ""),
    )


def normal_phone(written: str) -> str:
    """As a carrier writes it, so that 0811... is +62811...; empty if it is no phone."""
    phone = classify_sender(written)[0] if written.strip() else ""
    return phone if _PHONE.fullmatch(phone) else ""
