"""Define irregular submissions and their expected outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from tests.collecting.course import ANSWERS, PART, packed

NOTEBOOK, MODULE = f"{PART}.ipynb", "student_code/scaler.py"
Files = dict[str, bytes]


class Outcome(Enum):
    """The outcome of a submission."""

    AS_HONEST = "graded as honest work"
    FLAGGED = "graded, with a flag"
    WAITING = "graded, and its written answers need manual grading"
    REFUSED = "refused"


@dataclass(frozen=True)
class Verdict:
    """The expected outcome of a submission, and the expected messages."""

    outcome: Outcome
    says: str = ""
    lost: str = ""  # the module whose functions get 0 points
    answered: int = len(ANSWERS)  # written answers that are kept and need manual grading


HONEST = Verdict(Outcome.AS_HONEST)


def flagged(says: str, lost: str = "", answered: int = len(ANSWERS)) -> Verdict:
    return Verdict(Outcome.FLAGGED, says, lost, answered)


def waits(says: str) -> Verdict:
    return Verdict(Outcome.WAITING, says)


def refused(says: str) -> Verdict:
    return Verdict(Outcome.REFUSED, says)


@dataclass(frozen=True)
class Case:
    """An honest submission with one change, and its expected verdicts.

    `collected` is the verdict on a zip of it for `coursekit collect`, `by_hand` that on a folder
    copied into submitted/ by hand. None: the case makes no sense in that way.
    """

    change: Callable[[Files], None] = lambda files: None
    collected: Verdict | None = None
    by_hand: Verdict | None = None
    pack: Callable[[Files], tuple[str, bytes]] = lambda files: (".zip", packed(files))
    on_disk: Callable[[Path], None] = lambda folder: None


def both(change: Callable[[Files], None], verdict: Verdict) -> Case:
    return Case(change, verdict, verdict)


def notebook(change: Callable[[Any], object]) -> Callable[[Files], None]:
    """Change the notebook's JSON in place."""

    def apply(files: Files) -> None:
        content = json.loads(files[NOTEBOOK])
        for cell in content["cells"]:
            cell["source"] = "".join(cell["source"])
        change(content)
        files[NOTEBOOK] = json.dumps(content, indent=1).encode()

    return apply


def content(change: Callable[[bytes], bytes], name: str = NOTEBOOK) -> Callable[[Files], None]:
    """Change the bytes of one file."""

    def apply(files: Files) -> None:
        files[name] = change(files[name])

    return apply


def added(more: Mapping[str, bytes]) -> Callable[[Files], None]:
    """Add files."""
    return lambda files: files.update(more)


def moved(name: str, to: str) -> Callable[[Files], None]:
    """Rename a file, or every file below a folder."""

    def apply(files: Files) -> None:
        for each in [each for each in files if each == name or each.startswith(f"{name}/")]:
            files[to + each[len(name) :]] = files.pop(each)

    return apply


def without(name: str) -> Callable[[Files], None]:
    """Remove a file."""

    def apply(files: Files) -> None:
        del files[name]

    return apply
