"""Export a search as CSV: streamed, bounded, masked, and safe for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from flask import Response, abort, request

from gateway.db.console.search import Found
from gateway.domain.operators import Role
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.context import audit_entry, console
from gateway.web.console.messages import read_search

MOST_ROWS = 100_000
COLUMNS = (
    *("id", "received_at", "phone", "text", "keyword", "outcome", "reason"),
    *("decision", "template", "reply_status"),
)
# Where a spreadsheet would read a formula: at the start of a cell, and after characters
# at which a spreadsheet may split our cells (with Indonesian settings at `;`).
# owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"(?:\A|(?<=[;,\t\r\n]))(?=[ \"']*[=+\-@\t\r])")


@bp.get("/messages/export.csv")
@requires_role(Role.OPERATOR)
def export() -> Response:
    """The SMS that a search finds, newest first; the audit log records the export."""
    search = read_search(request.args.get("q", ""))
    if search.faults:
        abort(400)
    now = console().clock()
    console().database.audit_log.add(
        audit_entry(search.masked), "export messages", "search"
    )
    found = console().database.finder.all(search, MOST_ROWS)
    headers = {"Content-Disposition": f"attachment; filename=sms-{now:%Y%m%d-%H%M}.csv"}
    return Response(_lines(found), mimetype="text/csv", headers=headers)


def _lines(found: Iterable[Found]) -> Iterator[str]:
    # Without a byte order mark, spreadsheets do not read the file as UTF-8.
    yield "\ufeff" + _line(COLUMNS)
    for message in found:
        yield _line(_safe(getattr(message, column)) for column in COLUMNS)


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _safe(value: object) -> str:
    return _FORMULA.sub("'", "" if value is None else str(value))
