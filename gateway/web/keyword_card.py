"""The keyword card for posters and branches, as a page to print."""

from jinja2 import Environment, PackageLoader

from gateway.handlers import sections


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
