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
    head = "".join(f'<th scope="col" style="{CELL}">{n}</th>' for n in ("", "expected", "got"))
    rows = [f"<tr>{head}</tr>"]
    for number, (name, expected, got) in enumerate(figure["rows"]):
        is_first = number == figure["first"]
        mark = ' <span role="img" aria-label="first difference">✗</span>' if is_first else ""
        rest = "".join(f'<td style="{CELL}"><code>{escape(x)}</code></td>' for x in (expected, got))
        title = f"<b>{escape(name)}</b>{mark}" if is_first else escape(name)
        start = f'<th scope="row" style="{CELL};font-weight:inherit">{title}</th>'
        rows.append(f"<tr>{start}{rest}</tr>")
    return f'<table style="border-collapse:collapse;margin:.4em 0">{"".join(rows)}</table>'
