"""Wordings of the branch look-up."""

from gateway.replies.template import ReplyTemplate

BRANCH = ReplyTemplate(
    "branch",
    indonesian=(
        "Kantor cabang {branch}: {address}. Sebelum berangkat, tanyakan jam buka ke "
        "telp {care}.",
        "Kantor cabang {branch}: {address}. Sebelum berangkat, telp {care}.",
        "Kantor {branch}: {address}. Telp {care}.",
    ),
    english=(
        "{branch} branch: {address}. Before you go, call {care} for the opening hours.",
        "{branch} branch: {address}. Before you go, call {care}.",
        "{branch} branch: {address}. Call {care}.",
    ),
)

NO_ADDRESS = ReplyTemplate(
    "branch_unknown",
    indonesian=(
        "Maaf, alamat kantor cabang untuk {place} belum ada di layanan ini. Tanyakan "
        "ke telp {care}, sebutkan kecamatan Anda.",
    ),
    english=(
        "Sorry, we do not have the branch address for {place} yet. Please call {care} "
        "and name your district.",
    ),
)

WHICH_BRANCH = ReplyTemplate(
    "branch_which",
    indonesian=(
        "Ada beberapa kantor: {places}. Contoh: ketik KANTOR {first_place}. Bantuan: "
        "telp {care}.",
        "Ada: {places}. Contoh: ketik KANTOR {first_place}.",
    ),
    english=(
        "There are several: {places}. For example, text KANTOR {first_place}. Help: "
        "call {care}.",
        "{places}. Text for example KANTOR {first_place}.",
    ),
)

ASK_PLACE = ReplyTemplate(
    "branch_ask_place",
    indonesian=(
        "Alamat kantor cabang: ketik KANTOR, spasi, nama kota atau kecamatan. Contoh: "
        "KANTOR MALANG. Bantuan: telp {care}.",
    ),
    english=(
        "Branch address: text KANTOR, space, your city or district. Example: KANTOR "
        "MALANG. Help: call {care}.",
    ),
)

UNKNOWN_PLACE = ReplyTemplate(
    "branch_unknown_place",
    indonesian=(
        "Maaf, kota itu tidak kami kenal. Ketik KANTOR, spasi, nama kota atau "
        "kabupaten. Contoh: KANTOR MALANG. Bantuan: telp {care}.",
    ),
    english=(
        "Sorry, we do not know that city. Text KANTOR, space, the city or regency. "
        "Example: KANTOR MALANG. Help: call {care}.",
    ),
)
