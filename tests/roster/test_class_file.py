"""Class lists of all platforms are read, and lists that would mix up students are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit.roster.class_file import ClassListError, Person, read_class
from coursekit.roster.class_list import load_class, merged, save_class

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Part 1 (901),Current Score
,,,,,Manual Posting,
    Points Possible,,,,,55.00,(read only)
"Doe, Jane",111,0012,jdoe,A,,
"Roe, Richard",222,,rroe,"A, B",,
"Student, Test",999,,f00ba4,A,,
"""
MOODLE = """First name,Last name,ID number,Email address,Groups
Jane,Doe,0012,jane@example.org,"Monday, Tuesday"
Zoë,van der Müller,0013,zoe@example.org,
"""
WORKSHEET = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed
Participant 501,Jane Doe,jane@example.org,No submission,,55.00,Yes
"""
GRADESCOPE = """First Name,Last Name,SID,Email,Role,Section Name
Jane,Doe,0012,jane@example.org,Student,A
Ina,Structor,,ina@example.org,Instructor,A
Tim,Assist,,tim@example.org,TA,A
Richard,Roe,,rich@example.org,Student,B
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "class.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_canvas_gradebook_gives_both_ids_and_leaves_out_what_is_no_student(
    tmp_path: Path,
) -> None:
    found = read_class(written(tmp_path, CANVAS))
    jane, richard = found.people
    assert jane == Person("0012", "Doe", "Jane", "", "jdoe", "0012", "111", "A")
    assert (richard.id, richard.canvas_id, richard.group) == ("rroe", "222", "A; B")
    assert found.skipped == [
        "line 2: it names no student",
        "line 3: the maximum points",
        "line 6: the test student",
    ]


def test_moodle_participants_keep_zeros_groups_and_accents(tmp_path: Path) -> None:
    jane, zoe = read_class(written(tmp_path, MOODLE)).people
    assert (jane.id, jane.group, jane.email) == ("0012", "Monday; Tuesday", "jane@example.org")
    assert zoe.name == "Zoë van der Müller"


def test_the_participant_number_of_one_assignment_is_no_id(tmp_path: Path) -> None:
    (jane,) = read_class(written(tmp_path, WORKSHEET)).people
    assert jane.id == "jane@example.org"
    assert jane.others == ()


def test_only_students_of_a_gradescope_roster_are_taken(tmp_path: Path) -> None:
    found = read_class(written(tmp_path, GRADESCOPE))
    assert [person.id for person in found.people] == ["0012", "rich@example.org"]
    assert found.skipped == ["line 3: the role is Instructor", "line 4: the role is TA"]


def test_a_middle_name_identifies_no_one(tmp_path: Path) -> None:
    text = "student_id,first_name,middle name,last_name,card number\nj1,Jane,Kim,Doe,77\n"
    (jane,) = read_class(written(tmp_path, text)).people
    assert jane.others == (("card number", "77"),)


def test_a_quoted_line_break_is_part_of_a_cell(tmp_path: Path) -> None:
    (jane,) = read_class(written(tmp_path, 'student_id;name\nj1;"Doe,\nJane"\n')).people
    assert (jane.last_name, jane.first_name) == ("Doe", "Jane")


def test_the_id_column_can_be_chosen(tmp_path: Path) -> None:
    text = "matriculation,name,id\n0007,Jane Doe,9\n"
    (jane,) = read_class(written(tmp_path, text), "Matriculation").people
    assert jane.id == "0007"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nom,prenom\nDoe,Jane\n", r"no id column.*--id"),
        ("student_id,name\n../x,Jane\n", r"line 2: '../x' is not a valid student id"),
        ("student_id,name\nj1,Jane Doe\nJ1,Jo Roe\n", r"line 3: the id 'J1' is already on line 2"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ClassListError, match=reason):
        read_class(written(tmp_path, text))


def test_a_student_in_two_sections_is_one_student(tmp_path: Path) -> None:
    text = "student_id,name,section\nj1,Jane Doe,A\nj1,Jane Doe,B\n"
    (jane,) = read_class(written(tmp_path, text)).people
    assert jane.group == "A; B"


def test_the_kept_roster_loses_nothing(tmp_path: Path) -> None:
    people = read_class(written(tmp_path, CANVAS)).people
    people.append(Person("0042", "O'Neil; Ann", 'An "n"', others=(("card number", "7"),)))
    save_class(tmp_path, people)
    assert load_class(tmp_path) == people


def test_who_is_missing_in_a_new_list_has_left_and_may_come_back() -> None:
    ada, ben = Person("a1", "Ash", "Ada", group="A"), Person("b2", "Birch", "Ben", "b@example.org")
    people, changes = merged([ada, ben], [ada, Person("c3")], "2027-02-01")
    assert (changes.added, changes.left, changes.unchanged) == (["c3"], ["b2"], ["a1"])
    assert people[1].left == "2027-02-01"
    people, changes = merged(people, [ada, Person("b2", "Birch", "Ben")], "2027-02-08")
    assert changes.changed == ["b2"]
    assert people[1] == ben, "known data is kept if the new list lacks it"
    kept, changes = merged([ada, ben], [Person("c3")], "2027-02-01", only_add=True)
    assert not changes.left
    assert [person.left for person in kept] == ["", "", ""]


def test_a_list_without_its_leading_zeros_is_refused() -> None:
    with pytest.raises(ClassListError, match=r"'12', but the roster knows '0012'.*leading zeros"):
        merged([Person("0012"), Person("0013")], [Person("12"), Person("13")], "2027-02-01")
    people, _ = merged([Person("0012")], [Person("0012"), Person("12")], "2027-02-01")
    assert [person.id for person in people] == ["0012", "12"], "both are students"
