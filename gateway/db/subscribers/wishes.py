"""The columns of a subscription that say what its phone asked for."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, func, true

from gateway.db.models.subscribers import subscriptions
from gateway.domain.notices import Wish

COLUMNS: Mapping[Wish, Column[Any]] = {
    Wish.REMINDERS: subscriptions.c.wants_reminders,
    Wish.CLAIMS: subscriptions.c.wants_claims,
    Wish.CONTRIBUTIONS: subscriptions.c.wants_contributions,
}
# Whether a subscription is for a wish. No value means reminders, as in rows from
# before notices existed.
CONDITIONS: Mapping[Wish, ColumnElement[bool]] = {
    wish: func.coalesce(column, true())
    if wish is Wish.REMINDERS
    else column.is_(true())
    for wish, column in COLUMNS.items()
}
