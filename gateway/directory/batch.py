"""Look up a batch of keys so that one bad record does not fail the others."""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from gateway.domain.participants import KPJ

log = logging.getLogger(__name__)

_Key = TypeVar("_Key", KPJ, str)
_Value = TypeVar("_Value")


def find_each(
    look_up: Callable[[Collection[_Key]], Mapping[_Key, _Value]],
    wanted: Collection[_Key],
    faults: dict[KPJ | str, Exception],
) -> Mapping[_Key, _Value]:
    """Look up all keys; `faults` receives the error of each key that failed."""
    if not wanted:
        return {}
    try:
        return look_up(wanted)
    except Exception as error:
        # Do not log the error's text, which may name a member; the message keeps it,
        # encrypted.
        facts = {"count": len(wanted), "fault": type(error).__name__}
        log.warning("look-up of a batch failed", extra=facts)
    found: dict[_Key, _Value] = {}
    for key in wanted:
        try:
            found.update(look_up({key}))
        except Exception as error:
            faults[key] = error
    return found
