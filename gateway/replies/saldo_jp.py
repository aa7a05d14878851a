"""Wording about programmes that have no balance."""

from gateway.replies.template import ReplyTemplate

NO_BALANCE_OF_PROGRAM = ReplyTemplate(
    "no_balance_of_program",
    indonesian=(
        "Hanya JHT yang punya saldo: ketik SALDO. {program} adalah jaminan, dibayar "
        "bila syaratnya terpenuhi. Rincian: ketik PROGRAM {program}. Telp {care}.",
    ),
    english=(
        "Only JHT has a balance: text SALDO. {program} is an insurance, paid when its "
        "conditions are met. Details: text PROGRAM {program}. Call {care}.",
    ),
)
