"""The charts of the overview, each a separate SVG image without scripts.

The console's content security policy forbids inline styles in a page but not in an
image. The image also follows the reader's choice of light or dark, and prints as light.
"""

from typing import Any
from xml.etree.ElementTree import Element

import pygal
from flask import Response
from flask_babel import format_decimal, format_time, lazy_gettext
from flask_babel import gettext as _
from pygal.style import Style

from gateway.domain.operators import Role
from gateway.domain.outcomes import Outcome
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import console
from gateway.web.console.statistics import Outcomes, per_hour, per_keyword

# Colour-blind readers can distinguish these, on light and on dark.
_BLUE, _ORANGE, _RED = "#2f7ed8", "#d98200", "#d0342c"
SERIES = {
    lazy_gettext("Answered"): (Outcome.ANSWERED,),
    lazy_gettext("Refused or not understood"): (Outcome.REFUSED, Outcome.UNRECOGNISED),
    lazy_gettext("No answer"): (Outcome.FAILED, Outcome.IGNORED, Outcome.WAITING),
}
# Narrow, so that words stay readable on a phone.
_WIDTH, _HEIGHT = 420, 260
_BAR_HEIGHT, _MARGIN = 34, 16
_HOURS_A_LABEL = 6
_CLEAR = "transparent"
_STYLE = Style(
    background=_CLEAR,
    plot_background=_CLEAR,
    foreground="#212529",
    foreground_strong="#212529",
    foreground_subtle="#adb5bd",
    guide_stroke_color="#adb5bd",
    major_guide_stroke_color="#adb5bd",
    colors=(_BLUE, _ORANGE, _RED),
    opacity="1",
    font_family="system-ui, sans-serif",
    label_font_size=14,
    major_label_font_size=14,
    legend_font_size=14,
    value_font_size=14,
    no_data_font_size=18,
)
_DARK = """inline:
@media screen and (prefers-color-scheme: dark) {
  .graph text { fill: #dee2e6 !important; }
  .graph .line { stroke: #6c757d !important; }
}
"""
_CSS = ["file://style.css", "file://graph.css", _DARK]


@bp.get("/charts/hours.svg")
@requires_role(Role.VIEWER)
def hours_chart() -> Response:
    """SMS in each of the last hours, by outcome."""
    hours = per_hour(console().database.reports, console().clock())
    chart = pygal.StackedBar(
        **_options(_HEIGHT),
        legend_at_bottom=True,
        legend_at_bottom_columns=1,
        x_labels=[str(format_time(start, "HH")) for start, _counts in hours],
        x_labels_major_every=_HOURS_A_LABEL,
        show_minor_x_labels=False,
    )
    columns = zip(*(by_series(counts) for _start, counts in hours), strict=True)
    for title, column in zip(SERIES, columns, strict=True):
        chart.add(str(title), list(column))
    return _image(chart)


@bp.get("/charts/keywords.svg")
@requires_role(Role.VIEWER)
def keywords_chart() -> Response:
    """Today's SMS by keyword."""
    keywords = per_keyword(console().database.reports, console().clock())
    # pygal draws horizontal bars from the bottom up.
    rising = list(reversed(keywords))
    chart = pygal.HorizontalBar(
        **_options(_MARGIN + _BAR_HEIGHT * max(1, len(rising))),
        show_legend=False,
        # In a horizontal chart the "x" settings apply to the vertical axis.
        show_x_labels=False,
        x_labels=[_keyword(*counted) for counted in rising],
    )
    chart.add("", [count for _keyword, count in rising])
    return _image(chart)


def by_series(counts: Outcomes) -> list[float]:
    """How many of an hour's SMS belong to each series."""
    return [
        sum(counts.get(outcome, 0) for outcome in outcomes)
        for outcomes in SERIES.values()
    ]


def _options(height: int) -> dict[str, Any]:
    return {
        "width": _WIDTH,
        "height": height,
        "explicit_size": False,
        "style": _STYLE,
        "css": _CSS,
        # By default pygal loads scripts from its own web site.
        "js": (),
        "margin": 4,
        "truncate_label": -1,
        "no_data_text": _("nothing yet"),
        "formatter": _count,
    }


def _keyword(keyword: str | None, number: float) -> str:
    return f"{keyword or _('no keyword')} {_count(number)}"


def _count(number: float) -> str:
    return str(format_decimal(number, "#,##0"))


def _image(chart: pygal.Graph) -> Response:
    chart.add_xml_filter(_without_scripts)
    return Response(chart.render(), content_type="image/svg+xml")


def _without_scripts(picture: Element) -> Element:
    """Remove the script in which pygal stores its settings for scripts that we drop."""
    for parent in picture.iter():
        for script in parent.findall("script"):
            parent.remove(script)
    return picture
