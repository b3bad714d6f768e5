"""Formulas as MathML, which browsers render without a script."""

from __future__ import annotations

import html
import re

from latex2mathml.converter import convert

# What pymdownx.arithmatex writes, in its generic form.
FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">'
    r"(?P<open>\\\(|\\\[)(?P<text>.*?)(?:\\\)|\\\])</(?P=tag)>",
    re.S,
)


def with_mathml(page: str) -> str:
    """Return the HTML of a page with each formula as MathML."""
    return FORMULA.sub(_mathml, page)


def _mathml(found: re.Match[str]) -> str:
    latex = html.unescape(found["text"]).strip()
    display = "block" if found["open"] == r"\[" else "inline"
    # A formula that is wider than a phone scrolls, also with the keyboard.
    return convert(latex, display=display).replace(
        'display="block"', 'display="block" tabindex="0"'
    )
