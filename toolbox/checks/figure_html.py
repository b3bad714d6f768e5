"""Write the images or the table of a mismatch as HTML, without scripts or style sheets."""

from __future__ import annotations

from html import escape

from toolbox.checks.pictures import Figure

BORDER = "#8a8a8a"  # visible on light and dark backgrounds
CELL = "text-align:left;padding:.1em 1em .1em 0"


def figure_html(figure: Figure) -> str:
    """Return a figure as HTML; an empty figure as an empty text."""
    if "images" in figure:
        return _images(figure)
    return _table(figure) if "rows" in figure else ""


def plain_figure_html(figure: Figure) -> str:
    """Return a figure in the few tags and styles that nbgrader's pages keep of a notebook."""
    if "images" not in figure:
        return figure_html(figure)
    cells = "".join(
        f"<td>{escape(label)}<br>"
        f'<img src="{escape(uri)}" alt="{escape(alt)}" title="{escape(alt)}" '
        f'width="{int(figure["width"])}" style="image-rendering:pixelated"></td>'
        for label, alt, uri in figure["images"]
    )
    return f"<table><tr>{cells}</tr></table>"


def figure_words(figure: Figure) -> str:
    """Return what images show, or the rows of a table, as lines of text."""
    if "images" in figure:
        return "\n".join(alt for _, alt, _ in figure["images"])
    return "\n".join(" | ".join(row) for row in figure.get("rows", ()))


def _images(figure: Figure) -> str:
    """Return the images side by side, or below each other if the page is narrow."""
    style = (
        f"image-rendering:pixelated;width:{int(figure['width'])}px;max-width:100%;"
        f"border:1px solid {BORDER}"
    )
    shown = "".join(
        f'<figure style="margin:0">'
        f'<img src="{escape(uri)}" alt="{escape(alt)}" title="{escape(alt)}" style="{style}">'
        f"<figcaption>{escape(label)}</figcaption></figure>"
        for label, alt, uri in figure["images"]
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:.4em 1em;margin:.4em 0">{shown}</div>'


def _table(figure: Figure) -> str:
    head = "".join(f'<th scope="col" style="{CELL}">{escape(n)}</th>' for n in figure["head"])
    rows = [f"<tr>{head}</tr>"]
    for number, (name, *cells) in enumerate(figure["rows"]):
        is_first = number == figure["first"]
        mark = '<span role="img" aria-label="first difference">✗</span> ' if is_first else ""
        rest = "".join(f'<td style="{CELL}">{_code(cell)}</td>' for cell in cells)
        title = f"<b>{mark}{escape(name)}</b>" if is_first else escape(name)
        start = f'<th scope="row" style="{CELL};font-weight:400">{title}</th>'
        rows.append(f"<tr>{start}{rest}</tr>")
    return f'<table style="border-collapse:collapse;margin:.4em 0">{"".join(rows)}</table>'


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>" if text else ""
