"""All reply templates there are: in code and in the files of `information`."""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from string import Formatter

import gateway.replies
from gateway.handlers.information import our_information
from gateway.handlers.information.topic_file import BadTopics
from gateway.reference_data.book import RuleBook
from gateway.replies.fit import WorstCase, widest_values, worst_cases_of
from gateway.replies.template import ReplyTemplate


@cache
def all_templates() -> tuple[ReplyTemplate, ...]:
    """Every template by name. Raises BadTopics for a name used twice."""
    found: dict[str, ReplyTemplate] = {}
    for template in (*_in_code(), *_in_files()):
        if found.setdefault(template.name, template) is not template:
            raise BadTopics([f"two reply templates are called {template.name}"])
    return tuple(found[name] for name in sorted(found))


def worst_cases(brand: str, rules: RuleBook) -> Iterator[WorstCase]:
    """Each wording of each template at its widest, under this brand."""
    widest = widest_values(rules)
    for template in all_templates():
        yield from worst_cases_of(template, brand, widest)


def sent_wordings(rules: RuleBook) -> Iterator[list[str]]:
    """The literal parts of each wording, to recognise our own texts.

    A part includes each number that the call centre has or had.
    """
    for template in all_templates():
        for wording in template.all_variants:
            for care in rules.all_texts("care") or {"{}"}:
                filled = wording.replace("{care}", care)
                yield [literal for literal, *_ in Formatter().parse(filled)]


def _in_files() -> Iterator[ReplyTemplate]:
    for topic in our_information():
        yield from (text.template for text in topic.texts)


def _in_code() -> Iterator[ReplyTemplate]:
    for module in pkgutil.iter_modules(gateway.replies.__path__):
        for value in vars(import_module(f"gateway.replies.{module.name}")).values():
            if isinstance(value, ReplyTemplate):
                yield value
