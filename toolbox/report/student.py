"""Who hands in: told once, kept in `student.json`, used by the report and by the hand-in."""

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
    """A name as it should be read, and the id under which grades are kept."""

    name: str = ""
    id: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.name and self.id)

    @property
    def how_to_tell(self) -> str:
        """What to do where the name or the id isn't known."""
        return (
            'Your name and id: python -m toolbox report --name "Your Name" --id YOUR_ID '
            "(once; they are kept)."
        )

    @property
    def file_name(self) -> str:
        """The id in letters that any file system and upload form takes, or "somebody"."""
        ascii_only = unicodedata.normalize("NFKD", self.id).encode("ascii", "ignore").decode()
        return re.sub(r"[^A-Za-z0-9.-]+", "-", ascii_only).strip("-.")[:60] or "somebody"


def load(root: Path) -> Student:
    """The student whose course folder this is; nobody where the file is missing or damaged."""
    try:
        known = json.loads((root / FILE).read_text(encoding="utf-8"))
        return Student(str(known.get("name", "")), str(known.get("id", "")))
    except (OSError, ValueError, AttributeError):
        return Student()


def tell(root: Path, name: str | None, student_id: str | None) -> Student:
    """Keep the name or the id, or both; `None` and empty ones stay as they were."""
    known = load(root)
    now = Student((name or "").strip() or known.name, (student_id or "").strip() or known.id)
    if now != known:
        text = json.dumps(asdict(now), indent=1, ensure_ascii=False) + "\n"
        write_whole(root / FILE, text.encode())
    return now
