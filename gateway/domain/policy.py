"""How long things may take and how often they are tried: the operator's choices."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from gateway.domain.limits import Limits

# Nearly every SMS is answered within seconds; somebody should look when one is not.
TOO_LONG = timedelta(minutes=1)


class EnrolmentMode(StrEnum):
    """What an enrolment by SMS comes to."""

    OFF = "off"
    # An officer approves or declines it.
    REQUEST = "request"
    # Opens by itself, after a cool-off, with a notice to the member's other phones.
    IMMEDIATE = "immediate"


@dataclass(frozen=True)
class Policy:
    """Every limit that an installation may set, with what fits most of them."""

    # A balance is not told hours late; an enquiry waits as long for the directory.
    reply_lifetime: timedelta = timedelta(minutes=10)
    # Then a message that cannot be answered is a dead letter.
    answer_attempts: int = 5
    # The ceiling of the pauses between attempts, which double from one to the next.
    longest_backoff: timedelta = timedelta(minutes=1)
    # For how long a channel rests after an error that no retry of a message mends.
    channel_pause: timedelta = timedelta(minutes=1)
    # With back-off about ten minutes of asking the carrier; then an operator decides.
    carrier_questions: int = 15
    # A receipt that has not come by then will not come.
    receipt_patience: timedelta = timedelta(days=3)
    # Files, about 2 kB each on most file systems: half an hour at 25 SMS a second.
    spool_limit: int = 50_000
    keep_texts: timedelta = timedelta(days=90)
    keep_messages: timedelta = timedelta(days=365)
    enrolment: EnrolmentMode = EnrolmentMode.REQUEST
    # Operators give numbers away again: an enrolled phone has to be enrolled anew.
    binding_lifetime: timedelta = timedelta(days=365)
    cool_off: timedelta = timedelta(days=1)
    # How old the members' records may be before replies tell of what day they are, and
    # before nothing is told any more.
    stale_after: timedelta = timedelta(days=3)
    expires_after: timedelta = timedelta(days=45)
    limits: Limits = field(default_factory=Limits)
