"""The core system does what it wants; members hear what is right, or wait."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from pybreaker import CircuitMemoryStorage

from gateway.config.groups import DirectorySettings
from gateway.directory.http.client import FAILURES_TO_OPEN, OPEN_TIME, RETRIES
from gateway.directory.http.client import CoreSystem as Client
from gateway.directory.http.directory import HttpDirectory
from gateway.domain.participants import KPJ, DirectoryUnavailable
from gateway.security.cipher import Cipher
from tests.support.core_system import FAULTS, TOKEN, CoreSystem

MEMBER = KPJ("61000000019")
OTHER = KPJ("61000000027")


def ask(directory: HttpDirectory, times: int = 1) -> None:
    """Ask in vain."""
    for _ in range(times):
        with suppress(DirectoryUnavailable):
            directory.find({MEMBER})


class TestFaults:
    @pytest.mark.parametrize("fault", FAULTS)
    def test_every_fault_is_an_outage_and_tells_nothing(
        self, asking: HttpDirectory, core: CoreSystem, fault: str
    ) -> None:
        core.misbehave(fault)

        with pytest.raises(DirectoryUnavailable) as caught:
            asking.find({MEMBER})

        chain: BaseException | None = caught.value
        while chain is not None:
            assert "6100" not in str(chain)
            chain = chain.__cause__ or chain.__context__

    @pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"wrong member"}))
    def test_health_is_bad_when_it_is_not_told_well(
        self, asking: HttpDirectory, core: CoreSystem, fault: str
    ) -> None:
        core.misbehave(fault)

        with pytest.raises(DirectoryUnavailable):
            asking.is_empty()

    def test_a_member_of_another_phone_is_an_outage(
        self, asking: HttpDirectory, core: CoreSystem
    ) -> None:
        core.misbehave("wrong member")

        with pytest.raises(DirectoryUnavailable):
            asking.of_phones({"+628110000001"})

    def test_where_nobody_listens_is_an_outage(self, cipher: Cipher) -> None:
        settings = DirectorySettings(url="http://127.0.0.1:9", token=TOKEN)

        with pytest.raises(DirectoryUnavailable, match="does not answer"):
            HttpDirectory(settings, cipher.index).find({MEMBER})

    def test_a_wrong_token_is_an_outage(self, core: CoreSystem, cipher: Cipher) -> None:
        settings = DirectorySettings(url=core.url, token="somebody-else" * 3)

        with pytest.raises(DirectoryUnavailable, match="401"):
            HttpDirectory(settings, cipher.index).find({MEMBER})

    def test_a_redirect_is_not_followed(
        self, asking: HttpDirectory, core: CoreSystem
    ) -> None:
        core.misbehave("elsewhere", times=1)

        with pytest.raises(DirectoryUnavailable, match="307"):
            asking.find({MEMBER})
        assert len(core.questions) == 1

    def test_an_answer_that_trickles_is_given_up(
        self, core: CoreSystem, cipher: Cipher
    ) -> None:
        settings = DirectorySettings(url=core.url, token=TOKEN)
        ticks = iter([0.0, 6.0])
        client = Client(settings, timer=lambda: next(ticks))

        with pytest.raises(DirectoryUnavailable, match="too long"):
            HttpDirectory(settings, cipher.index, client).find({MEMBER})

    def test_the_log_names_the_field_that_is_wrong_but_not_its_value(
        self, asking: HttpDirectory, core: CoreSystem, caplog: pytest.LogCaptureFixture
    ) -> None:
        core.members[MEMBER.digits]["employer"] = "PT Rahasia " * 50

        with caplog.at_level(logging.WARNING, "gateway.directory"):
            ask(asking)

        [record] = caplog.records
        assert vars(record)["why"] == "is wrong in members.0.employer"

    def test_a_fault_of_one_member_leaves_the_others_their_answers(
        self, asking: HttpDirectory, core: CoreSystem
    ) -> None:
        core.members[OTHER.digits]["balance"]["amount"] = -1

        for _ in range(FAILURES_TO_OPEN + 1):
            with pytest.raises(DirectoryUnavailable):
                asking.find({OTHER})

        assert MEMBER in asking.find({MEMBER})


class TestRepeats:
    @pytest.mark.parametrize("fault", ["cut", "away", "gateway", "busy"])
    def test_what_passes_by_itself_is_asked_again(
        self, asking: HttpDirectory, core: CoreSystem, fault: str
    ) -> None:
        core.misbehave(fault, times=1)

        assert MEMBER in asking.find({MEMBER})
        assert len(core.questions) == 2

    def test_but_not_for_ever(self, asking: HttpDirectory, core: CoreSystem) -> None:
        core.misbehave("away")

        ask(asking)

        assert len(core.questions) == 1 + RETRIES

    @pytest.mark.parametrize(
        "fault", ["slow", "broken", "busy for long", "html", "nonsense", "truncated"]
    )
    def test_what_does_not_is_not(
        self, asking: HttpDirectory, core: CoreSystem, fault: str
    ) -> None:
        core.misbehave(fault)

        ask(asking)

        assert len(core.questions) == 1

    def test_health_is_asked_once(
        self, asking: HttpDirectory, core: CoreSystem
    ) -> None:
        core.misbehave("away")

        with pytest.raises(DirectoryUnavailable):
            asking.is_empty()

        assert len(core.questions) == 1


class TestBreaker:
    def test_after_some_failures_nothing_is_asked(
        self, asking: HttpDirectory, core: CoreSystem, caplog: pytest.LogCaptureFixture
    ) -> None:
        core.misbehave("broken")

        with caplog.at_level(logging.WARNING, "gateway.directory"):
            ask(asking, FAILURES_TO_OPEN + 5)

        assert len(core.questions) == FAILURES_TO_OPEN
        whys = [vars(record).get("why") for record in caplog.records]
        reported = ["the core system answered 500"] * FAILURES_TO_OPEN
        assert whys == [*reported, None]
        assert vars(caplog.records[-1])["circuit"] == "open"
        with pytest.raises(DirectoryUnavailable, match="circuit breaker is open"):
            asking.is_empty()

    def test_after_a_rest_one_question_is_tried(
        self, asking: HttpDirectory, core: CoreSystem, storage: CircuitMemoryStorage
    ) -> None:
        core.misbehave("broken")
        ask(asking, FAILURES_TO_OPEN)
        rest_is_over(storage)

        ask(asking, 5)

        assert len(core.questions) == FAILURES_TO_OPEN + 1

    def test_when_that_goes_well_all_is_well(
        self, asking: HttpDirectory, core: CoreSystem, storage: CircuitMemoryStorage
    ) -> None:
        core.misbehave("broken", times=FAILURES_TO_OPEN)
        ask(asking, FAILURES_TO_OPEN)
        rest_is_over(storage)

        for _ in range(3):
            assert MEMBER in asking.find({MEMBER})

    def test_a_good_answer_makes_up_for_failures(
        self, asking: HttpDirectory, core: CoreSystem
    ) -> None:
        for _ in range(FAILURES_TO_OPEN):
            core.misbehave("broken", times=FAILURES_TO_OPEN - 1)
            ask(asking, FAILURES_TO_OPEN - 1)
            assert MEMBER in asking.find({MEMBER})


def rest_is_over(storage: CircuitMemoryStorage) -> None:
    assert storage.opened_at is not None
    storage.opened_at -= OPEN_TIME


class TestQuestions:
    def test_many_are_asked_two_hundred_at_a_time(
        self, asking: HttpDirectory, core: CoreSystem
    ) -> None:
        asking.find([KPJ(f"62{number:09d}") for number in range(450)])

        sizes = [len(question["kpjs"]) for _, question in core.questions]
        assert sizes == [200, 200, 50]

    def test_no_number_stands_in_an_address(
        self, asking: HttpDirectory, core: CoreSystem
    ) -> None:
        asking.find({MEMBER})
        asking.of_phones({"+628110000001"})

        assert [path for path, _ in core.questions] == [
            "/v1/members/search",
            "/v1/members/search-by-phone",
        ]

    def test_a_path_before_ours_is_kept(self, cipher: Cipher) -> None:
        settings = DirectorySettings(url="http://127.0.0.1:9/prefix", token=TOKEN)

        with pytest.raises(DirectoryUnavailable) as caught:
            HttpDirectory(settings, cipher.index).find({MEMBER})

        assert "/prefix/v1/members/search" in str(caught.value.__cause__)

    def test_threads_can_ask_at_the_same_time(
        self, asking: HttpDirectory, core: CoreSystem
    ) -> None:
        found: list[int] = []
        asked = [KPJ(kpj) for kpj in list(core.members)[:10]]
        threads = [
            threading.Thread(
                target=lambda kpj=kpj: found.append(len(asking.find({kpj})))
            )
            for kpj in asked
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert found == [1] * len(asked)

    def test_the_token_is_not_printed(self) -> None:
        assert TOKEN not in repr(
            DirectorySettings(url="https://x.example", token=TOKEN)
        )


class Timer:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class TestCache:
    @pytest.fixture
    def timer(self) -> Timer:
        return Timer()

    @pytest.fixture
    def make(
        self, core: CoreSystem, cipher: Cipher, timer: Timer
    ) -> Callable[[int], HttpDirectory]:
        def make(seconds: int) -> HttpDirectory:
            settings = DirectorySettings(url=core.url, token=TOKEN)
            settings = settings.model_copy(update={"cache": timedelta(seconds=seconds)})
            return HttpDirectory(settings, cipher.index, timer=timer)

        return make

    def test_it_is_off_unless_it_is_set(
        self, asking: HttpDirectory, core: CoreSystem
    ) -> None:
        asking.find({MEMBER})
        asking.find({MEMBER})

        assert len(core.questions) == 2

    def test_a_fresh_record_is_not_asked_for_again(
        self, make: Callable[[int], HttpDirectory], core: CoreSystem, timer: Timer
    ) -> None:
        directory = make(30)
        first = directory.find({MEMBER})
        timer.now = 29

        again = directory.find({MEMBER, OTHER})

        assert again[MEMBER] == first[MEMBER]
        asked = [question["kpjs"] for _, question in core.questions]
        assert asked == [[MEMBER.digits], [OTHER.digits]]

    def test_an_old_record_is(
        self, make: Callable[[int], HttpDirectory], core: CoreSystem, timer: Timer
    ) -> None:
        directory = make(30)
        directory.find({MEMBER})
        core.members[MEMBER.digits]["balance"]["amount"] = 99
        timer.now = 31

        balance = directory.find({MEMBER})[MEMBER].balance

        assert balance is not None
        assert balance.amount == 99

    def test_who_was_unknown_is_asked_for_again(
        self, make: Callable[[int], HttpDirectory], core: CoreSystem
    ) -> None:
        directory = make(30)
        record = core.members.pop(MEMBER.digits)
        assert not directory.find({MEMBER})
        core.members[MEMBER.digits] = record

        assert MEMBER in directory.find({MEMBER})

    def test_a_failure_is_not_kept(
        self, make: Callable[[int], HttpDirectory], core: CoreSystem
    ) -> None:
        directory = make(30)
        core.misbehave("broken", times=1)
        ask(directory)

        assert MEMBER in directory.find({MEMBER})

    def test_phones_are_always_asked_for(
        self, make: Callable[[int], HttpDirectory], core: CoreSystem
    ) -> None:
        directory = make(30)
        for _ in range(2):
            directory.of_phones({"+628110000001"})

        assert len(core.questions) == 2
