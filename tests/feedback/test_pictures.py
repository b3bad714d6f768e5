"""Both pages that show graded notebooks keep the pictures and tables of failed tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_output

from tests.feedback.pages import PART, STUDENT, formgrader_page, make_course
from toolbox.checks.compared_rows import compared_rows
from toolbox.checks.figure_html import figure_words, plain_figure_html
from toolbox.checks.pictures import Figure, compared

IMAGE = np.arange(24.0).reshape(4, 6)
PICTURES = compared(IMAGE * (IMAGE < 12), IMAGE, "image")
SHAPES = compared_rows({"W1": (2, 3)}, {"W1": (3, 2), "b1": (3, 1)})


def _shown(figure: Figure) -> dict[str, str]:
    return {"text/html": plain_figure_html(figure), "text/plain": figure_words(figure)}


@pytest.fixture(scope="module")
def pages(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    outputs = [new_output("display_data", _shown(each)) for each in (PICTURES, SHAPES)]
    cell = new_code_cell("checks.grade('x.y')", outputs=outputs, execution_count=1)
    course = make_course(root, tmp_path_factory.mktemp("pictures") / "course", [cell])
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", PART]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    html = (course / "feedback" / STUDENT / PART / f"{PART}.html").read_text(encoding="utf-8")
    texts = {"feedback": html, "formgrader": formgrader_page(course)}
    return {name: BeautifulSoup(text, "html.parser") for name, text in texts.items()}


@pytest.mark.parametrize("name", ["feedback", "formgrader"])
def test_pictures_are_shown_with_labels_and_alternative_texts(
    pages: dict[str, BeautifulSoup], name: str
) -> None:
    images = pages[name].select("td > img")
    assert [image["src"] for image in images] == [uri for _, _, uri in PICTURES["images"]]
    assert [image["alt"] for image in images] == [alt for _, alt, _ in PICTURES["images"]]
    assert all(
        "image-rendering:pixelated" in str(image["style"]).replace(" ", "") for image in images
    )
    assert all(image["width"] == str(PICTURES["width"]) for image in images)
    labels = [cell.get_text() for image in images if (cell := image.parent) is not None]
    assert labels == ["expected", "got", "difference"]


@pytest.mark.parametrize("name", ["feedback", "formgrader"])
def test_a_table_of_shapes_is_shown_with_its_mark(
    pages: dict[str, BeautifulSoup], name: str
) -> None:
    rows = [row.get_text(" ").split() for row in pages[name].select("#notebook tr, tr")]
    assert ["✗", "W1", "(3,", "2)", "(2,", "3)"] in rows
    assert ["b1", "(3,", "1)"] in rows
