"""The brand that stands before every reply."""

from gateway.domain import gsm7

# As long as "BPJS KETENAGAKERJAAN"; operators ask for the brand in every SMS.
LONGEST_BRAND = 20


def is_fit_brand(brand: str) -> bool:
    """Whether every reply fits one SMS with this brand before it."""
    return len(brand) <= LONGEST_BRAND and set(brand) <= gsm7.BASIC
