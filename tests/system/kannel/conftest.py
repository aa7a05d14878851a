"""A whole installation with Debian's Kannel, started once in each process of tests.

Without Kannel these tests are skipped with a line that says so, unless
KANNEL_TESTS=required, as in `.ci/run` where Kannel could be installed.
"""

import os
from collections.abc import Iterator

import pytest

from tests.system.kannel.installation import BEARERBOX, SMSBOX, Installation


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    if not (BEARERBOX and SMSBOX):
        assert os.environ.get("KANNEL_TESTS") != "required", "Kannel is missing"
        pytest.skip("needs Kannel (Debian: apt-get install kannel)")
    with Installation(tmp_path_factory.mktemp("kannel")) as running:
        yield running
