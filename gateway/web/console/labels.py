"""Labels for outcomes, statuses and reasons, in the operator's language."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from gateway.domain.access import Decision
from gateway.domain.enquiry import RejectionReason
from gateway.domain.messages import IgnoreReason
from gateway.domain.outcomes import EnrolmentMistake, FailureReason, Outcome
from gateway.domain.statuses import OutboundStatus
from gateway.parsers.number_kinds import NumberKind

# Colours repeat what the labels say, for readers who see them.
COLOURS: Mapping[str, str] = {
    Outcome.ANSWERED: "success",
    Outcome.REFUSED: "warning",
    Outcome.UNRECOGNISED: "warning",
    Outcome.IGNORED: "secondary",
    Outcome.WAITING: "info",
    Outcome.FAILED: "danger",
    OutboundStatus.DELIVERED: "success",
    OutboundStatus.UNDELIVERED: "danger",
    OutboundStatus.EXPIRED: "danger",
    OutboundStatus.UNKNOWN: "warning",
    OutboundStatus.UNCONFIRMED: "warning",
    OutboundStatus.CANCELED: "secondary",
}
OUTCOMES: Mapping[str, LazyString] = {
    Outcome.WAITING: _("waiting"),
    Outcome.ANSWERED: _("answered"),
    Outcome.REFUSED: _("refused"),
    Outcome.UNRECOGNISED: _("not understood"),
    Outcome.IGNORED: _("ignored"),
    Outcome.FAILED: _("failed"),
}
STATUSES: Mapping[str, LazyString] = {
    OutboundStatus.QUEUED: _("queued"),
    OutboundStatus.SENDING: _("being sent"),
    OutboundStatus.UNKNOWN: _("in doubt"),
    OutboundStatus.SENT: _("sent"),
    OutboundStatus.DELIVERED: _("delivered"),
    OutboundStatus.UNDELIVERED: _("not delivered"),
    OutboundStatus.FAILED: _("failed"),
    OutboundStatus.EXPIRED: _("too late, not sent"),
    OutboundStatus.CANCELED: _("canceled"),
    OutboundStatus.UNCONFIRMED: _("never confirmed"),
}
# Why a reply was closed without any attempt to send it.
NEVER_TRIED: Mapping[str, LazyString] = {
    OutboundStatus.EXPIRED: _(
        "It was not tried: the channel was paused, or too many waited before it."
    ),
    OutboundStatus.CANCELED: _("It was not tried: STOP came first."),
}
# Decisions about a member, and reasons for an outcome without one.
RULES: Mapping[str, LazyString] = {
    Decision.ALLOWED: _("This phone may hear about this member."),
    Decision.UNKNOWN_KPJ: _("No member has this KPJ."),
    Decision.NOT_THEIR_PHONE: _(
        "The phone is not in this member's record and is not enrolled for the member."
    ),
    Decision.CLOSED: _("This membership is closed to enquiries by SMS."),
    Decision.NOT_THE_MEMBER: _(
        "The NIK, birth date or name in the enrolment does not match the member's."
    ),
    Decision.NOT_COMPARED: _("Too many enrolments today: this one was not compared."),
    RejectionReason.EMPTY: _("The SMS contains no words."),
    RejectionReason.UNKNOWN_KEYWORD: _("It asks for nothing that we offer."),
    RejectionReason.KPJ_MISSING: _("The KPJ is missing."),
    RejectionReason.KPJ_MALFORMED: _("The number does not have the length of a KPJ."),
    RejectionReason.KPJ_AMBIGUOUS: _("It contains more than one KPJ."),
    RejectionReason.NIK_GIVEN: _("It contains a NIK instead of a KPJ."),
    RejectionReason.HEALTH_CARD_GIVEN: _(
        "It contains a BPJS Kesehatan number instead of a KPJ."
    ),
    RejectionReason.PHONE_GIVEN: _("It contains a telephone number instead of a KPJ."),
    IgnoreReason.NOT_MOBILE: _("The sender is not a mobile phone."),
    IgnoreReason.FOREIGN: _("The sender is a foreign phone."),
    IgnoreReason.SHORT_CODE: _("The sender is a short code."),
    IgnoreReason.ALPHANUMERIC: _("The sender is a name, not a phone."),
    IgnoreReason.NO_SENDER: _("The carrier did not say who sent it."),
    IgnoreReason.OTHER_NUMBER: _("It was sent to a number that is not ours."),
    IgnoreReason.MALFORMED: _("What the carrier sent is incomplete or malformed."),
    IgnoreReason.REPEATED: _(
        "The same SMS came from this phone less than a minute before."
    ),
    IgnoreReason.MEDIA: _("It contains a picture or data, and no readable text."),
    IgnoreReason.TOO_LONG: _("It is longer than an SMS can be."),
    IgnoreReason.ANSWERED_BY_CARRIER: _("The carrier has answered it already."),
    IgnoreReason.OPTED_OUT: _("This phone has opted out (STOP)."),
    IgnoreReason.AUTOMATIC: _("It is an automatic message, not written by a person."),
    IgnoreReason.OUR_OWN_TEXT: _("It is one of our own texts, sent back to us."),
    IgnoreReason.LIMIT: _("This phone has reached its limit for the day."),
    IgnoreReason.ERASED: _("Its sender asked for erasure."),
    EnrolmentMistake.INCOMPLETE: _(
        "Meant as an enrolment, but something is missing or wrong."
    ),
    EnrolmentMistake.SIM_REGISTRATION: _("A SIM registration, which belongs to 4444."),
    FailureReason.DIRECTORY_UNAVAILABLE: _("The members could not be looked up."),
    FailureReason.DISMISSED: _(
        "Set aside after an error, and dismissed by an operator."
    ),
}
# Why an SMS came unasked, by its template.
_REASONS: Mapping[str, LazyString] = {
    "notice_claim_made": _("Notice: a claim was made:"),
    "notice_claim_moved": _("Notice: the claim moved to:"),
    "notice_contribution_posted": _("Notice: a contribution was recorded:"),
    "notice_contribution_missing": _("Notice: a contribution is missing, found in:"),
    "notice_phone_changed": _("Notice to the old phone: the number was changed."),
    "reminder_contribution": _("Reminder of a contribution:"),
    "reminder_balance": _("Reminder of the yearly balance:"),
}
NUMBERS: Mapping[str, LazyString] = {
    NumberKind.KPJ: _("a KPJ"),
    NumberKind.NIK: _("a NIK"),
    NumberKind.HEALTH_CARD: _("a BPJS Kesehatan number"),
    NumberKind.PHONE: _("a telephone number"),
    NumberKind.WRONG_LENGTH: _("a number of the wrong length"),
    NumberKind.OTHER: _("another number"),
}
FILTERS: Mapping[str, LazyString] = {
    "keyword": _("Keyword"),
    "outcome": _("Outcome"),
    "status": _("Status of the reply"),
}
FAULTS: Mapping[str, LazyString] = {
    "field": _("There is no such field. There are:"),
    "value": _("There is no such value. There are:"),
    "phone": _("A whole Indonesian mobile number, or its last four digits."),
    "kpj": _("A whole KPJ of 11 characters, or its last four."),
    "day": _("A day is written year-month-day:"),
    "number": _(
        "Stored texts contain no numbers. Search for a whole phone number or KPJ; "
        "write a day with from: or to:."
    ),
}


def reason(template: str, what: str) -> str:
    """Why an SMS came unasked, and what happened: a claim's stage or a month."""
    return f"{_REASONS.get(template, template)} {what}".strip()


def rule(word: str | None) -> str:
    """A decision or reason in plain words; the name of an exception as it is."""
    return str(RULES.get(word, word)) if word else ""
