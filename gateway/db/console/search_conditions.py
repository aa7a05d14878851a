"""SQL conditions of a search: those with an index, and those that need a scan."""

from collections.abc import Callable, Iterator

from sqlalchemy import ColumnElement, func, or_, select

from gateway.db.console.id_ranges import A_DAY, IdRange, needs_scan
from gateway.db.models.messages import IS_FAILED, IS_RECEIVED, inbound, outbound
from gateway.domain.calendar import start_of
from gateway.domain.messages import IgnoreReason
from gateway.domain.outcomes import (
    NOT_UNDERSTOOD,
    REFUSALS,
    FailureReason,
    Outcome,
)
from gateway.domain.statuses import InboundStatus
from gateway.parsers.search_query import Search
from gateway.security.masking import tail_of


def indexed(
    search: Search, index: Callable[[str], bytes]
) -> Iterator[ColumnElement[bool]]:
    """Conditions that an index answers."""
    columns = inbound.c
    tails = [index(tail_of(phone)) for phone in search.phone_tails]
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
        yield or_(*map(has_outcome, search.outcomes))
    if search.since:
        yield columns.received_at >= start_of(search.since)
    if search.until:
        yield columns.received_at < start_of(search.until + A_DAY)


def scanned(search: Search, ids: IdRange) -> Iterator[ColumnElement[bool]]:
    """Conditions for which each message within `ids` has to be read."""
    text = func.lower(inbound.c.text_redacted)
    for word in search.words:
        yield text.contains(word.lower(), autoescape=True)
    if search.statuses:
        has_status = outbound.c.status.in_(search.statuses)
        is_near = outbound.c.in_reply_to.between(ids.low, ids.high)
        replied = select(outbound.c.in_reply_to).where(has_status, is_near)
        if needs_scan(search):
            yield replied.where(outbound.c.in_reply_to == inbound.c.id).exists()
        else:
            yield inbound.c.id.in_(replied)


def has_outcome(word: str) -> ColumnElement[bool]:
    """Whether an SMS has this outcome, decision or reason."""
    if word in set(Outcome):
        return _BY_OUTCOME[Outcome(word)]
    is_decision = word in REFUSALS
    return inbound.c.decision == word if is_decision else inbound.c.reason == word


_IS_ANSWERED = inbound.c.status == InboundStatus.ANSWERED
_REASON = func.coalesce(inbound.c.reason, "")
_IS_OUTAGE = inbound.c.reason == FailureReason.DIRECTORY_UNAVAILABLE
_IS_REFUSAL = inbound.c.decision.in_(sorted(REFUSALS))
_NO_REFUSAL = func.coalesce(inbound.c.decision, "").not_in(sorted(REFUSALS))
# The sender got a reply, but no answer.
_REPLIED_WITHOUT_ANSWER = (FailureReason.DIRECTORY_UNAVAILABLE, IgnoreReason.LIMIT)
# The same rules as `outcome_of`, in SQL.
_BY_OUTCOME = {
    Outcome.WAITING: IS_RECEIVED,
    Outcome.IGNORED: inbound.c.status == InboundStatus.IGNORED,
    Outcome.FAILED: or_(IS_FAILED, _IS_ANSWERED & _IS_OUTAGE),
    Outcome.REFUSED: _IS_ANSWERED
    & or_(_IS_REFUSAL, inbound.c.reason == IgnoreReason.LIMIT)
    & (_REASON != FailureReason.DIRECTORY_UNAVAILABLE),
    Outcome.UNRECOGNISED: _IS_ANSWERED
    & _NO_REFUSAL
    & inbound.c.reason.in_(sorted(NOT_UNDERSTOOD)),
    Outcome.ANSWERED: _IS_ANSWERED
    & _NO_REFUSAL
    & _REASON.not_in([*sorted(NOT_UNDERSTOOD), *_REPLIED_WITHOUT_ANSWER]),
}
