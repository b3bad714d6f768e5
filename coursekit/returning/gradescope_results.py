"""Grades for Gradescope: an autograder that runs nothing and shows each student the stored result.

Gradescope imports no scores. It runs an autograder on each submission, and this one looks up the
student of the submission in `submission_metadata.json` and writes the result that belongs to them.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from coursekit.returning.feedback_archive import FIXED
from coursekit.roster.class_file import Person

SETUP = """#!/usr/bin/env bash
command -v python3 > /dev/null || { apt-get update && apt-get install -y python3; }
"""


@dataclass(frozen=True)
class ShownItem:
    """An item as Gradescope lists it."""

    name: str
    score: float | None  # None: not read yet
    maximum: float
    text: str


@dataclass
class ShownResult:
    """What a student sees in Gradescope."""

    total: float
    maximum: float
    text: str
    items: list[ShownItem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the result in the form of Gradescope's `results.json`."""
        tests = [
            {
                "name": item.name if item.score is not None else f"{item.name} (not read yet)",
                **({} if item.score is None else {"score": round(item.score, 2)}),
                **({} if item.score is None else {"max_score": item.maximum}),
                "output": item.text,
                "output_format": "text",
                "visibility": "visible",
            }
            for item in self.items
        ]
        return {
            "score": round(self.total, 2),
            "output": self.text,
            "output_format": "text",
            "visibility": "visible",
            "tests": tests,
        }


def autograder(results: dict[str, ShownResult], people: Iterable[Person]) -> bytes:
    """Return the zip to upload as the autograder of an assignment."""
    keys: dict[str, str] = {}
    for person in people:
        if person.id in results:
            for kind, value in (("email", person.email), ("sid", person.sis_id or person.id)):
                if value:
                    keys[f"{kind}:{value.strip().casefold()}"] = person.id
    stored = {student: result.as_json() for student, result in sorted(results.items())}
    script = (files("coursekit") / "templates" / "gradescope_run.txt").read_text(encoding="utf-8")
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text, mode in (
            ("setup.sh", SETUP, 0o755),
            ("run_autograder", script, 0o755),
            ("grades.json", json.dumps({"keys": keys, "results": stored}, indent=1), 0o644),
        ):
            info = zipfile.ZipInfo(name, FIXED)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, text)
    return memory.getvalue()


def reachable(people: Iterable[Person]) -> set[str]:
    """Return the students whom the autograder can recognize by mail address or number."""
    return {person.id for person in people if person.email or person.sis_id}
