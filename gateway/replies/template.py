"""Reply templates: the longest variant that fits one SMS is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain
from string import Formatter

from gateway.domain import gsm7
from gateway.domain.enquiry import Language
from gateway.domain.errors import GatewayError
from gateway.domain.messages import Reply
from gateway.domain.notices import Wish
from gateway.reference_data.book import Figures, NotInForce
from gateway.replies.fields import NOT_PERSONAL, Translated, day

_DATA_OF: Translated = {Language.INDONESIAN: "Data", Language.ENGLISH: "Data of"}


class ReplyDoesNotFit(GatewayError):
    """No variant of a template fits one SMS with these values."""


@dataclass(frozen=True)
class ReplyTemplate:
    """A reply in each language, longest variant first.

    A language that is not among `others` falls back to Indonesian.
    """

    name: str
    indonesian: tuple[str, ...]
    english: tuple[str, ...]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    # The wording with a hint at notices, sent where a hint is due and it fits.
    with_hint: Mapping[Language, str] = field(default_factory=dict, hash=False)
    # The reply confirms an action, so it must not be sent without that action.
    confirms_action: bool = False

    def variants(self, language: Language, *, may_hint: bool = True) -> tuple[str, ...]:
        """The variants in one language, longest first."""
        texts = {
            Language.INDONESIAN: self.indonesian,
            Language.ENGLISH: self.english,
            **self.others,
        }
        variants = texts.get(language, self.indonesian)
        if may_hint and language in self.with_hint:
            return (self.with_hint[language], *variants)
        return variants

    @property
    def all_variants(self) -> tuple[str, ...]:
        others = chain.from_iterable(self.others.values())
        hints = self.with_hint.values()
        return (*hints, *self.indonesian, *self.english, *others)

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset().union(*map(placeholders, self.all_variants))

    def fill(self, **values: str | Translated) -> "Answer":
        return Answer(self, values)


@dataclass(frozen=True)
class Answer:
    """The reply that a handler chose, and the actions that belong to it."""

    template: ReplyTemplate
    values: Mapping[str, str | Translated] = field(repr=False)
    # The language of this phone from now on.
    language: Language | None = None
    # What SMS about this member this phone wants to come, or an end of all of them.
    wish: Wish | None = None
    is_complaint: bool = False
    # The date of the records, if they are stale.
    stale_since: date | None = None
    # Whether this phone has not had a hint at notices yet this month.
    may_hint: bool = False

    @property
    def needs_action(self) -> bool:
        """Whether the answer goes with an action and must not be sent without it."""
        changes = (self.language, self.wish)
        return self.is_complaint or any(change is not None for change in changes)


def render(answer: Answer, language: Language, brand: str, figures: Figures) -> Reply:
    """Render the first variant that fits one SMS and has only figures in force.

    Raises ReplyDoesNotFit, or NotInForce if a variant was left out for its figure.
    """
    figures = figures.in_language(language)
    values = {
        name: value
        if isinstance(value, str)
        else value.get(language, value[Language.INDONESIAN])
        for name, value in answer.values.items()
    }
    stale = stale_remark(answer.stale_since, language)
    lapsed: NotInForce | None = None
    template = answer.template
    for wording in template.variants(language, may_hint=answer.may_hint):
        variant = wording + stale
        try:
            text = _fill(add_brand(variant, brand), values, figures)
        except NotInForce as error:
            lapsed = lapsed or error
            continue
        size = gsm7.count(text)
        if size.encoding == "GSM-7" and size.segments == 1:
            redacted = _fill(add_brand(variant, brand), _mask(values), figures)
            has_hint = wording == template.with_hint.get(language)
            return Reply(
                template.name, language, text, size.segments, redacted, has_hint
            )
    msg = f"no variant of {template.name} ({language}) fits one SMS"
    raise lapsed or ReplyDoesNotFit(msg)


def stale_remark(since: date | None, language: Language) -> str:
    """The date of the records, to append to a reply from stale records."""
    return f" {_DATA_OF[language]} {day(since)}." if since else ""


def _fill(text: str, values: Mapping[str, str], figures: Figures) -> str:
    missing = placeholders(text) - values.keys()
    return text.format_map({**values, **{name: figures[name] for name in missing}})


@cache
def placeholders(text: str) -> frozenset[str]:
    """The placeholders of a text. There are a few hundred texts, so all are cached."""
    return frozenset(name for _, name, *_ in Formatter().parse(text) if name)


def _mask(values: Mapping[str, str]) -> dict[str, str]:
    """The values with all personal ones masked, for the log."""
    return {
        name: value if name in NOT_PERSONAL else "***" for name, value in values.items()
    }


def add_brand(text: str, brand: str) -> str:
    """Put the brand, if there is one, before a text."""
    return f"{brand}: {text}" if brand else text
