"""HTTP/1.1 by hand, as little of it as both ends of a measurement need."""

import re

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def take_message(buffer: bytearray) -> tuple[bytes, bytes] | None:
    """Take one whole request or response off the buffer: its head and its body."""
    end_of_head = buffer.find(_END_OF_HEAD)
    if end_of_head < 0:
        return None
    head = bytes(buffer[:end_of_head])
    length = _LENGTH.search(head)
    start = end_of_head + len(_END_OF_HEAD)
    end = start + (int(length[1]) if length else 0)
    if len(buffer) < end:
        return None
    body = bytes(buffer[start:end])
    del buffer[:end]
    return head, body


def response(status: str, body: bytes, kind: str = "application/json") -> bytes:
    """A response on a connection that stays open."""
    head = (
        f"HTTP/1.1 {status}\r\n"
        f"Content-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def status_of(head: bytes) -> int:
    """The status of a response."""
    return int(head[9:12])
