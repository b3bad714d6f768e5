"""Pairs: whose submission counts, what is reported, and the grades that follow."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import nbformat
import pytest

from coursekit.collecting.identification import Roster
from coursekit.collecting.partners import RULE
from coursekit.collecting.summary import PARTNERS
from coursekit.deadlines.penalties import opened
from coursekit.part_grades import StudentGrade, part_grades
from coursekit.roster.class_file import Person
from tests.collecting.course import ANSWERS, PART, answers, packed, put, run, submitted, work
from tests.conftest import Coursekit
from tests.made_once import made_once
from tests.small_course import FIRST, STUDENT, SUM, write_small_course
from toolbox.course import Part, Question, Task

# ------------------------------------------------------------------ collected, graded and penalized

CLASS = ("ada", "ben", "cleo", "dara", "eli", "fay", "gus", "hana", "ivo", "june", "kai", "lea")
SETTINGS = """
[late]
points_per_day = 1

[grading]"""
IN_TIME = datetime(2031, 2, 28, 12, tzinfo=timezone.utc)
A_DAY_LATE = datetime(2031, 3, 2, 11, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Handed:
    """What one student hands in."""

    student: str
    partner: Any = None
    code: str = STUDENT["counting"]
    when: datetime = IN_TIME


# dara, june, kai and nia hand in nothing.
HANDED = (
    Handed("ada", "BEN "),  # an id as somebody types it
    Handed("ben", "ada", STUDENT["counting"].replace("\n", "\r\n")),  # saved on another system
    Handed("cleo", "dara", when=A_DAY_LATE),
    Handed("eli", "fay"),
    Handed("fay", "eli", SUM),
    Handed("gus", "zoe"),
    Handed("hana", "ada"),
    Handed("ivo", ["june", "kai"]),
    Handed("lea", "nia"),
    Handed("mo", "nia"),
)


def archive_of(release: Path, each: Handed) -> bytes:
    """Return the zip file of a student, as `toolbox submit` packs it."""
    notebook = nbformat.read(release / f"{FIRST}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "why_count":
            cell.source = f"Because {each.student} thinks so."
    who = {"name": each.student.title(), "id": each.student, "partner": each.partner}
    return packed(
        {
            "manifest.json": json.dumps({"part": FIRST, "student": who}).encode(),
            f"{FIRST}.ipynb": nbformat.writes(notebook).encode(),
            "student_code/counting.py": each.code.encode(),
        }
    )


def put_at(path: Path, content: bytes, when: datetime) -> Path:
    """Write a file that arrived at a time: the time of the zip file counts for a submission."""
    put(path, content)
    os.utime(path, (when.timestamp(), when.timestamp()))
    return path


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory, coursekit: Coursekit) -> tuple[Path, str]:
    """The small course, with pairs collected and graded, and what collecting printed."""

    def make(folder: Path) -> None:
        write_small_course(folder)
        toml = folder / "course.toml"
        text = toml.read_text(encoding="utf-8").replace("\n[grading]", SETTINGS, 1)
        text = text.replace('branch = "main"', 'branch = "main"\ngroup_size = 2', 1)
        text = text.replace('title = "Why count?"', 'title = "Why count?", individual = true', 1)
        toml.write_text(text, encoding="utf-8")
        roster = "\n".join(
            ["student_id,name", *(f"{s},{s.title()}" for s in (*CLASS, "mo", "nia"))]
        )
        (folder / "class.csv").write_text(roster + "\n", encoding="utf-8")
        done = [coursekit(folder, "build"), coursekit(folder, "roster", "class.csv")]
        course = folder / "build" / "nbgrader"
        (course / "extensions.csv").write_text(
            f"student,part,until,days,reason\ndara,{FIRST},,2,illness\n", encoding="utf-8"
        )
        for each in HANDED:
            content = archive_of(course / "release" / FIRST, each)
            put_at(folder / "inbox" / f"{each.student}.zip", content, each.when)
        done += [coursekit(folder, "collect", "inbox", "--part", FIRST)]
        (folder / "said.txt").write_text(done[-1].stdout, encoding="utf-8")
        done += [coursekit(folder, "collect", "inbox", "--part", FIRST)]
        (folder / "again.txt").write_text(done[-1].stdout, encoding="utf-8")
        done += [coursekit(folder, "grade", FIRST)]
        assert [each.returncode for each in done] == [0] * 5, [e.stdout + e.stderr for e in done]

    folder = made_once(tmp_path_factory, "pairs", make)
    return folder, " ".join((folder / "said.txt").read_text(encoding="utf-8").split())


def grades(folder: Path) -> dict[str, StudentGrade]:
    with opened(folder / "build" / "nbgrader") as book:
        return part_grades(book, FIRST)


def functions(grade: StudentGrade) -> float:
    return grade.items["counting-mean"].score + grade.items["counting-Tally"].score


def answer(folder: Path, student: str) -> str:
    path = folder / "build" / "nbgrader" / "submitted" / student / FIRST / f"{FIRST}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    (text,) = [
        c.source for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "why_count"
    ]
    return str(text)


def test_both_hand_in_the_same_code(term: tuple[Path, str]) -> None:
    folder, said = term
    assert "✓ ada and ben handed in the same code." in said
    found = grades(folder)
    for student in ("ada", "ben"):
        assert functions(found[student]) == 10
        assert answer(folder, student) == f"Because {student} thinks so."
        assert found[student].waiting == ["why_count"]


def test_one_hands_in_for_both(term: tuple[Path, str]) -> None:
    folder, said = term
    assert "✓ cleo handed in for dara, too." in said
    found = grades(folder)
    assert functions(found["cleo"]) == functions(found["dara"]) == 10
    assert answer(folder, "cleo") == "Because cleo thinks so."
    assert answer(folder, "dara") == "YOUR ANSWER HERE"
    assert found["cleo"].waiting == ["why_count"]
    assert found["dara"].waiting == []  # an empty answer earns nothing without being read
    assert found["dara"].items["why_count"].score == 0


def test_each_member_has_their_own_penalty(term: tuple[Path, str]) -> None:
    found = grades(term[0])
    assert found["cleo"].submitted == found["dara"].submitted
    assert (found["cleo"].penalty, found["dara"].penalty) == (1, 0)  # dara has two days more


def test_members_with_different_code_are_graded_on_their_own(term: tuple[Path, str]) -> None:
    folder, said = term
    told = "! eli and fay handed in different code (counting): each is graded on their own."
    assert told in said
    found = grades(folder)
    assert (functions(found["eli"]), functions(found["fay"])) == (10, 6)


def test_partners_that_are_not_certain_are_reported(term: tuple[Path, str]) -> None:
    folder, said = term
    for line in (
        "! gus names zoe, who is not on the roster: graded alone.",
        "! hana names ada, who handed in and names ben: each is graded on their own.",
        "! ivo names june and kai, but a pair has two members: graded alone.",
        "! lea names nia, and so does mo: nothing is handed in for nia.",
        "! mo names nia, and so does lea: nothing is handed in for nia.",
    ):
        assert line in said
    found = grades(folder)
    assert set(found) == {each.student for each in HANDED} | {"dara"}
    assert all(functions(found[student]) == 10 for student in ("gus", "hana", "ivo", "lea", "mo"))


def test_the_rule_is_printed_and_a_second_run_changes_nothing(term: tuple[Path, str]) -> None:
    folder, said = term
    assert f"Pairs: {RULE}" in said
    assert "10 there already" in (folder / "again.txt").read_text(encoding="utf-8")
    versions = folder / "build" / "nbgrader" / "collected" / "dara" / FIRST
    assert len(list(versions.iterdir())) == 1
    report = json.loads((versions.parent.parent / f"{FIRST}.json").read_text(encoding="utf-8"))
    assert {"student": "cleo", "says": "handed in for dara, too", "look": False} in report["pairs"]


# --------------------------------------------------------------------------------- collecting only

QUESTION = "why_streaming"
PAIRS = Part(
    PART,
    "A part",
    10,
    True,
    (),
    (Task("image_loader.ImageLoader", 1, 0, PART, individual=True),),
    (Question(QUESTION, "Why?", 1, PART, individual=True),),
)
ROSTER = Roster([Person("jane"), Person("bob"), Person("old", left="2027-01-01")])


def zipped(course: Path, student: str, partner: str = "", **more: bytes) -> bytes:
    files = work(course) | {f"student_code/{name}.py": code for name, code in more.items()}
    who = {"name": student, "id": student, "partner": partner}
    files["manifest.json"] = json.dumps({"part": PART, "student": who}).encode()
    return packed(files)


def hand_in(course: Path, *archives: bytes, day: int = 1, **options: Any) -> list[str]:
    """Collect archives that arrived on a day, and return what was found about pairs."""
    box = course.parent / f"box-{len(list(course.parent.glob('box-*')))}"
    for number, content in enumerate(archives):
        put_at(box / f"{number}.zip", content, datetime(2027, 2, day, tzinfo=timezone.utc))
    given = {"pairs": PAIRS, "roster": ROSTER} | options
    return [f"{each.student} {each.says}" for each in run(course, box, **given).pairs]


def code(course: Path, student: str, module: str) -> bytes:
    return (course / "submitted" / student / PART / "student_code" / f"{module}.py").read_bytes()


def test_a_copy_has_no_individual_work(course: Path) -> None:
    own = b"MINE = 1\n"
    hand_in(course, zipped(course, "jane", "bob", image_loader=own))
    stub = (course / "release" / PART / "student_code" / "image_loader.py").read_bytes()
    assert (code(course, "jane", "image_loader"), code(course, "bob", "image_loader")) == (
        own,
        stub,
    )
    assert code(course, "bob", "scaler") == code(course, "jane", "scaler")
    mine, copied = answers(submitted(course, "jane")), answers(submitted(course, "bob"))
    assert mine == ANSWERS
    assert {name for name in ANSWERS if copied[name] != ANSWERS[name]} == {QUESTION}


def test_individual_modules_may_differ(course: Path) -> None:
    said = hand_in(
        course,
        zipped(course, "jane", "bob", image_loader=b"MINE = 1\n"),
        zipped(course, "bob", "jane", image_loader=b"MINE = 2\n"),
    )
    assert said == ["bob and jane handed in the same code"]


def test_own_work_replaces_a_copy_even_if_it_is_older(course: Path) -> None:
    assert hand_in(course, zipped(course, "jane", "bob"), day=3) == ["jane handed in for bob, too"]
    newer = hand_in(course, zipped(course, "jane", "bob", scaler=b"NEWER = 1\n"), day=4)
    assert newer == ["jane handed in for bob, too"]
    assert code(course, "bob", "scaler") == b"NEWER = 1\n"
    said = hand_in(course, zipped(course, "bob", "jane", scaler=b"OWN = 1\n"), day=2)
    told = "handed in different code (scaler): each is graded on their own"
    assert said == [f"bob and jane {told}"]
    assert code(course, "bob", "scaler") == b"OWN = 1\n"
    assert answers(submitted(course, "bob")) == ANSWERS


def test_a_partner_who_is_no_longer_named_is_reported(course: Path) -> None:
    hand_in(course, zipped(course, "jane", "bob"))
    (said,) = hand_in(course, zipped(course, "jane"), day=2)
    assert "bob has a copy of a partner's work, but no partner names bob now" in said
    assert (course / "submitted" / "bob" / PART).is_dir()


@pytest.mark.parametrize(
    ("partner", "options", "said"),
    [
        ("old", {}, "names old, who is not on the roster: graded alone"),
        ("jane", {}, "names themselves as the partner: graded alone"),
        ("bob", {"pairs": None}, "names bob, but course.toml allows no pairs: graded alone"),
        ("bob", {"roster": None}, "Without a roster, nothing is handed in for bob"),
        ("../../etc", {"roster": None}, "Without a roster, nothing is handed in for etc"),
        ("..", {"roster": None}, "names .., who is not on the roster: graded alone"),
    ],
)
def test_nothing_is_handed_in_for_a_partner_who_is_not_certain(
    course: Path, partner: str, options: dict[str, Any], said: str
) -> None:
    (found,) = hand_in(course, zipped(course, "jane", partner), **options)
    assert found.endswith(said)
    assert [path.name for path in (course / "submitted").iterdir()] == ["jane"]


def test_pairs_without_a_roster_name_each_other(course: Path) -> None:
    both = zipped(course, "jane", "bob"), zipped(course, "bob", "jane")
    assert hand_in(course, *both, roster=None) == ["bob and jane handed in the same code"]


def test_a_partner_who_names_no_partner_is_reported(course: Path) -> None:
    (said,) = hand_in(course, zipped(course, "jane", "bob"), zipped(course, "bob"))
    assert said == "jane names bob, who handed in and names no partner: each is graded on their own"


@pytest.mark.parametrize("roster", [ROSTER, None])
def test_a_group_submission_has_the_individual_work_of_the_member_who_packed_it(
    course: Path, roster: Roster | None
) -> None:
    listing = {"submission_1": {":submitters": [{":sid": "jane"}, {":sid": "bob"}]}}
    files = {
        "submission_metadata.yml": json.dumps(listing).encode(),
        "submission_1/work.zip": zipped(course, "jane", "bob"),
    }
    box = put(course.parent / "gradescope.zip", packed(files))
    result = run(course, box, pairs=PAIRS, roster=roster)
    assert {row.student: row.status for row in result.rows}["bob"] == PARTNERS
    assert answers(submitted(course, "jane")) == ANSWERS
    assert answers(submitted(course, "bob"))[QUESTION] != ANSWERS[QUESTION]


def test_a_dry_run_hands_in_nothing(course: Path) -> None:
    assert hand_in(course, zipped(course, "jane", "bob"), dry=True) == []
    assert not (course / "submitted").exists()
