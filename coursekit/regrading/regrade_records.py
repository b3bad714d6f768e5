"""The records of the regrades of a part: `regrades/PART/NUMBER/` in the nbgrader course.

begun.json     the reason, the time, and all grades before; written before anything changes
autograded/    the graded notebooks before
report.json    what changed, and all grades after; written when the regrade is complete
report.csv     the same for a spreadsheet
report.html    the same as a page
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from coursekit.errors import CourseProblem
from data_scripts.whole_files import replace_folder, write_whole

JOURNALS = (".jsonl", ".feedback.json")


class RegradeError(CourseProblem):
    """A regrade cannot begin or be undone; the message says why and what to do."""


@dataclass(frozen=True)
class RegradeRecord:
    """One regrade of a part."""

    folder: Path

    @property
    def begun(self) -> dict[str, Any]:
        return _read(self.folder / "begun.json")

    @property
    def report(self) -> dict[str, Any]:
        """The finished report. Empty if the regrade was interrupted."""
        return _read(self.folder / "report.json")

    @property
    def open(self) -> bool:
        return not self.report

    def finish(self, report: dict[str, Any], title: str) -> None:
        """Write the report in all forms; the last one marks the regrade as complete."""
        write_whole(self.folder / "report.csv", as_csv(report).encode())
        write_whole(self.folder / "report.html", as_page(report, title).encode())
        write_whole(self.folder / "report.json", _text(report))

    def mark_undone(self, when: str) -> None:
        """Note that the regrade was undone."""
        begun = {"why": self.begun["why"], "when": self.begun["when"], "changes": []}
        report = {**begun, **self.report, "undone": when}
        write_whole(self.folder / "report.json", _text(report))


def records(course_folder: Path, part: str) -> list[RegradeRecord]:
    """Return the regrades of a part, the oldest first."""
    place = course_folder / "regrades" / part
    return [RegradeRecord(path.parent) for path in sorted(place.glob("*/begun.json"))]


def begin(course_folder: Path, part: str, facts: dict[str, Any]) -> RegradeRecord:
    """Save everything that a regrade may change, before it starts."""
    place = course_folder / "regrades" / part
    number = len(records(course_folder, part)) + 1
    shop = place / ".making"
    shutil.rmtree(shop, ignore_errors=True)
    shop.mkdir(parents=True)
    for path in sorted((course_folder / "autograded").glob(f"*/{part}/{part}.ipynb")):
        target = shop / "autograded" / path.parts[-3] / path.name
        target.parent.mkdir(parents=True)
        shutil.copyfile(path, target)
    for ending in JOURNALS:
        journal = course_folder / ".grading" / f"{part}{ending}"
        if journal.is_file():
            shutil.copyfile(journal, shop / f"journal{ending}")
    write_whole(shop / "begun.json", _text(facts))
    folder = place / f"{number:03d}"
    replace_folder(shop, folder)
    return RegradeRecord(folder)


def put_back_notebooks(course_folder: Path, part: str, record: RegradeRecord) -> None:
    """Put the graded notebooks and the journals from before a regrade back."""
    for path in sorted((record.folder / "autograded").glob(f"*/{part}.ipynb")):
        target = course_folder / "autograded" / path.parent.name / part / path.name
        write_whole(target, path.read_bytes())
    for ending in JOURNALS:
        journal = record.folder / f"journal{ending}"
        target = course_folder / ".grading" / f"{part}{ending}"
        if journal.is_file():
            write_whole(target, journal.read_bytes())
        else:
            target.unlink(missing_ok=True)


def as_csv(report: dict[str, Any]) -> str:
    """Return the changes as CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["student", "item", "old", "new", "why"])
    for row in report["changes"]:
        shown = [_shown(row["old"]), _shown(row["new"])]
        writer.writerow([row["student"], row["item"], *shown, report["why"]])
    return out.getvalue()


def as_page(report: dict[str, Any], title: str) -> str:
    """Return the changes as a page."""
    surroundings = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    surroundings.filters["points"] = _shown
    template = (files("coursekit") / "templates" / "regrade.html").read_text(encoding="utf-8")
    students = len({row["student"] for row in report["changes"]})
    page = surroundings.from_string(template)
    return page.render(report=report, title=title, students=students)


def _shown(points: float | None) -> str:
    return "not graded" if points is None else f"{points:g}"


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def _text(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
