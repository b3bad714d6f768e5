"""A fake Colab: its `google.colab`, a Drive, and a browser that sends the notebook."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.report.conftest import CHECKS, Evening
from tests.report.conftest import evening as evening
from tests.report.conftest import tiny as tiny
from toolbox.colab import backup
from toolbox.colab import session as colab_evening


class Colab:
    """The calls that the fake received, and the answers it will give."""

    def __init__(self, drive: Path) -> None:
        self.drive = drive
        self.mounts: list[str] = []
        self.downloads: list[str] = []
        self.answer: Any = None
        self.declined = False

    def mount(self, place: str) -> None:
        self.mounts.append(place)
        if self.declined:
            raise ValueError("mount failed")
        self.drive.mkdir(parents=True)

    def blocking_request(self, what: str, request: str, timeout_sec: float) -> Any:
        assert what == "get_ipynb"
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def shows(self, **answers: str) -> None:
        """Open a notebook with these answers in the browser."""
        cells = [
            {
                "cell_type": "markdown",
                "metadata": {"id": name, "nbgrader": {"grade_id": name}},
                "source": [text],
            }
            for name, text in answers.items()
        ]
        cells += [{"cell_type": "code", "metadata": {}, "source": [line]} for line in CHECKS]
        self.answer = {"ipynb": {"cells": cells, "metadata": {"colab": {}}, "nbformat": 4}}


@pytest.fixture
def colab(evening: Evening, tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> Colab:
    made = Colab(tmp_path_factory.mktemp("drive") / "MyDrive")
    modules = {name: ModuleType(f"google.colab.{name}") for name in ("drive", "files", "_message")}
    monkeypatch.setattr(modules["drive"], "mount", made.mount, raising=False)
    monkeypatch.setattr(modules["files"], "download", made.downloads.append, raising=False)
    monkeypatch.setattr(
        modules["_message"], "blocking_request", made.blocking_request, raising=False
    )
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, f"google.colab.{name}", module)
    monkeypatch.setattr(backup, "DRIVE", made.drive)
    monkeypatch.setattr(colab_evening, "_open_part", [])
    return made


def answers_in(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
