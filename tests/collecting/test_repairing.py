"""A notebook with any kind of damage comes back with its answers, ready to grade."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from coursekit.collecting.summary import COLLECTED, LOOK
from tests.collecting.colab import SECOND_NAME, saved_by_colab
from tests.collecting.course import (
    ANSWERS,
    PART,
    answered,
    answers,
    as_bytes,
    assert_ready,
    packed,
    put,
    release_notebook,
    run,
    submitted,
    work,
)


def collected(course: Path, tmp_path: Path, notebook: NotebookNode | bytes) -> tuple[str, str]:
    """Submit `notebook` as jane. Return the outcome and all notes about it."""
    content = notebook if isinstance(notebook, bytes) else as_bytes(notebook)
    files = work(course) | {f"notebooks/{PART}.ipynb": content}
    (row,) = run(course, put(tmp_path / "jane.zip", packed(files))).rows
    assert row.student == "jane"
    assert_ready(course, "jane")
    return row.status, "\n".join(row.says)


def at(notebook: NotebookNode, name: str) -> int:
    """Return the place of the cell that nbgrader calls `name`."""
    names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in notebook.cells]
    return names.index(name)


def test_an_ordinary_submission_needs_no_attention(course: Path, tmp_path: Path) -> None:
    assert collected(course, tmp_path, answered(course)) == (COLLECTED, "")
    assert answers(submitted(course, "jane")) == ANSWERS
    notebook, release = submitted(course, "jane"), release_notebook(course)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in release.cells]


@pytest.mark.parametrize("keeps_ids", [True, False])
@pytest.mark.parametrize("keeps_nbgrader", [True, False])
def test_a_round_through_colab_loses_no_answer(
    course: Path, tmp_path: Path, keeps_ids: bool, keeps_nbgrader: bool
) -> None:
    notebook = saved_by_colab(answered(course), keeps_ids=keeps_ids, keeps_nbgrader=keeps_nbgrader)
    status, said = collected(course, tmp_path, notebook)
    assert answers(submitted(course, "jane")) == ANSWERS
    # If all ids are lost, answers are found by their place, and a person should look at them.
    nameless = not keeps_ids and not keeps_nbgrader
    assert status == (LOOK if nameless else COLLECTED)
    assert said.count("was outside its cell") == (len(ANSWERS) if nameless else 0)


def test_colabs_own_metadata_and_outputs_stay_behind(course: Path, tmp_path: Path) -> None:
    collected(course, tmp_path, saved_by_colab(answered(course), output="x" * 3_000_000))
    path = course / "submitted" / "jane" / PART / f"{PART}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert len(text) < 100_000
    assert "executionInfo" not in text
    kept = next((course / "collected" / "jane" / PART).glob("*/original.ipynb"))
    assert "executionInfo" in kept.read_text(encoding="utf-8")


def test_a_colab_download_alone(course: Path, tmp_path: Path) -> None:
    content = as_bytes(saved_by_colab(answered(course)))
    (row,) = run(course, put(tmp_path / SECOND_NAME, content), student="jane").rows
    assert row.status == LOOK  # its modules stayed in Colab
    assert "not submitted: student_code/" in "\n".join(row.look)
    assert answers(submitted(course, "jane")) == ANSWERS


TASK, ANSWER = "scaler-StreamingScaler", "why_streaming"


def _deleted(notebook: NotebookNode) -> None:
    del notebook.cells[at(notebook, TASK)]


def _doubled(notebook: NotebookNode) -> None:
    place = at(notebook, TASK)
    notebook.cells.insert(place, notebook.cells[place])


def _edited(notebook: NotebookNode) -> None:
    notebook.cells[at(notebook, TASK)].source += "\nprint('14 points')"


def _retyped(notebook: NotebookNode) -> None:
    place = at(notebook, TASK)
    notebook.cells[place] = new_code_cell('checks.grade( "scaler.StreamingScaler" )')


def _merged(notebook: NotebookNode) -> None:
    place = at(notebook, TASK)
    task = notebook.cells.pop(place)
    notebook.cells[place - 1].source += f"\n{task.source}\nmine = 1"


def _swapped(notebook: NotebookNode) -> None:
    one, other = at(notebook, TASK), at(notebook, "image_loader-ImageLoader")
    cells = notebook.cells
    cells[one].metadata, cells[other].metadata = cells[other].metadata, cells[one].metadata


def _moved(notebook: NotebookNode) -> None:
    notebook.cells.append(notebook.cells.pop(at(notebook, TASK)))


def _no_setup(notebook: NotebookNode) -> None:
    del notebook.cells[1]


def _more_points(notebook: NotebookNode) -> None:
    notebook.cells[at(notebook, TASK)].metadata.nbgrader.points = 1000


def _as_text(notebook: NotebookNode) -> None:
    place = at(notebook, TASK)
    notebook.cells[place] = new_markdown_cell(
        notebook.cells[place].source, metadata=notebook.cells[place].metadata
    )


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_deleted, f"{TASK} was missing: restored"),
        (_doubled, f"{TASK} occurred 2 times: kept once"),
        (_edited, f"{TASK} was changed: restored"),
        (_retyped, f"{TASK} was changed: restored"),
        (_merged, f"{TASK} was merged into another cell"),
        (_swapped, f"{TASK} was changed: restored"),
        (_moved, "order of the release restored"),
        (_no_setup, "the cell setup was missing: restored"),
        (_more_points, ""),
        (_as_text, ""),
    ],
)
def test_graded_cells_are_restored(
    course: Path, tmp_path: Path, damage: Callable[[NotebookNode], None], said: str
) -> None:
    notebook = answered(course)
    damage(notebook)
    status, words = collected(course, tmp_path, notebook)
    assert status == COLLECTED
    assert said in words
    assert answers(submitted(course, "jane")) == ANSWERS


def test_text_beside_a_graded_line_becomes_a_separate_cell(course: Path, tmp_path: Path) -> None:
    notebook = answered(course)
    _edited(notebook)
    notebook.cells.insert(0, new_code_cell("from google.colab import drive"))
    collected(course, tmp_path, notebook)
    cells = submitted(course, "jane").cells
    assert cells[0].source == "from google.colab import drive"
    place = next(n for n, cell in enumerate(cells) if cell.source == "print('14 points')")
    assert cells[place - 1].metadata.nbgrader.grade_id == TASK


def _answer_below(notebook: NotebookNode) -> None:
    place = at(notebook, ANSWER)
    notebook.cells[place].source = "YOUR ANSWER HERE"
    notebook.cells.insert(place + 2, new_markdown_cell(ANSWERS[ANSWER]))  # below the marks


def _answer_in_question(notebook: NotebookNode) -> None:
    place = at(notebook, ANSWER)
    notebook.cells[place].source = "YOUR ANSWER HERE"
    notebook.cells[place - 1].source += f"\n\n{ANSWERS[ANSWER]}"


def _answer_merged_up(notebook: NotebookNode) -> None:
    place = at(notebook, ANSWER)
    notebook.cells.pop(place)
    notebook.cells[place - 1].source += f"\n\n{ANSWERS[ANSWER]}"


def _answer_retyped(notebook: NotebookNode) -> None:
    place = at(notebook, ANSWER)
    notebook.cells[place] = new_markdown_cell(ANSWERS[ANSWER])


def _answer_as_code(notebook: NotebookNode) -> None:
    place = at(notebook, ANSWER)
    marks = notebook.cells[place].metadata
    notebook.cells[place] = new_code_cell(ANSWERS[ANSWER], metadata=marks)


@pytest.mark.parametrize(
    "damage",
    [_answer_below, _answer_in_question, _answer_merged_up, _answer_retyped, _answer_as_code],
)
def test_answers_are_found_where_students_write_them(
    course: Path, tmp_path: Path, damage: Callable[[NotebookNode], None]
) -> None:
    notebook = answered(course)
    damage(notebook)
    collected(course, tmp_path, notebook)
    assert answers(submitted(course, "jane")) == ANSWERS


def test_a_split_answer_is_whole_again(course: Path, tmp_path: Path) -> None:
    notebook = answered(course)
    place = at(notebook, ANSWER)
    second = new_markdown_cell("And a second reason.", metadata=notebook.cells[place].metadata)
    notebook.cells.insert(place + 1, second)
    status, said = collected(course, tmp_path, notebook)
    assert (status, "2 answers: all kept" in said) == (LOOK, True)
    whole = answers(submitted(course, "jane"))[ANSWER]
    assert whole == f"{ANSWERS[ANSWER]}\n\nAnd a second reason."


def test_a_deleted_answer_is_reported_and_never_invented(course: Path, tmp_path: Path) -> None:
    notebook = answered(course)
    del notebook.cells[at(notebook, ANSWER)]
    status, said = collected(course, tmp_path, notebook)
    assert (status, f"{ANSWER} has no answer" in said) == (LOOK, True)
    assert answers(submitted(course, "jane"))[ANSWER] == "YOUR ANSWER HERE"


def test_pictures_in_answers_stay(course: Path, tmp_path: Path) -> None:
    notebook = answered(course)
    picture = {"sketch.png": {"image/png": "iVBORw0KGgo="}}
    notebook.cells[at(notebook, ANSWER)]["attachments"] = picture
    collected(course, tmp_path, notebook)
    cells = submitted(course, "jane").cells
    assert [c.attachments for c in cells if "attachments" in c] == [picture]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_notebook_in_another_encoding_keeps_its_answers(
    course: Path, tmp_path: Path, encoding: str
) -> None:
    status, said = collected(course, tmp_path, nbformat.writes(answered(course)).encode(encoding))
    assert answers(submitted(course, "jane")) == ANSWERS
    saved_as = (
        "" if encoding == "utf-8-sig" else f"the notebook was saved as {encoding[:6].upper()}"
    )
    assert (status, said) == (COLLECTED, saved_as)


@pytest.mark.parametrize("version", [3, 5])
def test_a_notebook_of_another_format_keeps_its_answers(
    course: Path, tmp_path: Path, version: int
) -> None:
    content = json.loads(nbformat.writes(answered(course))) | {"nbformat": version}
    if version == 3:
        content["worksheets"] = [{"cells": content.pop("cells")}]
    collected(course, tmp_path, json.dumps(content).encode())
    assert answers(submitted(course, "jane")) == ANSWERS


def conflicting(course: Path, ours: str, theirs: str, base: str = "") -> bytes:
    """Return a notebook that git could not merge after two people changed one answer."""
    line = f'"{ANSWERS[ANSWER]}"'
    text = nbformat.writes(answered(course))
    assert text.count(f"    {line}\n") == 1
    sides = [f"<<<<<<< HEAD\n    {ours}\n"]
    sides += [f"||||||| 1a2b3c\n    {base}\n"] if base else []
    sides += [f"=======\n    {theirs}\n>>>>>>> jane/part1\n"]
    return text.replace(f"    {line}\n", "".join(sides)).encode()


@pytest.mark.parametrize("base", ["", '"The text before the change."'])
def test_both_versions_of_a_git_conflict_are_kept(course: Path, tmp_path: Path, base: str) -> None:
    content = conflicting(course, '"My version."', '"Her version."', base)
    status, said = collected(course, tmp_path, content)
    assert status == LOOK
    assert "the notebook contains git conflict markers: both versions were kept" in said
    assert f"{ANSWER} has 2 answers" in said
    expected = ANSWERS | {ANSWER: "My version.\n\nHer version."}
    assert answers(submitted(course, "jane")) == expected


def test_one_version_of_a_git_conflict_is_better_than_none(course: Path, tmp_path: Path) -> None:
    content = conflicting(course, '"My version."', '"Her version')
    status, said = collected(course, tmp_path, content)
    assert status == LOOK
    assert "git conflict markers: one version is damaged" in said
    assert answers(submitted(course, "jane")) == ANSWERS | {ANSWER: "My version."}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><title>Sign in</title>", "it is a web page, not a notebook"),
        (b'{"cells": [{"cell_type": "code", "sou', "it is damaged or truncated"),
        (b'{"cells": ' + b"[" * 100_000, "it is nested too deeply"),
        (b'{"cells": 7}', "it has no cells"),
        (b"[1, 2]", "it is JSON, but not a notebook"),
        (b"<<<<<<< HEAD\n{\n=======\n[\n>>>>>>> theirs\n", "it is damaged or truncated"),
        (b"PK\x03\x04....", "it is a zip archive with the name of a notebook"),
    ],
)
def test_modules_are_graded_even_if_the_notebook_is_unreadable(
    course: Path, tmp_path: Path, content: bytes, reason: str
) -> None:
    status, said = collected(course, tmp_path, content)
    assert status == LOOK
    assert reason in said
    assert "the release notebook is used" in said
    assert "read the written answers in original.ipynb" in said
    for answer in answers(submitted(course, "jane")).values():
        assert "Your notebook could not be read" in answer
        assert reason in answer
    alone = put(tmp_path / "bob" / f"{PART}.ipynb", content)
    (row,) = run(course, alone.parent).rows
    assert (row.status, reason in row.reason) == ("refused", True)
    assert not (course / "submitted" / "bob").exists()
