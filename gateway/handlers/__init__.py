"""The topics: each is a module of this folder or a file of `information`."""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from gateway.handlers.information import our_information
from gateway.handlers.information.topic_file import BadTopics
from gateway.handlers.registry import OpenTopic, Topic, registered
from gateway.parsers.enquiry import DEFAULT_KEYWORD
from gateway.parsers.keywords import Keyword, Section

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Topic", "sections", "topics"]


@cache
def topics() -> Mapping[str, Topic]:
    """All topics by the name of their keyword. Raises BadTopics."""
    informing = (OpenTopic(topic.keyword, topic.answer) for topic in our_information())
    return combine([*registered(), *informing])


@cache
def sections() -> Mapping[Section, tuple[Keyword, ...]]:
    """The keywords of each section in the order in which they are listed."""
    keywords = sorted((topic.keyword for topic in topics().values()), key=_place)
    return {
        section: tuple(keyword for keyword in keywords if keyword.section is section)
        for section in Section
    }


def _place(keyword: Keyword) -> tuple[bool, bool, str]:
    is_default = keyword.name == DEFAULT_KEYWORD
    return not is_default, not keyword.is_listed_first, keyword.name


def combine(topics: Iterable[Topic]) -> Mapping[str, Topic]:
    """The topics by name, in order. Raises BadTopics if two have a form in common."""
    topics = tuple(topics)
    if faults := list(_repeated_forms(topics)):
        raise BadTopics(faults)
    by_name = {topic.keyword.name: topic for topic in topics}
    return MappingProxyType(dict(sorted(by_name.items())))


def _repeated_forms(topics: Iterable[Topic]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for topic in topics:
        name = topic.keyword.name
        for form in {name.replace("_", " "), *topic.keyword.forms}:
            owner = owners.setdefault(form, name)
            if owner != name:
                yield f'{name}: "{form}" already asks for {owner}'
