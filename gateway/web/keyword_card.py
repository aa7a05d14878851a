"""The card for posters and branches: everything that can be texted, on one page."""

from jinja2 import Environment, PackageLoader

from gateway.handlers import topics
from gateway.parsers.enquiry import DEFAULT_KEYWORD
from gateway.parsers.keywords import Keyword, Section


def sections() -> dict[Section, list[Keyword]]:
    """Every topic by what it is about, what most people ask for first."""
    keywords = [topic.keyword for topic in topics().values()]
    keywords.sort(key=lambda it: (it.name != DEFAULT_KEYWORD, it.name))
    return {
        section: [it for it in keywords if _section(it) is section]
        for section in Section
    }


def page(care: str, number: str) -> str:
    """The card as a page to print; without a `number` there is room to write it."""
    environment = Environment(
        loader=PackageLoader("gateway"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    card = environment.get_template("card.html")
    return card.render(sections=sections(), care=care, number=number)


def _section(keyword: Keyword) -> Section:
    return Section.MEMBER if keyword.needs_kpj else keyword.section
