"""One message on the wire: a JSON text and the raw bytes that it refers to, within limits."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

LONGEST_TEXT = 8 << 20
MOST_BLOBS = 4096
MOST_BYTES = 128 << 20  # in one message, all blobs together
HEAD = struct.Struct("!II")
SIZE = struct.Struct("!Q")

CHUNK = 1 << 16

Read = Callable[[int], bytearray]
Receive = Callable[[memoryview], int]


class Violation(Exception):
    """The other side sent something that the protocol does not allow."""


class Ended(Exception):
    """The other side closed the connection, or its process ended."""


def packed(message: object, blobs: list[bytes]) -> bytes:
    """Return the bytes of a message. Raises `ValueError` if it exceeds the limits."""
    text = json.dumps(message, separators=(",", ":")).encode()
    if len(text) > LONGEST_TEXT or len(blobs) > MOST_BLOBS or sum(map(len, blobs)) > MOST_BYTES:
        raise ValueError("the values are too large to be sent to another process")
    head = HEAD.pack(len(text), len(blobs)) + b"".join(SIZE.pack(len(blob)) for blob in blobs)
    return b"".join((head, text, *blobs))


def unpacked(read: Read) -> tuple[dict[str, Any], list[bytearray]]:
    """Read one message; `read(n)` returns exactly n bytes. Raises `Violation`."""
    size, count = HEAD.unpack(read(HEAD.size))
    if size > LONGEST_TEXT or count > MOST_BLOBS:
        raise Violation("a message that is too long")
    heads = read(SIZE.size * count)
    sizes = [each[0] for each in SIZE.iter_unpack(heads)]
    if sum(sizes) > MOST_BYTES:
        raise Violation("a message that is too long")
    text = read(size)
    blobs = [read(each) for each in sizes]
    try:
        message = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise Violation("a message that is not JSON") from problem
    if type(message) is not dict:
        raise Violation("a message that is not an object")
    return message, blobs


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class Reader:
    """Reads exactly the requested number of bytes with few system calls.

    `receive` fills a buffer and returns the number of bytes; it raises if the connection ends.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._buffer = memoryview(bytearray(CHUNK))
        self._start = self._end = 0

    def read(self, size: int) -> bytearray:
        found = bytearray(size)
        view, at = memoryview(found), 0
        while at < size:
            if self._start == self._end and size - at >= CHUNK:
                at += self._receive(view[at:])
                continue
            if self._start == self._end:
                self._start, self._end = 0, self._receive(self._buffer)
            taken = min(size - at, self._end - self._start)
            view[at : at + taken] = self._buffer[self._start : self._start + taken]
            self._start += taken
            at += taken
        return found
