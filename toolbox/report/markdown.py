"""Parse a student's Markdown into plain data, so that no renderer ever executes any of it.

Blocks are `{"t": "par" | "list" | "code" | "quote" | "table" | "math", …}`; inline nodes are
`{"t": "text" | "strong" | "em" | "code" | "link" | "math" | "break", …}`.
"""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

from toolbox.report.formulas import formula

Node = dict[str, Any]
LINKS = ("https://", "http://", "mailto:")
INLINE_MATH = re.compile(
    r"\$\$(?P<display>[^$]+?)\$\$|\$(?P<inline>[^$\s](?:[^$]*?[^$\s])?)\$(?!\d)"
)
# Characters that can't be printed: control characters, and marks that change the text direction.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def parse(text: str) -> list[Node]:
    """Return the blocks of Markdown with `$formulas$`. Never fails; raw HTML stays plain text."""
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.inline.ruler.before("escape", "formula", _formula_in_line)
    reader.block.ruler.before("paragraph", "formula", _formula_block, {"alt": ["paragraph"]})
    tree = SyntaxTreeNode(reader.parse(UNPRINTABLE.sub("", text)))
    return [node for child in tree.children for node in _block(child)]


def plain(nodes: list[Node]) -> str:
    """Return only the text of the nodes."""
    parts = []
    for node in nodes:
        parts.append(str(node.get("v", "")))
        parts.append(plain(node.get("c", [])))
        parts += [plain(item) for item in node.get("items", [])]
    return " ".join(part for part in parts if part)


def _formula_in_line(state: StateInline, silent: bool) -> bool:
    found = INLINE_MATH.match(state.src, state.pos)
    if not found or found.end() > state.posMax:
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content = (found["display"] or found["inline"]).strip()
    state.pos = found.end()
    return True


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `$$ … $$` at the start of a line, on one line or on several."""
    lines = [state.getLines(n, n + 1, state.blkIndent, False) for n in range(start, end)]
    if not lines or not lines[0].lstrip().startswith("$$"):
        return False
    text = "\n".join(lines).lstrip()[2:]
    inside, closed, rest = text.partition("$$")
    if not closed or rest.partition("\n")[0].strip():
        return False
    if not silent:
        state.line = start + inside.count("\n") + 1
        token = state.push("formula_block", "", 0)
        token.content, token.map = " ".join(inside.split()), [start, state.line]
    return True


def _block(node: SyntaxTreeNode) -> list[Node]:
    kind = node.type
    if kind in ("paragraph", "heading"):
        inside = _line(node.children)
        return [{"t": "par", "c": [{"t": "strong", "c": inside}] if kind == "heading" else inside}]
    if kind in ("bullet_list", "ordered_list"):
        items = [[n for c in item.children for n in _block(c)] for item in node.children]
        start = int(node.attrs.get("start", 1)) if kind == "ordered_list" else 0
        return [{"t": "list", "ordered": kind == "ordered_list", "start": start, "items": items}]
    if kind in ("fence", "code_block"):
        return [{"t": "code", "v": node.content.rstrip("\n")}]
    if kind == "formula_block":
        return [{"t": "math", **formula(node.content)}]
    if kind == "blockquote":
        return [{"t": "quote", "c": [n for child in node.children for n in _block(child)]}]
    if kind == "table":
        return [_table(node)]
    return []


def _table(node: SyntaxTreeNode) -> Node:
    rows = [row for part in node.children for row in part.children]
    cells = [[_line(cell.children) for cell in row.children] for row in rows]
    return {"t": "table", "head": cells[0], "rows": cells[1:]}


def _line(children: list[SyntaxTreeNode]) -> list[Node]:
    nodes = [node for child in children for node in _in_line(child)]
    joined: list[Node] = []
    for node in nodes:  # merge adjacent text nodes
        if joined and node["t"] == joined[-1]["t"] == "text":
            joined[-1] = {"t": "text", "v": joined[-1]["v"] + node["v"]}
        else:
            joined.append(node)
    return joined


def _in_line(node: SyntaxTreeNode) -> list[Node]:
    kind = node.type
    if kind == "inline":
        return _line(node.children)
    if kind == "text":
        return [{"t": "text", "v": node.content}]
    if kind == "softbreak":
        return [{"t": "text", "v": " "}]
    if kind == "hardbreak":
        return [{"t": "break"}]
    if kind == "code_inline":
        return [{"t": "code", "v": node.content}]
    if kind == "formula":
        return [{"t": "math", **formula(node.content)}]
    if kind in ("strong", "em"):
        return [{"t": kind, "c": _line(node.children)}]
    if kind == "link":
        inside, to = _line(node.children), str(node.attrs.get("href", ""))
        return [{"t": "link", "to": to, "c": inside}] if to.startswith(LINKS) else inside
    if kind == "image":
        words = node.content or "no description"
        return [{"t": "em", "c": [{"t": "text", "v": f"[a picture in the notebook: {words}]"}]}]
    return _line(node.children)
