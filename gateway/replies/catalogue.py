"""All reply templates there are, and how long each can become."""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

import gateway.replies
from gateway.domain import gsm7
from gateway.domain.enquiry import Language
from gateway.reference_data.book import RuleBook
from gateway.replies.fields import WIDEST
from gateway.replies.template import ReplyTemplate, branded


@dataclass(frozen=True)
class WorstCase:
    """One variant with the widest value in every placeholder."""

    template: str
    language: Language
    variant: int
    is_last: bool
    text: str
    size: gsm7.Segmentation

    @property
    def fits(self) -> bool:
        """Whether it goes out as one SMS whatever the values are."""
        return self.size.encoding == "GSM-7" and self.size.segments == 1


def all_templates() -> list[ReplyTemplate]:
    """Every template in this package. Raises ValueError for a name used twice."""
    found: dict[str, ReplyTemplate] = {}
    for module in pkgutil.iter_modules(gateway.replies.__path__):
        for template in _templates(f"gateway.replies.{module.name}"):
            if found.setdefault(template.name, template) is not template:
                msg = f"two reply templates are called {template.name}"
                raise ValueError(msg)
    return [found[name] for name in sorted(found)]


def worst_cases(brand: str, rules: RuleBook) -> Iterator[WorstCase]:
    """Each variant of each template at its widest, under this brand.

    Raises KeyError for a placeholder that is no rule and has no widest sample in
    `fields.WIDEST`.
    """
    widest = WIDEST | rules.widest()
    for template in all_templates():
        for language in Language:
            variants = template.variants(language)
            for number, variant in enumerate(variants, start=1):
                text = branded(variant, brand).format_map(widest)
                size = gsm7.count(text)
                last = number == len(variants)
                yield WorstCase(template.name, language, number, last, text, size)


def _templates(module: str) -> Iterator[ReplyTemplate]:
    for value in vars(import_module(module)).values():
        if isinstance(value, ReplyTemplate):
            yield value
