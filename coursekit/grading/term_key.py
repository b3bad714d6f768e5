"""The secret of a term, which seeds the random numbers of graded tests.

It is stored in the instructor's nbgrader course folder and never in a release. A job contains only
a key derived from it for one part, and a sandbox gets neither.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from pathlib import Path

from coursekit.errors import UsageProblem

FILE = ".term_key"
SETTING = "COURSE_TERM_KEY"  # "public": draw what a notebook draws, as plain nbgrader does


def key_of(folder: Path, part: str) -> str:
    """Return the key for a part's tests this term, or an empty string for the public seeds.

    Create the secret of the term if the course folder has none.
    """
    wish = os.environ.get(SETTING, "").strip()
    if wish == "public":
        return ""
    if wish:
        raise UsageProblem(f"Cannot grade: {SETTING} is {wish!r}. Set it to public, or unset it.")
    path = folder / FILE
    if not path.exists():
        _make(path)
    secret = path.read_text(encoding="utf-8", errors="replace").strip()
    if not re.fullmatch("[0-9a-f]{64}", secret):
        raise UsageProblem(
            f"Cannot read the secret of the term in {path}: it is not 64 hexadecimal digits. "
            "Restore the file, or delete it to start with a new secret and grade again."
        )
    return hmac.digest(bytes.fromhex(secret), part.encode(), hashlib.sha256).hex()


def _make(path: Path) -> None:
    """Write a new secret that only its owner can read, unless another grader just wrote one."""
    number, name = tempfile.mkstemp(prefix=FILE, dir=path.parent)  # mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(32) + "\n")
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
