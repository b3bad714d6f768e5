"""Find check cells that a student deleted from a notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from toolbox.course import Part
from toolbox.report.written_answers import notebook_file


def lost_checks(root: Path, part: Part) -> list[str]:
    """Return a sentence for each check that the part's notebook no longer contains.

    A notebook that is missing or damaged is reported elsewhere.
    """
    path = notebook_file(root, part)
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [_source(cell) for cell in cells if cell.get("cell_type") == "code"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    checks = [f'checks.grade("{task.function}")' for task in part.tasks]
    checks += [f'checks.grade_trained("{trained.run}")' for trained in part.trained]
    name = path.relative_to(root).as_posix()
    return [
        f"The cell {check} is no longer in {name}: add a code cell with this line."
        for check in checks
        if not any(check in source.replace("'", '"') for source in code)
    ]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)
