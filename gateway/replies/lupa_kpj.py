"""Wording on where a forgotten KPJ stands."""

from gateway.replies.template import ReplyTemplate

# A KPJ is what opens the balance, so it is never sent.
FORGOT_KPJ = ReplyTemplate(
    "forgot_kpj",
    indonesian=(
        "KPJ (11 angka) ada di kartu peserta, HRD, aplikasi JMO, atau kantor cabang "
        "dengan KTP asli. KPJ tidak kami kirim lewat SMS. Info {care}.",
        "KPJ (11 angka) ada di kartu peserta, HRD, JMO, atau kantor cabang dengan KTP "
        "asli. Tidak kami kirim lewat SMS. Info {care}.",
    ),
    english=(
        "The KPJ (11 digits) is on your card, with HR, in the JMO app, or at a branch "
        "with your KTP. We never send it by SMS. Info {care}.",
    ),
)
