"""Read the manifest that the course's `toolbox submit` adds to a submission."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from coursekit.collecting.findings import Notes, printable
from coursekit.collecting.senders import as_time
from coursekit.collecting.unpacked import File

MANIFEST = "manifest.json"
MOST_BYTES = 10 << 20
FEW, MOST_LETTERS = 5, 200  # of the partners that are named, and of a partner's id


@dataclass(frozen=True)
class Manifest:
    """The claims of a submission made with `toolbox submit` about itself. They are not trusted."""

    student: str = ""
    part: str = ""
    when: datetime | None = None
    partners: tuple[str, ...] = ()  # whom the student names as partner; a pair names one


def read_manifest(files: list[File], notes: Notes) -> Manifest:
    """Return a submission's manifest, if it has one. Files that differ from it are noted."""
    listing = next((file for file in files if file.name == MANIFEST), None)
    if listing is None or listing.place.stat().st_size > MOST_BYTES:
        return Manifest()
    try:
        content = json.loads(listing.place.read_bytes().decode("utf-8"))
    except (ValueError, RecursionError):
        notes.look.append(f"{MANIFEST} cannot be read")
        return Manifest()
    if not isinstance(content, dict):
        return Manifest()
    changed = _changed(files, listing.path.parent, content.get("files"))
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        notes.look.append(f"differs from its manifest: {', '.join(changed[:3])}{more}")
    said = [content.get(key) for key in ("student", "student_id", "id")]
    named = [value.get("id") if isinstance(value, dict) else value for value in said]
    student = next((str(v) for v in named if isinstance(v, (str, int)) and str(v)), "")
    times = (content.get(key) for key in ("time", "when", "created", "submitted_at", "packed"))
    part = content.get("part")
    part = part if isinstance(part, str) else ""
    when = next((t for value in times if (t := as_time(value))), None)
    return Manifest(student, part, when, _partners(content.get("student")))


def _partners(student: object) -> tuple[str, ...]:
    """Return the partners that a student names, as a list if somebody wrote several by hand."""
    said = student.get("partner") if isinstance(student, dict) else None
    each = said if isinstance(said, list) else [said]
    return tuple(str(name)[:MOST_LETTERS] for name in each[:FEW] if isinstance(name, str) and name)


def _changed(files: list[File], top: PurePosixPath, listed: object) -> list[str]:
    """Return the files that are missing or whose SHA-256 differs from the manifest."""
    if isinstance(listed, list):
        rows = [row for row in listed if isinstance(row, dict)]
        listed = {str(row.get("path", row.get("name"))): row.get("sha256") for row in rows}
    if not isinstance(listed, dict):
        return []
    there = {file.path: file for file in files}
    changed = []
    for name, facts in listed.items():
        wanted = facts.get("sha256") if isinstance(facts, dict) else facts
        file = there.get(top / str(name))
        if not isinstance(wanted, str):
            continue
        if file is None or _digest(file) != wanted.removeprefix("sha256:").lower():
            changed.append(printable(name))
    return changed


def _digest(file: File) -> str:
    with file.place.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
