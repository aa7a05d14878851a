"""A core system that runs, and directories that ask it."""

from collections.abc import Iterator

import pytest
from pybreaker import CircuitMemoryStorage

from gateway.config import DirectorySettings
from gateway.directory.http import HttpDirectory
from gateway.directory.http_client import CoreSystem as Client
from gateway.privacy import Vault
from tests.directory.reference_server import TOKEN, CoreSystem, serving

# Long enough for a loopback, short enough to be waited for in a test.
READ_SECONDS = 1.5


@pytest.fixture
def core() -> Iterator[CoreSystem]:
    with serving(CoreSystem()) as running:
        yield running


@pytest.fixture
def storage() -> CircuitMemoryStorage:
    """The breaker's memory; when it opened can be set back, as if time had passed."""
    return CircuitMemoryStorage("closed")


@pytest.fixture
def asking(
    core: CoreSystem, storage: CircuitMemoryStorage, vault: Vault
) -> HttpDirectory:
    """A directory that asks the core system."""
    settings = DirectorySettings(core.url, TOKEN)
    client = Client(settings, READ_SECONDS, storage)
    return HttpDirectory(settings, vault.index, client)
