"""The directory in the agency's core system, behind docs/directory-api.yaml."""

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
    """Asks for many members at once; believes only what it asked for.

    `index` makes the keyed hashes of who they are.
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
        """Those that exist. Raises DirectoryUnavailable."""
        found = self._cache.known(kpjs)
        for part in _parts({kpj.digits for kpj in kpjs} - {it.digits for it in found}):
            members = self._ask("/v1/members/search", KpjQuestion(kpjs=part))
            asked = set(part)
            _check(it.kpj.digits in asked for it in members)
            fresh = {it.kpj: it for it in members}
            self._cache.keep(fresh)
            found |= fresh
        return found

    def of_phones(
        self, msisdns: Collection[str]
    ) -> Mapping[str, Sequence[Participant]]:
        """The members in whose records these phones stand. Raises the same."""
        found: dict[str, list[Participant]] = defaultdict(list)
        for part in _parts(msisdns):
            question = PhoneQuestion(msisdns=part)
            members = self._ask("/v1/members/search-by-phone", question)
            asked = set(part)
            _check(bool(it.msisdns & asked) for it in members)
            for member in members:
                for msisdn in member.msisdns & asked:
                    found[msisdn].append(member)
        return found

    def is_empty(self) -> bool:
        """Never, while it answers: it has the agency's members. Raises the same."""
        read(Health, self._core.health())
        return False

    def _ask(
        self, path: str, question: KpjQuestion | PhoneQuestion
    ) -> Sequence[Participant]:
        return self._opened(self._core.ask(path, question.model_dump_json()))

    def _opened(self, answer: bytes) -> Sequence[Participant]:
        members = read(MembersFound, answer).members
        return [it.participant(self._index) for it in members]


def _parts(numbers: Collection[str]) -> Iterator[tuple[str, ...]]:
    """As many at once as may be asked."""
    ordered = sorted(set(numbers))
    for start in range(0, len(ordered), MOST_ASKED):
        yield tuple(ordered[start : start + MOST_ASKED])


def _check(were_asked_for: Iterable[bool]) -> None:
    if not all(were_asked_for):
        raise refusal("tells of a member who was not asked for")
