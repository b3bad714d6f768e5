"""The student's name, id and partner, kept in `student.json` for report and submission."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

from data_scripts.whole_files import write_whole

FILE = "student.json"


@dataclass(frozen=True)
class Student:
    """A name as it should appear, and the id under which grades are recorded."""

    name: str = ""
    id: str = ""
    partner: str = ""  # the id of the other member of the pair; empty if the student works alone

    @property
    def is_known(self) -> bool:
        return bool(self.name and self.id)

    @property
    def how_to_tell(self) -> str:
        """What to do if the name or the id is unknown."""
        return (
            "Your name and id are unknown. Run this once: "
            'python -m toolbox report --name "Your Name" --id YOUR_ID'
        )

    @property
    def file_name(self) -> str:
        """The id in characters that any file system and upload form accepts, or "somebody"."""
        ascii_only = unicodedata.normalize("NFKD", self.id).encode("ascii", "ignore").decode()
        return re.sub(r"[^A-Za-z0-9.-]+", "-", ascii_only).strip("-.")[:60] or "somebody"

    @property
    def facts(self) -> dict[str, str]:
        """The student as written to files, without a partner for a student who works alone."""
        return {key: value for key, value in asdict(self).items() if value or key != "partner"}


def load(root: Path) -> Student:
    """Return the student of this course folder; unknown if the file is missing or damaged."""
    try:
        known = json.loads((root / FILE).read_text(encoding="utf-8"))
        return Student(*(str(known.get(key, "")) for key in ("name", "id", "partner")))
    except (OSError, ValueError, AttributeError):
        return Student()


def tell(
    root: Path, name: str | None, student_id: str | None, partner: str | None = None
) -> Student:
    """Store what is given. `None` keeps what is stored, and so does an empty name or id.

    An empty partner means that the student works alone.
    """
    known = load(root)
    now = Student(
        (name or "").strip() or known.name,
        (student_id or "").strip() or known.id,
        known.partner if partner is None else partner,
    )
    if now != known:
        text = json.dumps(now.facts, indent=1, ensure_ascii=False) + "\n"
        write_whole(root / FILE, text.encode())
    return now
