"""Reply templates: the longest wording that fits one SMS is the one that goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.messages import Consent, GatewayError, Reply
from gateway.parsers.enquiry import Language
from gateway.replies import gsm7
from gateway.replies.fields import NOT_PERSONAL, Words

# A brand may be as long as "BPJS KETENAGAKERJAAN"; operators ask for it in every SMS.
LONGEST_BRAND = 20


class ReplyDoesNotFit(GatewayError):
    """No variant of a template fits one SMS with these values."""


@dataclass(frozen=True)
class ReplyTemplate:
    """One thing to tell, in each language, longest variant first."""

    name: str
    indonesian: tuple[str, ...]
    english: tuple[str, ...]

    def variants(self, language: Language) -> tuple[str, ...]:
        """The wordings in one language, longest first."""
        return self.english if language is Language.ENGLISH else self.indonesian

    def filled(self, **values: str | Words) -> "Answer":
        """This template with its values, still without language and brand."""
        return Answer(self, values)


@dataclass(frozen=True)
class Answer:
    """What a handler decided to tell, and the consent that the member expressed."""

    template: ReplyTemplate
    values: Mapping[str, str | Words] = field(repr=False)
    consent: Consent | None = None


def render(answer: Answer, language: Language, brand: str) -> Reply:
    """The first variant that fits one segment. Raises ReplyDoesNotFit."""
    values = {
        name: value if isinstance(value, str) else value[language]
        for name, value in answer.values.items()
    }
    for variant in answer.template.variants(language):
        text = branded(variant, brand).format_map(values)
        size = gsm7.count(text)
        if size.encoding == "GSM-7" and size.segments == 1:
            redacted = branded(variant, brand).format_map(_hidden(values))
            return Reply(answer.template.name, language, text, size.segments, redacted)
    msg = f"no variant of {answer.template.name} ({language}) fits one SMS"
    raise ReplyDoesNotFit(msg)


def _hidden(values: Mapping[str, str]) -> dict[str, str]:
    """What the log may keep: which KPJ it was about, and nothing that was told."""
    return {
        name: value if name in NOT_PERSONAL else "***" for name, value in values.items()
    }


def branded(text: str, brand: str) -> str:
    """A text with the brand before it, if there is one."""
    return f"{brand}: {text}" if brand else text
