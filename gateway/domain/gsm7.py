"""Count an SMS exactly as Twilio bills it: encoding, units and segments.

The alphabet is GSM 03.38 (3GPP TS 23.038, section 6.2.1). A message of one segment
carries 160 septets or 70 UTF-16 units; each part of a longer one carries 153 or 67,
because six octets go to the header (3GPP TS 23.040, section 9.2.3.24.1). Twilio puts
whole characters into a part, so an escape pair never straddles two parts.
"""

import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = frozenset("\f^{}\\[~]|€")
_SEPTETS = dict.fromkeys(BASIC, 1) | dict.fromkeys(ESCAPED, 2)
SEPTETS_ALONE, SEPTETS_IN_PART = 160, 153
UTF16_ALONE, UTF16_IN_PART = 70, 67


@dataclass(frozen=True)
class Segmentation:
    """How a text goes over the air: `units` are septets (GSM-7) or UTF-16 units."""

    encoding: str
    units: int
    segments: int


def count(text: str) -> Segmentation:
    """Segment a text after NFC, as the carrier does before billing it."""
    text = unicodedata.normalize("NFC", text)
    if is_gsm7(text):
        widths = list(map(_SEPTETS.__getitem__, text))
        return _pack("GSM-7", widths, SEPTETS_ALONE, SEPTETS_IN_PART)
    widths = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return _pack("UCS-2", widths, UTF16_ALONE, UTF16_IN_PART)


def is_gsm7(text: str) -> bool:
    """Whether every character can be sent without falling back to UCS-2."""
    return _SEPTETS.keys() >= set(text)


def _pack(encoding: str, widths: list[int], alone: int, in_part: int) -> Segmentation:
    units = sum(widths)
    if units <= alone:
        return Segmentation(encoding, units, 1 if units else 0)
    segments, room = 1, in_part
    for width in widths:
        if width > room:
            segments, room = segments + 1, in_part
        room -= width
    return Segmentation(encoding, units, segments)
