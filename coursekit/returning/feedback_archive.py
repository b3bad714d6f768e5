"""Pack feedback pages into one zip, with the names that a platform recognizes.

- Canvas reads the student's number and the number of the submitted file from names that begin as
  in its own download: `doejane_111_9001_feedback.html`.
- Moodle reads the participant number from a folder as in its own download:
  `Jane Doe_501_assignsubmission_file_/feedback.html`.
- Otherwise each page is named after the student's id.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.returning.platform_sheet import CANVAS, MOODLE, PlatformSheet
from coursekit.returning.row_matching import PlatformNumbers, RowMatch

FIXED = (2000, 1, 1, 0, 0, 0)  # the same pages give the same zip
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass
class Received:
    """What the collected submissions say about the students of a platform."""

    evidence: PlatformNumbers = field(default_factory=PlatformNumbers)
    begins: dict[str, dict[str, str]] = field(default_factory=dict)  # by platform and student


def received(course_folder: Path, part: str) -> Received:
    """Read the platform's numbers and names of the newest collected submission of each student."""
    numbers: dict[str, dict[str, str]] = {CANVAS: {}, MOODLE: {}}
    begins: dict[str, dict[str, str]] = {CANVAS: {}, MOODLE: {}}
    newest: dict[tuple[str, str], tuple[str, int, str]] = {}
    for path in sorted((course_folder / "collected").glob(f"*/{part}/*/collected.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        student, platform = path.parts[-4], str(facts.get("came_by", "")).casefold()
        number = str(facts.get("number", ""))
        if platform not in numbers or not number:
            continue
        numbers[platform][number] = student
        order = (str(facts["when"]), int(facts["attempt"]), str(facts["collected"]))
        if order >= newest.get((platform, student), ("", 0, "")):
            newest[platform, student] = order
            begins[platform][student] = str(facts.get("returns_to", ""))
    return Received(PlatformNumbers(numbers[CANVAS], numbers[MOODLE]), begins)


def names_for(
    platform: str,
    students: list[str],
    part: str,
    known: Received,
    sheet: PlatformSheet | None = None,
    matches: Mapping[int, RowMatch] | None = None,
) -> dict[str, str]:
    """Return the name of each student's page in the zip. Students without one are left out."""
    file = f"{part}_feedback.html".replace("_", "-")
    if platform == CANVAS:
        begins = known.begins.get(CANVAS, {})
        return {s: f"{begins[s]}{file}" for s in students if begins.get(s)}
    if platform == MOODLE:
        folders = _moodle_folders(sheet, matches or {}) | known.begins.get(MOODLE, {})
        return {s: f"{folders[s]}/{file}" for s in students if folders.get(s)}
    return {student: f"{student}.html" for student in students}


def _moodle_folders(sheet: PlatformSheet | None, matches: Mapping[int, RowMatch]) -> dict[str, str]:
    """Return the folder of each student in a grading worksheet, named as in Moodle's download."""
    found = {}
    for row in sheet.rows if sheet else []:
        match, number = matches.get(row.number), row.identity.get("participant")
        if match and match.student and number:
            name = FORBIDDEN.sub("", row.name).replace("_", " ").strip() or "Participant"
            found[match.student] = f"{name}_{number}_assignsubmission_file_"
    return found


def archive(pages: Mapping[str, Path]) -> bytes:
    """Return a zip with a page under each name."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name, path in sorted(pages.items()):
            packed.writestr(_info(name), path.read_bytes())
    return memory.getvalue()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, FIXED)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
