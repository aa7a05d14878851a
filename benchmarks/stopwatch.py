"""CPU time by step: what is spent in a function, without the steps inside it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from unittest.mock import patch


@dataclass
class Stopwatch:
    """Seconds of CPU of each step, in all threads together.

    Two readings of the clock cost about a microsecond, and count with the step around.
    """

    seconds: Counter[str] = field(default_factory=Counter)
    _mine: threading.local = field(default_factory=threading.local)

    @contextmanager
    def watching(self, steps: Mapping[str, tuple[object, ...]]) -> Iterator[None]:
        """Watch functions of classes or modules: a step's name, its owner, its names.

        A call within a call of the same step counts once.
        """
        patches = [
            patch.object(owner, name, self._timed(step, getattr(owner, name)))
            for step, (owner, *names) in steps.items()
            for name in map(str, names)
        ]
        for item in patches:
            item.start()
        try:
            yield
        finally:
            for item in patches:
                item.stop()

    def _timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        mine, seconds, clock = self._mine, self.seconds, time.thread_time

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            inner = getattr(mine, "inner", 0.0)
            mine.inner, before = 0.0, clock()
            try:
                return function(*args, **kwargs)
            finally:
                spent = clock() - before
                seconds[step] += spent - mine.inner
                mine.inner = inner + spent

        return timed
