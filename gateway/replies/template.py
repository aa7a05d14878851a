"""Reply templates: the longest wording that fits one SMS is the one that goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from string import Formatter

from gateway.domain import gsm7
from gateway.domain.enquiry import Language
from gateway.domain.errors import GatewayError
from gateway.domain.messages import Reply
from gateway.reference_data.book import Figures, NotInForce
from gateway.replies.fields import NOT_PERSONAL, Translated, day

_DATA_OF: Translated = {Language.INDONESIAN: "Data", Language.ENGLISH: "Data of"}


class ReplyDoesNotFit(GatewayError):
    """No variant of a template fits one SMS with these values."""


@dataclass(frozen=True)
class ReplyTemplate:
    """One thing to tell, in each language, longest variant first.

    What is not translated yet into one of `others` is told in Indonesian.
    """

    name: str
    indonesian: tuple[str, ...]
    english: tuple[str, ...]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    # Whether it claims that something was done; it is a lie without the deed.
    confirms_action: bool = False

    def variants(self, language: Language) -> tuple[str, ...]:
        """The wordings in one language, longest first."""
        texts = {
            Language.INDONESIAN: self.indonesian,
            Language.ENGLISH: self.english,
            **self.others,
        }
        return texts.get(language, self.indonesian)

    @property
    def placeholders(self) -> frozenset[str]:
        """Everything that any of the wordings leaves to be filled in."""
        return frozenset().union(*map(placeholders, self.indonesian + self.english))

    def fill(self, **values: str | Translated) -> "Answer":
        """This template with its values, still without language and brand."""
        return Answer(self, values)


@dataclass(frozen=True)
class Answer:
    """What a handler decided to tell, and what is to be done besides."""

    template: ReplyTemplate
    values: Mapping[str, str | Translated] = field(repr=False)
    # The language to be spoken with this phone.
    language: Language | None = None
    # Whether to remind this phone of the member's contributions.
    reminders: bool | None = None
    is_complaint: bool = False
    # The day of the records, told when they are old.
    stale_since: date | None = None

    @property
    def needs_action(self) -> bool:
        """Whether something is done with it, so that it cannot be told alone."""
        wishes = (self.language, self.reminders)
        return self.is_complaint or any(it is not None for it in wishes)


def render(answer: Answer, language: Language, brand: str, figures: Figures) -> Reply:
    """The first variant that fits one segment and names only figures in force.

    Raises ReplyDoesNotFit, and NotInForce if a figure that may not be told is why.
    """
    values = {
        name: value
        if isinstance(value, str)
        else value.get(language, value[Language.INDONESIAN])
        for name, value in answer.values.items()
    }
    stale = stale_remark(answer.stale_since, language)
    lapsed: NotInForce | None = None
    for wording in answer.template.variants(language):
        variant = wording + stale
        try:
            text = _fill(branded(variant, brand), values, figures)
        except NotInForce as error:
            lapsed = lapsed or error
            continue
        size = gsm7.count(text)
        if size.encoding == "GSM-7" and size.segments == 1:
            redacted = _fill(branded(variant, brand), _hidden(values), figures)
            return Reply(answer.template.name, language, text, size.segments, redacted)
    msg = f"no variant of {answer.template.name} ({language}) fits one SMS"
    raise lapsed or ReplyDoesNotFit(msg)


def stale_remark(since: date | None, language: Language) -> str:
    """What stands behind a reply that is made from old records."""
    return f" {_DATA_OF[language]} {day(since)}." if since else ""


def _fill(text: str, values: Mapping[str, str], figures: Figures) -> str:
    names = placeholders(text)
    return text.format_map(
        {it: values[it] if it in values else figures[it] for it in names}
    )


@cache
def placeholders(text: str) -> frozenset[str]:
    """What a wording leaves to be filled in; there are a few hundred wordings."""
    return frozenset(name for _, name, *_ in Formatter().parse(text) if name)


def _hidden(values: Mapping[str, str]) -> dict[str, str]:
    """What the log may keep: which KPJ it was about, and nothing that was told."""
    return {
        name: value if name in NOT_PERSONAL else "***" for name, value in values.items()
    }


def branded(text: str, brand: str) -> str:
    """A text with the brand before it, if there is one."""
    return f"{brand}: {text}" if brand else text
