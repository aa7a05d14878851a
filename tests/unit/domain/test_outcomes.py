"""Every SMS has one outcome."""

from gateway.domain.access import Decision
from gateway.domain.enquiry import RejectionReason
from gateway.domain.messages import IgnoreReason
from gateway.domain.outcomes import EnrolmentMistake, FailureReason, Outcome, outcome_of
from gateway.domain.statuses import InboundStatus
from gateway.replies.daftar import FORMAT, SIM_REGISTRATION

_ANSWERED = InboundStatus.ANSWERED
OUTCOMES = {
    "not read yet": (InboundStatus.RECEIVED, None, None, Outcome.WAITING),
    "waits for the directory": (
        *(InboundStatus.RECEIVED, FailureReason.DIRECTORY_UNAVAILABLE, None),
        Outcome.WAITING,
    ),
    "a balance": (_ANSWERED, None, Decision.ALLOWED, Outcome.ANSWERED),
    "help": (_ANSWERED, None, None, Outcome.ANSWERED),
    "told how to write it": (
        *(_ANSWERED, RejectionReason.KPJ_MISSING, None),
        Outcome.ANSWERED,
    ),
    "somebody else's KPJ": (
        *(_ANSWERED, None, Decision.NOT_THEIR_PHONE),
        Outcome.REFUSED,
    ),
    "a closed membership": (_ANSWERED, None, Decision.CLOSED, Outcome.REFUSED),
    "told that the limit is reached": (
        *(_ANSWERED, IgnoreReason.LIMIT, Decision.ALLOWED),
        Outcome.REFUSED,
    ),
    "silenced by the limit": (
        *(InboundStatus.IGNORED, IgnoreReason.LIMIT, Decision.ALLOWED),
        Outcome.IGNORED,
    ),
    "no keyword": (
        *(_ANSWERED, RejectionReason.UNKNOWN_KEYWORD, None),
        Outcome.UNRECOGNISED,
    ),
    "no words": (_ANSWERED, RejectionReason.EMPTY, None, Outcome.UNRECOGNISED),
    "told of an outage": (
        *(_ANSWERED, FailureReason.DIRECTORY_UNAVAILABLE, None),
        Outcome.FAILED,
    ),
    "a dead letter": (InboundStatus.FAILED, "KeyError", None, Outcome.FAILED),
    "an automatic text": (
        *(InboundStatus.IGNORED, IgnoreReason.AUTOMATIC, None),
        Outcome.IGNORED,
    ),
}


def test_every_sms_has_one_outcome() -> None:
    wrong = [
        name
        for name, (*facts, outcome) in OUTCOMES.items()
        if outcome_of(*facts) is not outcome
    ]

    assert wrong == []


def test_an_enrolment_with_a_mistake_has_the_reason_that_its_reply_is_called() -> None:
    assert set(EnrolmentMistake) == {FORMAT.name, SIM_REGISTRATION.name}
