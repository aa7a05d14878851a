"""One topic per module, with its keywords; found by being in this folder."""

import pkgutil
from importlib import import_module

from gateway.handlers.registry import Topic, topics

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Topic", "topics"]
