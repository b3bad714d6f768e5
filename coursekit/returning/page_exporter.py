"""nbconvert's HTML exporter for many pages of one part: what they share is rendered once.

Most cells of a part, and many outputs, are the same for all students. The first page shows such a
piece between two marks, and nbconvert processes the page as usual. The HTML between the marks is
kept, and later pages contain a single mark instead, which is replaced at the end. Therefore every
page is the same, byte for byte, as if it had been rendered alone.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

from bs4 import BeautifulSoup
from jinja2 import Environment
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import Instance, Unicode

MOST = 50_000_000  # characters of HTML to keep
BLOCKS = ("any_cell", "input_group", "output")  # of nbconvert's templates
BLOCK = """
{%- block NAME scoped -%}
{%- set key = shared.key('NAME', cell, output) -%}
{%- if key in shared -%}
{{ shared.mark(key) }}
{%- else -%}
{%- set html -%}{{ super() }}{%- endset -%}
{{ shared.marked(key, html) }}
{%- endif -%}
{%- endblock NAME -%}
"""
TEMPLATE = "{%- extends 'index.html.j2' -%}" + "".join(BLOCK.replace("NAME", b) for b in BLOCKS)


class SharedPieces:
    """The HTML of pieces of pages, by everything that it depends on."""

    def __init__(self) -> None:
        self._token = secrets.token_hex(8)  # so that no notebook contains a mark
        self._numbers: dict[str, int] = {}
        self._around: dict[int, tuple[str, str]] = {}  # white space, which the page may merge
        self._kept: dict[int, str] = {}
        self._size = 0

    def key(self, block: str, cell: NotebookNode, output: NotebookNode) -> str:
        """Return what the HTML of a block depends on. Empty if that includes the grade."""
        if block == "any_cell":
            mark = cell.metadata.get("nbgrader", {})
            graded = mark.get("grade") or mark.get("solution")
            return "" if graded else json.dumps([block, cell], sort_keys=True)
        content = cell.source if block == "input_group" else output
        return json.dumps([block, content, cell.get("execution_count")], sort_keys=True)

    def __contains__(self, key: str) -> bool:
        return self._numbers.get(key) in self._kept

    def mark(self, key: str) -> str:
        """Return the mark of a piece whose HTML is known."""
        number = self._numbers[key]
        before, after = self._around[number]
        return f"{before}<!--{self._token} {number}-->{after}"

    def marked(self, key: str, html: str) -> str:
        """Return the HTML of a new piece between marks, if it can be shared."""
        inner = html.strip()
        if not key or not (inner.startswith("<") and inner.endswith(">")):
            return html
        number = self._numbers.setdefault(key, len(self._numbers))
        before, after = html.split(inner, 1)
        self._around[number] = before, after
        return f"{before}<!--{self._token} {number}[-->{inner}<!--{self._token} ]{number}-->{after}"

    def expanded(self, page: str) -> str:
        """Return a finished page without marks, and keep the pieces that are new."""
        token = self._token
        page = re.sub(rf"<!--{token} (\d+)-->", lambda found: self._kept[int(found[1])], page)
        innermost = rf"<!--{token} (\d+)\[-->((?:(?!<!--{token}).)*)<!--{token} \]\1-->"
        while token in page:
            page = re.sub(innermost, self._keep, page, flags=re.S)
        if self._size > MOST:
            self._kept.clear()
            self._size = 0
        return page

    def _keep(self, found: re.Match[str]) -> str:
        number, html = int(found[1]), found[2]
        # If a piece closes all its tags, its HTML does not depend on the rest of the page.
        if number not in self._kept and str(BeautifulSoup(html, "html.parser")) == html:
            self._kept[number] = html
            self._size += len(html)
        return html


class PageExporter(HTMLExporter):
    """nbconvert's exporter, which renders the pieces that its pages share once."""

    raw_template = Unicode(TEMPLATE)
    optimistic_validation = True  # validate once, not after each preprocessor
    shared = Instance(SharedPieces, ())

    def _create_environment(self) -> Environment:
        surroundings: Environment = super()._create_environment()
        surroundings.globals["shared"] = self.shared
        return surroundings

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a notebook."""
        page, resources = super().from_notebook_node(nb, resources, **kw)
        return self.shared.expanded(page), resources
