"""Answers of any length stay between the title and the footer of their page."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typst
from PIL import Image

from tests.conftest import ROOT
from toolbox.report import pdf

PIXELS_PER_CM = 40
AREA_ENDS, FOOTER_BEGINS, FOOTER_ENDS = 12.8, 13.0, 14.15  # cm from the top of the page
QUESTION = "Which of them is better, and why? Name two reasons, and say what you would try next. "
SENTENCE = "A sentence of an answer that says what was observed, and why. "


def par(text: str) -> dict[str, Any]:
    return {"t": "par", "c": [{"t": "text", "v": text}]}


def page(folder: Path, sentences: int, items: int, inches: tuple[float, float]) -> dict[str, Any]:
    """Return a topic with a picture, a question of some lines, and an answer."""
    name = f"shot{inches[0]:g}x{inches[1]:g}"
    Image.new("RGB", (int(20 * inches[0]), int(20 * inches[1])), "gray").save(
        folder / f"{name}.png"
    )
    nodes = [par(SENTENCE * sentences)]
    if items:
        listed = [[par(SENTENCE)] for _ in range(items)]
        nodes.append({"t": "list", "ordered": False, "start": 0, "items": listed})
    figure = {"name": name, "path": f"{name}.png", "alt": "A picture."}
    return {
        "title": f"{sentences} sentences, {items} items",
        "words": [{"title": "Which is better?", "asked": [par(QUESTION * 3)], "nodes": nodes}],
        "figures": [{**figure, "width": inches[0], "height": inches[1]}],
        **{key: [] for key in ("notes", "numbers", "tables", "provenance", "missing", "edited")},
    }


@pytest.mark.parametrize("inches", [(8.7, 3.05), (8.0, 4.0), (5.0, 2.6)], ids=str)
def test_no_answer_reaches_the_footer(tmp_path: Path, inches: tuple[float, float]) -> None:
    pages = [page(tmp_path, n, m, inches) for n in (1, 2, 3, 5, 8, 13, 21) for m in (0, 2, 5)]
    facts = {"course": "Course", "part": "", "name": "Sam", "id": "1", "missing": [], "edited": []}
    content = json.dumps({**facts, "pages": pages})
    (tmp_path / "content.json").write_text(content, encoding="utf-8")
    template = (ROOT / "report_template" / pdf.TEMPLATE).read_text(encoding="utf-8")
    (tmp_path / pdf.TEMPLATE).write_text(template, encoding="utf-8")
    found: object = typst.compile(
        tmp_path / pdf.TEMPLATE, root=tmp_path, format="png", ppi=PIXELS_PER_CM * 2.54
    )
    assert isinstance(found, list)  # one image for each page
    assert len(found) > len(pages)
    rows = [round(edge * PIXELS_PER_CM) for edge in (AREA_ENDS, FOOTER_BEGINS, FOOTER_ENDS)]
    wrong = []
    for number, drawn in enumerate(found, 1):
        ink = np.asarray(Image.open(io.BytesIO(drawn)).convert("L")) < 200
        if ink[rows[0] : rows[1]].any() or ink[rows[2] :].any():
            wrong.append(number)
    assert not wrong
