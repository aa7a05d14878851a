"""Wordings of the answer to KARTU, without name and NIK."""

from gateway.replies.template import ReplyTemplate

CARD = ReplyTemplate(
    "card",
    indonesian=(
        "Kartu KPJ {kpj}: {segment}, {employer}, peserta sejak {member_since}. "
        "Program: {programs}. Kartu digital: JMO. Info {care}.",
        "Kartu KPJ {kpj}: {segment}, {employer}, sejak {member_since}. Program: "
        "{programs}. Info {care}.",
    ),
    english=(
        "Card KPJ {kpj}: {segment}, {employer}, member since {member_since}. "
        "Programmes: {programs}. Digital card: JMO. Info {care}.",
        "Card {kpj}: {segment}, {employer}, since {member_since}. Programmes: "
        "{programs}. Call {care}.",
    ),
)

CARD_WITHOUT_EMPLOYER = ReplyTemplate(
    "card_without_employer",
    indonesian=(
        "Kartu KPJ {kpj}: {segment}, peserta sejak {member_since}. Program: "
        "{programs}. Kartu digital: aplikasi JMO. Info {care}.",
        "Kartu KPJ {kpj}: {segment}, peserta sejak {member_since}. Program: "
        "{programs}. Telp {care}.",
    ),
    english=(
        "Card KPJ {kpj}: {segment}, member since {member_since}. Programmes: "
        "{programs}. Digital card: JMO app. Info {care}.",
        "Card KPJ {kpj}: {segment}, member since {member_since}. Programmes: "
        "{programs}. Call {care}.",
    ),
)
