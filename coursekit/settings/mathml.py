"""Show LaTeX formulas as MathML, which browsers render without scripts and without a network.

The formulas come from students. Therefore the MathML of the converter is rebuilt from an allow-list
of elements and attributes, and inserted only after all other HTML was cleaned.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from html import escape
from xml.etree import ElementTree

from latex2mathml import converter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        """
        math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover
        mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none
        """,
    )
)
ATTRIBUTES = frozenset(
    re.findall(
        r"\w+",
        """
        display displaystyle scriptlevel mathvariant stretchy fence separator form accent
        accentunder columnalign rowalign columnspacing rowspacing linethickness movablelimits
        symmetric minsize maxsize width height depth lspace rspace notation largeop
        """,
    )
)
LONGEST = 4000  # characters of one formula
MOST = 2000  # formulas in one text


class Formulas:
    """The formulas of one Markdown text, replaced by marks until the HTML was cleaned."""

    def __init__(self) -> None:
        self._token = f"formula{secrets.token_hex(8)}n"
        self._found: list[str] = []

    def keep(self, latex: str, *, block: bool) -> str:
        """Return a mark for a formula."""
        if len(self._found) >= MOST:
            return escape(latex)
        self._found.append(as_mathml(latex, block=block))
        return f"{self._token}{len(self._found) - 1}e"

    def insert(self, html: str) -> str:
        """Replace the marks by the formulas."""
        for number, formula in enumerate(self._found):
            html = html.replace(f"{self._token}{number}e", formula)
        return html


class FormulaRenderer(IPythonRenderer):
    """nbconvert's renderer, which passes formulas to `formulas` instead of to MathJax."""

    formulas: Formulas

    def block_math(self, body: str) -> str:
        return self.formulas.keep(body, block=True)

    def inline_math(self, body: str) -> str:
        return self.formulas.keep(body, block=False)

    def latex_environment(self, name: str, body: str) -> str:
        latex = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return self.formulas.keep(latex, block=True)


def markdown(
    source: str, attachments: dict[str, dict[str, str]], clean: Callable[[str], str]
) -> str:
    """Render Markdown with formulas. `clean` makes HTML from students safe."""
    renderer = FormulaRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    renderer.formulas = Formulas()
    html = clean(MarkdownWithMath(renderer=renderer).render(source))
    return renderer.formulas.insert(html)


def as_mathml(latex: str, *, block: bool) -> str:
    """Return a formula as MathML, or as code if it cannot be converted."""
    try:
        if len(latex) > LONGEST:
            raise ValueError("too long")
        text = converter.convert(_supported(latex), display="block" if block else "inline")
        return _rebuilt(ElementTree.fromstring(text), latex)
    except Exception:  # the converter raises many kinds for LaTeX that it does not know
        return f"<code>{escape(latex.strip())}</code>"


def _supported(latex: str) -> str:
    """Replace environments that the converter does not know by those that it knows."""
    for name in ("align", "aligned", "split", "eqnarray", "eqnarray*"):
        latex = latex.replace(f"{{{name}}}", "{align*}")  # the one without numbers
    latex = latex.replace("{gather*}", "{gather}").replace("{gathered}", "{gather}")
    for name in ("equation", "equation*", "displaymath", "math"):
        latex = latex.replace(f"\\begin{{{name}}}", "").replace(f"\\end{{{name}}}", "")
    return latex.strip()


def _rebuilt(element: ElementTree.Element, latex: str) -> str:
    """Return MathML that contains only allowed elements and attributes, with the LaTeX as label."""

    def written(node: ElementTree.Element) -> str:
        name = node.tag.rsplit("}", 1)[-1]
        inner = escape(node.text or "") + "".join(
            written(child) + escape(child.tail or "") for child in node
        )
        if name not in ELEMENTS:
            return inner
        kept = "".join(
            f' {key}="{escape(value)}"' for key, value in node.attrib.items() if key in ATTRIBUTES
        )
        if name == "math":
            kept += f' aria-label="{escape(" ".join(latex.split()))}"'
            if node.get("display") == "block":  # which scrolls, also with the keyboard
                kept += ' tabindex="0"'
        return f"<{name}{kept}>{inner}</{name}>"

    return written(element)
