"""Compare how plain nbgrader and `coursekit grade` withstand attacks.

    python -m benchmarks.attacks --built build/nbgrader --names patched_check,forged_outputs

Plain nbgrader runs student code with your rights, so it is given only harmless attacks. Attacks
that kill processes, fork, fill disks or memory, write outside their folder or never end are left
out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from coursekit import course_file
from coursekit.generated_blocks import replace_block
from coursekit.grading.pipeline import grade
from coursekit.grading.run_report import Wish
from tests.attacks import on_files, on_modules, on_notebooks
from tests.attacks.batch import BASE, PART, gained, hand_in_all, leaks, secret_lines, shortened

PAGE = Path("docs/threat-model.md")
NOT_FOR_PLAIN = {
    "cell_never_ends",
    "cell_prints_a_lot",
    "cell_draws_a_lot",
    "cell_leaves_a_daemon",
    "late_thread",
    "ctypes_memory",
    "ctypes_dict",
    "closed_line",
    "forged_messages",
    "forged_points_on_every_line",
    "many_files",
    "deep_folders",
}
HARMLESS = [
    name
    for group in (
        on_modules.PATCHES,
        on_modules.STEALTH,
        on_modules.AGREEABLE,
        on_modules.EXITS,
        on_notebooks.CELLS,
        on_notebooks.CHANGES,
        on_files.CHANGES,
    )
    for name in group
    if name not in NOT_FOR_PLAIN
]


def plain(course: Path, names: list[str]) -> dict[str, str]:
    """Return nbgrader's result for each attack, in separate runs because some end a batch."""
    refused = set()
    for name in [BASE, *names]:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "autograde", PART, f"--student={name}"],
            cwd=course,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        if done.returncode:
            refused.add(name)
    return {n: "no score at all" if n in refused else outcome(course, n) for n in names}


def outcome(course: Path, name: str) -> str:
    """Describe the outcome of an attack in words."""
    points = sum(mine - base for mine, base in gained(course, name).values())
    if points:
        return f"**{points:g} points gained**"
    return "**secrets shown**" if leaks(course, name, secret_lines(course)) else "nothing gained"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--built", type=Path, default=Path("build/nbgrader"))
    asked.add_argument("--names", default=",".join(HARMLESS))
    asked.add_argument("--write", action="store_true", help=f"write the table to {PAGE}")
    chosen = asked.parse_args()
    names, root = chosen.names.split(","), Path.cwd()
    if odd := sorted(set(names) - set(HARMLESS)):
        raise SystemExit(f"plain nbgrader was not given: {', '.join(odd)}")
    part = course_file.load(root).part(PART)
    with tempfile.TemporaryDirectory(prefix="attacks-") as place:
        course, other = Path(place) / "plain", Path(place) / "ours"
        ignored = shutil.ignore_patterns("submitted", "autograded", "feedback", ".grading")
        shutil.copytree(chosen.built, course, ignore=ignored)
        for name in ("submitted", "autograded", "feedback"):
            (course / name).mkdir(exist_ok=True)
        shortened(course)
        hand_in_all(course, root, part, names, port=1)
        shutil.copytree(course, other, symlinks=True)
        report = grade(other, Wish(PART), root / "student_code", lambda done, of: None)
        theirs = plain(course, names)
        lines = ["| attack | plain nbgrader | `coursekit grade` |", "| --- | --- | --- |"]
        for name in names:
            flag = ", flagged" if name in report.flags else ""
            lines.append(f"| {name} | {theirs[name]} | {outcome(other, name)}{flag} |")
    print("\n".join(lines))
    if chosen.write:
        replace_block(PAGE, "plain", "\n".join(lines))


if __name__ == "__main__":
    main()
