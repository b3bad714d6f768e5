"""`coursekit collect`: move downloads from a platform to nbgrader's `submitted/`."""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone, tzinfo
from pathlib import Path

import nbformat
from rich.console import Console
from rich.progress import track

from coursekit.collecting.file_choice import Work, choose
from coursekit.collecting.findings import CollectError, Notes, Refused, printable
from coursekit.collecting.identification import Claim, Roster, as_student_id, student_of
from coursekit.collecting.partners import PairFinding, Pairs, is_packed_by_partner
from coursekit.collecting.release import Release, read_release
from coursekit.collecting.senders import PLATFORMS, HandIn, split
from coursekit.collecting.storage import CONTENT, Shelf, settle_all, write_timestamp
from coursekit.collecting.submit_manifest import read_manifest
from coursekit.collecting.summary import (
    COLLECTED,
    EARLIER,
    LOOK,
    PARTNERS,
    REFUSED,
    THERE,
    SubmissionRow,
)
from coursekit.collecting.unpacked import expanded, modified, opened, stem
from coursekit.roster.spellings import is_student_id
from data_scripts.lock import locked
from data_scripts.problems import DataProblem
from toolbox.course import Part

# Words in the names of submissions that are never a student's name.
NOBODYS = {"main", "master", "course", "content", "submitted", "submissions", "release", "export"}
ORIGINAL = "original.ipynb"
UNEXPECTED = "coursekit failed on it unexpectedly: please report this"


@dataclass(frozen=True)
class CollectSettings:
    """What to collect, and how."""

    course_folder: Path
    part: str
    nobodys: frozenset[str] = frozenset()  # names of the course, which are never a student's
    roster: Roster | None = None
    student: str = ""  # the student, if there is one submission
    zone: tzinfo = timezone.utc
    dry: bool = False
    pairs: Part | None = None  # the part, if the course allows pairs


@dataclass
class Collected:
    """The results: one row per submission, the files that belong to no student, and the pairs."""

    rows: list[SubmissionRow] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    pairs: list[PairFinding] = field(default_factory=list)


def collect(
    sources: list[Path], settings: CollectSettings, console: Console, result: Collected
) -> None:
    """Collect every submission in `sources`, each completely or not at all.

    `result` gets a row for each submission as soon as it is done, so it stays correct if this is
    interrupted. A submission that cannot be prepared for grading is refused with a reason and does
    not affect the others. Raises `CollectError` if nothing can be collected.
    """
    if settings.student and not is_student_id(settings.student):
        raise CollectError(f"--student {settings.student!r} is not a valid student id.")
    if missing := [source for source in sources if not source.exists()]:
        raise CollectError(f"{missing[0]} does not exist.")
    release = read_release(settings.course_folder, settings.part)
    with _workshop(settings) as shop:
        if not settings.dry:
            settle_all(settings.course_folder, settings.part)
        hand_ins = []
        for number, source in enumerate(sources):
            hand_ins += _taken_apart(source, shop / f"source-{number}", settings, result)
        if settings.student and len(hand_ins) > 1:
            raise CollectError(
                f"--student names one student, but there are {len(hand_ins)} submissions."
            )
        _same_names(hand_ins, settings)
        shown = track(
            hand_ins,
            "collecting",
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        for number, hand_in in enumerate(shown):
            room = shop / f"hand-in-{number}"
            result.rows.append(_collected(hand_in, room, release, settings))
            shutil.rmtree(room, ignore_errors=True)
        if not settings.dry:
            of_partner = [row.student for row in result.rows if row.status == PARTNERS]
            pairs = Pairs(
                settings.course_folder, release, settings.pairs, settings.roster, of_partner
            )
            result.pairs = pairs.settle(shop)


@contextmanager
def _workshop(settings: CollectSettings) -> Iterator[Path]:
    """Yield a working folder beside the course, so that results are moved and not copied.

    Only one process at a time gets it. In a dry run, the folder is elsewhere.
    """
    if settings.dry:
        with tempfile.TemporaryDirectory(prefix="collect-") as elsewhere:
            yield Path(elsewhere)
        return
    home = settings.course_folder / "collected"
    try:
        with locked(home / ".collecting.lock", patience=600):
            for left in home.glob(".making-*"):  # left by a run that was killed
                shutil.rmtree(left, ignore_errors=True)
            shop = Path(tempfile.mkdtemp(prefix=".making-", dir=home))
            try:
                yield shop
            finally:
                shutil.rmtree(shop, ignore_errors=True)
    except DataProblem as problem:
        raise CollectError(str(problem)) from problem


def _taken_apart(
    source: Path, shop: Path, settings: CollectSettings, result: Collected
) -> list[HandIn]:
    """Return the submissions in an archive or folder. If it cannot be opened, add a row."""
    notes = Notes()
    try:
        arrived = modified(source.stat())
        files = opened(source, shop, settings.zone, notes)
        ours = {settings.part, *settings.nobodys, *NOBODYS}
        label = stem(source.resolve().name)
        found = split(files, label, ours, notes)
        for hand_in in found:
            hand_in.arrived = arrived
    except Exception as problem:
        reason = _reason(problem)
        row = SubmissionRow("?", REFUSED, printable(source.name), reason=reason, look=notes.look)
        result.rows.append(row)
        return []
    if not found:
        row = SubmissionRow(
            "?", REFUSED, printable(source.name), reason="contains no submission", look=notes.look
        )
        result.rows.append(row)
    if len(found) == 1:
        found[0].notes.add(notes)
    else:
        result.strays += [*notes.look, *notes.repaired]
    return found


def _same_names(hand_ins: list[HandIn], settings: CollectSettings) -> None:
    """Mark submissions of people with the same name, who are ambiguous without a roster."""
    if settings.roster:
        return
    numbers: dict[str, set[str]] = {}
    for hand_in in hand_ins:
        name = next((c.value for c in hand_in.claims if c.kind == "name"), "")
        number = next((c.value for c in hand_in.claims if c.kind == "id"), "")
        if hand_in.came_by == "Moodle" and name:
            numbers.setdefault(_named(hand_in), set()).add(number)
        if hand_in.came_by == "Canvas" and name:  # its numbers stay the same all term
            hand_in.claims.insert(0, Claim("id", f"{name}-{number}"))
    for hand_in in hand_ins:
        if hand_in.came_by == "Moodle" and len(numbers.get(_named(hand_in), ())) > 1:
            hand_in.unclear = "several people have this name: use a --roster"


def _named(hand_in: HandIn) -> str:
    return as_student_id(next((c.value for c in hand_in.claims if c.kind == "name"), ""))


def _collected(
    hand_in: HandIn, room: Path, release: Release, settings: CollectSettings
) -> SubmissionRow:
    """Collect one submission. Any problem with it is reported in the returned row."""
    notes = hand_in.notes
    row = SubmissionRow(
        printable(hand_in.label), REFUSED, printable(hand_in.label), hand_in.came_by
    )
    row.look, row.repaired = notes.look, notes.repaired
    try:
        files = expanded(hand_in.files, room / "unpacked", settings.zone, notes)
        manifest = read_manifest(files, notes)
        claims = list(hand_in.claims)
        if manifest.student and hand_in.came_by in PLATFORMS:
            claims.append(Claim("id", manifest.student, sure=False))
        elif manifest.student:
            claims.insert(0, Claim("id", manifest.student, sure=False))
        if hand_in.unclear and not settings.student:
            raise Refused(hand_in.unclear)
        row.student = settings.student or student_of(claims, settings.roster, notes)
        when, row.time_from = _when(hand_in, manifest.when)
        row.when = when.isoformat()
        if manifest.part and manifest.part != settings.part:
            raise Refused(f"was packed for {printable(manifest.part)}")
        if settings.pairs and is_packed_by_partner(manifest, row.student, settings.roster):
            row.status = PARTNERS
            return row
        work = choose(files, release, notes)
        row.left_out = work.left_out
        partners = list(manifest.partners)
        row.status = _keep(row, work, partners, room / "staged", when, hand_in, settings)
    except Exception as problem:
        row.status, row.reason = REFUSED, _reason(problem)
    return row


def _reason(problem: Exception) -> str:
    """Return why a submission is refused. Even a bug here costs one submission, not the class."""
    if isinstance(problem, Refused):
        return str(problem)
    if isinstance(problem, OSError) and problem.errno == errno.ENOSPC:
        raise problem  # the disk is full, which is not the submission's fault
    return f"{UNEXPECTED} ({type(problem).__name__}: {printable(problem)})"


def _when(hand_in: HandIn, packed: datetime | None) -> tuple[datetime, str]:
    """Return when the work was handed in by the most reliable source, and which source it is."""
    if hand_in.when and hand_in.came_by in PLATFORMS:
        return hand_in.when, hand_in.came_by
    if packed and hand_in.came_by not in PLATFORMS:
        return packed, "the submission's own manifest"
    if hand_in.when:
        return hand_in.when, "the newest of its files"
    return hand_in.arrived, "the archive's own file"


def _keep(
    row: SubmissionRow,
    work: Work,
    partners: list[str],
    staged: Path,
    when: datetime,
    hand_in: HandIn,
    settings: CollectSettings,
) -> str:
    content = staged / CONTENT
    digest = _stage(work, partners, content, settings.part)
    good = LOOK if row.look else COLLECTED
    shelf = Shelf(settings.course_folder, row.student, settings.part)
    if shelf.has(digest, when):
        return THERE
    if settings.dry:
        return good
    write_timestamp(content, when)
    if work.original is not None:
        shutil.copyfile(work.original.place, staged / ORIGINAL)
    newest = shelf.add(
        staged,
        {
            "digest": digest,
            "when": row.when,
            "time_from": row.time_from,
            "attempt": hand_in.attempt,
            "collected": datetime.now(timezone.utc).isoformat(),
            "came_by": hand_in.came_by,
            "came_from": row.came_from,
            "number": hand_in.number,
            "returns_to": hand_in.returns_to,
            "partners": partners,
            "repaired": row.repaired,
            "look": row.look,
            "left_out": row.left_out,
        },
    )
    return good if newest else EARLIER


def _stage(work: Work, partners: list[str], content: Path, part: str) -> str:
    """Write the submission into `content`. Return the digest of it and of the named partners."""
    if work.repaired is None:
        raise Refused("contains nothing to grade")
    digest = hashlib.sha256()
    text = nbformat.writes(work.repaired.notebook) + "\n"
    content.mkdir(parents=True)
    (content / f"{part}.ipynb").write_text(text, encoding="utf-8")
    digest.update(text.encode())
    for path, file in sorted(work.files.items()):
        target = content / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.place, target, follow_symlinks=False)
        with target.open("rb") as stream:
            digest.update(f"{path}\0".encode() + hashlib.file_digest(stream, "sha256").digest())
    if work.original is not None:
        with work.original.place.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    digest.update("\0".join(partners).encode())
    return digest.hexdigest()
