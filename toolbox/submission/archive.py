"""Write the submission: one zip with a manifest of hashes, complete or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from data_scripts.whole_files import write_whole
from toolbox import course as courses
from toolbox.course import Part
from toolbox.disk_errors import no_space
from toolbox.report import BuiltReport, build
from toolbox.report.student import Student, load
from toolbox.submission.contents import MEGA, PackedFile, contents
from toolbox.submission.progress import Standing

MANIFEST = "manifest.json"
FORMAT = 1
# Zip entries have times; a fixed one makes equal work give equal files.
MADE = (2000, 1, 1, 0, 0, 0)


class HandInError(Exception):
    """Nothing was written or lost; the message says why and what to do."""


@dataclass
class Packed:
    """The file to hand in, and a sentence about each thing that is missing from it."""

    path: Path
    files: dict[str, dict[str, Any]]
    missing: list[str] = field(default_factory=list)

    @property
    def megabytes(self) -> float:
        return self.path.stat().st_size / MEGA


def pack(root: Path, part: Part, standing: Standing, to: Path) -> Packed:
    """Build the part's report and write `ID_PART.zip` into the folder `to`.

    The zip has the layout that nbgrader expects, plus `manifest.json`. An incomplete submission can
    still be handed in: the manifest lists what is missing. Raises `HandInError` if there is nothing
    to hand in, or no space for the file.
    """
    course, student = courses.load(root), load(root)
    entries, missing = contents(root, course, part)
    if not any(entry.name.endswith((".ipynb", ".py")) for entry in entries):
        raise HandInError(f"Nothing to hand in for {part.id}: {' '.join(missing)}")
    try:
        report = build(root, part=part.id, into=root / "report" / part.id)
        files = _read([*entries, *_report_files(report)])
        missing = list(dict.fromkeys([*missing, *standing.left, *report.missing, *report.edited]))
        manifest = _manifest(course.id, part, student, standing, files, missing)
        content = _zipped({MANIFEST: manifest, **files})
        path = to / f"{student.file_name}_{part.id}.zip"
        write_whole(path, content)
    except OSError as problem:
        raise HandInError(no_space(problem, to)) from problem
    return Packed(path, json.loads(manifest)["files"], missing)


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
        "student": asdict(student),
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
