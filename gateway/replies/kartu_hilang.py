"""Wording on what to do about a lost card."""

from gateway.replies.template import ReplyTemplate

CARD_LOST = ReplyTemplate(
    "card_lost",
    indonesian=(
        "Kartu hilang: kartu digital ada di aplikasi JMO. Kartu baru: kantor cabang "
        "dengan KTP asli dan KK. Saldo Anda tetap aman. Info {care}.",
    ),
    english=(
        "Lost card: the digital card is in the JMO app. New card: at a branch with "
        "your KTP and KK. Your balance is safe. Info {care}.",
    ),
)
