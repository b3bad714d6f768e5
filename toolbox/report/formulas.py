r"""Draw formulas with matplotlib, which reads enough of LaTeX and is installed for the plots."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

SIZE = 100.0  # drawing size in points; all lengths are returned in units of the font size
SAME = (
    (re.compile(r"\\(?:text|textrm|mbox|operatorname)\b"), r"\\mathrm"),
    (re.compile(r"\\[dt]frac\b"), r"\\frac"),
    (re.compile(r"\\(?:lVert|rVert|Vert)\b"), r"\\|"),
    (re.compile(r"\\(?:mid|lvert|rvert|vert)\b"), r"|"),
    (re.compile(r"\\(?:displaystyle|limits|nolimits|big|Big|bigg|Bigg|bigl|bigr|Bigl|Bigr)\b"), ""),
)


@lru_cache(maxsize=512)
def formula(latex: str) -> dict[str, Any]:
    """Return a formula: its LaTeX as `v` and, if it can be drawn, `svg`, width, height and depth.

    Lengths are in units of the font size; the depth is the part below the baseline. A formula that
    can't be drawn is shown as typed.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser
    from matplotlib.textpath import TextPath

    text = latex
    for pattern, replacement in SAME:
        text = pattern.sub(replacement, text)
    letters = FontProperties(math_fontfamily="stix", size=SIZE)
    try:
        drawn = f"${text}$"
        width, height, depth, *_ = MathTextParser("path").parse(drawn, dpi=72, prop=letters)
        path = TextPath((0, 0), drawn, size=SIZE, prop=letters)
    except (ValueError, RuntimeError, KeyError):
        return {"v": latex}
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-height + depth:.2f} '
        f'{width:.2f} {height:.2f}"><path d="{_path(path)}"/></svg>'
    )
    sizes = {"width": width / SIZE, "height": height / SIZE, "depth": depth / SIZE}
    return {"v": latex, "svg": svg, **{key: round(float(v), 3) for key, v in sizes.items()}}


def _path(path: Any) -> str:
    """Return an outline as SVG path data, with the vertical axis pointing down."""
    pieces = []
    for points, code in path.iter_segments(curves=True, simplify=False):
        if code == path.CLOSEPOLY:
            pieces.append("Z")
            continue
        letter = {path.MOVETO: "M", path.LINETO: "L", path.CURVE3: "Q", path.CURVE4: "C"}[code]
        pairs = [f"{x:.1f} {-y:.1f}" for x, y in points.reshape(-1, 2)]
        pieces.append(letter + " ".join(pairs))
    return "".join(pieces)
