"""A small local web server that supports resuming downloads, and can break them on request."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server:
    """A server of `content` at every path. Set the attributes to make it misbehave.

    cuts: for each future request, how many bytes of its body are sent before the connection
    closes; None sends all. resumes: whether Range is supported. status: sent instead of 200.
    stall: an event to wait for halfway through each body. requests: the Range header of each
    request so far, None if it had none.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.etag = '"first"'
        self.cuts: list[int | None] = []
        self.resumes = True
        self.status = 200
        self.stall: threading.Event | None = None
        self.requests: list[str | None] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/tiny.zip"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server._answer(self)

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range")
        self.requests.append(asked)
        if self.status != 200:
            request.send_error(self.status)
            return
        start = 0
        if asked and self.resumes and request.headers.get("If-Range", self.etag) == self.etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        if start >= len(self.content):
            request.send_error(416)
            return
        body = self.content[start:]
        request.send_response(206 if start else 200)
        if start:
            last = len(self.content) - 1
            request.send_header("Content-Range", f"bytes {start}-{last}/{len(self.content)}")
        request.send_header("ETag", self.etag)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        self._send(request, body, self.cuts.pop(0) if self.cuts else None)

    def _send(self, request: BaseHTTPRequestHandler, body: bytes, cut: int | None) -> None:
        half = len(body) // 2
        try:
            if self.stall and cut is None:
                request.wfile.write(body[:half])
                request.wfile.flush()
                self.stall.wait(10)
                request.wfile.write(body[half:])
            else:
                request.wfile.write(body if cut is None else body[:cut])
        except OSError:
            pass  # the client disconnected, as some tests intend
        request.close_connection = True
