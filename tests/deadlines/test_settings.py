"""nbgrader's own step applies the same penalties, and each course folder has its own rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from coursekit.builds.nbgrader_release import copy_settings
from coursekit.deadlines.penalties import settle_course

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # raised by nbgrader
DUE = "2027-03-05T12:00:00Z"


def make_course(root: Path, folder: Path, late: Mapping[str, float], gradebook: Path) -> Config:
    """Make a course with one part, one student who is two days late, and these rules."""
    copy_settings(root, folder)
    parts = [{"id": "p1", "title": "One", "due": DUE}]
    facts = {"course": {"id": "one", "seconds_per_cell": 10}, "late": late, "parts": parts}
    (folder / "course.json").write_text(json.dumps(facts), encoding="utf-8")
    (folder / "source").mkdir()
    (folder / "gradebook.db").write_bytes(gradebook.read_bytes())
    loader = PyFileConfigLoader("nbgrader_config.py", path=str(folder))
    config: Config = loader.load_config()
    return config


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("late") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}") as book:
        book.add_assignment("p1", duedate=DUE)
        book.add_notebook("p1", "p1")
        book.add_grade_cell("code", "p1", "p1", max_score=20, cell_type="code")
        book.add_student("ada")
        book.add_submission("p1", "ada", timestamp=datetime(2027, 3, 7, 10))
        book.find_grade("code", "p1", "p1", "ada").auto_score = 20.0
        book.db.commit()
    return path


def penalty(folder: Path) -> float | None:
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        found: float | None = book.find_submission("p1", "ada").notebooks[0].late_submission_penalty
        return found


def by_nbgrader(folder: Path, config: Config) -> float | None:
    """Run the step of plain nbgrader that assigns penalties."""
    address = f"sqlite:///{folder / 'gradebook.db'}"
    known = {"notebook": "p1", "assignment": "p1", "student": "ada", "db_url": address}
    AssignLatePenalties(config=config).preprocess(new_notebook(), {"nbgrader": known})
    return penalty(folder)


def test_plain_nbgrader_and_the_course_agree_and_courses_are_separate(
    root: Path, gradebook: Path, tmp_path: Path
) -> None:
    rules = {"first": {"percent_per_day": 10}, "second": {"points_per_day": 3, "late_days": 1}}
    folders = {name: tmp_path / name for name in rules}
    configs = {
        name: make_course(root, folders[name], late, gradebook) for name, late in rules.items()
    }
    classes = {config.AssignLatePenalties.plugin_class for config in configs.values()}
    assert len(classes) == 2, "each folder loads its own copy"
    expected = {"first": 4.0, "second": 3.0}
    for name, folder in folders.items():
        assert by_nbgrader(folder, configs[name]) == expected[name]
        assert settle_course(folder) == []
    (folders["first"] / "extensions.csv").write_text("student,part,days\nada,p1,1\n", "utf-8")
    assert [change.new for change in settle_course(folders["first"])] == [2.0]
    assert by_nbgrader(folders["first"], configs["first"]) == 2.0
    assert penalty(folders["second"]) == 3.0
