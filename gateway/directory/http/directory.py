"""The directory in the agency's core system (docs/directory-api.yaml)."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from gateway.config.groups import DirectorySettings
from gateway.directory.http.cache import RecordCache
from gateway.directory.http.client import CoreSystem
from gateway.directory.http.wire import (
    MOST_ASKED,
    Health,
    KpjQuestion,
    MembersFound,
    PhoneQuestion,
    read,
    refusal,
)
from gateway.domain.participants import KPJ, Participant


class HttpDirectory:
    """Looks up members in batches, and refuses members that were not requested.

    `index` makes keyed hashes of names, NIK and birth dates.
    """

    def __init__(
        self,
        settings: DirectorySettings,
        index: Callable[[str], bytes],
        core: CoreSystem | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._core = core or CoreSystem(settings)
        self._index = index
        self._cache = RecordCache(settings.cache, timer)

    def find(self, kpjs: Collection[KPJ]) -> Mapping[KPJ, Participant]:
        """The members that exist. Raises DirectoryUnavailable."""
        found = self._cache.fresh(kpjs)
        for part in _parts({kpj.digits for kpj in kpjs if kpj not in found}):
            members = self._ask("/v1/members/search", KpjQuestion(kpjs=part))
            asked = set(part)
            _check(member.kpj.digits in asked for member in members)
            fresh = {member.kpj: member for member in members}
            self._cache.add(fresh)
            found |= fresh
        return found

    def of_phones(
        self, msisdns: Collection[str]
    ) -> Mapping[str, Sequence[Participant]]:
        """The members with these phones in their records.

        Raises DirectoryUnavailable.
        """
        found: dict[str, list[Participant]] = defaultdict(list)
        for part in _parts(msisdns):
            question = PhoneQuestion(msisdns=part)
            members = self._ask("/v1/members/search-by-phone", question)
            asked = set(part)
            _check(bool(member.msisdns & asked) for member in members)
            for member in members:
                for msisdn in member.msisdns & asked:
                    found[msisdn].append(member)
        return found

    def is_empty(self) -> bool:
        """False if the core system answers, else raises DirectoryUnavailable."""
        read(Health, self._core.health())
        return False

    def _ask(
        self, path: str, question: KpjQuestion | PhoneQuestion
    ) -> Sequence[Participant]:
        answer = self._core.ask(path, question.model_dump_json())
        members = read(MembersFound, answer).members
        return [member.participant(self._index) for member in members]


def _parts(numbers: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Split numbers into parts that fit one question each."""
    ordered = sorted(set(numbers))
    for start in range(0, len(ordered), MOST_ASKED):
        yield tuple(ordered[start : start + MOST_ASKED])


def _check(were_asked_for: Iterable[bool]) -> None:
    if not all(were_asked_for):
        raise refusal("holds a member who was not asked for")
