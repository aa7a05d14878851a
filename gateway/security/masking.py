"""Masked numbers: what people and logs may see of them."""

_MASKED_TAIL = 4


def mask(number: str) -> str:
    """A number shown to an operator: its last four characters."""
    return f"***{number[-_MASKED_TAIL:]}"


def tail_of(number: str) -> str:
    """What is left of a number when it is masked, as it is hashed."""
    return f"tail {number[-_MASKED_TAIL:]}"
