"""The connection between a supervisor and a process that runs student code.

A frame is a length, a JSON text, and a signature of the text and the frame's number with a key
that is drawn for each process. A frame with a bad signature, a repeated number or too much data
ends the connection: the supervisor gets `Broken` and never a result.
"""

from __future__ import annotations

import hmac
import json
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

Sent = Mapping[str, Any]  # a message that is not validated yet: see `messages`
SEAL = 32


class Broken(Exception):
    """The other side closed the connection or sent an invalid message."""


def send(line: socket.socket, message: object) -> None:
    """Send an unsigned frame, for connections without student code at either end."""
    text = json.dumps(message).encode()
    line.sendall(struct.pack("!Q", len(text)) + text)


def receive(line: socket.socket, most: int = 1 << 31) -> Any:
    """Return the next frame from `send`. Raises `Broken` if the connection ends."""
    (size,) = struct.unpack("!Q", _exactly(line, 8))
    if size > most:
        raise Broken(f"a message of {size} bytes")
    return json.loads(_exactly(line, size))


def sealing(line: socket.socket, key: bytes) -> Callable[[Sent], None]:
    """Return a function that sends signed frames. Only its closure holds the key and the line."""
    number = 0

    def say(message: Sent) -> None:
        nonlocal number
        text = json.dumps(message).encode()
        seal = hmac.digest(key, struct.pack("!Q", number) + text, "sha256")
        number += 1
        line.sendall(struct.pack("!Q", len(text)) + text + seal)

    return say


class Listening:
    """The supervisor's end of a signed connection. `most` bounds the bytes it accepts in total."""

    def __init__(self, line: socket.socket, key: bytes, most: int) -> None:
        self.line, self._key, self._left, self._number = line, key, most, 0

    def hear(self) -> dict[str, Any]:
        """Return the next message.

        Raises:
            Broken: If the connection ends, a signature is wrong or the messages are too large.
            TimeoutError: If the socket has a timeout and it expires.
        """
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
            raise Broken("a message that is not JSON") from problem
        if not isinstance(message, dict):
            raise Broken("a message of the wrong kind")
        return message


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        try:
            part = line.recv(min(size - len(parts), 1 << 20))
        except ConnectionError as problem:
            raise Broken("the connection was lost") from problem
        if not part:
            raise Broken("the process ended")
        parts += part
    return bytes(parts)
