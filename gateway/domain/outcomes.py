"""What became of an inbound SMS, in one word, and the reasons for it."""

from enum import StrEnum

from gateway.domain.access import Decision
from gateway.domain.enquiry import RejectionReason
from gateway.domain.messages import IgnoreReason
from gateway.domain.statuses import InboundStatus


class Outcome(StrEnum):
    """What the sender got; every SMS has exactly one, so that counts add up."""

    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"
    UNRECOGNISED = "unrecognised"
    IGNORED = "ignored"
    FAILED = "failed"


class EnrolmentMistake(StrEnum):
    """Why a text that was meant as an enrolment cannot be one."""

    INCOMPLETE = "enrolment_format"
    SIM_REGISTRATION = "sim_registration"


class FailureReason(StrEnum):
    """Why we could not answer; a dead letter has the name of an exception instead."""

    DIRECTORY_UNAVAILABLE = "directory_unavailable"
    # An operator left a dead letter unanswered.
    DISMISSED = "dismissed"


REASONS = (*RejectionReason, *EnrolmentMistake, *IgnoreReason, *FailureReason)
REFUSALS = frozenset(Decision) - {Decision.ALLOWED}
NOT_UNDERSTOOD = frozenset({RejectionReason.UNKNOWN_KEYWORD, RejectionReason.EMPTY})


def outcome_of(status: str, reason: str | None, decision: str | None) -> Outcome:
    """The outcome of an SMS; `db/console/search_conditions` says the same in SQL.

    A reply does not make it ANSWERED: the reply may be about an outage or a limit.
    """
    if status == InboundStatus.RECEIVED:
        return Outcome.WAITING
    if status == InboundStatus.IGNORED:
        return Outcome.IGNORED
    if status == InboundStatus.FAILED or reason == FailureReason.DIRECTORY_UNAVAILABLE:
        return Outcome.FAILED
    if decision in REFUSALS or reason == IgnoreReason.LIMIT:
        return Outcome.REFUSED
    return Outcome.UNRECOGNISED if reason in NOT_UNDERSTOOD else Outcome.ANSWERED
