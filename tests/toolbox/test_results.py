"""Results are saved with their provenance, completely or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from toolbox import results


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_a_figure_is_saved_with_its_alt_text(place: Path) -> None:
    figure, axes = plt.subplots()
    axes.plot([0, 1])
    results.figure("part2_curves", figure, alt="A line that rises.")
    path = place / "figures" / "part2_curves.png"
    assert path.read_bytes().startswith(b"\x89PNG")
    assert results.figures()["part2_curves"]["alt"] == "A line that rises."
    plt.close(figure)


@pytest.mark.parametrize("name", ["", "Part2", "../up", "a b", "_a", "a__b"])
def test_invalid_names_are_rejected(name: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        results.number(name, 1.0)


def test_a_figure_without_alt_text_is_rejected() -> None:
    figure, _ = plt.subplots()
    with pytest.raises(ValueError, match="alt text"):
        results.figure("empty", figure, alt="  ")
    plt.close(figure)


def test_a_number_has_its_provenance(place: Path) -> None:
    provenance = {"name": "scene15", "fingerprint": "0123456789ab"}
    results.number("accuracy", 0.5, data=provenance, seed=3, device="cpu", seconds=1.5)
    record = results.numbers()["accuracy"]
    assert record["value"] == 0.5
    assert (record["seed"], record["device"], record["seconds"]) == (3, "cpu", 1.5)
    assert record["data"]["fingerprint"] == "0123456789ab"
    assert record["code"] == results.code_hash()
    assert record["time"].endswith("+00:00")


def test_tensors_and_arrays_become_plain_numbers() -> None:
    results.number("several", {"a": torch.tensor([1, 2]), "b": np.float64(0.25), "c": (1, None)})
    assert results.numbers()["several"]["value"] == {"a": [1, 2], "b": 0.25, "c": [1, None]}


@pytest.mark.parametrize("value", [float("nan"), [1.0, float("inf")], object()])
def test_values_that_are_not_numbers_are_rejected(value: object) -> None:
    with pytest.raises(ValueError, match="bad"):
        results.number("bad", value)
    assert results.numbers() == {}


def test_a_failed_write_leaves_the_old_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results.number("kept", 1)

    def fail(self: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        results.number("kept", 2)
    monkeypatch.undo()
    assert json.loads((place / "numbers" / "kept.json").read_text())["value"] == 1
    assert [path.name for path in (place / "numbers").iterdir()] == ["kept.json"]


def test_a_damaged_file_is_left_out(place: Path) -> None:
    results.number("good", 1)
    (place / "numbers" / "bad.json").write_text("{")
    assert list(results.numbers()) == ["good"]
