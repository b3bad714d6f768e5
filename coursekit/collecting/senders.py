"""Split files by student: the layouts of Canvas, Moodle and Gradescope, and plain folders.

- Canvas: `doejane_LATE_123_456_part1-2.ipynb`, all in one folder; `-2` for the second resubmission
- Moodle: `Jane Doe_1234567_assignsubmission_file/part1.ipynb`, or the same as a file name prefix
- Gradescope: `submission_123/part1.ipynb`, and `submission_metadata.yml` with students and times
- otherwise one student per folder, archive or notebook; or, if the course's own folders are at the
  top, the work of one student
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import PurePosixPath
from typing import Any

import yaml

from coursekit.collecting.findings import Notes, Refused, printable
from coursekit.collecting.identification import Claim
from coursekit.collecting.unpacked import File, stem

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>\w+?)(?:_(?P<file>.+))?")
CANVAS = re.compile(r"(?P<name>.+?)_(?:late_)?(?P<id>\d+)_(?:late_)?\d+_(?P<file>.+)", re.I)
PLATFORMS = ("Canvas", "Moodle", "Gradescope")
GRADESCOPE = "submission_metadata.yml"
MOST_METADATA = 100 << 20
# Names which show that a folder is the work of one student, not a folder of students.
OURS = {"student_code", "notebooks", "toolbox", "manifest.json", "course.json"}
COPY = re.compile(r" ?\((\d+)\)$")  # a browser's "file (1)"


@dataclass
class HandIn:
    """A student's submission at one time, with its files still packed as received."""

    label: str  # name in the report until the student is known
    claims: list[Claim]
    files: list[File]
    when: datetime | None  # None if nothing in it has a time
    came_by: str
    attempt: int = 0  # distinguishes resubmissions with the same time
    arrived: datetime = field(default_factory=lambda: datetime.now(timezone.utc))  # what held it
    unclear: str = ""  # why the student cannot be identified
    number: str = ""  # the platform's number of the student
    returns_to: str = ""  # how the name of a file must begin to return it to this student
    notes: Notes = field(default_factory=Notes)


def split(files: list[File], label: str, ours: set[str], notes: Notes) -> list[HandIn]:
    """Split the files of one archive or folder called `label` into submissions.

    `ours` are names of the course, which are never a student's. Files that belong to no student
    are noted. Raises `Refused` if the metadata of a platform cannot be read.
    """
    listing = [file for file in files if file.name == GRADESCOPE]
    if listing:
        return list(_gradescope(files, listing[0], notes))
    names = [label]
    while (top := _only_folder(files)) and top not in OURS and not MOODLE.fullmatch(top):
        names.append(top)
        files = [replace(file, path=_below(file.path, 1)) for file in files]
    tops = {file.path.parts[0] for file in files}
    if any(MOODLE.fullmatch(top) for top in tops):
        return list(_moodle(files, notes))
    named = [top for top in tops if CANVAS.fullmatch(top)]
    if len(named) > len(tops) / 2:
        return list(_canvas(files, notes))
    loose = [top for top in tops if top.endswith(".ipynb")]
    alone = len(loose) == 1 and all(f.name.endswith((".ipynb", ".py")) for f in files)
    if tops & OURS or alone:
        names += [stem(loose[0])] if alone else []
        return [_one(files, names, ours, "folder or archive")]
    return list(_folders(files, ours, notes))


def _below(path: PurePosixPath, depth: int) -> PurePosixPath:
    return PurePosixPath(*path.parts[depth:])


def _only_folder(files: list[File]) -> str:
    tops = {file.path.parts[0] for file in files}
    alone = len(tops) == 1 and all(len(file.path.parts) > 1 for file in files)
    return tops.pop() if alone else ""


def _latest(files: list[File]) -> datetime | None:
    return max((file.when for file in files if file.when), default=None)


def _one(files: list[File], names: list[str], ours: set[str], came_by: str) -> HandIn:
    """Return a submission that only the surrounding names identify, the innermost name first."""
    claims, attempt = [], 0
    for name in reversed(names):
        copy = COPY.search(name)
        attempt = max(attempt, int(copy[1][:6])) if copy else attempt
        bare = _without(COPY.sub("", name), ours)
        if bare:
            claims.append(Claim("folder", bare, sure=False))
    return HandIn(names[-1], claims, files, _latest(files), came_by, attempt)


def _without(name: str, ours: set[str]) -> str:
    """Remove words of the course: `part1_scaler_jane` is jane, `vision-course-main` nothing."""
    for word in sorted(ours, key=len, reverse=True):
        name = re.sub(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", "", name, flags=re.I)
    return name.strip(" _-.")


def _folders(files: list[File], ours: set[str], notes: Notes) -> Iterator[HandIn]:
    """Yield one submission per folder, archive or notebook."""
    for top in sorted({file.path.parts[0] for file in files}):
        mine = [file for file in files if file.path.parts[0] == top]
        single = len(mine) == 1 and len(mine[0].path.parts) == 1
        if single and not (mine[0].is_archive or top.endswith(".ipynb")):
            notes.repaired.append(f"belongs to no student: {printable(top)}")
            continue
        hand_in = _one(mine, [stem(top) if single else top], ours, "folder or archive")
        if not single:
            hand_in.files = [replace(file, path=_below(file.path, 1)) for file in mine]
        yield hand_in


def _moodle(files: list[File], notes: Notes) -> Iterator[HandIn]:
    """Yield a folder or a run of files per participant. Online texts are not graded."""
    by_owner: dict[tuple[str, str], list[File]] = {}
    begins: dict[tuple[str, str], str] = {}
    for file in files:
        found = MOODLE.fullmatch(file.path.parts[0])
        if not found:
            notes.repaired.append(f"belongs to no student: {printable(file.path)}")
        elif found["kind"] == "file":
            path = PurePosixPath(found["file"] or "", *file.path.parts[1:])
            owner = (found["name"], found["id"])
            begins[owner] = f"{found['name']}_{found['id']}_assignsubmission_file_"
            mine = by_owner.setdefault(owner, [])
            mine.append(replace(file, path=path if path.parts else PurePosixPath(file.name)))
    for (name, number), mine in by_owner.items():
        claims = [Claim("name", name), Claim("id", number)]
        if name.casefold() in ("participant", "teilnehmer", "teilnehmer/in"):  # anonymous
            claims = [Claim("id", number)]
        begin = begins[name, number]
        yield HandIn(name, claims, mine, _latest(mine), "Moodle", number=number, returns_to=begin)


def _canvas(files: list[File], notes: Notes) -> Iterator[HandIn]:
    """Yield submissions from file names with the student's name, one per resubmission number."""
    by_owner: dict[tuple[str, str], dict[str, dict[int, list[File]]]] = {}
    begins: dict[tuple[str, str], str] = {}
    for file in files:
        found = CANVAS.fullmatch(file.path.parts[0])
        if not found:
            notes.repaired.append(f"belongs to no student: {printable(file.path)}")
            continue
        bare, attempt = _resubmission(found["file"])
        owner = (found["name"], found["id"])
        begins[owner] = file.path.parts[0][: found.start("file")]
        mine = by_owner.setdefault(owner, {})
        path = PurePosixPath(bare, *file.path.parts[1:])
        mine.setdefault(bare, {}).setdefault(attempt, []).append(replace(file, path=path))
    for (name, number), mine in by_owner.items():
        claims = [Claim("name", name), Claim("id", number)]
        for attempt in sorted({attempt for each in mine.values() for attempt in each}):
            taken = []
            for versions in mine.values():
                usable = [version for version in versions if version <= attempt]
                taken += versions[max(usable)] if usable else []
            yield HandIn(
                name,
                list(claims),
                taken,
                _latest(taken),
                "Canvas",
                attempt,
                number=number,
                returns_to=begins[name, number],
            )


def _resubmission(name: str) -> tuple[str, int]:
    """Return the original name and the resubmission number: `part1-2.ipynb` is the third try."""
    bare, dot, ending = name.rpartition(".")
    found = re.fullmatch(r"(.+?)-(\d{1,3})", bare)
    return (f"{found[1]}{dot}{ending}", int(found[2])) if found else (name, 0)


def _gradescope(files: list[File], listing: File, notes: Notes) -> Iterator[HandIn]:
    depth = len(listing.path.parts) - 1
    by_folder: dict[str, list[File]] = {}
    for file in files:
        if len(file.path.parts) > depth + 1:
            mine = by_folder.setdefault(file.path.parts[depth], [])
            mine.append(replace(file, path=_below(file.path, depth + 1)))
    known = _metadata(listing)
    for folder in sorted(by_folder.keys() - known.keys()):
        notes.look.append(f"{GRADESCOPE} does not name the owner of {printable(folder)}")
    for folder in sorted(by_folder.keys() & known.keys()):
        entry = known[folder]
        submitters = entry.get("submitters")
        for person in submitters if isinstance(submitters, list) else []:
            facts = _plain_keys(person)
            claims = [
                Claim(kind, str(facts[key]))
                for kind, key in (("id", "sid"), ("email", "email"), ("name", "name"))
                if facts.get(key)
            ]
            when = as_time(entry.get("created_at"))
            label = str(facts.get("name") or folder)
            yield HandIn(label, claims, by_folder[folder], when, "Gradescope")


def _metadata(listing: File) -> dict[str, dict[str, Any]]:
    """Return Gradescope's metadata of each submission by folder. The keys are Ruby's, `:name:`."""
    try:
        if listing.place.stat().st_size > MOST_METADATA:
            raise Refused(f"{GRADESCOPE} is larger than {MOST_METADATA:,} bytes")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        content = yaml.load(listing.place.read_text(encoding="utf-8"), Loader=loader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise Refused(f"{GRADESCOPE} cannot be read: {printable(error)}") from error
    if not isinstance(content, dict):
        raise Refused(f"{GRADESCOPE} does not list any submission")
    return {str(folder): _plain_keys(entry) for folder, entry in content.items()}


def _plain_keys(entry: object) -> dict[str, Any]:
    if not isinstance(entry, dict):
        return {}
    return {str(key).lstrip(":"): value for key, value in entry.items()}


def as_time(value: object) -> datetime | None:
    """Return a time from YAML or text. A time without a zone is UTC."""
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip().replace(" UTC", "+00:00"))
        if not isinstance(value, datetime):
            return None
        when = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return when.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None  # not a time, or one beyond what datetime can represent
