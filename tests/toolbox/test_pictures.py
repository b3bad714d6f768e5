"""Notebooks show images of what was expected and returned, and tables of shapes; text does not."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from tests.toolbox.conftest import TinyCourse
from tests.toolbox.test_feedback import Page
from toolbox import checks
from toolbox.checks import expect
from toolbox.checks.compared_rows import compared_rows
from toolbox.checks.deadline import TooSlow
from toolbox.checks.figure_html import figure_html, plain_figure_html
from toolbox.checks.pictures import LARGEST, TOGETHER, compared

TESTS = '''"""Public tests of `student_code.shapes`."""

import numpy as np

from student_code import shapes
from toolbox.checks import expect, task

IMAGE = np.arange(24).reshape(1, 4, 6)


@task("shapes.area")
def test_first() -> None:
    """The first image."""
    expect.equal(shapes.area(IMAGE), IMAGE, "area(image)", picture="image")


@task("shapes.area")
def test_second() -> None:
    """The second image."""
    expect.equal(shapes.area(2 * IMAGE), 2 * IMAGE, "area(2 * image)", picture="image")
'''
LEFT_WRONG = (
    "def area(image):\n    image = image.copy()\n    image[:, :, :2] += 5\n    return image\n"
)


def read(uri: str) -> np.ndarray:
    """Return the pixels of a data URI as RGB."""
    head, _, content = uri.partition(",")
    assert head == "data:image/png;base64"
    image = Image.open(io.BytesIO(base64.b64decode(content)))
    return np.asarray(image.convert("RGB"))


def drawn(got: object, expected: object, kind: Any, **close: float) -> dict[str, Any]:
    """Return a figure as labels, with the pixels and the alt text of each."""
    figure = compared(got, expected, kind, **close)
    return {label: (read(uri), alt) for label, alt, uri in figure["images"]}


@pytest.fixture
def checked(tiny: TinyCourse) -> Any:
    (tiny.folder / "unit_tests" / "test_shapes.py").write_text(TESTS, encoding="utf-8")
    tiny.student_writes(LEFT_WRONG)
    return checks.grade("shapes.area")


# ------------------------------------------------------------------------------ the images


def test_the_difference_says_how_many_pixels_differ_and_where() -> None:
    expected = np.zeros((1, 8, 8))
    got = expected.copy()
    got[0, 1:7, :2] = 3
    found = drawn(got, expected, "image")
    assert list(found) == ["expected", "got", "difference"]
    assert found["expected"][1] == "expected: 8 x 8 pixels"
    assert found["difference"][1] == (
        "difference: 12 of 64 pixels differ, most in the left columns"
    )
    bright = found["difference"][0].sum(axis=2) > 300
    assert bright.sum() == 12
    assert bright[1:7, :2].all()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (np.s_[0, :], "most in the top rows"),
        (np.s_[-1, :], "most in the bottom rows"),
        (np.s_[:, -1], "most in the right columns"),
        (np.s_[3:5, 3:5], "4 of 64 entries differ"),
        (np.s_[:, :], "all 64 entries differ"),
    ],
)
def test_places_have_names(place: Any, said: str) -> None:
    expected = np.zeros((8, 8))
    got = expected.copy()
    got[place] = 1
    assert drawn(got, expected, "matrix")["difference"][1].endswith(said)


def test_both_values_share_one_scale() -> None:
    found = drawn(torch.tensor([[0.0, 2.0]]), torch.tensor([[0.0, 1.0]]), "matrix")
    assert found["expected"][0][0, :, 0].tolist() == [0, 127]
    assert found["got"][0][0, :, 0].tolist() == [0, 255]


def test_values_within_the_tolerance_do_not_differ() -> None:
    found = drawn([[1.0, 2.0]], [[1.05, 3.0]], "matrix", atol=0.1)
    assert found["difference"][1] == "difference: 1 of 2 entries differ, most in the right columns"


def test_channels_are_side_by_side_and_colors_are_one_image() -> None:
    gray = drawn(np.ones((2, 3, 4)), np.zeros((2, 3, 4)), "image")
    assert {pixels.shape for pixels, _ in gray.values()} == {(3, 9, 3)}  # with a gap
    assert {tuple(pixels[0, 4].tolist()) for pixels, _ in gray.values()} == {(138, 138, 138)}
    red = np.zeros((5, 6, 3), np.uint8)
    red[:, :, 0] = 255
    for image in (red, np.moveaxis(red, 2, 0)):
        found = drawn(image, np.zeros_like(image), "color")
        assert {pixels.shape for pixels, _ in found.values()} == {(5, 6, 3)}
        assert found["got"][0][0, 0].tolist() == [255, 0, 0]
    batch = drawn(np.ones((2, 1, 3, 4)), np.zeros((2, 1, 3, 4)), "image")
    assert batch["got"][0].shape == (3, 9, 3)


def test_ids_have_a_color_each_and_void_is_gray() -> None:
    found = drawn(np.array([[0, 1, 255]]), np.array([[0, 2, 255]]), "ids")
    colors = found["got"][0][0].tolist()
    assert len({tuple(each) for each in colors}) == 3
    assert colors[2] == [128, 128, 128]
    assert found["expected"][0][0, 0].tolist() == colors[0]
    assert "1 of 3 pixels differ" in found["difference"][1]


def test_other_shapes_have_no_difference() -> None:
    found = drawn(np.zeros((5, 4)), np.zeros((4, 5)), "image")
    assert [alt for _, alt in found.values()] == ["expected: 4 x 5 pixels", "got: 5 x 4 pixels"]


@pytest.mark.parametrize("kind", ["image", "color", "ids", "matrix"])
def test_images_are_small_whatever_they_contain(kind: Any) -> None:
    noise = np.random.default_rng(0)
    for shape in ((3, 400, 300), (3, 2, 900)):
        figure = compared(noise.random(shape), np.zeros(shape), kind)
        sizes = [len(uri) for _, _, uri in figure["images"]]
        assert max(sizes) <= LARGEST
        assert sum(sizes) <= TOGETHER
        assert 8 <= figure["width"] <= 100


def test_a_difference_of_one_pixel_is_visible_in_a_large_image() -> None:
    got = np.zeros((500, 500))
    got[101, 203] = 1
    found = drawn(got, np.zeros((500, 500)), "image")
    assert (found["difference"][0].sum(axis=2) > 300).sum() == 1


class Loud:
    """An object that raises whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        raise SystemExit

    def __array__(self, *arguments: object, **named: object) -> Any:
        raise SystemExit


def test_what_cannot_be_drawn_has_no_picture() -> None:
    ragged: list[object] = [[1], [2, 3]]
    empty, deep, huge = np.zeros((0, 4)), torch.zeros(1, 1, 1, 1, 1), np.zeros((2100, 2100))
    for got in (None, "text", 3 + 2j, ragged, Loud(), [], empty, deep, huge):
        for kind in ("image", "color", "ids", "matrix"):
            assert compared(got, np.zeros((4, 4)), kind) == {}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_drawn(value: float) -> None:
    got = np.array([[value, 0.0], [1.0, 2.0]])
    found = drawn(got, np.array([[0.0, 0.0], [1.0, 2.0]]), "matrix")
    assert "1 of 4 entries differ" in found["difference"][1]
    assert found["difference"][0][0, 0].sum() > 300


def test_running_out_of_time_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*arguments: object) -> None:
        raise TooSlow("still drawing")

    monkeypatch.setattr("toolbox.checks.pictures._compared", slow)
    with pytest.raises(TooSlow):
        compared([[1]], [[2]], "matrix")


# ------------------------------------------------------------------------------ the table

SHAPES = {"x": (2, 5), "W1": (3, 2), "b1": (3, 1)}


def test_a_table_marks_the_first_row_that_differs() -> None:
    found = compared_rows({"x": [2, 5], "W1": (2, 3)}, SHAPES)
    assert found["first"] == 1
    assert found["rows"][1:] == [["W1", "(3, 2)", "(2, 3)"], ["b1", "(3, 1)", ""]]
    page = Page(figure_html(found))
    assert page.open == []
    assert page.text.count("✗") == 1
    assert re.search(r"✗\s+W1\s+\(3, 2\)\s+\(2, 3\)", page.text)
    assert compared_rows(Loud(), SHAPES) == {}  # type: ignore[arg-type]


def test_a_failed_row_carries_the_whole_table() -> None:
    got = {**SHAPES, "W1": (2, 3)}
    with pytest.raises(expect.Mismatch) as caught:
        expect.equal(got["W1"], SHAPES["W1"], "shapes()['W1']", table=(got, SHAPES))
    assert caught.value.figure["first"] == 1


# ------------------------------------------------------------------------------ the feedback


def test_only_the_first_failure_with_images_shows_them(checked: Any) -> None:
    page = Page(checked.shown.html())
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == 3
    assert images[2]["alt"] == "difference: 8 of 24 pixels differ, most in the left columns"
    assert all("image-rendering:pixelated" in str(each["style"]) for each in images)
    assert "background" not in checked.shown.html()
    assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
    assert len(checked.shown.html()) + len(checked.shown.text()) < 20_000


def test_text_has_no_picture(checked: Any) -> None:
    said = checked.shown.text()
    assert "data:" not in said
    assert "differ" not in said


def test_a_shell_remembers_the_outcome_with_its_images(
    tiny: TinyCourse, checked: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from toolbox.submission.remembered import outcomes_of

    files = ["unit_tests/test_shapes.py"]
    first = outcomes_of(Path.cwd(), files, "shapes.area").outcomes
    again = outcomes_of(Path.cwd(), files, "shapes.area").outcomes
    assert first[0].figure["images"] == again[0].figure["images"] != []


def test_a_hidden_test_shows_no_image(tiny: TinyCourse) -> None:
    tiny.student_writes(LEFT_WRONG)
    (tiny.folder / "unit_tests" / "test_shapes.py").write_text(TESTS.split("@task")[0], "utf-8")
    checks.add_hidden_tests("shapes.area", TESTS)
    try:
        score: Any = checks.grade("shapes.area")
    finally:
        from toolbox.checks import notebook_calls

        notebook_calls._hidden.clear()
    assert "0 of 2 tests passed" in score.shown.text()
    assert "<img" not in score.shown.html()


class Kernel:
    """The part of a notebook's shell that the checks use."""

    kernel = object()
    execution_count = 7


@pytest.mark.parametrize(("execution", "count"), [("autograde", 1), ("validate", 0)])
def test_a_cell_that_nbgrader_grades_shows_the_images_below_its_text(
    tiny: TinyCourse,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    execution: str,
    count: int,
) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setenv("NBGRADER_EXECUTION", execution)
    monkeypatch.setattr("toolbox.checks.shown_score.notebook_shell", lambda: Kernel())
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    (tiny.folder / "unit_tests" / "test_shapes.py").write_text(TESTS, encoding="utf-8")
    tiny.student_writes(LEFT_WRONG)
    assert type(checks.grade("shapes.area")) is float
    assert "✗ The first image" in capsys.readouterr().out
    assert len(shown) == count
    for bundle in shown:
        images = [attributes for tag, attributes in Page(bundle["text/html"]).tags if tag == "img"]
        assert [each["width"] for each in images] == ["100"] * 3
        assert bundle["text/plain"].endswith("8 of 24 pixels differ, most in the left columns")


def test_text_in_a_figure_cannot_become_markup() -> None:
    figure = {"images": [["<b>", '"><script>', 'data:"><script>']], "width": 9}
    assert "<script" not in figure_html(figure)
    assert "<script" not in plain_figure_html(figure)
    table = {"head": ["", "a", "<script>"], "rows": [["<b>", "<script>", "<script>"]], "first": 0}
    assert "<script" not in figure_html(table)
    assert figure_html({}) == ""
