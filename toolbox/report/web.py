"""Render the report as one HTML file with embedded pictures."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path
from string import Template
from typing import Any

Node = dict[str, Any]


def as_html(content: dict[str, Any], template: Path) -> str:
    """Render `content` with `report.html` in the folder `template`. Loads nothing else."""
    frame = Template((template / "report.html").read_text(encoding="utf-8"))
    titles = [page["title"] for page in content["pages"]]
    links = "".join(
        f'<li><a href="#topic-{n}">{escape(title)}</a></li>' for n, title in enumerate(titles, 1)
    )
    return frame.substitute(
        course=escape(content["course"]),
        part=escape(content["part"]),
        name=escape(content["name"] or "(no name)"),
        id=escape(content["id"] or "no id"),
        state=_state(content),
        topics=links,
        pages="\n".join(_page(n, page) for n, page in enumerate(content["pages"], 1)),
        missing=_list("missing", "What is missing", content["missing"])
        + _list("edited", "Changed by hand", content["edited"]),
    )


def _state(content: dict[str, Any]) -> str:
    if not content["missing"] and not content["edited"]:
        return "Everything that was asked for is here."
    count = len(content["missing"])
    told = f'<a href="#missing">{count} missing</a>' if count else "nothing missing"
    if content["edited"]:
        told += f', <a href="#edited">{len(content["edited"])} changed by hand</a>'
    return f"Not complete: {told}."


def _list(name: str, title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<section id="{name}" class="look"><h2>{title}</h2><ul>{items}</ul></section>'


def _page(number: int, page: Node) -> str:
    parts = [f"<p>{escape(note)}</p>" for note in page["notes"]]
    if page["numbers"]:
        cards = "".join(
            f"<div><dd>{escape(each['value'])}</dd><dt>{escape(each['label'])}</dt></div>"
            for each in page["numbers"]
        )
        parts.append(f"<dl>{cards}</dl>")
    parts += [_table(each) for each in page["tables"]]
    parts += [_figure(each) for each in page["figures"]]
    for each in page["words"]:
        asked = f'<div class="asked">{blocks(each["asked"])}</div>' if each["asked"] else ""
        parts.append(f"<h3>{escape(each['title'])}</h3>{asked}{blocks(each['nodes'])}")
    for line in page["missing"]:
        parts.append(f'<p class="missing">Missing. {escape(line)}</p>')
    if page["provenance"]:
        parts.append("<p class=provenance>" + "<br>".join(map(escape, page["provenance"])) + "</p>")
    title = f"<h2>{escape(page['title'])}</h2>"
    return f'<section id="topic-{number}">{title}{"".join(parts)}</section>'


def _figure(figure: Node) -> str:
    data = base64.b64encode(Path(figure["path"]).read_bytes()).decode()
    alt, width = escape(figure["alt"]), round(96 * figure["width"])
    return f'<img alt="{alt}" width="{width}" src="data:image/png;base64,{data}">'


def _table(table: Node) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table["head"])
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in table["rows"]
    )
    caption = f"<caption>{escape(table['title'])}</caption>" if table["title"] else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead>{rows}</table>"


def blocks(nodes: list[Node]) -> str:
    """Return nodes of `toolbox.report.markdown` as HTML, with all of the student's text escaped."""
    return "".join(_node(node) for node in nodes)


def _node(node: Node) -> str:
    kind = node["t"]
    if kind == "text":
        return escape(node["v"])
    if kind == "break":
        return "<br>"
    if kind == "math":
        return _formula(node)
    if kind == "code":
        inside = f"<code>{escape(node['v'])}</code>"
        return f"<pre>{inside}</pre>" if "\n" in node["v"] else inside
    if kind == "list":
        items = "".join(f"<li>{blocks(item)}</li>" for item in node["items"])
        return (
            f'<ol start="{node["start"]}">{items}</ol>' if node["ordered"] else f"<ul>{items}</ul>"
        )
    if kind == "link":
        return f'<a href="{escape(node["to"])}">{blocks(node["c"])}</a>'
    if kind == "table":
        rows = "".join(
            "<tr>" + "".join(f"<td>{blocks(cell)}</td>" for cell in row) + "</tr>"
            for row in node["rows"]
        )
        head = "".join(f'<th scope="col">{blocks(cell)}</th>' for cell in node["head"])
        return f"<table><thead><tr>{head}</tr></thead>{rows}</table>"
    tag = {"par": "p", "quote": "blockquote", "strong": "strong", "em": "em"}[kind]
    return f"<{tag}>{blocks(node['c'])}</{tag}>"


def _formula(node: Node) -> str:
    if "svg" not in node:
        return f"<code>{escape(node['v'])}</code>"
    style = f"height:{node['height']}em;vertical-align:-{node['depth']}em"
    opening = f'<svg role="img" aria-label="{escape(node["v"])}" style="{style}"'
    return node["svg"].replace("<svg", opening, 1)
