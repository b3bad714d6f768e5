"""A stand-in for Canvas on this machine, written from the documentation of its REST API.

It answers the requests for a course, its students, assignments and submissions, in pages that are
linked in the header `Link`, and takes grades. It refuses wrong tokens (401), missing rights (403),
unknown courses (404) and too many requests (403 in older versions, 429 in newer ones, both with the
header `X-Rate-Limit-Remaining`), and may fail (502).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-valid-token"
COURSE = 4711
PAGE = 3  # items on a page, whatever the client asks for
Answer = tuple[int, Any, dict[str, str]]


@dataclass
class FakeCanvas:
    """The state of the server."""

    users: list[dict[str, Any]]
    assignments: list[dict[str, Any]]
    submissions: dict[int, list[dict[str, Any]]]  # by assignment
    may_grade: bool = True
    troubles: list[int] = field(default_factory=list)  # status codes of the next answers
    received: list[tuple[int, str]] = field(default_factory=list)  # student and grade
    requests: list[str] = field(default_factory=list)
    stops_after: int | None = None  # grades, after which every request fails
    mixes_up: bool = False  # answers with the grade of somebody else
    address: str = ""

    @property
    def course(self) -> str:
        return f"{self.address}/courses/{COURSE}"

    def answer(self, method: str, path: str, token: str, form: dict[str, list[str]]) -> Answer:
        """Return the status, the content and the headers."""
        self.requests.append(f"{method} {path}")
        if token != f"Bearer {TOKEN}":
            said = {"errors": [{"message": "Invalid access token."}]}
            return 401, said, {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}
        if self.troubles:
            return self._trouble(self.troubles.pop(0))
        if self.stops_after is not None and len(self.received) >= self.stops_after:
            return self._trouble(502)
        if not re.match(rf"/api/v1/courses/{COURSE}(/|$)", path):
            return 404, {"errors": [{"message": "The specified resource does not exist."}]}, {}
        return self._of_course(method, path.split("/")[5:], form)

    def _of_course(self, method: str, words: list[str], form: dict[str, list[str]]) -> Answer:
        if not words:
            return 200, {"id": COURSE, "name": "Deep learning"}, {}
        if words == ["search_users"]:
            return 200, self.users, {}
        if words == ["assignments"]:
            return 200, self.assignments, {}
        known = self.submissions[int(words[1])]
        if method == "GET":
            return 200, known, {}
        if not self.may_grade:
            said = {"status": "unauthorized", "errors": [{"message": "user not authorized"}]}
            return 403, said, {}
        (grade,) = form["submission[posted_grade]"]
        mine = next(each for each in known if each["user_id"] == int(words[3]))
        mine["score"] = mine["entered_score"] = float(grade)
        self.received.append((mine["user_id"], grade))
        return 200, known[0] if self.mixes_up else mine, {}

    def _trouble(self, status: int) -> Answer:
        if status in (403, 429):
            said = f"{status} Forbidden (Rate Limit Exceeded)\n"
            return status, said, {"X-Rate-Limit-Remaining": "0.0", "X-Request-Cost": "0.03"}
        return status, "<html>Bad gateway</html>", {}


@contextmanager
def serving(canvas: FakeCanvas) -> Iterator[FakeCanvas]:
    """Serve Canvas on a port of this machine, and set its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond({})

        def do_PUT(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._respond(parse_qs(self.rfile.read(length).decode()))

        def _respond(self, form: dict[str, list[str]]) -> None:
            url = urlsplit(self.path)
            token = self.headers.get("Authorization", "")
            status, content, headers = canvas.answer(self.command, url.path, token, form)
            if status == 200 and isinstance(content, list):
                page = int(parse_qs(url.query).get("page", ["1"])[0])
                headers = {"Link": _links(canvas.address + url.path, page, len(content))}
                content = content[(page - 1) * PAGE : page * PAGE]
            text = content if isinstance(content, str) else json.dumps(content)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        canvas.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield canvas
        finally:
            server.shutdown()


def _links(address: str, page: int, count: int) -> str:
    last = max(1, -(-count // PAGE))
    pages = {"current": page, "next": page + 1, "first": 1, "last": last}
    if page >= last:
        del pages["next"]
    return ",".join(f'<{address}?page={n}&per_page={PAGE}>; rel="{r}"' for r, n in pages.items())
