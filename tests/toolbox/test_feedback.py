"""Feedback shows what to do next first, says each thing once, and is the same text everywhere."""

from __future__ import annotations

import json
import re
import signal
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.toolbox.conftest import TinyCourse
from toolbox import checks, course
from toolbox.checks import shown_score
from toolbox.checks.arranged_feedback import arrange
from toolbox.checks.diagnosis import AS_ABOVE
from toolbox.checks.feedback_html import as_html
from toolbox.checks.feedback_text import ALL_HINTS, as_text, fitted
from toolbox.checks.outcome import Outcome, Run

RIGHT = """
def area(width, height):
    if width < 0 or height < 0:
        raise ValueError("sides are not negative")
    return width * height
"""
THREE_TESTS = "from student_code import shapes\nfrom toolbox.checks import task\n" + "".join(
    f'\n@task("shapes.area")\ndef test_{n}():\n    """Promise {n}."""\n    shapes.area({n}, 1)\n'
    for n in range(3)
)


def said_by(tiny: TinyCourse, capsys: pytest.CaptureFixture[str], code: str) -> str:
    tiny.student_writes(code)
    checks.grade("shapes.area")
    return capsys.readouterr().out


def test_an_endless_loop_is_reported_once(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_by(tiny, capsys, "def area(width, height):\n    while True:\n        pass\n")
    assert said.count("no answer") == said.count("where ") == said.count("meaning ") == 1
    assert "A test may compute for 0.5 s, and correct code needs far less." in said
    assert "✗ A negative side raises ValueError: fails in the same way" in said


def test_an_error_at_the_same_line_is_explained_once(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = tiny.folder / "unit_tests" / "test_shapes.py"
    tests.write_text(THREE_TESTS, encoding="utf-8")
    said = said_by(tiny, capsys, "def area(width, height):\n    return wdith\n")
    assert said.count("NameError") == 1
    assert said.count("fails in the same way") == 2


def test_errors_at_one_line_that_differ_only_in_numbers_are_explained_once(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = tiny.folder / "unit_tests" / "test_shapes.py"
    tests.write_text(THREE_TESTS, encoding="utf-8")
    code = "def area(width, height):\n    raise RuntimeError(f'{width}x500 and 320x100')\n"
    said = said_by(tiny, capsys, code)
    assert said.count("got           RuntimeError") == said.count("where ") == 1
    assert said.count("fails in the same way") == 2


def test_what_is_not_implemented_is_named_once(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_by(tiny, capsys, "def area(width, height):\n    raise NotImplementedError()\n")
    assert said.count("area is not implemented yet") == 1
    assert "\n· A negative side raises ValueError\n" in said


def test_prints_of_passing_tests_are_shown(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_by(tiny, capsys, RIGHT.replace("    return", "    print('w', width)\n    return"))
    assert "✓ The area is width times height\n    printed       w 3\n" in said


def test_a_blocked_task_names_the_one_to_do_first(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tiny.folder / "course.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts["parts"][0]["tasks"].insert(0, {"function": "sides.long", "points": 1, "hidden": 0})
    path.write_text(json.dumps(facts), encoding="utf-8")
    course._read.cache_clear()
    (tiny.folder / "student_code" / "sides.py").write_text(
        "def long(x):\n    raise NotImplementedError()\n", encoding="utf-8"
    )
    code = "from student_code.sides import long\n\ndef area(w, h):\n    return long(w)\n"
    said = said_by(tiny, capsys, code)
    assert "Next: write sides.long first\n" in said
    assert "sides.long is not implemented yet, so write it first\n" in said
    course._read.cache_clear()


@pytest.mark.parametrize(
    "code",
    [
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n",
        "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "except KeyboardInterrupt:\n    raise ImportError('half imported')\n",
        "import os, signal\ndef area(w, h):\n    os.kill(os.getpid(), signal.SIGINT)\n",
    ],
    ids=["while importing", "swallowed by a library", "in a test"],
)
def test_ctrl_c_is_not_a_failure_of_the_students_code(tiny: TinyCourse, code: str) -> None:
    tiny.student_writes(code)
    # A process in the background ignores Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt, match="Interrupted: the checks did not finish"):
            checks.grade("shapes.area")
    finally:
        signal.signal(signal.SIGINT, before)


def test_code_that_raises_keyboard_interrupt_fails(tiny: TinyCourse) -> None:
    tiny.student_writes("def area(w, h):\n    raise KeyboardInterrupt\n")
    assert checks.grade("shapes.area") == 0


def test_a_question_without_an_answer_is_open(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = tiny.folder / "unit_tests" / "test_shapes.py"
    tests.write_text(
        "from student_code import shapes\nfrom toolbox.checks import expect, task\n"
        '\n@task("shapes.area")\ndef test_it():\n    """The first answer is right."""\n'
        '    expect.answered("first" in shapes.area(), "area()")\n',
        encoding="utf-8",
    )
    said = said_by(tiny, capsys, "def area():\n    return {}\n")
    assert "· The first answer is right: no answer yet\n" in said
    assert "✗" not in said


# ------------------------------------------------------------------------------ arrangement


def outcome(promise: str, **facts: Any) -> Outcome:
    known = {"status": "failed", "called": f"area({promise})", "expected": "1", "got": "2"}
    name = promise.replace(" ", "_")
    return Outcome(f"test_{name}", promise, "shapes.area", 1.0, **{**known, **facts})


FAILED = outcome("first", misconception="the sides are swapped", hints=["Look.", "Look at w."])
AGAIN = outcome("second", misconception="the sides are swapped", hints=["Look.", "Look at w."])
PASSED = outcome("third", status="passed", called="", expected="", got="", printed="<b>hm</b>")
STUB = outcome("fourth", status="stub", called="", expected="", got="area is not implemented yet")
BROKEN = outcome("fifth", status="error", got="NameError: x", where="shapes.py, line 2: x")
ALSO_BROKEN = outcome("sixth", status="error", got="NameError: x", where="shapes.py, line 2: x")
MANY = [PASSED, FAILED, AGAIN, STUB, BROKEN, ALSO_BROKEN]


@pytest.fixture
def in_a_course(tiny: TinyCourse) -> TinyCourse:
    tiny.student_writes(RIGHT)
    return tiny


def test_a_likely_cause_and_its_hints_are_named_once(in_a_course: TinyCourse) -> None:
    said = as_text([], arrange(Run(list(MANY), [])))
    assert said.count("the sides are swapped") == 1
    assert said.count("Look.") == said.count("Look at w.") == 1
    assert f"likely cause  {AS_ABOVE}" in said


def test_the_second_hint_is_shown_on_request(
    in_a_course: TinyCourse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = arrange(Run(list(MANY), []))
    assert "hint 2        Look at w." in as_text([], found, ALL_HINTS)
    said = as_text([], found, "checks.hint() shows one more hint")
    assert "Look at w." not in said
    assert "    hint 2        checks.hint() shows one more hint\n" in said
    monkeypatch.setattr(shown_score, "held_back", lambda: True)
    shown_score.Shown([], found).show()
    assert "Look at w." not in capsys.readouterr().out
    checks.hint()
    assert capsys.readouterr().out == "hint 2: Look at w.\n"
    checks.hint()
    assert "There are no more hints" in capsys.readouterr().out


class Page(HTMLParser):
    """The text of a page, what is folded, and all its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("img", "br"):
            self.open.append(tag)
        self.text += " "

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


def words(text: str) -> list[str]:
    return re.sub(r"\s+", " ", text).split()


def test_the_page_says_the_same_words_as_the_text(in_a_course: TinyCourse) -> None:
    found = arrange(Run(list(MANY), []), ["The hidden tests are worth 2 points more."])
    page = Page(as_html(["student_code/x.py is missing"], found))
    assert page.open == []
    text = as_text(["student_code/x.py is missing"], found)
    shown = " ".join(words(page.text)).replace(" : ", ": ")
    for line in text.splitlines():
        for part in re.split(r"^    [a-z ]+?(?: 2)?  +|: fails in the same way|[✗✓·] ", line):
            # A page lists the names of tests that found the same stub below the reason.
            for sentence in re.split(r", (?=\d+ of)|\. Next: |(?<=fourth): ", part):
                assert " ".join(words(sentence)) in shown, sentence


def test_the_page_needs_no_script_and_opens_the_first_failure(in_a_course: TinyCourse) -> None:
    page = Page(as_html([], arrange(Run(list(MANY), []))))
    assert {tag for tag, _ in page.tags} <= {
        *("div", "span", "b", "i", "code", "details", "summary", "ul", "li"),
    }
    details = [attributes for tag, attributes in page.tags if tag == "details"]
    assert [("open" in each) for each in details].count(True) == 1
    assert "open" in details[0]
    assert all("on" not in name[:2] for _, attributes in page.tags for name in attributes)
    # Text keeps the color of the page, which has enough contrast in light and dark.
    styles = " ".join(str(each.get("style")) for _, each in page.tags)
    assert not re.search(r"(?<!-)(color|background)\s*:", styles.replace("border-left", ""))
    marks = [each.get("aria-label") for _, each in page.tags if each.get("role") == "img"]
    assert set(marks) == {"failed", "passed", "not implemented yet"}


def test_student_text_cannot_become_markup(in_a_course: TinyCourse) -> None:
    evil = outcome("evil", got="<script>alert(1)</script>", where="</details><img src=x>")
    text = as_html(["<script>"], arrange(Run([evil, PASSED], [])))
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;b&gt;hm&lt;/b&gt;" in text


def test_words_in_backticks_are_shown_as_code(in_a_course: TinyCourse) -> None:
    said = outcome(
        "`area` keeps `<w>`",
        got="`a`",
        misconception="`w` is lost",
        hints=["Look at `w`.", "Is `<b>` set?"],
    )
    found = arrange(Run([said], []), ["`note`"])
    page = as_html([], found)
    for code in ("area", "&lt;w&gt;", "w", "&lt;b&gt;", "note"):
        assert f"<code>{code}</code>" in page
    assert "<code>`a`</code>" in page  # a value keeps its own characters
    assert "✗ `area` keeps `<w>`\n" in as_text([], found)


def test_a_single_backtick_stays_as_it_is(in_a_course: TinyCourse) -> None:
    page = as_html([], arrange(Run([outcome("a ` b")], [])))
    assert "a ` b" in page


def test_a_check_adds_less_than_20_kb_to_the_notebook(in_a_course: TinyCourse) -> None:
    many = [outcome(f"promise number {n} " + "x" * 60, got="y" * 160) for n in range(20)]
    found = arrange(Run(many, []))
    assert len(as_html([], found)) + len(as_text([], found)) < 20_000


def test_a_terminal_shows_long_lines_below_the_start_of_their_text(in_a_course: TinyCourse) -> None:
    said = outcome("promise" * 2 + " promise" * 12, got="a" + " very" * 30, misconception="x" * 90)
    text = as_text([], arrange(Run([said], []), ["The hidden tests" + " are worth more" * 9]))
    lines = fitted(text, 80).splitlines()
    assert max(map(len, lines)) <= 80
    assert "".join(words("".join(lines))) == "".join(words(text))
    starts = [len(line) - len(line.lstrip()) for line in lines]
    assert set(starts) == {0, 2, 4, 18}
    assert fitted(text, 1000) == text
    code = f"{'':<18}→ 16  return {'x + ' * 30}x\n"
    assert fitted(code, 80) == f"{code[:79]}…\n"


# ------------------------------------------------------------------------------ in a notebook


class Kernel:
    """The part of a notebook's shell that the checks use."""

    kernel = object()
    execution_count = 7


@pytest.fixture
def shown(in_a_course: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    shell = Kernel()
    monkeypatch.setattr(shown_score, "notebook_shell", lambda: shell)
    monkeypatch.setattr("IPython.display.display", lambda data, raw: found.append(data))
    return found


def test_a_notebook_shows_the_feedback_once(
    shown: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    points = checks.grade("shapes.area")
    assert points == 6
    assert isinstance(points, shown_score.Score)
    assert len(shown) == 1
    assert set(shown[0]) == {"text/html", "text/plain"}
    assert "6 of 6 points" in shown[0]["text/html"]
    assert capsys.readouterr().out == ""
    points._ipython_display_()  # the end of the same cell
    assert len(shown) == 1
    monkeypatch.setattr(Kernel, "execution_count", 8)
    points._ipython_display_()  # a later cell that ends with it
    assert len(shown) == 2


@pytest.mark.parametrize("execution", ["autograde", "validate"])
def test_nbgrader_gets_plain_numbers_and_text(
    shown: list[dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    execution: str,
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", execution)
    points = checks.grade("shapes.area")
    assert type(points) is float
    assert shown == []
    assert "6 of 6 points" in capsys.readouterr().out


def test_a_score_displays_itself_in_other_front_ends(shown: list[dict[str, str]]) -> None:
    from IPython.lib.pretty import pretty

    points: Any = checks.grade("shapes.area")
    assert points._repr_html_() == shown[0]["text/html"]
    assert pretty(points) == shown[0]["text/plain"].rstrip()
    assert f"{points:g}" == "6"


# ------------------------------------------------------------------------------ own errors

MEAN = """
class Mean:
    def __init__(self):
        self.total, self.count = 12.5, 0

    def value(self, scale):
        weights = [1, 2]
        return scale * self.total / self.count + len(weights)


def area(width, height):
    return Mean().value(width)
"""


def test_an_error_shows_the_students_lines_and_values(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_by(tiny, capsys, MEAN)
    assert (
        "    where         student_code/shapes.py, line 8: "
        "return scale * self.total / self.count + len(weights)\n"
        "    code            6      def value(self, scale):\n"
        "                    7          weights = [1, 2]\n"
        "                  → 8          return scale * self.total / self.count + len(weights)\n"
        "    values        scale = 3, self.total = 12.5, self.count = 0, weights = [1, 2]\n"
    ) in said
    assert "Traceback" not in said
    assert "pytest" not in said


def test_the_values_of_an_error_run_no_student_code(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    code = (
        "class Loud:\n    def __repr__(self): raise SystemExit\n"
        "    def __getattr__(self, name): raise SystemExit\n\n"
        "def area(width, height):\n    loud = Loud()\n    return [loud, width, 'height'][7]\n"
    )
    said = said_by(tiny, capsys, code)
    assert "IndexError" in said
    assert "    values        width = 3\n" in said


def test_values_are_not_shown_where_the_code_runs_elsewhere(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    said = said_by(tiny, capsys, MEAN)
    assert "→ 8 " in said
    assert "values  " not in said


def test_lines_are_quoted_without_empty_ones_around_them(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_by(tiny, capsys, "\n\ndef area(w, h):\n    return w / 0\n\n\nx = 1\n")
    quoted = "    code            3  def area(w, h):\n                  → 4      return w / 0\n"
    assert f"{quoted}    values" in said


def test_code_in_the_page_keeps_its_lines(tiny: TinyCourse) -> None:
    tiny.student_writes(MEAN)
    points: Any = checks.grade("shapes.area")
    page = points.shown.html()
    assert "<pre" in page
    assert "→ 8  " in page
