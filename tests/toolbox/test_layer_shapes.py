"""A failed test of a network's shape shows its layers, in notebooks and in shells of 80 columns."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from tests.toolbox.conftest import TinyCourse
from tests.toolbox.test_feedback import Page
from toolbox import checks
from toolbox.checks import expect, layers_shown
from toolbox.checks.arranged_feedback import arrange
from toolbox.checks.feedback_text import as_text
from toolbox.checks.figure_text import figure_text
from toolbox.checks.layer_shapes import layers_before
from toolbox.checks.outcome import Outcome, Run

TESTS = '''"""Public tests of `student_code.shapes`."""

import torch

from student_code import shapes
from toolbox.checks import expect, layers_shown, task


@task("shapes.Net")
def test_shape() -> None:
    """The scores have one column a class."""
    with layers_shown({"body": (2, 4, 6, 6)}):
        expect.shape(shapes.Net()(torch.zeros(2, 1, 8, 8)), (2, 3), "Net()(2 images)")
'''
NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, {channels}, 3), nn.ReLU())
        self.head = nn.Linear({inputs}, {classes})

    def forward(self, x):
        return self.head(self.body(x).flatten(1))
"""
RIGHT = {"channels": 4, "inputs": 144, "classes": 3}


class Deep(nn.Module):
    """A network whose blocks contain many layers."""

    def __init__(self) -> None:
        super().__init__()
        block = (nn.Sequential(*(nn.Linear(3, 3) for _ in range(10))) for _ in range(4))
        self.blocks = nn.Sequential(*block)

    def forward(self, x: torch.Tensor) -> Any:
        return self.blocks(x)


def failed(
    network: Callable[[torch.Tensor], Any],
    x: torch.Tensor,
    wanted: tuple[int, ...],
    **expected: tuple[int, ...],
) -> dict[str, Any]:
    """Return the figure of a network whose result has another shape."""
    with pytest.raises(expect.Mismatch) as caught, layers_shown(expected):
        expect.shape(network(x), wanted, "network(x)")
    return caught.value.figure


def checked(tiny: TinyCourse, code: str) -> Any:
    """Return the score of a student's network."""
    facts = (tiny.folder / "course.json").read_text(encoding="utf-8")
    (tiny.folder / "course.json").write_text(facts.replace("shapes.area", "shapes.Net"), "utf-8")
    (tiny.folder / "unit_tests" / "test_shapes.py").write_text(TESTS, encoding="utf-8")
    tiny.student_writes(code)
    return checks.grade("shapes.Net")


def test_a_wrong_shape_shows_every_layer() -> None:
    network = nn.Sequential(nn.Conv2d(1, 10, 5), nn.ReLU(), nn.Flatten())
    figure = failed(network, torch.zeros(3, 1, 8, 8), (3, 15))
    assert figure["rows"] == [
        ["input", "(3, 1, 8, 8)"],
        ["0 Conv2d", "(3, 10, 4, 4)"],
        ["1 ReLU", "(3, 10, 4, 4)"],
        ["2 Flatten", "(3, 160)"],
        ["output", "(3, 160), expected (3, 15)"],
    ]
    assert figure["first"] == 4


def test_the_first_layer_with_another_shape_than_stated_is_marked() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 2), nn.Linear(2, 5))
    stated = {"0": (1, 4), "1": (1, 3)}
    figure = failed(network, torch.zeros(1, 1, 2, 2), (1, 3), **stated)
    assert figure["rows"][1] == ["0 Flatten", "(1, 4), as stated"]
    assert figure["rows"][figure["first"]] == ["1 Linear", "(1, 2), expected (1, 3)"]


def test_an_error_shows_the_layer_that_raised_it() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Sequential(nn.ReLU(), nn.Linear(5, 2)), nn.ReLU())
    with pytest.raises(RuntimeError) as caught, layers_shown():
        network(torch.zeros(3, 4))
    figure = layers_before(caught.value)
    assert figure["rows"] == [
        ["input", "(3, 4)"],
        ["0 Flatten", "(3, 4)"],
        ["1.0 ReLU", "(3, 4)"],
        ["1.1 Linear", "stops here: input (3, 4)"],
    ]
    assert figure["first"] == 3


def test_an_error_that_says_nothing_about_shapes_shows_no_layers() -> None:
    def misspelled() -> None:
        nn.ReLU()(torch.zeros(1))
        raise NameError("misspelled")

    with pytest.raises(NameError) as caught, layers_shown():
        misspelled()
    assert layers_before(caught.value) == {}


def test_a_large_network_is_shown_by_its_parts() -> None:
    figure = failed(Deep(), torch.zeros(1, 3), (1, 4))
    assert [title for title, _ in figure["rows"]] == [
        *("input", "blocks.0 Sequential", "blocks.1 Sequential", "blocks.2 Sequential"),
        *("blocks.3 Sequential", "output"),
    ]


def test_an_error_deep_inside_a_large_network_names_the_innermost_layer() -> None:
    network = Deep()
    network.get_submodule("blocks.2").add_module("7", nn.Linear(4, 3))
    with pytest.raises(RuntimeError) as caught, layers_shown():
        network(torch.zeros(1, 3))
    title, shape = layers_before(caught.value)["rows"][-1]
    assert (title, shape) == ("blocks.2.7 Linear", "stops here: input (1, 3)")


def test_the_last_network_that_ran_is_shown() -> None:
    def two(x: torch.Tensor) -> Any:
        return nn.Sequential(nn.ReLU())(nn.Sequential(nn.Flatten())(x))

    figure = failed(two, torch.zeros(2, 2), (2, 3))
    assert [row[0] for row in figure["rows"]] == ["input", "0 ReLU", "output"]


def test_nothing_is_recorded_outside_of_the_body_and_no_hook_stays() -> None:
    from torch.nn.modules import module

    with layers_shown():
        nn.ReLU()(torch.zeros(1))
    assert not module._global_forward_hooks
    assert not module._global_forward_pre_hooks
    with pytest.raises(expect.Mismatch) as caught:
        expect.shape(nn.Flatten()(torch.zeros(2, 2)), (2, 3), "network(x)")
    assert caught.value.figure == {}


def test_recording_draws_no_random_numbers() -> None:
    network = nn.Sequential(nn.Dropout(), nn.Linear(3, 2))
    torch.manual_seed(3)
    alone = network(torch.ones(4, 3)), torch.rand(1)
    torch.manual_seed(3)
    with layers_shown():
        shown = network(torch.ones(4, 3)), torch.rand(1)
    assert all(torch.equal(a, b) for a, b in zip(alone, shown, strict=True))


def test_a_network_that_raises_whatever_it_is_asked_is_still_run() -> None:
    class Loud(nn.Linear):
        def named_modules(self, *arguments: Any, **named: Any) -> Any:
            raise RuntimeError("not told")

    with layers_shown():
        assert Loud(2, 3)(torch.zeros(1, 2)).shape == (1, 3)


def test_other_failures_in_the_body_show_the_layers_too() -> None:
    network, x = nn.Sequential(nn.ReLU()), torch.zeros(2, 2)
    with pytest.raises(expect.Mismatch) as caught, layers_shown():
        expect.equal(network(x).shape[1], 7, "the width of the output")
    assert [row[0] for row in caught.value.figure["rows"]] == ["input", "0 ReLU"]
    assert caught.value.figure["first"] == -1


@pytest.mark.parametrize("execution", ["autograde", "validate"])
def test_nothing_is_recorded_while_nbgrader_grades(
    monkeypatch: pytest.MonkeyPatch, execution: str
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", execution)
    assert failed(nn.Flatten(), torch.zeros(2, 2), (2, 3)) == {}


# ------------------------------------------------------------------------------ the feedback


def test_a_shell_and_a_notebook_show_the_same_layers(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = checked(tiny, NET.format(**{**RIGHT, "classes": 2})).shown
    said = capsys.readouterr().out
    assert said.count("    layers  ") == 1
    assert "                  ✗ output           (2, 2), expected (2, 3)\n" in said
    page = Page(shown.html())
    for row in shown.found[0].groups[0].first.figure["rows"]:
        assert all(cell in page.text for cell in row)
    assert "layers" not in page.text  # the table says it
    assert [tag for tag, _ in page.tags].count("table") == 1


def test_a_stated_layer_is_marked_before_the_result(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    checked(tiny, NET.format(channels=5, inputs=180, classes=2))
    said = capsys.readouterr().out
    assert re.search(r"✗ body Sequential  \(2, 5, 6, 6\), expected \(2, 4, 6, 6\)\n", said)
    assert said.count("✗") == 2  # the test and the row


def test_an_error_in_forward_shows_how_far_it_came(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    checked(tiny, NET.format(**{**RIGHT, "inputs": 100}))
    said = capsys.readouterr().out
    assert "mat1 and mat2 shapes cannot be multiplied" in said
    assert re.search(r"✗ head Linear +stops here: input \(2, 144\)\n", said)


def test_a_hidden_test_shows_no_layers(tiny: TinyCourse) -> None:
    checks.add_hidden_tests("shapes.Net", TESTS)
    try:
        score = checked(tiny, NET.format(**{**RIGHT, "classes": 2}))
    finally:
        from toolbox.checks import notebook_calls

        notebook_calls._hidden.clear()
    hidden = [group.first for group in score.shown.found[0].groups if group.first.hidden]
    assert hidden
    assert hidden[0].figure == {}
    assert score.shown.text().count("Conv2d") == 1


def test_lines_fit_into_80_columns() -> None:
    rows = [
        ["input", "(128, 3, 224, 224)"],
        ["encoder.blocks.10.attention.projection.conv Conv2d", "(128, 2048, 28, 28)"],
        ["layer4 Conv2d", "(128, 512, 14, 14), expected (128, 64, 28, 28)"],
        ["a.very.long.name.of.a.layer.inside.others Linear", "stops here: input (128, 2048)"],
        ["pair", "(128, 21, 224, 224), (128, 224, 224), NoneType, NoneType"],
    ]
    head = ["layer", "output shape"]
    text = figure_text({"head": head, "rows": rows, "first": 2, "in_text": True})
    lines = text.splitlines()
    assert len(lines) == 7
    assert lines[4].strip() == "expected (128, 64, 28, 28)"
    assert max(map(len, lines)) <= 62
    assert [line[0] for line in lines] == [" ", " ", " ", "✗", " ", " ", " "]
    assert "conv Conv2d" in lines[2]
    assert len({line.index("(128, ") for line in (*lines[1:4], lines[6])}) == 1


def test_a_table_for_notebooks_has_no_text() -> None:
    assert figure_text({}) == ""
    assert (
        figure_text({"head": ["", "expected", "got"], "rows": [["x", "1", "2"]], "first": 0}) == ""
    )


def test_names_are_complete_if_the_expected_shape_gets_its_own_line() -> None:
    blocks = nn.Sequential(*[nn.Sequential(nn.Conv2d(3, 3, 3, padding=1)) for _ in range(3)])
    network = nn.Sequential(OrderedDict(the_long_backbone=blocks))
    figure = failed(network, torch.zeros(2, 3, 48, 72), (2, 11, 148, 172))
    said = figure_text(figure)
    assert max(map(len, said.splitlines())) <= 62
    assert "  the_long_backbone.2.0 Conv2d  (2, 3, 48, 72)" in said
    assert said.splitlines()[-2].split() == ["✗", "output", "(2,", "3,", "48,", "72)"]
    assert said.splitlines()[-1].split() == ["expected", "(2,", "11,", "148,", "172)"]


def test_one_function_shows_its_layers_once(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    figure = failed(nn.Flatten(), torch.zeros(2, 3, 4), (2, 11))
    outcomes = [
        Outcome(name, name, "shapes.area", 1.0, status="failed", got=name, figure=figure)
        for name in ("test_a", "test_b")
    ]
    (found,) = arrange(Run(outcomes, []))
    assert as_text([], [found]).count("    layers  ") == 1
    assert [bool(group.first.figure) for group in found.groups] == [True, False]
