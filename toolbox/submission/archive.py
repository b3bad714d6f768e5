"""Write the submission: one zip with a manifest of hashes, complete or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_scripts.whole_files import write_whole
from toolbox import course as courses
from toolbox.course import Part
from toolbox.disk_errors import no_space
from toolbox.report import BuiltReport, build
from toolbox.report.content import ANSWER
from toolbox.report.student import Student, load
from toolbox.submission.contents import MEGA, PackedFile, contents
from toolbox.submission.progress import Standing

MANIFEST = "manifest.json"
FORMAT = 1
NO_ID = (
    "Your student id is unknown, and grades are recorded under it. Give it once: "
    'python -m toolbox submit {part} --name "Your Name" --id YOUR_ID'
)
# Zip entries have times; a fixed one makes equal work give equal files.
MADE = (2000, 1, 1, 0, 0, 0)


class HandInError(Exception):
    """Nothing was written or lost; the message says why and what to do."""


@dataclass
class Packed:
    """The file to hand in, and sentences about what is missing from it, by kind."""

    path: Path
    files: dict[str, dict[str, Any]]
    groups: dict[str, list[str]] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        return [line for lines in self.groups.values() for line in lines]

    @property
    def megabytes(self) -> float:
        return self.path.stat().st_size / MEGA


def pack(root: Path, part: Part, standing: Standing, to: Path) -> Packed:
    """Build the part's report and write `ID_PART.zip` into the folder `to`.

    The zip has the layout that nbgrader expects, plus `manifest.json`. An incomplete submission can
    still be handed in: the manifest lists what is missing. Raises `HandInError` if the student's id
    is unknown, if there is nothing to hand in, or if there is no space for the file.
    """
    course, student = courses.load(root), load(root)
    if not student.id:
        raise HandInError(NO_ID.format(part=part.id.partition("_")[0].removeprefix("part")))
    entries, missing = contents(root, course, part)
    if not any(entry.name.endswith((".ipynb", ".py")) for entry in entries):
        raise HandInError(f"Nothing to hand in for {part.id}: {' '.join(missing)}")
    try:
        report = build(root, part=part.id, into=root / "report" / part.id)
        files = _read([*entries, *_report_files(report)])
        groups = _groups(missing, standing, report)
        packed = Packed(to / f"{student.file_name}_{part.id}.zip", {}, groups)
        manifest = _manifest(course.id, part, student, standing, files, packed.missing)
        content = _zipped({MANIFEST: manifest, **files})
        write_whole(packed.path, content)
    except OSError as problem:
        raise HandInError(no_space(problem, to)) from problem
    packed.files = json.loads(manifest)["files"]
    return packed


def _groups(files: list[str], standing: Standing, report: BuiltReport) -> dict[str, list[str]]:
    """Group what is missing, and say it once: the report repeats answers, the files networks."""
    groups = {
        "Files and networks": files,
        "Functions": [*standing.broken, *standing.functions],
        "Answers": standing.unanswered,
        "Check cells": standing.lost,
        "Report": [line for line in report.missing if not line.startswith(ANSWER)],
        "Changed by hand": report.edited,
    }
    return {name: list(dict.fromkeys(lines)) for name, lines in groups.items() if lines}


def _report_files(report: BuiltReport) -> list[PackedFile]:
    return [PackedFile(path.name, path) for path in (report.pdf, report.html)]


def _read(entries: list[PackedFile]) -> dict[str, bytes]:
    return {entry.name: entry.path.read_bytes() for entry in entries}


def _manifest(
    course: str,
    part: Part,
    student: Student,
    standing: Standing,
    files: dict[str, bytes],
    missing: list[str],
) -> bytes:
    listed = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in sorted(files.items())
    }
    facts = {
        "format": FORMAT,
        "course": course,
        "part": part.id,
        "student": student.facts,
        "points": standing.points,
        "missing": missing,
        "files": listed,
    }
    return (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, MADE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, content)
    return buffer.getvalue()
