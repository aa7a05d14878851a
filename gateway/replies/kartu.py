"""Wordings of the answer to KARTU, without name and NIK."""

from gateway.replies.template import ReplyTemplate

CARD = ReplyTemplate(
    "card",
    indonesian=(
        "Kartu KPJ {kpj}: {segment} di {employer}, peserta sejak {member_since}. "
        "Program: {programs}. Ada yang salah? Ketik DATA SALAH.",
        "KPJ {kpj}: {segment} di {employer}, peserta sejak {member_since}. Program: "
        "{programs}. Telp {care}.",
        "KPJ {kpj}: {segment}, {employer}, sejak {member_since}. Program: {programs}. "
        "Telp {care}.",
    ),
    english=(
        "Card KPJ {kpj}: {segment} at {employer}, member since {member_since}. "
        "Programmes: {programs}. Is anything wrong? Call {care}.",
        "KPJ {kpj}: {segment}, {employer}, since {member_since}: {programs}. Call "
        "{care}.",
    ),
)

CARD_WITHOUT_EMPLOYER = ReplyTemplate(
    "card_without_employer",
    indonesian=(
        "Kartu KPJ {kpj}: {segment}, peserta sejak {member_since}. Program: "
        "{programs}. Ada yang salah? Ketik DATA SALAH. Telp {care}.",
        "Kartu KPJ {kpj}: {segment}, peserta sejak {member_since}. Program: "
        "{programs}. Telp {care}.",
    ),
    english=(
        "Card KPJ {kpj}: {segment}, member since {member_since}. Programmes: "
        "{programs}. Is anything wrong? Text WRONG DATA. Call {care}.",
        "Card KPJ {kpj}: {segment}, member since {member_since}. Programmes: "
        "{programs}. Call {care}.",
    ),
)
