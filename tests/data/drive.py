"""A stand-in of Google Drive: its pages and redirects, answered by the loopback server."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from data_scripts import network
from tests.data.hosts import Hosts, send

ID = "1M8BYOyFrLX3liHUOHnBTes8HMa8507BS"
STORAGE = "drive.usercontent.google.com"
QUOTA = """<!DOCTYPE html><html><head><title>Google Drive - Quota exceeded</title></head><body>
<p class="uc-error-caption">Sorry, you can't view or download this file at this time.</p>
<p class="uc-error-subcaption">Too many users have viewed or downloaded this file recently.</p>
</body></html>"""
DENIED = "<!DOCTYPE html><html><head><title>Sign-in</title></head><body>Sign in</body></html>"
# Google sends it in one line, and gdown depends on that.
VIRUS_SCAN = f"""<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head>
<body><p class="uc-warning-caption">Google Drive can't scan this file for viruses.</p>
<form id="download-form" action="https://{STORAGE}/download" method="get">
<input type="submit" id="uc-download-link" value="Download anyway"/>
<input type="hidden" name="id" value="{ID}"><input type="hidden" name="export" value="download">
<input type="hidden" name="confirm" value="t"><input type="hidden" name="uuid" value="0-0">
</form></body></html>""".replace("\n", "")


class Drive:
    """One file on Drive. `page`: what is sent in place of it; `scanned`: whether it is small
    enough for Google's virus scan, so that no page asks first."""

    def __init__(self, hosts: Hosts, content: bytes) -> None:
        self.content = content
        self.page = ""
        self.scanned = False
        self.asked: list[str] = []
        for name in ("drive.google.com", "docs.google.com", STORAGE):
            hosts[name].special = self._answer

    def _answer(self, request: BaseHTTPRequestHandler, path: str) -> bool:
        given = parse_qs(urlsplit(path).query)
        self.asked.append(path)
        if given.get("id") != [ID]:
            return False
        if self.page:
            send(request, self.page.encode(), kind="text/html; charset=utf-8")
        elif self.scanned or given.get("confirm"):
            send(
                request,
                self.content,
                kind="application/octet-stream",
                Content_Disposition='attachment; filename="animals.zip"',
            )
        else:
            send(request, VIRUS_SCAN.encode(), kind="text/html; charset=utf-8")
        return True


def send_to(
    moved: Callable[[str], str], replace: Callable[[object, str, object], None] = setattr
) -> None:
    """Send all requests of the package requests to Google to the address that `moved` returns.

    replace: like `setattr`, which it is for a process that ends with its test.
    """
    send_it = requests.adapters.HTTPAdapter.send

    def rewritten(self: object, request: requests.PreparedRequest, **options: object) -> object:
        url = request.url or ""
        assert "google.com" in url, f"no request to {url} was expected"
        request.url = moved(url)
        response = send_it(self, request, **options)  # type: ignore[arg-type]
        request.url = response.url = url
        return response

    replace(requests.adapters.HTTPAdapter, "send", rewritten)
    replace(network, "PAGE", moved("https://drive.google.com/file/d/"))


def play(hosts: Hosts, content: bytes, monkeypatch: pytest.MonkeyPatch) -> Drive:
    """Answer all requests of the package requests to Google with those of a `Drive`."""
    send_to(hosts.url, monkeypatch.setattr)
    return Drive(hosts, content)
