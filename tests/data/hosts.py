"""A web server on loopback that plays the hosts of the real data sets, with every fault they have.

Each host is the first part of a path: `http://127.0.0.1:PORT/www.example.org/archive.zip`. The
registry of a test has these addresses in place of the real ones, so that nothing else is reached.
"""

from __future__ import annotations

import hashlib
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PORTAL = b"<!DOCTYPE html><html><body>Welcome! Please log in to use this network.</body></html>"


@dataclass
class Host:
    """The files and the faults of one host.

    redirect: a path on this or another host ("other.example/file") that is answered instead.
    status: sent instead of 200. portal: whether a login page is sent for everything. cut: the share
    of each body after which the connection closes. flips: whether the last byte of a body is wrong.
    ranges: whether downloads can be resumed. lengthless: whether the size is left out. silent:
    whether requests are never answered. requests: the path and Range header of each request.
    """

    files: dict[str, bytes | Path] = field(default_factory=dict)
    redirect: dict[str, str] = field(default_factory=dict)
    status: int = 200
    portal: bool = False
    cut: float | None = None
    flips: bool = False
    ranges: bool = True
    lengthless: bool = False
    silent: bool = False
    special: Callable[[BaseHTTPRequestHandler, str], bool] | None = None
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    def content(self, path: str) -> bytes | None:
        found = self.files.get(path)
        return found.read_bytes() if isinstance(found, Path) else found


class Hosts:
    """All hosts, by name. Unknown hosts and files are answered with 404."""

    def __init__(self) -> None:
        self.by_name: dict[str, Host] = {}
        self._freed = threading.Event()
        self._port = 0
        self.start()

    def __getitem__(self, name: str) -> Host:
        return self.by_name.setdefault(name, Host())

    def start(self) -> None:
        """Serve, on the same port as before if the server was switched off."""
        ThreadingHTTPServer.allow_reuse_address = True
        self._http = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        self._http.daemon_threads = True
        self._port = self._http.server_port
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Switch the server off: connections are refused."""
        self._freed.set()
        self._http.shutdown()
        self._http.server_close()

    def stop_soon(self) -> None:
        """Switch the server off from within a request, which can't wait for its own end."""
        threading.Thread(target=self.stop, daemon=True).start()

    def url(self, address: str) -> str:
        """Return the loopback address that plays `address`, with or without its scheme."""
        return f"http://127.0.0.1:{self._port}/{address.partition('://')[2] or address}"

    def registry(self, text: str) -> str:
        """Return the text of a registry with all its web addresses moved to this server."""
        return re.sub(r'"(https?://[^"]+)"', lambda found: f'"{self.url(found[1])}"', text)

    @property
    def asked(self) -> Counter[str]:
        """The number of requests to each host that got any."""
        return Counter({n: len(host.requests) for n, host in self.by_name.items() if host.requests})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hosts = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hosts.answer(self)

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        name, _, path = request.path.lstrip("/").partition("/")
        host = self.by_name.get(name)
        if host is None:
            request.send_error(404)
            return
        host.requests.append((path, request.headers.get("Range")))
        request.close_connection = True
        if host.silent:
            self._freed.wait(30)
        elif host.portal:
            send(request, PORTAL, kind="text/html; charset=utf-8")
        elif host.special and host.special(request, path):
            pass
        elif host.status != 200:
            request.send_error(host.status)
        elif target := host.redirect.get(path):
            request.send_response(302)
            request.send_header("Location", self.url(target))
            request.end_headers()
        elif (content := host.content(path)) is None:
            request.send_error(404)
        else:
            self._send(request, host, content)

    def _send(self, request: BaseHTTPRequestHandler, host: Host, content: bytes) -> None:
        etag = f'"{hashlib.sha256(content).hexdigest()[:12]}"'
        whole = content[:-1] + bytes([content[-1] ^ 1]) if host.flips else content
        asked, start = request.headers.get("Range"), 0
        if asked and host.ranges and request.headers.get("If-Range", etag) == etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        if start >= len(whole):
            request.send_error(416)
            return
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
        if host.ranges:
            request.send_header("ETag", etag)
        if not host.lengthless:
            request.send_header("Content-Length", str(len(whole) - start))
        request.end_headers()
        body = whole[start:]
        with suppress(OSError):  # the client disconnected
            request.wfile.write(body if host.cut is None else body[: int(len(body) * host.cut)])


def send(request: BaseHTTPRequestHandler, body: bytes, *, kind: str, **headers: str) -> None:
    """Send a complete answer; underscores in the names of headers stand for hyphens."""
    request.send_response(200)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


class BlackHole:
    """An address that never accepts a connection, like a host behind a firewall.

    The queue of a listening socket is filled, after which Linux drops further attempts.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(0)
        self.port: int = self._socket.getsockname()[1]
        self._filling = []
        for _ in range(4):
            filling = socket.socket()
            filling.setblocking(False)
            filling.connect_ex(("127.0.0.1", self.port))
            self._filling.append(filling)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        for each in (*self._filling, self._socket):
            each.close()


def closed_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
