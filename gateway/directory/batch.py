"""Look up a batch; one bad record does not fail the others."""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from gateway.domain.participants import KPJ

log = logging.getLogger(__name__)

_Key = TypeVar("_Key", KPJ, str)
_Value = TypeVar("_Value")


def find_each(
    ask: Callable[[Collection[_Key]], Mapping[_Key, _Value]],
    wanted: Collection[_Key],
    faults: dict[KPJ | str, Exception],
) -> Mapping[_Key, _Value]:
    """What is found, and in `faults` why another could not even be looked for."""
    if not wanted:
        return {}
    try:
        return ask(wanted)
    except Exception as error:
        # Its text may name a member; the whole of it is sealed with the message.
        facts = {"count": len(wanted), "fault": type(error).__name__}
        log.warning("look-up of a batch failed", extra=facts)
    found: dict[_Key, _Value] = {}
    for one in wanted:
        try:
            found.update(ask({one}))
        except Exception as error:
            faults[one] = error
    return found
