"""Figures that change by law: which of them is in force on a day, and who says so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.domain.errors import GatewayError


class NotInForce(GatewayError):
    """A figure that is not in force on the day, so that no reply may contain it."""

    def __init__(self, figure: str, day: date) -> None:
        self.figure = figure
        super().__init__(f"the rule {figure} has no version for {day}")


@dataclass(frozen=True)
class Version:
    """One wording of a figure, and the first and last day on which it holds."""

    text: str
    valid_from: date
    valid_to: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether it is in force; the last day counts."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


@dataclass(frozen=True)
class Rule:
    """A figure by its name, what it means, and all its versions, oldest first.

    An address is one, too: `meaning` is the branch, `places` those it is told for.
    """

    name: str
    meaning: str
    versions: tuple[Version, ...]
    places: tuple[str, ...] = ()

    def on(self, day: date) -> Version | None:
        """The version in force."""
        return next((it for it in self.versions if it.holds_on(day)), None)


class Figures(Mapping[str, str]):
    """What may be told on one day, as it is written in an SMS.

    Reading a figure that is not in force raises NotInForce; one that no rule names
    raises KeyError.
    """

    def __init__(self, rules: Mapping[str, Rule], day: date) -> None:
        self._rules = rules
        self.day = day

    def __getitem__(self, name: str) -> str:
        version = self._rules[name].on(self.day)
        if version is None:
            raise NotInForce(name, self.day)
        return version.text

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def branch_for(self, place: str) -> tuple[str, str] | None:
        """The branch for a place, and its address if one is in force."""
        for rule in self._rules.values():
            if place in rule.places and (version := rule.on(self.day)):
                return rule.meaning, version.text
        return None

    def number(self, name: str) -> Decimal | None:
        """The figure to calculate with: 5,7 or 10.547.400. None if not in force."""
        version = self._rules[name].on(self.day)
        if version is None:
            return None
        return Decimal(version.text.replace(".", "").replace(",", "."))


class RuleBook:
    """All rules by name."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = {rule.name: rule for rule in rules}

    def on(self, day: date) -> Figures:
        """The figures of a day."""
        return Figures(self.rules, day)

    def texts_of(self, name: str) -> set[str]:
        """All that a figure is or was, none if no rule names it."""
        rule = self.rules.get(name)
        return {it.text for it in rule.versions} if rule else set()

    def widest(self) -> dict[str, str]:
        """The longest text that each figure has or had, to measure replies with."""
        return {
            name: max((it.text for it in rule.versions), key=len)
            for name, rule in self.rules.items()
        }
