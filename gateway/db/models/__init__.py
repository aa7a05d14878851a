"""The tables. Personal data is encrypted; look-ups go by a keyed hash.

Importing this package makes `metadata` know all of them.
"""

from gateway.db.models import (
    console,
    limits,
    members,
    messages,
    operations,
    statistics,
    subscribers,
)
from gateway.db.models.base import metadata

__all__ = [
    "console",
    "limits",
    "members",
    "messages",
    "metadata",
    "operations",
    "statistics",
    "subscribers",
]
