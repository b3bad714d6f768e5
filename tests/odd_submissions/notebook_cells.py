"""Notebooks with irregular cells, metadata or outputs, and notebooks of other programs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import nbformat

from tests.collecting.colab import saved_by_colab
from tests.collecting.course import ANSWERS
from tests.odd_submissions.case import (
    HONEST,
    NOTEBOOK,
    Case,
    Files,
    Verdict,
    both,
    flagged,
    notebook,
    waits,
)

REBUILT = "rebuilt from the release"
CHECK, ANSWER = "scaler-StreamingScaler", "why_streaming"
OTHERS = len(ANSWERS) - 1  # answers that remain if one is lost
Cell = dict[str, Any]


def _is(cell: Cell, name: str) -> bool:
    marks = cell["metadata"].get("nbgrader")
    return isinstance(marks, dict) and marks.get("grade_id") == name


def _cell(name: str, change: Callable[[Cell], object]) -> Callable[[Files], None]:
    return notebook(lambda nb: [change(cell) for cell in nb["cells"] if _is(cell, name)])


def _marks(**facts: Any) -> Callable[[Any], None]:
    def change(nb: Any) -> None:
        for cell in nb["cells"]:
            if "nbgrader" in cell["metadata"]:
                cell["metadata"]["nbgrader"].update(facts)

    return change


def _each(change: Callable[[Cell], object]) -> Callable[[Files], None]:
    return notebook(lambda nb: [change(cell) for cell in nb["cells"]])


def _code(text: str | list[str], **facts: Any) -> Cell:
    return {
        **{"cell_type": "code", "source": text, "metadata": {}, "outputs": []},
        **{"execution_count": None, "id": "mine"},
        **facts,
    }


def _with(*cells: Cell) -> Callable[[Files], None]:
    """Insert additional cells of the student."""
    return notebook(lambda nb: nb["cells"].__setitem__(slice(2, 2), cells))


def _runs(text: str, verdict: Verdict = HONEST) -> Case:
    return Case(_with(_code(text)), None, verdict)


def _shows(*outputs: Any, **facts: Any) -> Case:
    return both(_with(_code("1", outputs=list(outputs), **facts)), HONEST)


def _without(name: str) -> Callable[[Files], None]:
    return notebook(lambda nb: nb.update(cells=[c for c in nb["cells"] if not _is(c, name)]))


def _twice(name: str) -> Callable[[Any], None]:
    def change(nb: Any) -> None:
        place = next(n for n, cell in enumerate(nb["cells"]) if _is(cell, name))
        nb["cells"].insert(place, json.loads(json.dumps(nb["cells"][place])) | {"id": "again"})

    return change


def _split(nb: Any) -> None:
    _twice(ANSWER)(nb)
    first, second = (cell for cell in nb["cells"] if _is(cell, ANSWER))
    second["source"] = "And a second reason."
    assert first["source"] != second["source"]


def _nameless(cell: Cell) -> None:
    cell["metadata"].pop("nbgrader", None)


def _bare(cell: Cell) -> None:
    cell["metadata"] = {}
    cell.pop("id", None)


def _shuffled(nb: Any) -> None:
    random.Random(1).shuffle(nb["cells"])


def _reversed(nb: Any) -> None:
    nb["cells"].reverse()


def _only_answers(nb: Any) -> None:
    nb["cells"] = [c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]


def _swapped_ids(nb: Any) -> None:
    one, other = (c for c in nb["cells"] if _is(c, CHECK) or _is(c, "image_loader-ImageLoader"))
    one["id"], other["id"] = other["id"], one["id"]


def _same_ids(nb: Any) -> None:
    for cell in nb["cells"]:
        cell["id"] = "same"


def _colab(**facts: Any) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        nb = nbformat.from_dict(json.loads(files[NOTEBOOK]))
        files[NOTEBOOK] = json.dumps(saved_by_colab(nb, **facts)).encode()

    return change


def _metadata(**facts: Any) -> Case:
    return both(notebook(lambda nb: nb["metadata"].update(facts)), HONEST)


def _tagged(*tags: str) -> Callable[[Files], None]:
    return _each(lambda cell: cell["metadata"].update(tags=list(tags)))


def _vscode(nb: Any) -> None:
    for cell in nb["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
    del nb["metadata"]["kernelspec"]
    nb["metadata"]["language_info"] = {"name": "python", "nbconvert_exporter": "python"}


def _kaggle(nb: Any) -> None:
    nb["metadata"]["kaggle"] = {"accelerator": "gpu", "dataSources": [], "isGpuEnabled": True}
    for cell in nb["cells"]:
        cell["metadata"]["papermill"] = {"duration": 0.1, "exception": False, "status": "ok"}
        cell["metadata"]["execution"] = {"iopub.execute_input": "2027-01-01T00:00:00Z"}


def _nested(depth: int) -> Any:
    found: Any = 1
    for _ in range(depth):
        found = {"x": found}
    return found


def _stream(text: Any, name: Any = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def _display(**data: Any) -> dict[str, Any]:
    data = {kind.replace("_", "/"): value for kind, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


SYNTAX = "def f(:\n    pass"
CASES = {
    # Metadata
    "nbgrader_names_lost": Case(_each(_nameless), HONEST, flagged(REBUILT)),
    "ids_lost": both(_each(lambda cell: cell.pop("id")), HONEST),
    "all_names_lost": Case(
        _each(_bare), flagged("was outside its cell"), flagged("was outside its cell")
    ),
    "answers_renamed": Case(
        _cell(ANSWER, lambda c: c["metadata"]["nbgrader"].update(grade_id="renamed")),
        HONEST,
        flagged(REBUILT),
    ),
    "check_renamed": Case(
        _cell(CHECK, lambda c: c["metadata"]["nbgrader"].update(grade_id="renamed")),
        HONEST,
        flagged(REBUILT),
    ),
    "points_raised": both(notebook(_marks(points=1000)), HONEST),
    "points_as_text": both(notebook(_marks(points="many")), HONEST),
    "cells_unlocked": both(notebook(_marks(locked=False)), HONEST),
    "old_schema": both(notebook(_marks(schema_version=1)), HONEST),
    "schema_as_text": both(notebook(_marks(schema_version="3")), HONEST),
    "marks_as_list": Case(
        _cell(ANSWER, lambda c: c["metadata"].update(nbgrader=[1])), HONEST, flagged(REBUILT)
    ),
    "metadata_null": Case(
        _cell(ANSWER, lambda c: c.update(metadata=None)), HONEST, flagged(REBUILT)
    ),
    "ids_all_the_same": both(notebook(_same_ids), HONEST),
    "ids_swapped": both(notebook(_swapped_ids), HONEST),
    "ids_that_break_the_format": Case(
        _each(lambda cell: cell.update(id="<b>" + cell["id"])), HONEST, flagged(REBUILT)
    ),
    "without_kernel": both(notebook(lambda nb: nb["metadata"].pop("kernelspec")), HONEST),
    "kernel_of_another_language": _metadata(
        kernelspec={"name": "ir", "display_name": "R", "language": "R"}
    ),
    "language_of_another_kind": Case(
        notebook(lambda nb: nb["metadata"].update(language_info=[1, 2])), HONEST, flagged(REBUILT)
    ),
    "title_with_a_script": _metadata(title="</title><script>x</script>"),
    "tags_that_skip": both(_tagged("skip-execution", "remove-cell", "raises-exception"), HONEST),
    "tags_as_text": Case(
        _each(lambda cell: cell["metadata"].update(tags="x")), HONEST, flagged(REBUILT)
    ),
    # Cells
    "check_deleted": both(_without(CHECK), HONEST),
    "check_doubled": Case(notebook(_twice(CHECK)), HONEST, flagged(REBUILT)),
    "check_edited": both(_cell(CHECK, lambda c: c.update(source="print('full marks')")), HONEST),
    "check_as_text": both(_cell(CHECK, lambda c: c.update(cell_type="markdown")), HONEST),
    "answer_deleted": both(_without(ANSWER), flagged(f"{ANSWER} has no answer", answered=OTHERS)),
    "answer_doubled": Case(notebook(_twice(ANSWER)), HONEST, flagged(REBUILT)),
    "answer_split": both(notebook(_split), flagged(f"{ANSWER} has 2 answers")),
    "answer_as_code": both(_cell(ANSWER, lambda c: c.update(cell_type="code")), HONEST),
    "answer_without_text": Case(
        _cell(ANSWER, lambda c: c.pop("source")),
        flagged("could not be read", answered=OTHERS),
        flagged(REBUILT, answered=OTHERS),
    ),
    "cells_shuffled": Case(notebook(_shuffled), HONEST, HONEST),
    "cells_reversed": Case(notebook(_reversed), HONEST, HONEST),
    "only_answers": Case(notebook(_only_answers), HONEST, flagged(REBUILT)),
    "no_cell_at_all": both(notebook(lambda nb: nb.update(cells=[])), waits("has no cells of")),
    "cell_of_another_part": Case(
        _with(
            _code(
                "checks.grade('losses.mse')",
                metadata={
                    "nbgrader": {
                        "grade": True,
                        "grade_id": "losses-mse",
                        "points": 9,
                        "locked": True,
                        "solution": False,
                        "schema_version": 3,
                    }
                },
            )
        ),
        HONEST,
        flagged(REBUILT),
    ),
    "cells_that_are_numbers": both(
        notebook(lambda nb: nb["cells"].insert(3, 7)), flagged("could not be read")
    ),
    "cell_of_unknown_kind": Case(
        _with(_code("x", cell_type="heading", level=1)), HONEST, flagged(REBUILT)
    ),
    "fifty_own_cells": both(_with(*[_code(f"x = {n}", id=f"m{n}") for n in range(50)]), HONEST),
    "2500_own_cells": both(
        _with(*[_code("x", id=f"m{n}") for n in range(2500)]), waits("more than 2,000")
    ),
    "long_answer": both(
        _cell(ANSWER, lambda c: c.update(source=c["source"] + " x" * 300_000)), HONEST
    ),
    "answer_with_odd_letters": both(
        _cell(ANSWER, lambda c: c.update(source=c["source"] + " \ud83d \0 \x1b[2J \u202e")), HONEST
    ),
    # Outputs
    "output_with_half_a_letter": _shows(_stream("caf\udce9")),
    "output_nested_600_deep": _shows(_display(application_json=_nested(600))),
    "output_of_wrong_type": Case(
        _with(_code("1", outputs=[7, "x", {"output_type": "stream"}, _stream(7), _stream([], 3)])),
        HONEST,
        flagged(REBUILT),
    ),
    "outputs_as_dictionary": Case(_with(_code("1", outputs={"a": 1})), HONEST, flagged(REBUILT)),
    "outputs_missing": both(_each(lambda cell: cell.pop("outputs", None)), HONEST),
    "output_of_megabytes": _shows(_stream("x" * 4_000_000)),
    "count_below_zero": _shows(execution_count=-1),
    "count_as_text": _shows(execution_count="7"),
    "count_too_large": _shows(execution_count=10**30),
    "output_with_a_script": _shows(_display(text_html="<script>x</script>")),
    # Effects of the student's additional cells
    "cell_fails": _runs("1 / 0"),
    "cell_is_no_python": _runs(SYNTAX),
    "cell_installs": _runs("!pip install none-such-package"),
    "cell_asks": _runs("input('Name? ')"),
    "cell_exits": _runs("exit()"),
    "cell_warns": _runs("import warnings; warnings.warn('careful')"),
    "cell_of_another_language": _runs("%%javascript\nalert(1)"),
    "cell_with_unknown_magic": _runs("%none_such"),
    "cell_prints_a_page": _runs("print('x' * 1_000_000)"),
    "cell_defines_checks": _runs("checks = None"),
    # Other programs
    "colab": both(_colab(keeps_ids=True), HONEST),
    "colab_without_ids": both(_colab(), HONEST),
    "colab_copied_by_hand": both(_colab(keeps_nbgrader=False), flagged("was outside its cell")),
    "vs_code": both(notebook(_vscode), HONEST),
    "kaggle": both(notebook(_kaggle), HONEST),
    "widgets": _metadata(widgets={"application/vnd.jupyter.widget-state+json": {"state": 7}}),
}
