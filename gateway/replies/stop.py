"""Wording of the confirmation of STOP."""

from gateway.domain.messages import GOODBYE
from gateway.replies.template import ReplyTemplate

OPTED_OUT = ReplyTemplate(
    GOODBYE,
    confirms_action=True,
    indonesian=(
        "Anda tidak akan menerima SMS lagi dari layanan ini. Mau pakai lagi: ketik "
        "MULAI. Bantuan: telp {care}.",
    ),
    english=(
        "You will get no more SMS from this service. To use it again, text START. "
        "Help: call {care}.",
    ),
)
