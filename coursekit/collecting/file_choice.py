"""Choose the files of a submission that belong to the part: notebook, modules and results."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from coursekit.collecting.findings import Notes, Refused, printable
from coursekit.collecting.notebook_text import read
from coursekit.collecting.release import Release
from coursekit.collecting.repair import Repaired, repair, unread
from coursekit.collecting.unpacked import File

MOST_NOTEBOOKS = 40
MOST_CODE = 2 << 20  # bytes of one module
MOST_MODULES = 200
# What browsers and learning platforms add to a name: "scaler (1).py", "scaler-2.py".
NOT_OURS = "it has no cells of this part's notebook"
COPIED = re.compile(r"(?P<name>.+?)(?: ?\(\d+\)|[-_ ]\d{1,3}| ?- ?[Cc]opy)?\.(?:py|ipynb)")


@dataclass
class Work:
    """The files of a submission to grade. `files` maps paths in the submission to files."""

    files: dict[str, File] = field(default_factory=dict)
    original: File | None = None  # the notebook as received
    repaired: Repaired | None = None
    unusable: str = ""  # why the notebook cannot be read
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Candidate:
    file: File
    repaired: Repaired | None  # None if the notebook cannot be read
    notes: Notes
    refusal: str

    def worth(self, part: str) -> tuple[int, int, bool, float, str]:
        found = COPIED.fullmatch(self.file.name)
        named = bool(found) and found["name"] == part if found else False
        when = self.file.when.timestamp() if self.file.when else 0.0
        read_of_it = self.repaired or _NOTHING
        return read_of_it.found, read_of_it.answered, named, when, self.file.path.as_posix()


_NOTHING = Repaired(None, 0, 0)  # type: ignore[arg-type]


def choose(files: list[File], release: Release, notes: Notes) -> Work:
    """Return the part's work among a submission's files. Raises `Refused` if there is none."""
    work = Work()
    work.original, near = _notebook(files, release, work, notes)
    _modules(files, release, near, work, notes)
    if work.repaired is None:
        others = [file for file in files if file.name.lower().endswith(".ipynb")]
        ours = any(_differs(file, path, release) for path, file in work.files.items())
        if not ours or (others and work.original is None):  # later parts have the modules, too
            raise Refused(_nothing_here(files, release, work, notes))
        stands_in = "the release notebook is used, so that the modules are graded"
        if work.original is None:
            notes.look.append(f"no notebook of {release.part}: {stands_in}; there are no answers")
            work.repaired = repair(release, [], Notes())
        else:
            notes.look.append(f"{stands_in}; read the written answers in original.ipynb")
            work.repaired = unread(release, work.unusable)
    _results(files, near, work)
    taken = {id(file) for file in work.files.values()} | {id(work.original)}
    work.left_out = [printable(f.path) for f in files if id(f) not in taken]
    _missing(release, work, notes)
    return work


def _nothing_here(files: list[File], release: Release, work: Work, notes: Notes) -> str:
    if work.original is not None:
        return notes.look.pop() if notes.look else "its notebook cannot be read"
    notebooks = [printable(f.name) for f in files if f.name.lower().endswith(".ipynb")]
    here = ", ".join(notebooks[:5]) or ", ".join(printable(f.name) for f in files[:5])
    return f"contains no work on {release.part}" + (f", only {here}" if here else "")


def _notebook(
    files: list[File], release: Release, work: Work, notes: Notes
) -> tuple[File | None, PurePosixPath]:
    """Find the part's notebook, by content first and name second, and its folder."""
    notebooks = [file for file in files if file.name.lower().endswith(".ipynb")]
    notebooks.sort(key=lambda file: (release.part not in file.name, len(file.path.parts)))
    if len(notebooks) > MOST_NOTEBOOKS:
        notes.look.append(f"{len(notebooks)} notebooks: only {MOST_NOTEBOOKS} were examined")
    candidates = [_candidate(file, release) for file in notebooks[:MOST_NOTEBOOKS]]
    fitting = [c for c in candidates if (worth := c.worth(release.part))[0] or worth[2]]
    if not fitting and len(candidates) == 1 and candidates[0].refusal:
        fitting = candidates  # under another name, and broken
    if not fitting:
        return None, _home(files)
    best = max(fitting, key=lambda candidate: candidate.worth(release.part))
    notes.add(best.notes)
    work.repaired, work.unusable = best.repaired, best.refusal
    name = printable(best.file.path)
    if best.refusal:
        notes.look.append(f"{name} cannot be used: {best.refusal}")
    elif best.repaired is not None and not best.repaired.found:
        notes.look.append(f"{name} has no cells of the release notebook")
        work.repaired, work.unusable = None, NOT_OURS
    elif best.file.name != f"{release.part}.ipynb":
        notes.repaired.append(f"{name} was renamed to {release.part}.ipynb")
    others = [printable(c.file.path) for c in fitting if c is not best]
    if others:
        notes.look.append(f"also found, but not used: {', '.join(others[:5])}; used: {name}")
    return best.file, best.file.path.parent


def _candidate(file: File, release: Release) -> _Candidate:
    notes = Notes()
    try:
        return _Candidate(file, repair(release, read(file.place, notes), notes), notes, "")
    except Refused as problem:
        return _Candidate(file, None, Notes(), str(problem))


def _home(files: list[File]) -> PurePosixPath:
    """Return the folder that contains the course, for a submission without its notebook."""
    holding = [f.path.parent for f in files if f.path.parent.name == "student_code"]
    return min((p.parent for p in holding), key=lambda p: len(p.parts), default=PurePosixPath())


def _nearest(files: list[File], room: str, near: PurePosixPath) -> PurePosixPath | None:
    """Return the folder with that name closest to `near`, or else the one highest up."""
    places = {
        PurePosixPath(*file.path.parts[: number + 1])
        for file in files
        for number, part in enumerate(file.path.parts[:-1])
        if part == room
    }

    def distance(place: PurePosixPath) -> tuple[int, int, str]:
        shared = 0
        for one, other in zip(place.parts, near.parts, strict=False):
            if one != other:
                break
            shared += 1
        return -shared, len(place.parts), place.as_posix()

    return min(places, key=distance, default=None)


def _modules(
    files: list[File], release: Release, near: PurePosixPath, work: Work, notes: Notes
) -> None:
    """Take the modules in student_code/, or loose files that are named like them."""
    room = _nearest(files, "student_code", near)
    code = [file for file in files if file.name.endswith(".py")]
    inside = [f for f in code if room is not None and f.path.is_relative_to(room)]
    for file in inside[:MOST_MODULES]:
        path = file.path.relative_to(room or PurePosixPath())
        if path.as_posix() == "__init__.py":
            continue
        if file.place.stat().st_size > MOST_CODE:
            notes.look.append(f"{printable(path)} is larger than {MOST_CODE:,} bytes: left out")
        else:
            work.files[f"student_code/{path.as_posix()}"] = file
    for name in release.modules:
        if f"student_code/{name}.py" in work.files:
            continue
        loose = [f for f in code if (m := COPIED.fullmatch(f.name)) and m["name"] == name]
        loose = [f for f in loose if f.place.stat().st_size <= MOST_CODE]
        if loose:
            latest = max(loose, key=lambda f: (f.when.timestamp() if f.when else 0.0, f.path.name))
            work.files[f"student_code/{name}.py"] = latest
            notes.repaired.append(f"{printable(latest.path)} was copied to student_code/{name}.py")
            if len(loose) > 1:
                notes.look.append(f"{len(loose)} copies of {name}.py: the latest one is used")


def _results(files: list[File], near: PurePosixPath, work: Work) -> None:
    """Take plots, numbers and checkpoints unchanged, without loading them, and PDFs."""
    room = _nearest(files, "results", near)
    for file in files:
        if room is not None and file.path.is_relative_to(room):
            work.files[f"results/{file.path.relative_to(room).as_posix()}"] = file
        elif file.name.lower().endswith(".pdf"):
            work.files.setdefault(f"report/{file.name}", file)


def _differs(file: File, path: str, release: Release) -> bool:
    """Return whether a module belongs to the part and differs from its stub."""
    stub = release.modules.get(PurePosixPath(path).stem)
    return path.startswith("student_code/") and stub is not None and file.place.read_bytes() != stub


def _missing(release: Release, work: Work, notes: Notes) -> None:
    gone = [name for name in release.modules if f"student_code/{name}.py" not in work.files]
    if gone:
        notes.look.append(f"not submitted: {', '.join(f'student_code/{n}.py' for n in gone)}")
