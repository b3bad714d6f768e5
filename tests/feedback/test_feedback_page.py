"""The feedback page: who, how many points, what failed and why; offline, without a script."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag

from coursekit.deadlines.penalties import opened
from coursekit.settings.feedback_summary import requirements
from coursekit.settings.mathml import as_mathml, markdown
from tests.conftest import Coursekit
from tests.feedback import active
from tests.small_course import FIRST, hand_in_samples

CLASS = (
    "student_id,name,email\nright,Ada Ash,a@example.org\nmisconception,Ben Birch,b@example.org\n"
)
LATE = "2031-03-02 11:00:00 UTC"
ANSWER = r"An answer in the student's own words: $\frac{a}{b} < \sum_i x_i$."


@pytest.fixture(scope="module")
def returned(
    small_once: Path, tmp_path_factory: pytest.TempPathFactory, coursekit: Coursekit
) -> Path:
    """The small course after `return`: one student is late, and one answer is not read."""
    course = tmp_path_factory.mktemp("returned") / "course"
    shutil.copytree(small_once, course, symlinks=True)
    folder = course / "build" / "nbgrader"
    hand_in_samples(course)
    path = folder / "submitted" / "right" / FIRST / f"{FIRST}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(
            "An answer in the student's own words, to be graded by a person.", ANSWER
        )
    nbformat.write(notebook, path)
    (folder / "submitted" / "misconception" / FIRST / "timestamp.txt").write_text(LATE, "utf-8")
    facts = json.loads((folder / "course.json").read_text(encoding="utf-8"))
    facts["late"] = {"percent_per_day": 10, "late_days": 0}
    (folder / "course.json").write_text(json.dumps(facts), encoding="utf-8")
    (course / "class.csv").write_text(CLASS, encoding="utf-8")
    for words in (("roster", "class.csv"), ("grade", FIRST)):
        done = coursekit(course, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    done = coursekit(course, "return", FIRST, "--to", "csv", "--unread")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def page(folder: Path, student: str) -> BeautifulSoup:
    path = folder / "feedback" / student / FIRST / f"{FIRST}.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    found = soup.select_one(selector)
    assert found is not None, selector
    return found


def words(soup: BeautifulSoup | Tag) -> str:
    return " ".join(soup.get_text(" ").split())


def test_an_unread_answer_is_no_zero(returned: Path) -> None:
    soup = page(returned, "right")
    said = words(soup)
    assert "For Ada Ash ( right )" in said or "For Ada Ash (right)" in said
    assert "10 of 12 points so far" in said
    assert "1 item is not graded yet: your total can only rise." in said
    lines = soup.select("table.points tbody tr")
    rows = {one(line, "th a").get_text(): one(line, "td").get_text() for line in lines}
    assert rows == {
        "counting.mean": "6 of 6",
        "counting.Tally": "4 of 4",
        "Why count?": "not read yet",
    }
    assert "0.0" not in said.split("Your notebook")[0]


def test_failed_requirements_come_with_cause_and_hint(returned: Path) -> None:
    soup = page(returned, "misconception")
    section = words(one(soup, "section.failed"))
    assert section.startswith("counting.mean The mean of two values lies between them")
    assert "likely cause the sum is not divided" in section
    assert "hint The result is not what the promise says." in section
    assert "Signs are kept" in section


def test_code_in_backticks_is_shown_as_code(returned: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(returned, tmp_path / "course"))
    path = folder / "autograded" / "misconception" / FIRST / f"{FIRST}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "Signs are kept" in output.get("text", ""):
                said = output.text.replace("Signs are kept", "`mean` keeps `<b>`, and one ` stays")
                output.text = said.replace("likely cause  the", "likely cause  `sum` is not the")
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", FIRST, "--force"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    section = one(page(folder, "misconception"), "section.failed")
    assert "`mean` keeps `<b>`, and one ` stays" in words(section), "an odd one is not code"
    assert [tag.get_text() for tag in section.select("dd code")] == ["sum"]


def test_late_work_is_explained(returned: Path) -> None:
    said = words(page(returned, "misconception"))
    assert "Due 2031-03-01 12:00 UTC." in said
    assert "Handed in 2031-03-02 11:00 UTC." in said
    assert "1 day at 10 % of 6 points: −0.6 points." in said
    assert "5.4 of 12 points" in said
    assert "6 earned, −0.6 for late work" in said
    with opened(returned) as book:
        assert book.find_submission(FIRST, "misconception").late_submission_penalty == 0.6


def test_the_page_loads_nothing_and_runs_nothing(returned: Path) -> None:
    for student in ("right", "misconception"):
        soup = page(returned, student)
        assert not soup.select("script, link, iframe, object, embed, form")
        assert all(str(tag["src"]).startswith("data:") for tag in soup.select("[src]"))
        assert not re.search(r"url\(|@import", " ".join(t.get_text() for t in soup.select("style")))
        assert str(one(soup, "meta[http-equiv]")["content"]).startswith("default-src 'none'")


def test_formulas_are_rendered_and_the_setup_cell_is_folded(returned: Path) -> None:
    soup = page(returned, "right")
    formula = one(soup, "section.graded math")
    assert formula["aria-label"] == r"\frac{a}{b} < \sum_i x_i"
    assert formula.select("mfrac")
    assert "$" not in words(one(soup, "section.graded .rendered_html"))
    assert "notebook.setup" in one(soup, "details.cell").get_text()
    assert one(soup, "html")["lang"] == "en"
    assert soup.select("h1, h2, h3")[0].name == "h1"
    anchors = {str(tag["href"]).lstrip("#") for tag in soup.select("a[href^='#']")}
    assert anchors <= {tag["id"] for tag in soup.select("[id]")}


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\begin{matrix}<script>alert(1)</script>\end{matrix}",
        r"\unknown{" * 50,
        "{" * 3000,
        "x" * 5000,
    ],
)
def test_a_formula_never_becomes_active(latex: str) -> None:
    soup = BeautifulSoup(as_mathml(latex, block=False), "html.parser")
    names = {tag.name for tag in soup.find_all(True)}
    assert names <= {"code", "math", "mrow", "mtext", "mi", "mo", "mn", "mtable", "mtr", "mtd"}
    assert not [tag for tag in soup.find_all(True) if set(tag.attrs) & {"href", "onerror", "src"}]


@pytest.mark.parametrize(
    "latex",
    [
        r"\sigma = \sqrt{\frac{1}{N} \sum_i (x_i - \mu)^2}",
        r"\begin{aligned} z &= x - \mu \\ x &= z + \mu \end{aligned}",
        r"\begin{align*} a &< b \end{align*}",
        r"\begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}",
        r"\mathbb{E}[x] \propto \lVert w \rVert_2^2",
        r"\begin{pmatrix} 1 & 2 \end{pmatrix}",
    ],
)
def test_formulas_of_the_course_are_rendered(latex: str) -> None:
    soup = BeautifulSoup(as_mathml(latex, block=True), "html.parser")
    assert [tag.name for tag in soup.find_all(recursive=False)] == ["math"]
    assert "\\" not in soup.get_text()
    assert "(1)" not in soup.get_text(), "equations have no numbers"


def test_html_around_formulas_is_cleaned() -> None:
    html = markdown("$x$ <b>bold</b> $$y$$", {}, lambda text: text.replace("<b>", ""))
    assert html.count("<math") == 2
    assert "<b>" not in html


def test_requirements_are_read_from_what_the_checks_print() -> None:
    printed = [
        "✗ The mean is exact",
        "    called        mean([1])",
        "    likely cause  the sum is not divided",
        "    hint          Look again.",
        "✓ Signs are kept",
        "    hint          not of a failed test",
        "· Each call adds: add is not implemented yet",
    ]
    first, second = requirements(printed)
    assert (first.text, first.cause, first.hints) == (
        "The mean is exact",
        "the sum is not divided",
        ["Look again."],
    )
    assert not second.written


def test_the_list_of_attacks_is_still_used() -> None:
    assert active.vectors()
