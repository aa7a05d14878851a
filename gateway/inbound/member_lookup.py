"""Find out, for a whole batch at once, what its messages need to know of members."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from gateway.db.database import Database
from gateway.directory.batch import find_each
from gateway.domain.enquiry import Language
from gateway.domain.participants import Directory
from gateway.inbound.context import LookupResult, ParsedMessage
from gateway.parsers.enrolment import Enrolment

log = logging.getLogger(__name__)


class MemberLookup:
    """Asks the directory once a batch, and one by one only when that fails."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self._directory = directory
        self._enrolments = database.enrolments
        self._suppressions = database.suppressions
        self._languages = database.languages

    def fetch(self, batch: Sequence[ParsedMessage], now: datetime) -> LookupResult:
        """What this batch needs. Raises DatabaseUnavailable."""
        kpjs = {kpj for it in batch if (kpj := it.wanted_kpj)}
        phones = {it.sender for it in batch if it.wants_own}
        askers = {it.sender for it in batch if it.wanted_kpj} | phones
        known = LookupResult(
            bound=self._enrolments.bound(askers, now) if askers else {}
        )
        kpjs |= {kpj for phone in phones for kpj in known.bound.get(phone, ())}
        known.members = find_each(self._directory.find, kpjs, known.faults)
        known.of_phone = find_each(self._directory.of_phones, phones, known.faults)
        owners = set(_owners(batch, known))
        known.opted_out = frozenset(self._suppressions.among(owners) if owners else ())
        back = {it.sender for it in batch if it.gives_consent}
        known.stopped = frozenset(self._suppressions.among(back) if back else ())
        known.lapsed = frozenset(self._suppressions.lapsed(back, now) if back else ())
        known.languages = self._languages_of(batch)
        return known

    def _languages_of(self, batch: Sequence[ParsedMessage]) -> Mapping[str, Language]:
        """What was chosen on the phones whose words do not tell the language."""
        neutral = {it.sender for it in batch if it.said and it.said.is_neutral}
        chosen = self._languages.of_phones(neutral) if neutral else {}
        return {phone: Language(language) for phone, language in chosen.items()}


def _owners(batch: Sequence[ParsedMessage], known: LookupResult) -> Iterator[str]:
    """The phones in the records of those for whom somebody enrols."""
    for it in batch:
        if isinstance(it.meaning, Enrolment) and it.meaning.kpj in known.members:
            yield from known.members[it.meaning.kpj].msisdns
