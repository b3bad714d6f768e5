"""The feedback of checks in JupyterLab: accessible, and readable on a phone and in the dark."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.browser import accessibility, browsing
from toolbox.checks.arranged_feedback import arrange, problems
from toolbox.checks.feedback_html import as_html
from toolbox.checks.feedback_text import as_text
from toolbox.checks.outcome import Outcome, Run
from toolbox.checks.pictures import compared

pytestmark = pytest.mark.skipif(
    not (os.environ.get("COURSE_BROWSER") and browsing.CHROMIUM),
    reason="slow: run it with `make screenshots`, which needs Chromium",
)
OUTPUT = ".jp-OutputArea-output"
OPEN_ALL = f"document.querySelectorAll('{OUTPUT} details').forEach(each => each.open = true)"
TOO_WIDE = f"""[...document.querySelectorAll("{OUTPUT}")]
    .filter(each => each.scrollWidth > each.clientWidth).length"""
IMAGE = np.arange(768.0).reshape(24, 32)
LINE = "return self.fc_layers(self.conv_layers(torch.nn.functional.relu(x)))"
LAYERS = {
    "head": ["layer", "output shape"],
    "rows": [["conv_layers.4 MaxPool2d", "(3, 20, 5, 5)"], ["output", "(3, 7), expected (3, 15)"]],
    "first": 1,
    "in_text": True,
}


SCALER, NET = "scaler.StreamingScaler", "simple_net.SimpleNet"


def outcome(function: str, status: str, **facts: Any) -> Outcome:
    return Outcome(f"test_{status}", f"What `{status}` is", function, 1.0, status=status, **facts)


def runs() -> list[Run]:
    """Return runs with outcomes of every kind, one with images and one with layers."""
    failed = outcome(
        SCALER,
        "failed",
        called="f(image)",
        expected="an array " * 9,
        got="x" * 90,
        figure=compared(IMAGE * 2, IMAGE, "image"),
        misconception="`mean` is a sum",
        hints=["Look at `mean`.", "Divide by `len(x)`."],
    )
    error = outcome(
        NET,
        "error",
        got="RuntimeError: mat1 and mat2 shapes cannot be multiplied",
        where=f"student_code/simple_net.py, line 31: {LINE}",
        code=f"  30      def forward(self, x):\n→ 31          {LINE}",
        figure=LAYERS,
    )
    others = [
        outcome(SCALER, "passed", printed="w 3"),
        outcome(SCALER, "slow", got="no answer", meaning="A test may compute for 10 s."),
        outcome(SCALER, "stub", got="f is not implemented yet"),
        outcome(SCALER, "skipped"),
    ]
    broken = ["student_code/scaler.py, line 2 is not valid Python: return x +"]
    return [Run([failed, *others], []), Run([error], []), Run([], broken)]


def notebook() -> nbformat.NotebookNode:
    """Return a notebook with a check for each run."""
    cells = []
    for run in runs():
        said = problems(run), arrange(run, ["The hidden tests are worth 4 points more."])
        data = {"text/html": as_html(*said), "text/plain": as_text(*said)}
        cells.append(new_code_cell("checks.grade(...)", outputs=[new_output("display_data", data)]))
    return new_notebook(cells=cells)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize("window", browsing.WINDOWS)
def test_feedback_is_accessible_and_fits_into_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: str, theme: str
) -> None:
    settings = tmp_path / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    chosen = json.dumps({"theme": f"JupyterLab {theme}"})
    (settings / "themes.jupyterlab-settings").write_text(chosen, encoding="utf-8")
    monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", str(tmp_path / "settings"))
    nbformat.write(notebook(), tmp_path / "checks.ipynb")
    with browsing.serving(tmp_path) as address, browsing.browser() as page:
        browsing.arrange_window(page, window, theme.lower())
        page.goto(f"{address}/doc/tree/checks.ipynb?token={browsing.TOKEN}")
        page.locator(f"{OUTPUT} details").first.wait_for()
        page.locator(f"body[data-jp-theme-name='JupyterLab {theme}']").wait_for(state="attached")
        page.evaluate(OPEN_ALL)
        assert page.locator(f"{OUTPUT} img").count() == 3
        assert page.locator(f"{OUTPUT} table").count() == 1
        assert accessibility.problems(page, OUTPUT) == []
        assert page.evaluate(TOO_WIDE) == 0
