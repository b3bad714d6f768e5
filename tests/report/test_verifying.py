"""Claims about trained networks are measured again, in a process that sees no labels."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from coursekit import course_file
from coursekit.report_audit import HandInProblem, SubmittedReport, audit, opened, verify
from coursekit.report_audit.predictions import PredictionJob, predict
from coursekit.report_audit.reported_numbers import claims
from tests.conftest import ROOT
from tests.report.conftest import Evening
from toolbox.__main__ import main
from toolbox.data import ImageTensors, Provenance
from toolbox.results import sealed

NETWORK = b"""
import torch


class SimpleNet(torch.nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.scores = torch.nn.Linear(1, num_classes)

    def forward(self, x):
        return self.scores(x.mean(dim=(1, 2, 3))[:, None])


class Broken(SimpleNet):
    def forward(self, x):
        raise RuntimeError("no")
"""
COURSE = course_file.load(ROOT)


def images(split: str, right: int) -> ImageTensors:
    """Return 100 images, half of them bright; a network that sees brightness gets `right`."""
    bright = torch.arange(100) % 2
    labels = torch.where(torch.arange(100) < right, bright, 1 - bright)
    where = Provenance("scene15", "offline stand-in", "0" * 12, split, f"drawn, {split}")
    pixels = (bright * 255).to(torch.uint8)[:, None, None, None].expand(-1, 1, 4, 4).clone()
    return ImageTensors(pixels, labels, ("a", "b"), ("",) * 100, where)


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, ImageTensors]:
    sets = {
        "train": images("train", 95),
        "validation": images("validation", 80),
        "test": images("test", 78),
    }
    monkeypatch.setattr(audit, "_images", lambda split, origin: sets[split])
    return sets


def handin(claimed: float, *, seal: bool = True, network: bytes = NETWORK) -> SubmittedReport:
    record: dict[str, Any] = {"name": "part2_validation_accuracy", "value": claimed, "data": {}}
    state = {"scores.weight": torch.tensor([[-1.0], [1.0]]), "scores.bias": torch.zeros(2)}
    weights = io.BytesIO()
    torch.save(state, weights)
    files = {
        "student_code/__init__.py": b"",
        "student_code/simple_net.py": network,
        "results/checkpoints/part2_simplenet/weights.pt": weights.getvalue(),
        "results/numbers/part2_validation_accuracy.json": json.dumps(
            sealed(record) if seal else record
        ).encode(),
    }
    return SubmittedReport(Path("x.zip"), "ax17", "part2_simplenet", files, ())


def job(model: str, run: str = "part2_simplenet") -> PredictionJob:
    some = images("validation", 80)
    return PredictionJob(run, model, 2, some.images, torch.tensor([0.5]), torch.tensor([1.0]))


def test_predictions_use_the_students_class_and_report_errors() -> None:
    jobs = [job("simple_net.SimpleNet"), job("simple_net.Broken"), job("simple_net.Gone")]
    good, broken, gone = predict(handin(0.8).files, [*jobs], ROOT)
    assert good == [0, 1] * 50
    assert broken == "the network cannot be run: RuntimeError: no"
    assert "no attribute 'Gone'" in gone


def test_code_that_kills_its_process_is_reported() -> None:
    (said,) = predict(
        {"student_code/simple_net.py": b"import os\nos._exit(3)"}, [job("simple_net.N")], ROOT
    )
    assert said == "the student's code could not be run: it ended with status 3"


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "predict", lambda files, jobs, root: [[0, 1] * 50] * len(jobs))


@pytest.mark.usefixtures("answered")
def test_an_honest_claim_holds() -> None:
    (finding,) = verify(handin(0.8), ROOT, COURSE)
    assert finding.holds, finding
    assert (finding.measured, finding.test) == (0.8, 0.78)


@pytest.mark.usefixtures("answered")
def test_a_false_claim_with_a_valid_seal_is_flagged() -> None:
    (finding,) = verify(handin(0.95), ROOT, COURSE)
    assert not finding.holds
    assert finding.says == "the network achieves 0.800 on these images"


@pytest.mark.usefixtures("answered")
def test_rounding_is_not_flagged() -> None:
    (finding,) = verify(handin(0.805), ROOT, COURSE)
    assert finding.holds


@pytest.mark.usefixtures("answered")
def test_an_edited_number_is_flagged_by_its_seal() -> None:
    findings = verify(handin(0.8, seal=False), ROOT, COURSE)
    assert [f.holds for f in findings] == [False, True]
    assert "changed by hand" in findings[0].says


@pytest.mark.usefixtures("answered")
def test_training_on_validation_images_shows_on_the_test_images(
    drawn: dict[str, ImageTensors],
) -> None:
    drawn["validation"] = images("validation", 100)
    drawn["test"] = images("test", 60)
    (finding,) = verify(handin(1.0), ROOT, COURSE)
    assert not finding.holds
    assert "test images give 0.600: were these images used in training?" in finding.says


def test_a_regular_submission_has_no_oddities(evening: Evening) -> None:
    assert main(["submit", "1"]) == 0
    found = opened(evening.root / "handin" / "ax17_part1_shapes.zip")
    assert (found.student, found.part, found.oddities) == ("ax17", "part1_shapes", ())
    assert found.numbers()["part1_accuracy"]["value"] == 0.6382


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_changed_added_and_removed_files_are_named(evening: Evening) -> None:
    main(["submit", "1"])
    with zipfile.ZipFile(evening.root / "handin" / "ax17_part1_shapes.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["student_code/shapes.py"] += b"\n"
    files["extra.txt"] = b"x"
    del files["report.pdf"]
    assert opened(zipped(evening.root / "x.zip", files)).oddities == (
        "extra.txt was added after the submission was packed",
        "report.pdf is in the manifest, but not in the zip",
        "student_code/shapes.py was changed after the submission was packed",
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"../x.py": b""}, "path outside the zip"),
        ({"/x.py": b""}, "path outside the zip"),
        ({"x.py": b""}, "has no manifest"),
        ({"manifest.json": b"[]"}, "has no manifest"),
    ],
)
def test_other_zips_are_rejected(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    with pytest.raises(HandInProblem, match=said):
        opened(zipped(tmp_path / "x.zip", files))


def test_bytes_that_are_not_a_zip_are_rejected(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(HandInProblem, match="cannot be read as a zip"):
        opened(tmp_path / "x.zip")


def test_the_courses_claims_refer_to_existing_runs_and_numbers() -> None:
    made = claims(ROOT / "report_template" / "topics.toml", COURSE)
    assert {claim.run for claim in made} <= {t.run for p in COURSE.parts for t in p.trained}
    assert len(made) == len(set(made)) > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('number = "a"\nrun = "no_such_run"\nsplit = "test"', "unknown trained run 'no_such_run'"),
        ('number = "a"\nrun = "part3_both"\nsplit = "all"', "has the unknown split 'all'"),
        ('number = "a"\nrum = "part3_both"', "has the unknown key 'rum'"),
    ],
)
def test_a_mistake_in_a_claim_is_reported(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(f"[[claims]]\n{text}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        claims(path, COURSE)
