"""Look up the members and bindings that a batch of messages needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.db.database import Database
from gateway.directory.batch import find_each
from gateway.domain.enquiry import Language
from gateway.domain.participants import Directory
from gateway.inbound.context import LookupResult, ParsedMessage
from gateway.parsers.enrolment import Enrolment


@dataclass(frozen=True)
class MemberLookup:
    """Queries the directory once for a batch, and one by one only if that fails."""

    database: Database
    directory: Directory

    def fetch(self, batch: Sequence[ParsedMessage], now: datetime) -> LookupResult:
        """Fetch all that a batch needs. Raises DatabaseUnavailable."""
        kpjs = {message.kpj for message in batch if message.kpj}
        phones = {
            message.sender
            for message in batch
            if message.is_about_own_member or message.is_not_understood
        }
        askers = {message.sender for message in batch if message.kpj} | phones
        bound = self.database.enrolments.bound(askers, now) if askers else {}
        kpjs |= {kpj for phone in phones for kpj in bound.get(phone, ())}
        result = LookupResult(bound=bound)
        result.members = find_each(self.directory.find, kpjs, result.faults)
        result.of_phone = find_each(self.directory.of_phones, phones, result.faults)
        suppressions = self.database.suppressions
        owners = set(_owners(batch, result))
        result.opted_out = frozenset(suppressions.among(owners) if owners else ())
        back = {message.sender for message in batch if message.gives_consent}
        result.stopped = frozenset(suppressions.among(back) if back else ())
        result.lapsed = frozenset(suppressions.lapsed(back, now) if back else ())
        result.languages = self._chosen_languages(batch)
        return result

    def _chosen_languages(
        self, batch: Sequence[ParsedMessage]
    ) -> Mapping[str, Language]:
        """The languages chosen on phones whose texts do not show a language."""
        neutral = {
            message.sender
            for message in batch
            if message.analysis and message.analysis.is_neutral
        }
        chosen = self.database.languages.of_phones(neutral) if neutral else {}
        return {phone: Language(language) for phone, language in chosen.items()}


def _owners(batch: Sequence[ParsedMessage], result: LookupResult) -> Iterator[str]:
    """The phones in the records of the members named in enrolments."""
    for message in batch:
        if isinstance(message.meaning, Enrolment):
            member = result.members.get(message.meaning.kpj)
            yield from member.msisdns if member else ()
