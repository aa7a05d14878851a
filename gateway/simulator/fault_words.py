"""What each fault is called on the page, and what it does."""

from collections.abc import Mapping

from gateway.simulator.faults import Fault
from gateway.simulator.words import Words

# In the order of the panel: what shows most comes first.
FAULT_WORDS: Mapping[Fault, tuple[Words, Words]] = {
    Fault.DUPLICATE: (
        Words("SMS ganda", "Duplicate"),
        Words("SMS dari telepon sampai dua kali", "The phone's SMS arrives twice"),
    ),
    Fault.OTHER_ID: (
        Words("SMS ganda, id lain", "Same under another id"),
        Words("SMS yang sama datang dengan dua id", "One SMS arrives as two messages"),
    ),
    Fault.MEDIA: (
        Words("Dengan gambar (MMS)", "With a picture (MMS)"),
        Words("SMS dari telepon membawa gambar", "The phone's SMS carries a picture"),
    ),
    Fault.DELAY: (
        Words("Terlambat", "Delay"),
        Words("Balasan tiba 8 detik kemudian", "The reply comes 8 seconds late"),
    ),
    Fault.RECEIPT_LOST: (
        Words("Laporan hilang", "Drop receipt"),
        Words("Laporan terkirim tidak sampai", "No delivery receipt is told"),
    ),
    Fault.TOO_MANY: (
        Words("Terlalu banyak (429)", "Too many (429)"),
        Words("Operator menolak: coba lagi nanti", "The carrier refuses: try later"),
    ),
    Fault.RETRY_AFTER: (
        Words("Tunggu 3 detik (429)", "Wait 3 seconds (429)"),
        Words("Retry-After sebagai detik", "Retry-After as seconds"),
    ),
    Fault.RETRY_DATE: (
        Words("Tunggu sampai jam (429)", "Wait until then (429)"),
        Words("Retry-After sebagai tanggal", "Retry-After as a date"),
    ),
    Fault.TAKEN_AND_HANG: (
        Words("Terima lalu diam", "Accept and hang"),
        Words(
            "Balasan diambil tanpa jawaban",
            "The reply is taken without an answer",
        ),
    ),
    Fault.TAKEN_AND_CUT: (
        Words("Terima lalu putus", "Accept and cut"),
        Words(
            "Balasan diambil, sambungan putus",
            "Taken, then the connection breaks",
        ),
    ),
    Fault.TAKEN_LATE: (
        Words("Terlambat diambil", "Taken late"),
        Words(
            "Balasan diambil 24 detik kemudian", "The reply is taken after 24 seconds"
        ),
    ),
    Fault.CUT: (
        Words("Putus", "Cut"),
        Words("Sambungan putus, tidak diambil", "The connection breaks, not taken"),
    ),
    Fault.SERVER_ERROR: (
        Words("Operator rusak (500)", "Broken carrier (500)"),
        Words("Tidak jelas apakah balasan diambil", "Was the reply taken? Not clear"),
    ),
    Fault.EARLY_HINTS: (
        Words("Jawaban sementara (103)", "Early hints (103)"),
        Words("103 mendahului jawaban operator", "103 comes before the answer"),
    ),
    Fault.CONTINUE: (
        Words("Jawaban sementara (100)", "Continue (100)"),
        Words("100 mendahului jawaban operator", "100 comes before the answer"),
    ),
    Fault.DRIPPING: (
        Words("Jawaban menetes", "Dripping"),
        Words("Jawaban operator makan 36 detik", "The answer takes 36 seconds"),
    ),
    Fault.ENDLESS_HEADERS: (
        Words("Kepala tanpa akhir", "Endless headers"),
        Words("Kepala jawaban tidak berhenti", "The head of the answer never ends"),
    ),
    Fault.ENDLESS_BODY: (
        Words("Isi tanpa akhir", "Endless body"),
        Words("Isi jawaban tidak berhenti", "The body of the answer never ends"),
    ),
    Fault.NUL_IN_ID: (
        Words("NUL dalam nomor", "NUL in the id"),
        Words(
            "Nomor balasan tidak bisa disimpan", "The id holds a character of no text"
        ),
    ),
    Fault.HALF_CHARACTER_IN_ID: (
        Words("Setengah huruf dalam nomor", "Half a character in the id"),
        Words("Nomor balasan bukan teks", "The id holds half a character"),
    ),
    Fault.HTML: (
        Words("Halaman web (200)", "Web page (200)"),
        Words(
            "Dijawab halaman, balasan tidak diambil",
            "A page answers, the reply is not taken",
        ),
    ),
    Fault.HTML_LIST: (
        Words("Daftar jadi halaman", "Web page for a list"),
        Words("Daftar pesan dijawab halaman", "A page answers for the list"),
    ),
    Fault.REDACTED: (
        Words("Teks dihapus", "Redacted"),
        Words(
            "Daftar operator tanpa teks balasan",
            "The carrier's list shows no text",
        ),
    ),
    Fault.RECEIPT_TWICE: (
        Words("Laporan ganda", "Receipts twice"),
        Words("Setiap laporan datang dua kali", "Every receipt is told twice"),
    ),
    Fault.RECEIPTS_REVERSED: (
        Words("Laporan terbalik", "Receipts reversed"),
        Words("Diterima dahulu, baru dikirim", "Delivered is told before sent"),
    ),
    Fault.RECEIPT_FIRST: (
        Words("Laporan mendahului", "Receipt first"),
        Words("Laporan sebelum jawaban operator", "Told before the carrier answers"),
    ),
    Fault.EARLY_RECEIPTS: (
        Words("Laporan dini", "Early receipts"),
        Words(
            "Antre dan sedang dikirim dilaporkan", "Queued and sending are told, too"
        ),
    ),
    Fault.OTHER_LIFE: (
        Words("Laporan masa lalu", "Receipt of another life"),
        Words(
            "Untuk balasan berikutnya, dari basis data lama",
            "For the next reply, of an older database",
        ),
    ),
    Fault.UNDELIVERED: (
        Words("Tidak sampai (30003)", "Undelivered (30003)"),
        Words(
            "Balasan tidak sampai ke telepon",
            "The reply does not reach the phone",
        ),
    ),
    Fault.FAILED: (
        Words("Gagal (30008)", "Failed (30008)"),
        Words("Operator melaporkan kegagalan", "The carrier tells of a failure"),
    ),
    Fault.UNDELIVERED_THEN_DELIVERED: (
        Words("Tidak sampai, lalu sampai", "Undelivered, then delivered"),
        Words("Laporan kedua yang benar", "The second receipt is the true one"),
    ),
    Fault.BLOCKED: (
        Words("Nomor berhenti (21610)", "Opted out (21610)"),
        Words("Operator tahu: nomor ini berhenti", "The carrier knows of a goodbye"),
    ),
    Fault.NO_ROUTE: (
        Words("Tak terjangkau (21612)", "No route (21612)"),
        Words(
            "Operator tidak menjangkau nomor ini",
            "The carrier cannot reach this number",
        ),
    ),
    Fault.UNVERIFIED: (
        Words("Belum dikenal (21608)", "Unverified (21608)"),
        Words(
            "Akun percobaan: nomor ini belum terdaftar",
            "A trial account may not text it",
        ),
    ),
    Fault.FRAUD_GUARD: (
        Words("Ditahan (60410)", "Held back (60410)"),
        Words("Operator menahan SMS ke nomor ini", "The carrier suspects fraud"),
    ),
    Fault.DAILY_LIMIT: (
        Words("Batas harian (63038)", "Daily limit (63038)"),
        Words(
            "Akun tidak boleh mengirim lagi hari ini",
            "The account may send no more today",
        ),
    ),
    Fault.BAD_TOKEN: (
        Words("Kunci ditolak (401)", "Bad token (401)"),
        Words("Layanan berhenti mengirim sejenak", "The service pauses sending"),
    ),
    Fault.CLOCK_OFF: (
        Words("Jam operator salah", "Clock off"),
        Words(
            "Jam operator lambat 120 detik", "The carrier's clock is 120 seconds behind"
        ),
    ),
    Fault.STOP_HANDLING: (
        Words("Operator menangani STOP", "STOP handling"),
        Words(
            "STOP, START dan YES dipatuhi operator",
            "The carrier acts on STOP, START and YES",
        ),
    ),
}
