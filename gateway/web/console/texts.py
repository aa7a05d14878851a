"""Keywords, templates, and a preview of the answer to a text."""

from itertools import groupby

from flask import render_template
from flask_babel import get_locale, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from gateway.bootstrap import make_parser, make_responder
from gateway.domain.gsm7 import SEPTETS_ALONE
from gateway.domain.operators import Role
from gateway.handlers import sections, topics
from gateway.handlers.catalogue import worst_cases
from gateway.inbound.preview import Preview, preview
from gateway.parsers.keywords import Section
from gateway.reference_data.loader import our_rules
from gateway.replies.fit import WorstCase
from gateway.replies.rendering import Renderer
from gateway.web.console import labels
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import console

SECTIONS = {
    Section.MONEY: lazy_gettext("Money and contributions"),
    Section.CLAIMS: lazy_gettext("Claims and programmes"),
    Section.MEMBERSHIP: lazy_gettext("Joining, cards and data"),
    Section.SERVICE: lazy_gettext("Service"),
}


class TrialForm(FlaskForm):  # type: ignore[misc]
    """A message to try."""

    text = TextAreaField(lazy_gettext("Message"), [InputRequired()])


@bp.route("/texts", methods=["GET", "POST"])
@requires_role(Role.VIEWER)
def texts() -> str:
    """Show keywords and templates, and preview the answer to a text."""
    form = TrialForm()
    trial = _preview(form.text.data) if form.validate_on_submit() else None
    return render_template(
        "console/texts.html",
        form=form,
        trial=trial,
        labels=labels,
        keywords=[topic.keyword for topic in topics().values()],
        templates=_templates(console().settings.brand),
        limit=SEPTETS_ALONE,
    )


@bp.route("/card")
@requires_role(Role.VIEWER)
def card() -> str:
    """Show the keywords as on the printed card."""
    return render_template(
        "console/card.html",
        sections=sections(),
        titles=SECTIONS,
        is_english=str(get_locale()) == "en",
    )


def _preview(text: str) -> Preview:
    """Preview an answer; no member is looked up, so the index may return anything."""
    settings, clock = console().settings, console().clock
    branches = console().gateway.branch_updates.book
    renderer = Renderer(settings.brand, our_rules(), clock, branches)
    responder = make_responder(lambda _: b"", renderer, settings.policy, clock)
    return preview(text, make_parser(renderer), responder, clock())


def _templates(brand: str) -> list[tuple[str, dict[str, list[WorstCase]]]]:
    """The variants of each template, by language."""
    by_name = groupby(worst_cases(brand, our_rules()), lambda case: case.template)
    return [
        (
            name,
            {
                language: list(variants)
                for language, variants in groupby(cases, lambda case: case.language)
            },
        )
        for name, cases in by_name
    ]
