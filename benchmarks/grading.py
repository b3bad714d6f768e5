"""Compare plain `nbgrader autograde` with `coursekit grade` on the same submissions.

    python -m benchmarks.grading --count 40 --growth 100,400 --write

Requires a build (`coursekit build`). Works in a copy of `build/nbgrader`, on two cores, and checks
that both produce the same gradebook. The sample students are submitted repeatedly under different
names, except the one with an endless loop, whose timeout takes equally long with both.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.pages import publish_comparison
from coursekit import course_file
from coursekit.samples import SAMPLES, hand_in
from tests.grading.comparing import files, gradebook, notebooks
from toolbox.course import Part

PAGE = Path("docs/grading.md")
MARK = "speed"
CORES = 2
# Runs the tests of the part twice in a warm process and sums the durations of the tests alone.
FLOOR = """
import json, sys, time
sys.path.insert(0, ".")
from toolbox import course
from toolbox.checks.pytest_run import run_tests
class Clock:
    seconds = 0.0
    def pytest_runtest_logreport(self, report):
        if report.when == "call": Clock.seconds += report.duration
part = course.load().part(sys.argv[1])
hidden = json.load(sys.stdin)
for _ in range(2):
    Clock.seconds = 0.0
    for task in part.tasks:
        run_tests([task.test_file], function=task.function, hidden=hidden.get(task.function, ""),
                  plugins=[Clock()])
print(Clock.seconds)
"""


def course_with(built: Path, part: Part, root: Path, count: int, to: Path) -> Path:
    """Copy the built course, with `count` submissions and an empty gradebook."""
    shutil.copytree(built, to, ignore=shutil.ignore_patterns("submitted", "autograded", "feedback"))
    for name in ("submitted", "autograded", "feedback"):
        (to / name).mkdir(exist_ok=True)
    samples = [sample for sample in SAMPLES if sample.student != "endless_loop"]
    for number in range(count):
        sample = samples[number % len(samples)]
        folder = hand_in(sample, part, root, to)
        named = to / "submitted" / f"{sample.student}{number:04d}" / part.id
        named.parent.mkdir()
        folder.rename(named)
        folder.parent.rmdir()
    return to


def timed(command: list[str], folder: Path) -> float:
    """Return the seconds that a command takes in `folder`, on `CORES` cores."""
    os.sync()  # flush pending writes of the copy, so that they are not timed
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    # Use the data sets of this working copy, because drawing new ones would be timed as well.
    data = {"COURSE_DATA": str(Path.cwd() / "data"), "COURSE_DATA_PREFER": "offline"}
    environment = {**data, **os.environ, "OMP_NUM_THREADS": "1"}
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    if done.returncode:
        raise SystemExit(
            f"{' '.join(command[:4])} failed:\n{done.stdout[-500:]}{done.stderr[-2000:]}"
        )
    return time.perf_counter() - started


def plain(folder: Path, part: str) -> float:
    return timed([sys.executable, "-m", "nbgrader", "autograde", part], folder)


def ours(folder: Path, part: str, root: Path) -> float:
    command = [sys.executable, "-m", "coursekit", "grade", part, "--course", str(folder)]
    return timed([*command, "--jobs", str(CORES)], root)


def same(one: Path, other: Path, part: str) -> bool:
    return (
        gradebook(one) == gradebook(other)
        and files(one, part) == files(other, part)
        and notebooks(one, part) == notebooks(other, part)
    )


def seconds_of_tests(folder: Path, part: Part) -> float:
    """Return the time of the tests of one correct submission, without any overhead."""
    from coursekit.grading.jobs import Planner, course_of

    planner = Planner(folder, part, course_of(folder), None)
    right = next((folder / "submitted").glob("right*")) / part.id
    done = subprocess.run(
        [sys.executable, "-c", FLOOR, part.id],
        cwd=right,
        input=json.dumps(planner.hidden),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return float(done.stdout.split()[-1])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--built", type=Path, default=Path("build/nbgrader"))
    asked.add_argument("--part", default="part1_scaler")
    asked.add_argument("--count", type=int, default=40)
    asked.add_argument("--growth", default="", help="further counts, for coursekit only")
    asked.add_argument("--write", action="store_true", help=f"write the table to {PAGE}")
    chosen = asked.parse_args()
    root = Path.cwd()
    part = course_file.load(root).part(chosen.part)
    rows, lines = [], []
    with tempfile.TemporaryDirectory(prefix="grading-") as place:
        one = course_with(chosen.built, part, root, chosen.count, Path(place) / "plain")
        two = Path(place) / "ours"
        shutil.copytree(one, two)
        floor = seconds_of_tests(one, part)
        fast = ours(two, part.id, root)
        slow = plain(one, part.id)
        equal = same(one, two, part.id)
        rows.append(("plain `nbgrader autograde`", chosen.count, slow, ""))
        rows.append(("`coursekit grade`", chosen.count, fast, f"{slow / fast:.1f} times as fast"))
        for count in [int(each) for each in chosen.growth.split(",") if each]:
            more = course_with(chosen.built, part, root, count, Path(place) / f"many{count}")
            rows.append(("`coursekit grade`", count, ours(more, part.id, root), ""))
    lines = ["| what | submissions | seconds | a submission | |", "| --- | --- | --- | --- | --- |"]
    for what, count, seconds, note in rows:
        lines.append(f"| {what} | {count} | {seconds:.1f} | {seconds / count:.2f} s | {note} |")
    bottom = floor * chosen.count / CORES
    lines.append("")
    lines.append(
        f"Gradebooks, files and notebooks are {'equal' if equal else 'NOT equal'}. The tests of a "
        f"right submission take {floor:.2f} s by themselves, so the floor for {chosen.count} on "
        f"{CORES} cores is {bottom:.1f} s; `coursekit grade` takes {fast / bottom:.1f} times that."
    )
    text = "\n".join(lines)
    publish_comparison(PAGE, MARK, text, write=chosen.write, equal=equal)


if __name__ == "__main__":
    main()
