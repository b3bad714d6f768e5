"""A trained network earns points only for its accuracy on held-out images."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests.toolbox.conftest import TinyCourse
from toolbox import checks
from toolbox.training import checkpoints

NETWORK = """
import torch

class Net(torch.nn.Module):
    def __init__(self, num_classes=2):
        super().__init__()
        self.scores = torch.nn.Linear(1, num_classes)

    def forward(self, x):
        return self.scores(x.mean(dim=(1, 2, 3), keepdim=False)[:, None])
"""


@pytest.fixture
def course_with_run(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> TinyCourse:
    """Return images of class 0 (dark) and class 1 (bright), which differ in sign."""
    facts = json.loads((tiny.folder / "course.json").read_text(encoding="utf-8"))
    row = {"run": "net", "model": "shapes.Net", "points": 4, "real": 0.9, "offline": 0.9}
    facts["parts"][0]["trained"] = [row]
    (tiny.folder / "course.json").write_text(json.dumps(facts), encoding="utf-8")
    monkeypatch.setenv("COURSE_RESULTS", str(tiny.folder / "results"))
    from toolbox import data

    images = torch.tensor([0, 255] * 10, dtype=torch.uint8)[:, None, None, None].repeat(1, 1, 4, 4)
    test: Any = SimpleNamespace(images=images, labels=torch.tensor([0, 1] * 10), classes=("a", "b"))
    monkeypatch.setattr(data, "locate", lambda name, say: SimpleNamespace(origin="offline"))
    monkeypatch.setattr(data, "scenes", lambda split, size: test)
    monkeypatch.setattr(data, "pixel_statistics", lambda images: (0.0, 1.0))
    monkeypatch.setattr(
        data, "Batches", lambda t, n, **kinds: [(t.images.float() / 255 - 0.5, t.labels)]
    )
    tiny.student_writes(NETWORK)
    return tiny


def weights(folder: Path, sign: float) -> None:
    state = {"scores.weight": torch.tensor([[-sign], [sign]]), "scores.bias": torch.zeros(2)}
    place = folder / "results" / "checkpoints" / "net" / "weights.pt"
    place.parent.mkdir(parents=True)
    checkpoints.save(place, state)


def test_good_weights_earn_all_points(
    course_with_run: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    weights(course_with_run.folder, 1.0)
    assert checks.grade_trained("net") == 4
    assert capsys.readouterr().out.startswith("✓ net: 4 of 4 points. Accuracy 1.000 on held-out")


def test_bad_weights_earn_none(course_with_run: TinyCourse) -> None:
    weights(course_with_run.folder, -1.0)
    assert checks.grade_trained("net") == 0


def test_missing_weights_are_reported(
    course_with_run: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checks.grade_trained("net") == 0
    assert (
        "0 of 4 points. There is no checkpoint results/checkpoints/net/weights.pt"
        in capsys.readouterr().out
    )


def test_a_file_with_code_is_not_read(
    course_with_run: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    weights(course_with_run.folder, 1.0)
    place = course_with_run.folder / "results" / "checkpoints" / "net" / "weights.pt"
    torch.save(torch.nn.Linear(1, 2), place)
    assert checks.grade_trained("net") == 0
    assert (
        "points. The file results/checkpoints/net/weights.pt contains more than weights"
        in capsys.readouterr().out
    )


def test_a_module_that_raises_is_reported(
    course_with_run: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    course_with_run.student_writes("raise RuntimeError('no')")
    assert checks.grade_trained("net") == 0
    assert (
        "points. The network shapes.Net can't be made: RuntimeError: no\n"
        in capsys.readouterr().out
    )


STUB = """
    def {}(self, given):
        raise NotImplementedError()
"""


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("__init__", "The network shapes.Net can't be made: Net.__init__ is not implemented yet."),
        ("forward", "The network can't be run: Net.forward is not implemented yet."),
    ],
)
def test_a_stub_is_reported_as_in_other_cells(
    course_with_run: TinyCourse, capsys: pytest.CaptureFixture[str], method: str, said: str
) -> None:
    stub = STUB.format(method).replace("given", "num_classes" if method == "__init__" else "x")
    course_with_run.student_writes(NETWORK + stub)
    weights(course_with_run.folder, 1.0)
    assert checks.grade_trained("net") == 0
    assert f"0 of 4 points. {said}\n" in capsys.readouterr().out


TESTS_OF_NET = """
from student_code import shapes
from toolbox.checks import expect, task


@task("shapes.Net")
def test_net_has_scores():
    expect.true(hasattr(shapes.Net(), "scores"), "Net().scores", expected="a layer", got="none")
"""


def test_a_class_that_fails_its_check_is_named_before_the_next_training(
    course_with_run: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = course_with_run.folder
    facts = json.loads((folder / "course.json").read_text(encoding="utf-8"))
    facts["parts"][0]["tasks"] = [{"function": "shapes.Net", "points": 1, "hidden": 0}]
    (folder / "course.json").write_text(json.dumps(facts), encoding="utf-8")
    (folder / "unit_tests" / "test_shapes.py").write_text(TESTS_OF_NET, encoding="utf-8")
    advice = "\n    shapes.Net fails its own check: correct it first, then train again.\n"
    said = []
    for module in (NETWORK.replace("self.scores", "self.score"), NETWORK):
        course_with_run.student_writes(module)
        for check in (False, True):
            if check:
                checks.grade("shapes.Net")
            capsys.readouterr()
            checks.grade_trained("net")  # there are no weights
            said.append(advice in capsys.readouterr().out)
    assert said == [False, True, False, False]


FINE_TUNED = """
import torch

class Net(torch.nn.Module):
    def __init__(self, num_classes=2, backbone=None):
        super().__init__()
        self.body = backbone.features[0].requires_grad_(False)
        self.scores = torch.nn.Linear(1, num_classes)

    def forward(self, x):
        seen = self.body(x.expand(-1, 3, -1, -1))
        return self.scores(x.mean(dim=(1, 2, 3))[:, None]) + 0 * seen.sum()
"""


def test_a_network_on_a_backbone_gets_the_courses_own(
    course_with_run: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the trained layers are handed in; nothing is downloaded."""
    from toolbox.models import backbones

    monkeypatch.setattr(backbones, "_imagenet", lambda name: pytest.fail("it was asked for"))
    course_with_run.student_writes(FINE_TUNED)
    made: dict[str, Any] = {}
    exec(FINE_TUNED, made)
    network = made["Net"](2, backbones.load_backbone("alexnet", "course").model)
    with torch.no_grad():
        network.scores.weight.copy_(torch.tensor([[-1.0], [1.0]]))
        network.scores.bias.zero_()
    place = course_with_run.folder / "results" / "checkpoints" / "net" / "weights.pt"
    checkpoints.save_weights(place, network)
    assert place.stat().st_size < 5_000
    assert checks.grade_trained("net") == 4
