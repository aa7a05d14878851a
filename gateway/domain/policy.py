"""Time limits, numbers of attempts and retention: what an installation may choose."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from gateway.domain.limits import Limits

# Nearly every SMS is answered within seconds; warn when one waits longer than this.
TOO_LONG = timedelta(minutes=1)


class EnrolmentMode(StrEnum):
    """How enrolments by SMS are decided."""

    OFF = "off"
    # An officer approves or declines it.
    REQUEST = "request"
    # Opens after a cool-off, with a notice to the member's other phones.
    IMMEDIATE = "immediate"


@dataclass(frozen=True)
class Policy:
    """Limits that an installation may set, with defaults that fit most."""

    # The deadline of a reply; an enquiry waits as long for the directory.
    reply_lifetime: timedelta = timedelta(minutes=10)
    # Attempts after which a message becomes a dead letter.
    answer_attempts: int = 5
    # The ceiling of the back-off between attempts.
    longest_backoff: timedelta = timedelta(minutes=1)
    # How long a channel is paused after an error that no retry mends.
    channel_pause: timedelta = timedelta(minutes=1)
    # Questions to the carrier about one reply in doubt, with back-off about ten
    # minutes; then an operator decides.
    carrier_questions: int = 15
    # How long to wait for a delivery receipt.
    receipt_patience: timedelta = timedelta(days=3)
    # Files of about 2 kB on most file systems: half an hour at 25 SMS a second.
    spool_limit: int = 50_000
    keep_texts: timedelta = timedelta(days=90)
    keep_messages: timedelta = timedelta(days=365)
    enrolment: EnrolmentMode = EnrolmentMode.REQUEST
    # Operators give numbers away again: an enrolled phone has to be enrolled anew.
    binding_lifetime: timedelta = timedelta(days=365)
    cool_off: timedelta = timedelta(days=1)
    # The age from which replies name the date of the members' records, and the age
    # from which these records answer nothing any more.
    stale_after: timedelta = timedelta(days=3)
    expires_after: timedelta = timedelta(days=45)
    limits: Limits = field(default_factory=Limits)
