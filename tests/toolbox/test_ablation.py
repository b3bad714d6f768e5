"""Ablation studies keep finished runs, resume after interruptions, and rerun changed code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from toolbox.training import ablation

CONFIGURATIONS = [{"p": 0.0, "lr": 0.1}, {"p": 0.5, "lr": 0.1}, {"p": 0.9, "lr": 0.1}]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path))
    return tmp_path


class Training:
    """A training function that counts its calls, and raises at one of them."""

    def __init__(self, stop_at: int = 0) -> None:
        self.seen: list[float] = []
        self.stop_at = stop_at

    def __call__(self, settings: dict[str, Any]) -> dict[str, Any]:
        if len(self.seen) + 1 == self.stop_at:
            raise KeyboardInterrupt
        self.seen.append(settings["p"])
        return {"accuracy": 1 - settings["p"] / 2, "seconds": 2.0}


def test_rows_contain_settings_and_results() -> None:
    study = ablation.run("dropout", CONFIGURATIONS, Training())
    assert study.rows[1] == {"p": 0.5, "lr": 0.1, "accuracy": 0.75, "seconds": 2.0}
    assert study.column("accuracy") == [1.0, 0.75, 0.55]
    assert study.table().splitlines()[0].split() == ["p", "lr", "accuracy", "seconds"]
    assert len(study.table().splitlines()) == 5


def test_an_interrupted_study_resumes() -> None:
    broken = Training(stop_at=3)
    with pytest.raises(KeyboardInterrupt):
        ablation.run("dropout", CONFIGURATIONS, broken)
    second = Training()
    study = ablation.run("dropout", CONFIGURATIONS, second)
    assert broken.seen == [0.0, 0.5]
    assert second.seen == [0.9]
    assert study.column("p") == [0.0, 0.5, 0.9]


def test_changed_code_or_data_reruns_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    ablation.run("dropout", CONFIGURATIONS, Training())
    for change in ("code", "version"):
        again = Training()
        if change == "code":
            monkeypatch.setattr(ablation, "identity", lambda *_: {"dropout.py": "another"})
        ablation.run("dropout", CONFIGURATIONS, again, version=change)
        assert len(again.seen) == 3


def test_a_run_with_a_damaged_file_is_repeated(place: Path) -> None:
    ablation.run("dropout", CONFIGURATIONS, Training())
    next((place / "ablation" / "dropout").glob("*.json")).write_text("{")
    again = Training()
    ablation.run("dropout", CONFIGURATIONS, again)
    assert len(again.seen) == 1


def test_times_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    study = ablation.run("dropout", CONFIGURATIONS, Training())
    monkeypatch.setenv("COURSE_STEADY", "1")
    assert "seconds" not in study.table()
    assert study.column("seconds") == [2.0] * 3


def test_invalid_configurations_are_rejected() -> None:
    with pytest.raises(ValueError, match="same keys"):
        ablation.run("dropout", [{"p": 1}, {"q": 1}], Training())
    with pytest.raises(ValueError, match="plain values"):
        ablation.run("dropout", [{"p": object()}], Training())
    with pytest.raises(KeyError, match="columns are p"):
        ablation.run("dropout", [{"p": 0.5}], Training()).column("speed")
