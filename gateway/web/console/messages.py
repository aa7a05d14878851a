"""The messages page: a search box, filters, and one line for each SMS."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.domain.operators import Role
from gateway.handlers import topics
from gateway.parsers.search_query import (
    LONGEST,
    Search,
    parse,
    tokenise_numbers,
    with_term,
)
from gateway.web.console import labels
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import console


@dataclass(frozen=True)
class Choice:
    """A value of a filter to click on; `text` is the search that the click makes."""

    name: str
    value: str
    title: str
    is_set: bool
    text: str


@bp.get("/messages")
@requires_role(Role.VIEWER)
def messages() -> str | tuple[str, int]:
    """The messages that a search finds, newest first."""
    search = read_search(request.args.get("q", ""))
    if search.faults:
        return _page(search), 422
    return _page(search, request.args.get("before"), request.args.get("after"))


@bp.post("/messages")
@requires_role(Role.VIEWER)
def search_messages() -> Response | tuple[str, int]:
    """Redirect to a search whose numbers are keyed hashes: no number in the address."""
    typed = request.form.get("q", "")[:LONGEST]
    previous = request.form.get("known", "")[:LONGEST]
    index = console().database.finder.index
    search = read_search(tokenise_numbers(typed, index, previous))
    if search.faults:
        return _page(search), 422
    return redirect(url_for("console.messages", q=search.text or None), 303)


@bp.get("/messages/newer.json")
@requires_role(Role.VIEWER)
def newer_messages() -> Response:
    """How many messages have arrived since the topmost one of a page."""
    search = read_search(request.args.get("q", ""))
    newest = read_id(request.args.get("after")) or 0
    return jsonify(newer=console().database.finder.count_newer(search, newest))


def read_search(text: str) -> Search:
    """Parse a search whose numbers have been replaced by tokens."""
    return parse(text[:LONGEST], topics().keys())


def read_id(text: str | None) -> int | None:
    """Parse an id from a URL; answers 404 if it is not one."""
    if text is None:
        return None
    # No column holds a longer id.
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        abort(404)
    return int(text)


def _page(search: Search, before: str | None = None, after: str | None = None) -> str:
    finder = console().database.finder
    page = None
    if not search.faults:
        page = finder.page(search, read_id(before), read_id(after))
    return render_template(
        "console/messages.html",
        search=search,
        page=page,
        is_first=before is None and after is None,
        filters=_filters(search),
        labels=labels,
    )


def _filters(search: Search) -> Sequence[tuple[str, str, Sequence[Choice]]]:
    keywords = {name: name.upper() for name in sorted(topics())}
    return [
        (name, str(labels.FILTERS[name]), _choices(search.text, name, titles, chosen))
        for name, titles, chosen in (
            ("outcome", labels.OUTCOMES, search.outcomes),
            ("keyword", keywords, search.keywords),
            ("status", labels.STATUSES, search.statuses),
        )
    ]


def _choices(
    searched: str, name: str, titles: Mapping[str, object], chosen: Collection[str]
) -> Sequence[Choice]:
    return [
        Choice(name, value, str(title), value in chosen, text)
        for value, title in titles.items()
        for text in [with_term(searched, name, "" if value in chosen else value)]
    ]
