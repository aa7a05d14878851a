"""The keyword card for posters and branches, as a page to print."""

from jinja2 import Environment, PackageLoader

from gateway.handlers import topics
from gateway.parsers.enquiry import DEFAULT_KEYWORD
from gateway.parsers.keywords import Keyword, Section


def sections() -> dict[Section, list[Keyword]]:
    """The keywords of each section, the default keyword first."""
    keywords = [topic.keyword for topic in topics().values()]
    keywords.sort(key=_default_first)
    return {
        section: [keyword for keyword in keywords if _section(keyword) is section]
        for section in Section
    }


def page(care: str, number: str) -> str:
    """The card in HTML; without a `number` it leaves room to write one."""
    environment = Environment(
        loader=PackageLoader("gateway.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    card = environment.get_template("card.html")
    return card.render(sections=sections(), care=care, number=number)


def _default_first(keyword: Keyword) -> tuple[bool, str]:
    return keyword.name != DEFAULT_KEYWORD, keyword.name


def _section(keyword: Keyword) -> Section:
    return Section.MEMBER if keyword.needs_kpj else keyword.section
