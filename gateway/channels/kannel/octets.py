"""Decode plain text that is marked as binary (SMPP data_coding 2, 4 or 0xF5).

Some phones and operators mark plain text as binary; Kannel then passes its octets on
with coding 1. MMS has the same problem:
https://github.com/vellum-ai/vellum-assistant/pull/8918.
"""

# The first 32 characters of GSM 03.38 (3GPP TS 23.038, section 6.2.1), one per octet;
# the other characters are nearly ASCII. The escape to the second table becomes a space.
_GSM = (
    "@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5"
    "\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e "
    "\u00c6\u00e6\u00df\u00c9"
)
# In text at least this share is ASCII letters, digits and spaces; in data it is less.
_READABLE_SHARE = 0.75


def text_in(octets: bytes) -> str | None:
    """Decode a text in ASCII, UTF-8 or GSM; None for data."""
    for decode in (_utf8, _gsm):
        text = decode(octets)
        if text is not None and _is_readable(text):
            return text
    return None


def _utf8(octets: bytes) -> str | None:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _gsm(octets: bytes) -> str | None:
    if any(octet >= 0x80 for octet in octets):
        return None
    return "".join(_GSM[octet] if octet < len(_GSM) else chr(octet) for octet in octets)


def _is_readable(text: str) -> bool:
    plain = sum(
        letter.isascii() and (letter.isalnum() or letter.isspace()) for letter in text
    )
    is_printable = all(letter.isprintable() or letter.isspace() for letter in text)
    return bool(text.strip()) and is_printable and plain >= _READABLE_SHARE * len(text)
