"""Downloads of Canvas, Moodle and Gradescope, and plain folders: who submitted what, and when."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coursekit.collecting.findings import CollectError
from coursekit.collecting.identification import Claim, Roster, as_student_id, read_roster
from coursekit.collecting.summary import COLLECTED, EARLIER, LOOK, REFUSED, THERE
from coursekit.roster.class_file import ClassListError
from coursekit.roster.spellings import is_student_id
from tests.collecting.course import (
    ANSWERS,
    PART,
    SCALER,
    answered,
    answers,
    as_bytes,
    assert_ready,
    packed,
    put,
    run,
    submitted,
    work,
)

ROSTER = """student_id,last_name,first_name,email,canvas id
jd01,Doe,Jane,jane@example.org,111
rr02,Roe,Richard,richard@example.org,222
mm03,Müller,Zoë,zoe@example.org,333
rr04,Roe,Richard,r.roe@example.org,444
"""


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    return read_roster(put(tmp_path / "class.csv", ROSTER.encode()))


def later(notebook: bytes) -> bytes:
    return notebook.replace(b"don't fit", b"will never fit")


def test_canvas_resubmissions_are_versions_and_the_last_one_counts(
    course: Path, tmp_path: Path
) -> None:
    notebook = as_bytes(answered(course))
    bulk = {
        "doejane_111_9001_part1_scaler.ipynb": notebook,
        "doejane_LATE_111_9003_part1_scaler-1.ipynb": later(notebook),
        "doejane_111_9002_scaler.py": SCALER.encode(),
        "roerichard_222_9004_hand-in.zip": packed(work(course)),
    }
    result = run(course, put(tmp_path / "submissions.zip", packed(bulk)))
    what = [(row.student, row.status, row.came_by) for row in result.rows]
    # Both of jane's lack modules, so a person should look at them.
    assert what == [
        ("doejane-111", LOOK, "Canvas"),
        ("doejane-111", LOOK, "Canvas"),
        ("roerichard-222", COLLECTED, "Canvas"),
    ]
    mine = answers(submitted(course, "doejane-111"))["why_streaming"]
    assert mine == ANSWERS["why_streaming"].replace("don't", "will never")
    module = course / "submitted" / "doejane-111" / PART / "student_code" / "scaler.py"
    assert module.read_text(encoding="utf-8") == SCALER
    kept = course / "collected" / "doejane-111" / PART
    (earlier,) = kept.glob(f"*/submission/{PART}.ipynb")
    assert ANSWERS["why_streaming"] in earlier.read_text(encoding="utf-8")


def test_moodle_folders_and_names_of_a_roster(course: Path, tmp_path: Path, roster: Roster) -> None:
    files = work(course)
    bulk = {f"Jane Doe_1234567_assignsubmission_file/{k}": v for k, v in files.items()}
    bulk["Jane Doe_1234567_assignsubmission_onlinetext/onlinetext.html"] = b"<p>see file</p>"
    bulk["Zoë Müller_1234568_assignsubmission_file_work.zip"] = packed(files)
    bulk["Ann Unknown_1234569_assignsubmission_file/part1.ipynb"] = files[f"notebooks/{PART}.ipynb"]
    bulk["Richard Roe_1234570_assignsubmission_file/part1.ipynb"] = files[f"notebooks/{PART}.ipynb"]
    result = run(course, put(tmp_path / "moodle.zip", packed(bulk)), roster=roster)
    rows = {row.student: row for row in result.rows}
    assert rows["jd01"].status == rows["mm03"].status == COLLECTED
    assert_ready(course, "jd01")
    assert_ready(course, "mm03")
    assert "no student in the roster matches Ann Unknown" in rows["Ann Unknown"].reason
    assert "matches several students in the roster: rr02, rr04" in rows["Richard Roe"].reason


def test_moodle_without_a_roster_does_not_guess_between_namesakes(
    course: Path, tmp_path: Path
) -> None:
    notebook = as_bytes(answered(course))
    bulk = {
        f"Jane Doe_11_assignsubmission_file/{PART}.ipynb": notebook,
        f"Jane-Doe_12_assignsubmission_file/{PART}.ipynb": notebook,
    }
    bulk[f"John Doe_13_assignsubmission_file/{PART}.ipynb"] = notebook
    result = run(course, put(tmp_path / "moodle.zip", packed(bulk)))
    assert [row.status for row in result.rows] == [REFUSED, REFUSED, LOOK]
    assert result.rows[2].student == "john-doe"
    assert result.rows[0].reason == "several people have this name: use a --roster"


METADATA = """---
submission_71:
  :submitters:
  - :name: Jane Doe
    :sid: jd01
    :email: jane@example.org
  - :name: Zoë Müller
    :sid: mm03
    :email: zoe@example.org
  :created_at: 2027-02-03 18:55:01.123456000 Z
  :score: 0.0
submission_72:
  :submitters:
  - :name: R. Roe
    :sid:
    :email: richard@example.org
  :created_at: '2027-02-04T10:00:00-08:00'
"""


def test_gradescope_says_who_and_when(course: Path, tmp_path: Path, roster: Roster) -> None:
    files = work(course)
    bulk = {f"assignment_5_export/submission_71/{k}": v for k, v in files.items()}
    bulk |= {f"assignment_5_export/submission_72/{k}": v for k, v in files.items()}
    bulk |= {f"assignment_5_export/submission_73/{k}": v for k, v in files.items()}
    bulk["assignment_5_export/submission_metadata.yml"] = METADATA.encode()
    result = run(course, put(tmp_path / "submissions.zip", packed(bulk)), roster=roster)
    assert {row.student: row.when for row in result.rows} == {
        "jd01": "2027-02-03T18:55:01.123456+00:00",
        "mm03": "2027-02-03T18:55:01.123456+00:00",
        "rr02": "2027-02-04T18:00:00+00:00",
    }
    assert {row.status for row in result.rows} == {COLLECTED}
    stamp = course / "submitted" / "jd01" / PART / "timestamp.txt"
    assert stamp.read_text(encoding="utf-8") == "2027-02-03 18:55:01.123456 UTC"
    assert result.strays == ["submission_metadata.yml does not name the owner of submission_73"]


def manifest(files: dict[str, bytes], student: str) -> bytes:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    listed = {name: {"sha256": digest} for name, digest in digests.items()}
    facts = {"part": PART, "student": {"name": "Any Name", "id": student}, "files": listed}
    return json.dumps(facts).encode()


def test_a_toolbox_zip_identifies_its_student(course: Path, tmp_path: Path) -> None:
    files = work(course)
    own = files | {"manifest.json": manifest(files, "jd01")}
    (row,) = run(course, put(tmp_path / f"{PART}-hand-in.zip", packed(own))).rows
    assert (row.student, row.status) == ("jd01", COLLECTED)
    assert row.look == []
    changed = own | {"student_code/scaler.py": b"# changed after it was packed\n"}
    (row,) = run(course, put(tmp_path / "again.zip", packed(changed))).rows
    assert row.look == ["differs from its manifest: student_code/scaler.py"]


def test_the_time_of_a_manifest_counts_where_no_platform_names_one(
    course: Path, tmp_path: Path
) -> None:
    facts = {"student": "jd01", "time": "2027-02-02T10:00:00+02:00"}
    own = packed(work(course) | {"manifest.json": json.dumps(facts).encode()})
    (row,) = run(course, put(tmp_path / "a.zip", own)).rows
    assert (row.when, row.time_from) == (
        "2027-02-02T08:00:00+00:00",
        "the submission's own manifest",
    )
    bulk = packed({"doejane_1_2_own.zip": own}, (2027, 2, 5, 0, 0, 0))
    (row,) = run(course, put(tmp_path / "bulk.zip", bulk)).rows
    assert (row.when, row.time_from) == ("2027-02-05T00:00:00+00:00", "Canvas")


def test_a_toolbox_zip_of_another_part_is_refused(course: Path, tmp_path: Path) -> None:
    facts = {"part": "part2_simplenet", "student": {"name": "Any Name", "id": "jd01"}}
    own = work(course) | {"manifest.json": json.dumps(facts).encode()}
    (row,) = run(course, put(tmp_path / "jd01_part2_simplenet.zip", packed(own))).rows
    assert (row.status, row.reason) == (REFUSED, "was packed for part2_simplenet")


def test_a_zip_without_times_has_that_of_its_file(course: Path, tmp_path: Path) -> None:
    archive = put(tmp_path / "jane.zip", packed(work(course), (1980, 1, 1, 0, 0, 0)))
    os.utime(archive, (1_800_000_000, 1_800_000_000))
    (row,) = run(course, archive).rows
    assert row.when == "2027-01-15T08:00:00+00:00"


def test_nobody_can_hand_in_for_somebody_else(course: Path, tmp_path: Path, roster: Roster) -> None:
    files = work(course)
    own = packed(files | {"manifest.json": manifest(files, "mm03")})
    bulk = {"Jane Doe_1234567_assignsubmission_file/hand-in.zip": own}
    (row,) = run(course, put(tmp_path / "moodle.zip", packed(bulk)), roster=roster).rows
    assert (row.student, row.status) == ("jd01", LOOK)
    assert row.look == ["its own manifest names mm03 as the student"]
    assert not (course / "submitted" / "mm03").exists()


def test_a_folder_of_students_with_files_of_no_student(course: Path, tmp_path: Path) -> None:
    files = work(course)
    box = tmp_path / "box"
    for name, content in files.items():
        put(box / "jane-doe" / "vision-course-main" / name, content)
    put(box / "rroe.zip", packed({f"vision-course-main/{k}": v for k, v in files.items()}))
    put(box / "part1_scaler_zoe (1).ipynb", files[f"notebooks/{PART}.ipynb"])
    put(box / "readme.txt", b"hello")
    result = run(course, box)
    assert {row.student: row.status for row in result.rows} == {
        "jane-doe": COLLECTED,
        "rroe": COLLECTED,
        "zoe": LOOK,
    }
    assert result.strays == ["belongs to no student: readme.txt"]


def test_the_student_option_is_for_one_submission_only(course: Path, tmp_path: Path) -> None:
    archive = put(tmp_path / "vision-course-main.zip", packed(work(course)))
    (row,) = run(course, archive).rows
    assert (row.status, "--student" in row.reason) == (REFUSED, True)
    (row,) = run(course, archive, student="jane").rows
    assert (row.student, row.status) == ("jane", COLLECTED)
    with pytest.raises(CollectError, match="there are 2 submissions"):
        run(course, archive, archive, student="jane")


def test_times_of_zips_have_the_zone_that_is_named(course: Path, tmp_path: Path) -> None:
    archive = put(tmp_path / "jane.zip", packed(work(course), (2027, 7, 1, 12, 0, 0)))
    (row,) = run(course, archive, zone=ZoneInfo("Europe/Berlin")).rows
    assert row.when == "2027-07-01T10:00:00+00:00"


def test_an_older_hand_in_never_replaces_a_newer_one(course: Path, tmp_path: Path) -> None:
    files = work(course)
    old = packed(files | {"student_code/scaler.py": b"# old\n"}, (2027, 1, 1, 0, 0, 0))
    new = packed(files, (2027, 2, 1, 0, 0, 0))
    status = [
        run(course, put(tmp_path / name / "jane.zip", content)).rows[0].status
        for name, content in (("a", new), ("b", old), ("c", new), ("d", old))
    ]
    assert status == [COLLECTED, EARLIER, THERE, THERE]
    module = course / "submitted" / "jane" / PART / "student_code" / "scaler.py"
    assert module.read_text(encoding="utf-8") == SCALER


def test_going_back_to_earlier_work_is_a_new_hand_in(course: Path, tmp_path: Path) -> None:
    files = work(course)
    other = files | {"student_code/scaler.py": b"# other\n"}
    for day, content in ((1, files), (2, other), (3, files)):
        run(course, put(tmp_path / f"{day}" / "jane.zip", packed(content, (2027, 3, day, 0, 0, 0))))
    module = course / "submitted" / "jane" / PART / "student_code" / "scaler.py"
    assert module.read_text(encoding="utf-8") == SCALER
    assert len(list((course / "collected" / "jane" / PART).iterdir())) == 3


def test_the_notebook_is_chosen_by_what_is_in_it(course: Path, tmp_path: Path) -> None:
    files = work(course)
    notebook = files.pop(f"notebooks/{PART}.ipynb")
    files["notebooks/final FINAL.ipynb"] = notebook
    files[f"notebooks/{PART}.ipynb"] = (course / "release" / PART / f"{PART}.ipynb").read_bytes()
    files["notebooks/part2_simplenet.ipynb"] = b'{"cells": []}'
    (row,) = run(course, put(tmp_path / "jane.zip", packed(files))).rows
    assert answers(submitted(course, "jane")) == ANSWERS
    assert row.look == [
        f"also found, but not used: notebooks/{PART}.ipynb; used: notebooks/final FINAL.ipynb"
    ]


def test_another_parts_work_is_refused(course: Path, tmp_path: Path) -> None:
    other = b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}'
    files = {"notebooks/part2_simplenet.ipynb": other, "student_code/scaler.py": SCALER.encode()}
    (row,) = run(course, put(tmp_path / "jane.zip", packed(files))).rows
    assert row.reason == f"contains no work on {PART}, only part2_simplenet.ipynb"


def test_loose_modules_find_their_place(course: Path, tmp_path: Path) -> None:
    flat = {f"{PART}.ipynb": as_bytes(answered(course)), "scaler (2).py": SCALER.encode()}
    (row,) = run(course, put(tmp_path / "jane.zip", packed(flat))).rows
    assert "scaler (2).py was copied to student_code/scaler.py" in row.repaired
    module = course / "submitted" / "jane" / PART / "student_code" / "scaler.py"
    assert module.read_text(encoding="utf-8") == SCALER


def test_only_the_parts_folders_are_taken(course: Path, tmp_path: Path) -> None:
    extra = {"numpy.py": b"", "toolbox/course.py": b"", "unit_tests/test_scaler.py": b""}
    (row,) = run(course, put(tmp_path / "jane.zip", packed(work(course) | extra))).rows
    there = course / "submitted" / "jane" / PART
    assert {path.name for path in there.iterdir()} == {
        f"{PART}.ipynb",
        "student_code",
        "results",
        "timestamp.txt",
    }
    assert set(extra) <= set(row.left_out)
    weights = there / "results" / "checkpoints" / "run" / "weights.pt"
    assert weights.read_bytes() == work(course)["results/checkpoints/run/weights.pt"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("doejane", {"jd01"}),
        ("Jane Doe", {"jd01"}),
        ("Doe, Jane", {"jd01"}),
        ("jane@example.org", {"jd01"}),
        ("mullerzoe", {"mm03"}),
        ("Richard Roe", {"rr02", "rr04"}),
        ("Doe", set()),
        ("", set()),
    ],
)
def test_who_a_name_means(roster: Roster, name: str, found: set[str]) -> None:
    assert roster.find(Claim("name", name)) == found


@pytest.mark.parametrize("text", ["Doe, Jane", "../../etc", "Zoë Müller", "a" * 300, "-x-", "*"])
def test_any_name_becomes_an_id_that_is_safe_or_none(text: str) -> None:
    made = as_student_id(text)
    assert made == "" or is_student_id(made)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nom,prenom\nDoe,Jane\n", "no id column"),
        ("student_id,name\n../x,Jane\n", "line 2: '../x' is not a valid student id"),
        ("student_id,name\n,Jane\n", "line 2"),
    ],
)
def test_a_roster_that_can_not_be_used_says_why(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ClassListError, match=reason):
        read_roster(put(tmp_path / "class.csv", text.encode()))


def test_a_zip_with_backslashes_by_windows_is_unpacked(course: Path, tmp_path: Path) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in [*work(course).items(), ("../evil.py", b""), ("C:/evil.py", b"")]:
            info = zipfile.ZipInfo("placeholder", (2027, 2, 1, 12, 0, 0))
            info.filename, info.create_system = name.replace("/", "\\"), 0
            archive.writestr(info, content)
    (row,) = run(course, put(tmp_path / "jane.zip", memory.getvalue())).rows
    assert row.when == "2027-02-01T12:00:00+00:00"
    assert [line.count("would be written outside") for line in row.look] == [1, 1]
    module = course / "submitted" / "jane" / PART / "student_code" / "scaler.py"
    assert module.read_text(encoding="utf-8") == SCALER
