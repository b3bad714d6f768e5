"""The line between a supervisor and a process that runs student code.

Frames are a length, a JSON text, and a seal over the text, its number and a key that is drawn
anew for each process. What doesn't fit the seal, repeats a number or is too long ends the line:
`Broken` is what the supervisor sees, and never a result.
"""

from __future__ import annotations

import hmac
import json
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

Sent = Mapping[str, Any]  # a message before its form is known: see `messages`
SEAL = 32


class Broken(Exception):
    """The other side ended, or said what it can't have been told to say."""


def send(line: socket.socket, message: Any) -> None:
    """A frame without a seal, for lines that no student code is on."""
    text = json.dumps(message).encode()
    line.sendall(struct.pack("!Q", len(text)) + text)


def receive(line: socket.socket, most: int = 1 << 31) -> Any:
    """The next frame of `send`. Raises `Broken` at the end."""
    (size,) = struct.unpack("!Q", _exactly(line, 8))
    if size > most:
        raise Broken(f"a message of {size} bytes")
    return json.loads(_exactly(line, size))


def sealing(line: socket.socket, key: bytes) -> Callable[[Sent], None]:
    """A function that sends sealed frames; key and line live in its closure alone."""
    number = 0

    def say(message: Sent) -> None:
        nonlocal number
        text = json.dumps(message).encode()
        seal = hmac.digest(key, struct.pack("!Q", number) + text, "sha256")
        number += 1
        line.sendall(struct.pack("!Q", len(text)) + text + seal)

    return say


class Listening:
    """The supervisor's end of a sealed line. `most` bounds all that is said on it, in bytes."""

    def __init__(self, line: socket.socket, key: bytes, most: int) -> None:
        self.line, self._key, self._left, self._number = line, key, most, 0

    def hear(self) -> dict[str, Any]:
        """The next message. Raises `Broken` for an end, a wrong seal or too much; and what
        the socket raises (`TimeoutError`) where a timeout is set on it."""
        (size,) = struct.unpack("!Q", _exactly(self.line, 8))
        self._left -= size
        if self._left < 0:
            raise Broken("more output than is allowed")
        text, seal = _exactly(self.line, size), _exactly(self.line, SEAL)
        right = hmac.digest(self._key, struct.pack("!Q", self._number) + text, "sha256")
        if not hmac.compare_digest(seal, right):
            raise Broken("a message that the checks did not send")
        self._number += 1
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as problem:
            raise Broken("a message that is no JSON") from problem
        if not isinstance(message, dict):
            raise Broken("a message of the wrong kind")
        return message


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        try:
            part = line.recv(min(size - len(parts), 1 << 20))
        except ConnectionError as problem:
            raise Broken("the line was cut") from problem
        if not part:
            raise Broken("the process ended")
        parts += part
    return bytes(parts)
