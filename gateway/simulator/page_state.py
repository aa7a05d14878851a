"""The state of the page, kept in its URL: the phones shown and the language."""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from gateway.parsers.msisdn import classify_sender
from gateway.simulator.tester import with_plus
from gateway.simulator.words import Language

MOST_PHONES = 4
_LONGEST_WRITTEN = 32
# E.164 or a short code; or the name that a company sends under.
_PHONE = re.compile(r"\+?\d{2,15}|[A-Za-z0-9][A-Za-z0-9 ._-]{0,10}", re.ASCII)


@dataclass(frozen=True)
class PageState:
    """The phones side by side, each once; `mistaken` is input that is not a phone."""

    phones: tuple[str, ...]
    language: Language = Language.INDONESIAN
    mistaken: str = ""

    @property
    def is_full(self) -> bool:
        return len(self.phones) >= MOST_PHONES

    @property
    def query(self) -> dict[str, Any]:
        """The query of a URL with this state."""
        is_usual = self.language is Language.INDONESIAN
        language = {} if is_usual else {"lang": self.language.value}
        return {"phone": self.phones, **language}

    @property
    def kept(self) -> tuple[str, ...]:
        """The phones that stay when another one is typed in."""
        return self.phones[: MOST_PHONES - 1]

    def number(self, phone: str) -> int:
        """The place of a phone, counted from one; one also for a phone not shown."""
        return self.phones.index(phone) + 1 if phone in self.phones else 1

    def taking(self, phone: str) -> "PageState":
        """The state with this phone in place of the last one."""
        return self if phone in self.phones else self._with(*self.phones[:-1], phone)

    def adding(self, phone: str) -> "PageState":
        return self._with(*self.phones, phone)

    def without(self, phone: str) -> "PageState":
        return self._with(*(other for other in self.phones if other != phone))

    def in_other_language(self) -> "PageState":
        return replace(self, language=self.language.other)

    def url(self, phone: str = "", **query: Any) -> str:
        """The URL of the page in this state, scrolled to a phone."""
        anchor = f"telepon-{self.number(phone)}" if phone else None
        return url_for("phone.page", **self.query, **query, _anchor=anchor)

    def _with(self, *phones: str) -> "PageState":
        return replace(self, phones=phones)


def page_state_from(
    fields: MultiDict[str, str], name: str, usual: str = ""
) -> PageState:
    """Read the state from a query or form; without a phone it shows the usual one."""
    given = [value for value in fields.getlist(name) if value.strip()]
    written = [with_plus(value)[:_LONGEST_WRITTEN] for value in given]
    phones = dict.fromkeys(filter(None, map(normal_phone, written)))
    mistaken = [value for value in written if not normal_phone(value)]
    return PageState(
        tuple(phones)[:MOST_PHONES] or tuple(filter(None, (usual,))),
        fields.get("lang", Language.INDONESIAN, type=Language),
        next(iter(mistaken), ""),
    )


def normal_phone(written: str) -> str:
    """Normalise a phone, so that 0811... becomes +62811...; empty if not a phone."""
    phone = classify_sender(written)[0] if written.strip() else ""
    return phone if _PHONE.fullmatch(phone) else ""
