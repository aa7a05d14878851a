"""Words that people write beside keywords and numbers, all in lower case."""

from gateway.parsers.number_kinds import NumberKind

# Longer words are not compared, as no word of this module or of a keyword is longer.
LONGEST_WORD = 32


def words(text: str) -> frozenset[str]:
    """The words of a running text."""
    return frozenset(text.split())


# Words that ask for nothing.
COURTESY = words(
    """
    assalamualaikum asslm ass wr wb selamat pagi siang sore malam halo hallo hai hi
    hello dear tolong tlg tlong mohon mhn minta bantu dong donk ya yah nih deh sih kak
    kakak min admin gan bos pak bu bapak ibu mas mbak mba bang om sis saya sy aku gue
    gw kami mau mw ingin pengen pingin bisa dapat numpang permisi punten nggih monggo
    terima kasih trima makasih makasi mksh trims tq thx thanks thank you please pls
    plz spasi untuk utk buat yg yang ini itu aja saja lagi lg dan i want to me my a
    the can could would like nuwun matur maturnuwun maaf sekarang skrg nya ok oke siap
    benar bener betul baru lama dicek cekin coba salah sory sorry sori sudah sdh
    bantuannya digit angka good morning
    """
)
# Words beside a KPJ that say only that it is one.
ABOUT_KPJ = words(
    """
    kpj no nomor nomer nmr peserta kartu bpjs bpjstk tk ketenagakerjaan jamsostek cek
    check lihat nokpj number adalah kepesertaan anggota spasi
    """
)
# Words of another business; they count unless the sender calls the number a KPJ.
FOREIGN_BUSINESS = words(
    """
    rek rekening norek va bca bri bni btn bsi mandiri bank atm ovo gopay dana linkaja
    shopeepay ewallet pulsa kuota paket voucher token pln listrik transfer tf trf
    ditransfer kredit pinjaman pinjam hutang cicilan hadiah undian menang pemenang
    won winner prize dollar dollars lottery
    klik http https www promo diskon bonus gratis slot judi deposit topup top resi
    invoice tagihan otp pin kode jnt jne sicepat shopee tokopedia debit trx transaksi
    poin belanja kas pesanan order jasa sn koperasi toll tol etoll flazz emoney brizzi
    lamaran lucu
    """
)
# Words before an example, often one copied from our replies.
EXAMPLE = words("contoh example misal misalnya")
# Words that reverse a wish: `jangan stop`, `tidak mau berhenti`.
NEGATIONS = words("jangan jgn tidak tdk ga gak nggak enggak not ora dont don t")
# Words that ask for an end. `no` is not one: it is short for "number".
ENDING = NEGATIONS | words(
    """
    berhenti berenti brenti hentikan stop matikan mati off batal batalkan usah cancel
    end unsubscribe unreg dihentikan dimatikan dibatalkan
    """
)
# Words that cancel a negation: `jangan lupa ingatkan`.
AFTER_ALL = words("lupa sampai telat forget")
WANTING = words("mau usah perlu ingin saya sy mo")
# Words that tell others what to do: `balas STOP utk berhenti`.
TELLING = words("balas reply")
ENGLISH = words(
    """
    my please check what is the how much want to know you your thank thanks hello
    number can i could would like need get show tell this sending messages me
    do not with from for and are am of money old age when where who membership
    """
)
INDONESIAN = words(
    """
    saya tolong cek berapa mohon minta yang di ke nomor dan ini itu mau ingin dengan
    sy aku terima kasih apa apakah bisa untuk dari kami
    """
)

# The word before a number says what kind it is.
LABELS = {
    word: kind
    for kind, text in {
        NumberKind.KPJ: "kpj nokpj peserta kepesertaan jamsostek bpjstk",
        NumberKind.NIK: "nik ktp ektp nonik noktp kk nokk",
        NumberKind.HEALTH_CARD: "kis jkn",
        NumberKind.PHONE: """
            hp nohp hape ponsel handphone telp tlp telepon telpon tel notelp wa nowa
            whatsapp phone mobile hub hubungi kontak call cs tlpn
        """,
        NumberKind.OTHER: """
            rp idr rek rekening norek va account acc bca bri bni btn bsi mandiri pin otp
            kode resi noresi invoice inv order pesanan npwp idpel pelanggan meter token
            ref tiket tagihan npp tracking transaksi trx sn
        """,
    }.items()
    for word in text.split()
}
NUMBER_NAMES = frozenset(
    word
    for word, kind in LABELS.items()
    if kind in (NumberKind.NIK, NumberKind.HEALTH_CARD, NumberKind.PHONE)
)
# Words allowed between a label and its number.
PASSED_OVER = words(
    """
    me no nomor nomer nmr nmor number num saya sy aku my adalah yaitu ini is ke di the
    spasi anda dgn dengan baru lama yang yg virtual an id aktif
    """
)
# None of these is a person's name.
EVERYDAY = frozenset().union(
    *(COURTESY, ABOUT_KPJ, FOREIGN_BUSINESS, EXAMPLE, ENDING, WANTING, TELLING),
    *(
        ENGLISH,
        INDONESIAN,
        PASSED_OVER,
        LABELS,
        words("nama atas name lahir tgl punya milik brp"),
    ),
)
