"""Wording on how a phone number is changed."""

from gateway.replies.template import ReplyTemplate

# Who holds a phone may not be its member, so nothing is changed by SMS.
CHANGE_PHONE = ReplyTemplate(
    "change_phone",
    indonesian=(
        "Ganti nomor HP: di aplikasi JMO (Pengkinian Data) atau kantor cabang dengan "
        "KTP asli dan KK. Demi keamanan tidak lewat SMS. Info {care}.",
    ),
    english=(
        "New phone number: in the JMO app (Pengkinian Data) or at a branch with your "
        "KTP and KK. For safety not by SMS. Info {care}.",
    ),
)
