"""Replay conversations through the real webhook, worker and carrier."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import urllib3

from gateway.devserver import in_process
from gateway.domain.errors import GatewayError
from gateway.replay import conversations
from gateway.replay.conversations import Exchange
from gateway.simulator.faults import Planned

# Long enough for a reply in doubt, which is looked up several times before a resend.
SETTLE_SECONDS = 90.0
# Between two questions whether it has come; they become rarer.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.01, 0.2
_TIMEOUT_SECONDS = 30.0


class CannotReplay(GatewayError):
    """No gateway answers, or its messages wait for too long."""


@dataclass(frozen=True)
class Result:
    """The replies to one SMS."""

    exchange: Exchange
    replies: tuple[str, ...]
    seconds: float

    @property
    def is_green(self) -> bool:
        """Whether exactly the expected replies came."""
        return self.replies == self.exchange.replies


@dataclass
class Report:
    results: list[Result] = field(default_factory=list)

    @property
    def is_green(self) -> bool:
        return all(result.is_green for result in self.results)

    def summary(self) -> str:
        """One line: how many, how many differ, how long."""
        different = sum(not result.is_green for result in self.results)
        seconds = sum(result.seconds for result in self.results)
        good = len(self.results) - different
        return f"{good} as expected, {different} different, in {seconds:.1f} s"

    def as_junit(self) -> str:
        """The report as JUnit XML, with a test case for each exchange."""
        suite = ET.Element("testsuite", name="conversations")
        suite.set("tests", str(len(self.results)))
        suite.set("failures", str(sum(not result.is_green for result in self.results)))
        for result in self.results:
            name = f"{result.exchange.place} {result.exchange.title}"
            case = ET.SubElement(suite, "testcase", name=name)
            case.set("time", f"{result.seconds:.3f}")
            if not result.is_green:
                failure = ET.SubElement(case, "failure", message="other replies")
                failure.text = "\n".join(differences(result))
        return ET.tostring(suite, encoding="unicode", xml_declaration=True)


def run(paths: Sequence[Path], url: str | None, echo: Callable[[str], None]) -> Report:
    """Replay and print. Raises BadConversation, CannotReplay."""
    exchanges = conversations.read_all(paths)
    report = Report()
    with _addresses(url) as (gateway_url, carrier_url):
        player = Player(gateway_url, carrier_url)
        for result in player.play_all(exchanges):
            report.results.append(result)
            for line in _lines(result):
                echo(line)
    echo(report.summary())
    return report


def record(paths: Sequence[Path], url: str | None, echo: Callable[[str], None]) -> None:
    """Write the actual replies into the files. Raises BadConversation, CannotReplay."""
    drafts = {path: conversations.read_unanswered(path) for path in paths}
    with _addresses(url) as (gateway_url, carrier_url):
        player = Player(gateway_url, carrier_url)
        for path, exchanges in drafts.items():
            results = list(player.play_all(exchanges))
            conversations.record(path, [result.replies for result in results])
            echo(f"{path}: {len(results)} SMS recorded")
            for result in results:
                if not result.replies:
                    place, text = result.exchange.place, result.exchange.text
                    echo(f"{place}: no reply to {text!r}; is that right?")


class Player:
    """Plays exchanges on a running gateway.

    `check` runs while the player waits, and may raise an error to end the wait.
    """

    def __init__(
        self,
        gateway_url: str,
        carrier_url: str,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._gateway_url = gateway_url
        self._carrier_url = carrier_url
        self._check = check

    def play_all(self, exchanges: Sequence[Exchange]) -> Iterator[Result]:
        """Play exchanges in order. Raises CannotReplay."""
        for group in conversations.groups(exchanges):
            yield from self._play_together(group)

    def _play_together(self, group: Sequence[Exchange]) -> list[Result]:
        """Play a group at once, so that the delays of its faults overlap."""
        started = time.monotonic()
        before = [len(self._received(exchange.phone)) for exchange in group]
        faults = Counter(fault for exchange in group for fault in exchange.faults)
        for fault, times in faults.items():
            self._plan(fault, times)
        for exchange in group:
            self._post_sms({"from": exchange.phone, "body": exchange.text})
        self._settle(group[0].place)
        if faults:
            # A fault that did not happen here must not hit the next SMS.
            _json("DELETE", f"{self._carrier_url}/simulator/faults")
        seconds = (time.monotonic() - started) / len(group)
        return [
            Result(exchange, tuple(self._received(exchange.phone)[count:]), seconds)
            for exchange, count in zip(group, before, strict=True)
        ]

    def _plan(self, fault: Planned, times: int) -> None:
        url = f"{self._carrier_url}/simulator/faults"
        _json("POST", url, json={"fault": str(fault), "times": times})

    def _post_sms(self, sms: dict[str, str]) -> None:
        _json("POST", f"{self._carrier_url}/simulator/inbound", json=sms)

    def _received(self, phone: str) -> list[str]:
        url = f"{self._carrier_url}/simulator/messages"
        return [sms["body"] for sms in _json("GET", url, fields={"to": phone})]

    def _settle(self, place: str) -> None:
        """Wait until every SMS is answered and every reply sent."""
        deadline = time.monotonic() + SETTLE_SECONDS
        pause = _SHORTEST_PAUSE
        while time.monotonic() < deadline:
            self._check()
            state = _json("GET", f"{self._gateway_url}/readyz")
            if not state["unanswered"] and not state["unsent"]:
                return
            time.sleep(pause)
            pause = min(pause * 1.2, _LONGEST_PAUSE)
        msg = f"{place}: messages still wait after {SETTLE_SECONDS:.0f} seconds"
        raise CannotReplay(msg)


def differences(result: Result) -> Iterator[str]:
    """The expected and the received text, and a mark under the first difference."""
    replies = result.exchange.replies, result.replies
    for expected, received in zip_longest(*replies, fillvalue="(no SMS)"):
        if expected != received:
            yield f"expected: {expected!r}"
            yield f"received: {received!r}"
            pairs = zip(repr(expected), repr(received), strict=False)
            shared = list(takewhile(lambda pair: pair[0] == pair[1], pairs))
            yield " " * (len("expected: ") + len(shared)) + "^"


def _lines(result: Result) -> Iterator[str]:
    exchange = result.exchange
    mark = "ok  " if result.is_green else "FAIL"
    reply = " | ".join(result.replies) or "(no SMS)"
    yield f"{mark} {exchange.place:<18} {exchange.text!r} -> {reply}"
    if not result.is_green:
        yield f"       {exchange.title}"
        yield from (f"       {line}" for line in differences(result))


@contextmanager
def _addresses(url: str | None) -> Iterator[tuple[str, str]]:
    """The addresses of gateway and carrier; without a URL both are started here."""
    if url is not None:
        yield _discover(url.rstrip("/"))
        return
    with in_process.running() as here:
        yield here.gateway_url, here.carrier_url


def _discover(url: str) -> tuple[str, str]:
    """Find the carrier of a gateway, or the gateway of a carrier."""
    try:
        ready = _json("GET", f"{url}/readyz", may_fail=True)
        if "carrier" in ready:
            if carrier := ready["carrier"]:
                return url, str(carrier)
            msg = f"{url} is connected to the real Twilio, not to a simulator"
            raise CannotReplay(msg)
        alive = _json("GET", f"{url}/healthz", may_fail=True)
        if gateway := alive.get("gateway"):
            return str(gateway), url
    except urllib3.exceptions.HTTPError as error:
        raise CannotReplay(f"nothing answers at {url}") from error
    raise CannotReplay(f"{url} is neither a gateway nor a simulator")


def _json(method: str, url: str, *, may_fail: bool = False, **options: Any) -> Any:
    answer = urllib3.request(
        method, url, retries=False, timeout=_TIMEOUT_SECONDS, **options
    )
    if answer.status >= 400 and may_fail:
        return {}
    if answer.status >= 400:
        msg = f"{url} answered {answer.status}: {answer.data.decode(errors='replace')}"
        raise CannotReplay(msg)
    return answer.json()
