"""The folder of counters, as killed processes and other programs leave it."""

from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from gateway.web.health import AllProcesses


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What one process has counted: two SMS."""
    counters = MmapedDict(str(tmp_path / "counter_1.db"))
    key = mmap_key("gateway_received", "gateway_received_total", [], [], "SMS stored")
    counters.write_value(key, 2.0, 0.0)
    counters.close()
    return tmp_path


def reported(folder: Path) -> str:
    registry = CollectorRegistry()
    AllProcesses(registry, str(folder))
    return generate_latest(registry).decode()


def test_the_empty_file_of_a_killed_process_hides_no_other(folder: Path) -> None:
    """Field report W53: scraping goes on without the file that holds nothing."""
    (folder / "counter_2.db").touch()

    assert "gateway_received_total 2.0" in reported(folder)


@pytest.mark.parametrize("content", [b"SQLite format 3\0" * 600, b"\xff" * 4096])
def test_a_file_of_another_kind_hides_no_other(folder: Path, content: bytes) -> None:
    """Field report W54: a damaged file, or some other database, is left out."""
    (folder / "counter_2.db").write_bytes(content)

    assert "gateway_received_total 2.0" in reported(folder)
