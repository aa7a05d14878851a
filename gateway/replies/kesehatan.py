"""Wording for who looks for BPJS Kesehatan, another agency."""

from gateway.replies.template import ReplyTemplate

OTHER_AGENCY = ReplyTemplate(
    "health_insurance",
    indonesian=(
        "Itu BPJS Kesehatan (JKN/KIS), lembaga lain: hubungi {health_care} atau "
        "aplikasi Mobile JKN. Di sini BPJS Ketenagakerjaan. Info {care}.",
    ),
    english=(
        "That is BPJS Kesehatan (JKN/KIS), another agency: call {health_care} or use "
        "the Mobile JKN app. Here is BPJS Ketenagakerjaan. Info {care}.",
        "That is BPJS Kesehatan (JKN/KIS), another agency: call {health_care} or use "
        "Mobile JKN. We are BPJS Ketenagakerjaan. Info {care}.",
    ),
)
