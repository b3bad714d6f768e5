"""HTTP(S) connections with one time limit for connecting and another for silence.

urllib has a single time limit for both. A dead host should cost a few seconds, but a slow server
may take longer to send the next bytes.
"""

from __future__ import annotations

import http.client
import urllib.request
from collections.abc import Mapping

CONNECT_SECONDS = 5.0
NETWORK_SECONDS = 2.5  # a cell must not wait for longer if there is no network
SILENT_SECONDS = 20.0
AGENT = "vision-course"


class _Plain(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(SILENT_SECONDS)


class _Encrypted(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(SILENT_SECONDS)


class _PlainHandler(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Plain, request)


class _EncryptedHandler(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Encrypted, request)


def open_url(url: str, headers: Mapping[str, str] | None = None) -> http.client.HTTPResponse:
    """Request `url`, follow redirects, and return the response.

    Raises: urllib.error.URLError if there is no connection, its subclass HTTPError if the server
    answers with an error, and TimeoutError or an http.client.HTTPException if it stops answering.
    """
    request = urllib.request.Request(url, headers={"User-Agent": AGENT, **(headers or {})})
    opener = urllib.request.build_opener(_PlainHandler, _EncryptedHandler)
    response: http.client.HTTPResponse = opener.open(request, timeout=CONNECT_SECONDS)
    return response
