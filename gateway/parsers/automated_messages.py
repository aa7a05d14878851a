"""Recognise messages that no person wrote to us: automatic replies and notices.

Answering one starts a conversation between two machines, at our cost.
"""

import re

from gateway.parsers.normalise import NormalisedText

_AUTOMATIC = re.compile(
    r"""
      \b(?:pesan|balasan|jawaban|sms)\s+(?:ini\s+)?
          (?:di(?:kirim|buat)\w*\s+(?:secara\s+)?)?otomatis
    | \bsecara\s+otomatis\b.{0,200}\b(?:pesan|balas|sms)
    | \bauto[\s-]?(?:reply|respon|responder)\b
    | \bautomat(?:ic|ed)\s+(?:reply|message|response)\b
    | \bout\s+of\s+(?:the\s+)?office\b
    | \b(?:jangan|tidak\s+perlu|mohon\s+tidak|dilarang|tdk\s+perlu)\s+(?:mem)?balas\b
    | \b(?:do\s+not|don'?t|please\s+do\s+not)\s+reply\b
    | \bno[\s-]?reply\b
    | \bsedang\s+(?:mengemudi|menyetir|berkendara|rapat|meeting|cuti)\b
          .{0,200}\b(?:nanti|hubungi|balas|segera|kembali)
    | \b(?:i'?m|i\s+am)\s+(?:currently\s+)?(?:driving|away|in\s+a\s+meeting)\b
    | \bnomor\s+(?:ini|yang\s+anda\s+\w+)\s+(?:sedang\s+)?
          (?:tidak\s+(?:aktif|digunakan|dapat\s+dihubungi)|sudah\s+diganti)
    | \bpesan\s+anda\s+(?:sudah|telah|akan)\s+(?:kami\s+)?(?:terima|diterima|segera)
    | \bterima\s+kasih\s+(?:telah|sudah|tlh)\s+(?:menghubungi|mengirim)
    | \b(?:kode|code)\s+(?:otp|verifikasi|rahasia|verification|aktivasi|keamanan)\b
    | \b(?:otp|verification\s+code)\b.{0,40}\d{4,8}
    | \bjangan\s+(?:berikan|beri\s*tahu\w*|bagikan|sebarkan)\b
          .{0,30}\b(?:kode|otp|pin|siapa)
    | \b(?:trx|transaksi|tranfer|transfer|pembelian|top\s?up|pengisian)\b
          .{0,40}\b(?:berhasil|sukses|gagal|rp\.?\s?\d)
    | \b(?:saldo\s+(?:akhir|anda|kamu|agen|utama|rek\w*
            |dana|gopay|ovo|shopeepay|linkaja)
          |sisa\s+\w+|pulsa|kuota)\b.{0,25}?(?:rp\.?\s?\d|\d+\s?(?:mb|gb))
    | \brek(?:ening)?\.?\s?[\dx*]{4,}
    | \b(?<!sudah\ )(?<!sdh\ )(?<!udah\ )(?:ketik|balas|reply|txt)\s+(?:stop|unreg)\b
          .{0,20}\b(?:utk|untuk|to|kirim|ke\s?\d)
    | \b(?:utk|untuk|to)\s+(?:berhenti|stop|unsub\w*)\b
          .{0,20}\b(?:ketik|balas|reply|txt)\s+(?:stop|unreg)\b
    | \bs(?:yarat)?\s?&\s?k(?:etentuan)?\b
    | \b(?:https?://|www\.|bit\.ly|wa\.me|t\.me|s\.id/)
    | \b(?:klik|click)\s+(?:link|tautan|di\s?sini|here|https?)
    | \*\d{2,4}(?:\*\d{1,9}){0,9}\#
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
# The KPJ in the examples of our replies.
EXAMPLE_KPJ = "12345678901"
_QUOTE = '["\u201c\u201d\u201e\u00ab\u2018\u201a]'
_FORWARDED = re.compile(r"[\s\"'>*-]*(?:fwd?:[\s\"'>]*)?", re.IGNORECASE)


def is_automatic(text: NormalisedText) -> bool:
    """Whether a machine wrote this text, or a person forwards a machine's text."""
    return bool(_AUTOMATIC.search(text))


def begins_with_brand(text: NormalisedText, brand: str) -> bool:
    """Whether the text begins with our brand, as our replies do."""
    begins = _FORWARDED.sub("", text, count=1).casefold()
    return bool(brand) and begins.startswith(f"{brand}:".casefold())


def quotes_brand(raw_text: str, brand: str) -> bool:
    """Whether the raw text has our brand behind a quotation mark.

    A phone that "likes" an SMS sends a word in its own language and quotes the SMS.
    Normalising removes quotation marks.
    """
    quoted = rf"{_QUOTE}\s*{re.escape(brand)}:"
    return bool(brand) and bool(re.search(quoted, raw_text, re.IGNORECASE))
