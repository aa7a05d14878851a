"""Find out, for a whole batch at once, what its messages need to know of members."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from gateway.db.enrolments import Enrolments
from gateway.db.suppressions import Suppressions
from gateway.enquiries import Known, ReadMessage
from gateway.parsers.enquiry import Language
from gateway.parsers.enrolment import Enrolment
from gateway.participants import KPJ, Directory

_Key = TypeVar("_Key", KPJ, str)
_Value = TypeVar("_Value")

log = logging.getLogger(__name__)


class Scout:
    """Asks the directory once a batch, and one by one only when that fails."""

    def __init__(
        self,
        directory: Directory,
        enrolments: Enrolments,
        suppressions: Suppressions,
        languages: Callable[[Collection[str]], Mapping[str, str]],
    ) -> None:
        self._directory = directory
        self._enrolments = enrolments
        self._suppressions = suppressions
        self._languages = languages

    def explore(self, batch: Sequence[ReadMessage], now: datetime) -> Known:
        """What this batch needs. Raises DatabaseUnavailable."""
        kpjs = {kpj for it in batch if (kpj := it.wanted_kpj)}
        phones = {it.sender for it in batch if it.wants_own}
        askers = {it.sender for it in batch if it.wanted_kpj} | phones
        known = Known(bound=self._enrolments.bound(askers, now) if askers else {})
        kpjs |= {kpj for phone in phones for kpj in known.bound.get(phone, ())}
        known.members = each_found(self._directory.find, kpjs, known.faults)
        known.of_phone = each_found(self._directory.of_phones, phones, known.faults)
        owners = set(_owners(batch, known))
        known.opted_out = frozenset(self._suppressions.among(owners) if owners else ())
        back = {it.sender for it in batch if it.gives_consent}
        known.stopped = frozenset(self._suppressions.among(back) if back else ())
        known.lapsed = frozenset(self._suppressions.lapsed(back, now) if back else ())
        known.languages = self._languages_of(batch)
        return known

    def _languages_of(self, batch: Sequence[ReadMessage]) -> Mapping[str, Language]:
        """What was chosen on the phones whose words do not tell the language."""
        neutral = {it.sender for it in batch if it.said and it.said.is_neutral}
        chosen = self._languages(neutral) if neutral else {}
        return {phone: Language(language) for phone, language in chosen.items()}


def _owners(batch: Sequence[ReadMessage], known: Known) -> Iterator[str]:
    """The phones in the records of those for whom somebody enrols."""
    for it in batch:
        if isinstance(it.meaning, Enrolment) and it.meaning.kpj in known.members:
            yield from known.members[it.meaning.kpj].msisdns


def each_found(
    ask: Callable[[Collection[_Key]], Mapping[_Key, _Value]],
    wanted: Collection[_Key],
    faults: dict[KPJ | str, Exception],
) -> Mapping[_Key, _Value]:
    """What is found, and in `faults` why another could not even be looked for."""
    if not wanted:
        return {}
    try:
        return ask(wanted)
    except Exception as error:
        # Its text may name a member; the whole of it is sealed with the message.
        facts = {"count": len(wanted), "fault": type(error).__name__}
        log.warning("look-up of a batch failed", extra=facts)
    found: dict[_Key, _Value] = {}
    for one in wanted:
        try:
            found.update(ask({one}))
        except Exception as error:
            faults[one] = error
    return found
