"""Dated reference data: figures that change by law, contacts and addresses."""

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
    """The text of a rule from its first day in force to its last."""

    text: str
    valid_from: date
    valid_to: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether the version is in force; its last day counts."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


@dataclass(frozen=True)
class Rule:
    """A figure or an address with all its versions, oldest first.

    For the address of a branch, `meaning` is the branch and `places` are its towns.
    """

    name: str
    meaning: str
    versions: tuple[Version, ...]
    places: tuple[str, ...] = ()

    def on(self, day: date) -> Version | None:
        """The version in force on a day."""
        return next(
            (version for version in self.versions if version.holds_on(day)), None
        )

    @property
    def widest(self) -> str:
        """The longest text of all versions."""
        return max((version.text for version in self.versions), key=len)


class Figures(Mapping[str, str]):
    """The texts in force on one day.

    A figure that is not in force raises NotInForce, an unknown one KeyError.
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
        """The branch of a place with its address, if one is in force."""
        for rule in self._rules.values():
            if place in rule.places and (version := rule.on(self.day)):
                return rule.meaning, version.text
        return None

    def number(self, name: str) -> Decimal | None:
        """A figure such as 5,7 or 10.547.400 as a number, or None if not in force."""
        version = self._rules[name].on(self.day)
        if version is None:
            return None
        return Decimal(version.text.replace(".", "").replace(",", "."))


class RuleBook:
    """All rules, with their texts by day and by name."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = {rule.name: rule for rule in rules}

    def on(self, day: date) -> Figures:
        """The figures of a day."""
        return Figures(self.rules, day)

    def all_texts(self, name: str) -> set[str]:
        """Every text that a rule has or had; empty for an unknown rule."""
        rule = self.rules.get(name)
        return {version.text for version in rule.versions} if rule else set()

    def widest(self) -> dict[str, str]:
        """The longest text of each rule, to measure replies with."""
        return {name: rule.widest for name, rule in self.rules.items()}
