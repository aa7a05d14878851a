"""Wordings of the branch look-up."""

from gateway.replies.template import ReplyTemplate

BRANCH = ReplyTemplate(
    "branch",
    indonesian=("Kantor cabang {branch}: {address}. Info {care}.",),
    english=("{branch} branch: {address}. Info {care}.",),
)

NO_ADDRESS = ReplyTemplate(
    "branch_unknown",
    indonesian=(
        "Alamat kantor cabang untuk {place} belum kami simpan. Cari di aplikasi JMO "
        "atau {website}, WA {whatsapp}. Info {care}.",
        "Alamat kantor untuk {place} belum ada di sini. Lihat JMO, {website}, WA "
        "{whatsapp}. Info {care}.",
        "Alamat kantor untuk {place} belum ada di sini. Lihat JMO atau {website}. "
        "Info {care}.",
    ),
    english=(
        "We have no branch address for {place} yet. See the JMO app or {website}, "
        "WhatsApp {whatsapp}. Info {care}.",
        "We have no branch address for {place}. See the JMO app or {website}. Info "
        "{care}.",
    ),
)

WHICH_PLACE = ReplyTemplate(
    "branch_which_place",
    indonesian=(
        "Ada beberapa ({places}). Ketik KANTOR, spasi, nama lengkap kota/kabupaten. "
        "Info {care}.",
    ),
    english=(
        "There are several ({places}). Text KANTOR, space, the full name. Info {care}.",
    ),
)

ASK_PLACE = ReplyTemplate(
    "branch_ask_place",
    indonesian=(
        "Alamat kantor cabang: ketik KANTOR, spasi, nama kota/kabupaten. Contoh: "
        "KANTOR MALANG. Info {care}.",
    ),
    english=(
        "Branch address: text KANTOR, space, the city or regency. Example: KANTOR "
        "MALANG. Info {care}.",
    ),
)

UNKNOWN_PLACE = ReplyTemplate(
    "branch_unknown_place",
    indonesian=(
        "Kota belum dikenali. Ketik KANTOR, spasi, nama kota/kabupaten. Contoh: "
        "KANTOR MALANG. Info {care}.",
    ),
    english=(
        "We do not know that city. Text KANTOR, space, the city or regency. Example: "
        "KANTOR MALANG. Info {care}.",
    ),
)
