"""Match the members of pairs, and give a member who handed in nothing the partner's submission.

Nothing is guessed: a pair counts if each of two submissions names the other student, or if the
named partner handed in nothing. In all other cases each submission counts for its own student, and
the finding says why.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import nbformat

from coursekit.collecting.findings import printable
from coursekit.collecting.identification import Claim, Roster, as_student_id
from coursekit.collecting.release import Release
from coursekit.collecting.storage import CONTENT, OF_PARTNER, Shelf
from coursekit.collecting.submit_manifest import Manifest
from toolbox.course import Part

RULE = (
    "Everybody's own submission counts. A member who handed in nothing gets a copy of the "
    "partner's, without what each member does alone."
)


@dataclass(frozen=True)
class PairFinding:
    """What was found about a student and the named partner; `look` if a person should read it."""

    student: str
    says: str
    look: bool = True


class Pairs:
    """The pairs of a part, from the newest submissions in an nbgrader course.

    part: the part, or None if the course allows no pairs. known: students of the class who need
    not be on a roster.
    """

    def __init__(
        self,
        course_folder: Path,
        release: Release,
        part: Part | None,
        roster: Roster | None,
        known: Collection[str] = (),
    ) -> None:
        self.folder, self.release, self.roster = course_folder, release, roster
        self.allowed = part is not None
        self.questions = [question.id for question in part.individual] if part else []
        self.modules = part.individual_modules if part else ()
        newest = {
            path.parent.name: versions[-1]
            for path in sorted((course_folder / "collected").glob(f"*/{release.part}"))
            if (versions := self._shelf(path.parent.name).versions())
        }
        self.own = {s: v for s, v in newest.items() if not v.is_copy}
        self.copies = newest.keys() - self.own.keys()
        self.known = {*known, *self.copies}
        self.findings: list[PairFinding] = []
        self.partner: dict[str, str] = {}

    def settle(self, workshop: Path) -> list[PairFinding]:
        """Find all pairs, hand in for members who handed in nothing, and return what was found.

        Copies are made in `workshop`, and moved from there.
        """
        for student, version in self.own.items():
            if names := [str(name) for name in version.facts.get("partners", [])]:
                self._name(student, names)
        given: list[str] = []
        for student in self.partner:
            if partner := self._judge(student):
                self._copy(student, partner, workshop / f"copy-{len(given)}")
                given.append(partner)
        for student in sorted(self.copies - set(given)):
            self._tell(
                student,
                f"has a copy of a partner's work, but no partner names {student} now: delete "
                f"submitted/{student}/{self.release.part} if it should not count",
            )
        return self.findings

    def _tell(self, student: str, says: str, *, look: bool = True) -> None:
        self.findings.append(PairFinding(student, says, look))

    def _shelf(self, student: str) -> Shelf:
        return Shelf(self.folder, student, self.release.part)

    def _name(self, student: str, names: list[str]) -> None:
        """Note the partner of a student, if it can be only one member of the class."""
        named = " and ".join(printable(name) for name in names)
        found = _student(names[0], self.roster)
        if not self.allowed:
            self._tell(student, f"names {named}, but course.toml allows no pairs: graded alone")
        elif len(names) > 1:
            self._tell(student, f"names {named}, but a pair has two members: graded alone")
        elif not found:
            self._tell(student, f"names {named}, who is not on the roster: graded alone")
        elif found == student:
            self._tell(student, "names themselves as the partner: graded alone")
        else:
            self.partner[student] = found

    def _judge(self, student: str) -> str:
        """Report the outcome for a student's pair. Return the partner who gets a copy, if any."""
        partner = self.partner[student]
        back = self.partner.get(partner)
        if partner in self.own and back != student:
            names = f"names {back}" if back else "names no partner"
            self._tell(
                student, f"names {partner}, who handed in and {names}: each is graded on their own"
            )
        elif partner in self.own:
            if student < partner:
                self._compare(student, partner)
        elif rivals := [s for s, p in self.partner.items() if p == partner and s != student]:
            also = " and ".join(rivals)
            self._tell(
                student, f"names {partner}, and so does {also}: nothing is handed in for {partner}"
            )
        elif self.roster is None and partner not in self.known:
            self._tell(
                student,
                f"names {partner}, who handed in nothing. Without a roster, nothing is handed in "
                f"for {partner}",
            )
        else:
            self._tell(student, f"handed in for {partner}, too", look=False)
            return partner
        return ""

    def _compare(self, student: str, partner: str) -> None:
        other = [
            module
            for module in self.release.modules
            if module not in self.modules
            and self._code(student, module) != self._code(partner, module)
        ]
        if other:
            said = f"and {partner} handed in different code ({', '.join(other)}): each is graded on"
            self._tell(student, f"{said} their own")
        else:
            self._tell(student, f"and {partner} handed in the same code", look=False)

    def _code(self, student: str, module: str) -> bytes | None:
        path = self._shelf(student).current / "student_code" / f"{module}.py"
        return b"\n".join(path.read_bytes().splitlines()) if path.is_file() else None

    def _copy(self, student: str, partner: str, staged: Path) -> None:
        """Give the partner the student's submission, unless they have it already."""
        version, shelf = self.own[student], self._shelf(partner)
        said = json.dumps([version.facts["digest"], student, self.questions, self.modules])
        digest = hashlib.sha256(said.encode()).hexdigest()
        if shelf.has(digest, datetime.fromisoformat(version.facts["when"])):
            return
        shutil.copytree(self._shelf(student).current, staged / CONTENT, symlinks=True)
        self._leave_individual_work_out(staged / CONTENT)
        facts = {
            **{key: version.facts[key] for key in ("when", "attempt")},
            "digest": digest,
            "time_from": f"the submission of {student}",
            "collected": datetime.now(timezone.utc).isoformat(),
            "came_by": OF_PARTNER,
            "came_from": student,
        }
        shelf.add(staged, facts)

    def _leave_individual_work_out(self, content: Path) -> None:
        """Put the release's empty answers and stubs in the place of what each member does alone."""
        released = {cell.grade_id: cell.text for cell in self.release.cells}
        path = content / f"{self.release.part}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in self.questions:
                cell.source = released[name]
                cell.pop("attachments", None)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        for module in self.modules:
            file = content / "student_code" / f"{module}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(self.release.modules[module])


def is_packed_by_partner(manifest: Manifest, student: str, roster: Roster | None) -> bool:
    """Return whether the partner packed this submission, as in a group submission of Gradescope."""
    partners = {_student(name, roster) for name in manifest.partners}
    return student in partners and _student(manifest.student, roster) != student


def _student(name: str, roster: Roster | None) -> str:
    """Return the id of a named student, or an empty text if no student of the class has it."""
    if roster is None:
        return as_student_id(name)
    found = roster.find(Claim("id", name)) - roster.left
    return next(iter(found)) if len(found) == 1 else ""
