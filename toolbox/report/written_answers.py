"""Read the answers that a student typed into the answer cells of the notebooks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolbox.course import Part, Question

PLACEHOLDER = "YOUR ANSWER HERE"
QUESTION = "**Question.**"  # starts the cell above an answer
# Cells of a solved notebook wrap the answer in these marks, followed by a mark scheme.
MARKS = re.compile(r"^### (BEGIN|END) SOLUTION\s*$", re.M)
SCHEME = re.compile(r"^### BEGIN MARK SCHEME.*?(^### END MARK SCHEME\s*$|\Z)", re.M | re.S)


@dataclass(frozen=True)
class Answer:
    """The answer to one question: its text, or why there is none.

    problem: a sentence for the student, empty if there is none. asked: the question as the notebook
    words it, empty if its cell was deleted.
    """

    question: Question
    text: str = ""
    problem: str = ""
    asked: str = ""


def notebook_file(root: Path, part: Part) -> Path:
    """Return the path of the part's notebook: in `notebooks/`, or at an nbgrader root."""
    at_the_root = root / f"{part.id}.ipynb"
    return at_the_root if at_the_root.is_file() else root / "notebooks" / f"{part.id}.ipynb"


def answers(root: Path, part: Part) -> dict[str, Answer]:
    """Return the answers to all questions of a part, by question id."""
    path = notebook_file(root, part)
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        problem = f"{name} is missing"
        return {q.id: Answer(q, problem=problem) for q in part.questions}
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        problem = f"{name} is damaged: it can't be read as a notebook"
        return {q.id: Answer(q, problem=problem) for q in part.questions}
    return answers_in(cells, part, name)


def answers_in(cells: list[Any], part: Part, name: str) -> dict[str, Answer]:
    """Return the answers in the cells of the part's notebook, whose path is `name`."""
    return {q.id: replace(_answer(q, cells, name), asked=_asked(q, cells)) for q in part.questions}


def _asked(question: Question, cells: list[Any]) -> str:
    """Return the text of the question in the cell above the answer."""
    above = ""
    for cell in cells:
        if _is_for(cell, question.id):
            return above.removeprefix(QUESTION).strip() if above.startswith(QUESTION) else ""
        is_text = isinstance(cell, dict) and cell.get("cell_type") == "markdown"
        above = _text(cell) if is_text else ""
    return ""


def _answer(question: Question, cells: list[Any], name: str) -> Answer:
    texts = [_text(cell) for cell in cells if _is_for(cell, question.id)]
    if not texts:
        return Answer(question, problem=f"its answer cell is no longer in {name}")
    written = [text for text in texts if text]
    if len(set(written)) > 1:
        problem = f"{name} has {len(written)} different answers to it: keep only one cell"
        return Answer(question, written[0], problem)
    if not written:
        return Answer(question, problem=f"no answer yet in {name}")
    return Answer(question, written[0])


def _is_for(cell: object, question: str) -> bool:
    """Match nbgrader's id, the source's mark, or the id of a cell that lost its metadata."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
        return False
    marks = cell.get("metadata", {})
    if marks.get("nbgrader", {}).get("grade_id") == question or marks.get("question") == question:
        return True
    return not marks.get("nbgrader") and cell.get("id") == f"question-{question}"


def _text(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    whole = "".join(source) if isinstance(source, list) else str(source)
    text = MARKS.sub("", SCHEME.sub("", whole)).strip()
    return "" if text.replace("*", "").strip().upper() == PLACEHOLDER else text
