"""Dated reference data: figures that change by law, and contacts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.domain.enquiry import Language
from gateway.domain.errors import GatewayError
from gateway.reference_data.english import in_english


class NotInForce(GatewayError):
    """A figure that is not in force on the day, so that no reply may contain it."""

    def __init__(self, figure: str, day: date) -> None:
        self.figure = figure
        super().__init__(f"the rule {figure} has no version for {day}")


@dataclass(frozen=True)
class Version:
    """The text of a rule from its first day in force to its last.

    `english` is needed only for a text with Indonesian words. `doubt` is what the
    agency has to confirm.
    """

    text: str
    valid_from: date
    valid_to: date | None
    source: str
    english: str = ""
    doubt: str = ""

    def in_language(self, language: Language) -> str:
        """The text for a reply in this language."""
        if language is Language.ENGLISH:
            return self.english or in_english(self.text)
        return self.text

    def holds_on(self, day: date) -> bool:
        """Whether the version is in force; its last day counts."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


@dataclass(frozen=True)
class Rule:
    """A figure with all its versions, oldest first.

    An `optional` rule may lapse: every reply has a variant without it. A rule that is
    `in_words` is what replies say without a figure, and no placeholder.
    """

    name: str
    meaning: str
    versions: tuple[Version, ...]
    optional: bool = False
    in_words: bool = False

    def on(self, day: date) -> Version | None:
        """The version in force on a day."""
        return next(
            (version for version in self.versions if version.holds_on(day)), None
        )

    def widest(self, language: Language = Language.INDONESIAN) -> str:
        """The longest text of all versions."""
        texts = (version.in_language(language) for version in self.versions)
        return max(texts, key=len)


class Figures(Mapping[str, str]):
    """The texts in force on one day, for replies in one language.

    A figure that is not in force raises NotInForce, an unknown one KeyError.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        day: date,
        language: Language = Language.INDONESIAN,
    ) -> None:
        self._rules = rules
        self._language = language
        self.day = day

    def in_language(self, language: Language) -> "Figures":
        """The figures of the same day for replies in another language."""
        return Figures(self._rules, self.day, language)

    def __getitem__(self, name: str) -> str:
        version = self._rules[name].on(self.day)
        if version is None:
            raise NotInForce(name, self.day)
        return version.in_language(self._language)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def number(self, name: str) -> Decimal:
        """A figure such as 5,7 or 10.547.400 as a number."""
        indonesian = self.in_language(Language.INDONESIAN)[name]
        return Decimal(indonesian.replace(".", "").replace(",", "."))


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

    def widest(self, language: Language) -> dict[str, str]:
        """The longest text of each rule, to measure replies in this language with."""
        return {
            name: rule.widest(language)
            for name, rule in self.rules.items()
            if not rule.in_words
        }
