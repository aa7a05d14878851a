"""Wording on how wrong data are put right."""

from gateway.replies.template import ReplyTemplate

WRONG_DATA = ReplyTemplate(
    "wrong_data",
    indonesian=(
        "Data salah (nama, NIK, tgl lahir): perbaiki di aplikasi JMO (Pengkinian "
        "Data) atau kantor cabang dengan KTP dan KK. Info {care}.",
    ),
    english=(
        "Wrong data (name, NIK, birth date): correct them in JMO (Pengkinian Data) or "
        "at a branch with KTP and KK. Info {care}.",
    ),
)
