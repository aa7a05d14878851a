"""Wording of the confirmation of STOP."""

from gateway.domain.messages import GOODBYE
from gateway.replies.template import ReplyTemplate

OPTED_OUT = ReplyTemplate(
    GOODBYE,
    confirms_action=True,
    indonesian=(
        "Anda berhenti menerima SMS dari layanan ini. Untuk memakai lagi, ketik "
        "MULAI. Info {care}.",
    ),
    english=(
        "You will get no more SMS from this service. To use it again, text START. "
        "Info {care}.",
    ),
)
