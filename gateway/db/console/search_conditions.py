"""The terms of a search as conditions: those that an index finds, and the others."""

from collections.abc import Callable, Iterator

from sqlalchemy import ColumnElement, func, or_, select

from gateway.db.console.id_ranges import A_DAY, Span, is_sifted
from gateway.db.models import IS_FAILED, IS_RECEIVED, inbound, outbound
from gateway.domain.calendar import start_of
from gateway.domain.messages import InboundStatus
from gateway.parsers.search_query import REFUSALS, UNRECOGNISED, Outcome, Search
from gateway.security.masking import tail_of


def indexed(
    search: Search, index: Callable[[str], bytes]
) -> Iterator[ColumnElement[bool]]:
    """What an index finds, or leaves little to read for."""
    columns = inbound.c
    tails = [index(tail_of(it)) for it in search.phone_tails]
    by_value = (
        (columns.sender_index, search.phones),
        (columns.sender_tail, tails),
        (columns.kpj_index, search.kpjs),
        (columns.keyword, search.keywords),
    )
    for column, values in by_value:
        if values:
            yield column.in_(values)
    if search.outcomes:
        yield or_(*map(_has_outcome, search.outcomes))
    if search.since:
        yield columns.received_at >= start_of(search.since)
    if search.until:
        yield columns.received_at < start_of(search.until + A_DAY)


def sifted(search: Search, span: Span) -> Iterator[ColumnElement[bool]]:
    """What each message of a span has to be read for."""
    text = func.lower(inbound.c.text_redacted)
    for word in search.words:
        yield text.contains(word.lower(), autoescape=True)
    if search.statuses:
        has_status = outbound.c.status.in_(search.statuses)
        is_near = outbound.c.in_reply_to.between(span.low, span.high)
        replied = select(outbound.c.in_reply_to).where(has_status, is_near)
        if is_sifted(search):
            yield replied.where(outbound.c.in_reply_to == inbound.c.id).exists()
        else:
            yield inbound.c.id.in_(replied)


def _has_outcome(word: str) -> ColumnElement[bool]:
    """One of the words for what became of an SMS, a decision, or a reason."""
    columns = inbound.c
    answered = columns.status == InboundStatus.ANSWERED
    refused = columns.decision.in_(REFUSALS)
    unrecognised = columns.reason.in_(UNRECOGNISED)
    by_outcome = {
        Outcome.WAITING: IS_RECEIVED,
        Outcome.ANSWERED: answered
        & func.coalesce(columns.decision, "").not_in(REFUSALS)
        & func.coalesce(columns.reason, "").not_in(UNRECOGNISED),
        Outcome.REFUSED: answered & refused,
        Outcome.UNRECOGNISED: answered & unrecognised,
        Outcome.IGNORED: columns.status == InboundStatus.IGNORED,
        Outcome.FAILED: IS_FAILED,
    }
    if word in by_outcome:
        return by_outcome[Outcome(word)]
    is_decision = word in REFUSALS
    return columns.decision == word if is_decision else columns.reason == word
