"""Measure templates at their widest values, and find faults in their wordings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from gateway.domain import gsm7
from gateway.domain.brand import LONGEST_BRAND
from gateway.domain.enquiry import Language
from gateway.reference_data.book import RuleBook
from gateway.replies.fields import WIDEST
from gateway.replies.template import ReplyTemplate, add_brand
from gateway.replies.written_figures import written_figures

# The widest value of each placeholder, by the language of the reply.
Widest = Callable[[Language], Mapping[str, str]]


@dataclass(frozen=True)
class WorstCase:
    """One wording with the widest value in every placeholder."""

    template: str
    language: Language
    variant: int
    is_last: bool
    text: str
    size: gsm7.Segmentation

    @property
    def fits(self) -> bool:
        return self.size.encoding == "GSM-7" and self.size.segments == 1


def widest_values(rules: RuleBook) -> Widest:
    """The widest value of each placeholder that a template in code may have."""
    return lambda language: WIDEST | rules.widest(language)


def worst_cases_of(
    template: ReplyTemplate, brand: str, widest: Widest
) -> Iterator[WorstCase]:
    """Each wording at its widest. Raises KeyError for an unknown placeholder."""
    for language in Language:
        variants = template.variants(language)
        for number, variant in enumerate(variants, start=1):
            text = add_brand(variant, brand).format_map(widest(language))
            last = number == len(variants)
            size = gsm7.count(text)
            yield WorstCase(template.name, language, number, last, text, size)


def faults_of(template: ReplyTemplate, widest: Widest) -> Iterator[str]:
    """Find every fault, with the language and number of its wording.

    The last wording of a language has to fit behind the longest brand.
    """
    faults = [
        f"{language.name.lower()} {number}: {fault}"
        for language in Language
        for number, text in enumerate(template.variants(language), start=1)
        for fault in wording_faults(text, widest(language))
    ]
    yield from faults
    if not faults:
        yield from _too_long(template, widest)


def wording_faults(text: str, widest: Mapping[str, str]) -> Iterator[str]:
    """Find characters, placeholders and figures that a wording must not have."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        yield f"the braces do not match: {error}"
        return
    for _, name, spec, conversion in parts:
        if name is not None and (name not in widest or spec or conversion):
            yield f"{{{name}}} is not a placeholder"
    literal = "".join(part for part, *_ in parts)
    for char in sorted(set(literal) - gsm7.BASIC):
        yield f"the character {char!r} is outside the GSM-7 basic alphabet"
    for figure in written_figures(" ".join(part for part, *_ in parts)):
        yield (
            f"{figure} is a figure: put it into gateway/reference_data and name its "
            "placeholder, or allow it in gateway/replies/written_figures.py"
        )


def _too_long(template: ReplyTemplate, widest: Widest) -> Iterator[str]:
    for case in worst_cases_of(template, "M" * LONGEST_BRAND, widest):
        if case.is_last and not case.fits:
            excess = case.size.units - gsm7.SEPTETS_ALONE
            yield (
                f"{case.language.name.lower()} {case.variant}: {excess} characters too "
                f"long for one SMS behind a brand of {LONGEST_BRAND}"
            )
