"""Tests of which data set a notebook gets, and of the messages about it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from data_scripts.fetch import fetch
from data_scripts.places import offline_place, real_place
from data_scripts.synthetic_set import make_offline
from tests.data.server import Server
from toolbox.data import DataProblem, locate, location, scenes, split_folders


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(location, "_named", set())


def test_without_the_real_set_the_synthetic_one_is_used(drawn: ModuleType) -> None:
    said: list[str] = []
    found = locate("scene15", said.append)
    assert locate("scene15", said.append) == found
    assert found.path == offline_place("scene15")
    assert found.origin == "offline stand-in"
    assert found.label == "scene15 (drawings)"
    assert len(found.fingerprint) == 12
    assert len(found.classes) == 15
    assert len(said) == 1
    assert 'data.get("scene15", "photographs")' in said[0]


def test_the_real_set_is_preferred(tiny_set: Server, drawn: ModuleType) -> None:
    fetch("tiny")
    found = locate("tiny")
    assert (found.path, found.origin, found.label) == (
        real_place("tiny"),
        "real",
        "tiny (photographs)",
    )
    assert {"train", "test"} <= {path.name for path in found.path.iterdir()}


def test_the_synthetic_set_can_be_requested(
    tiny_set: Server, drawn: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch("tiny")
    monkeypatch.setenv("COURSE_DATA_PREFER", "offline")
    assert locate("tiny").origin == "offline stand-in"
    monkeypatch.setenv("COURSE_DATA_PREFER", "ofline")
    with pytest.raises(DataProblem, match="'ofline'"):
        locate("tiny")


def test_the_mirror_is_used_and_the_network_is_not(
    tiny_set: Server, drawn: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert locate("tiny").origin == "offline stand-in"
    assert tiny_set.requests == []
    (tmp_path / "tiny.zip").write_bytes(tiny_set.content)
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path))
    assert locate("tiny").origin == "real"


def test_a_broken_mirror_is_reported_and_work_continues(
    tiny_set: Server, drawn: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiny.zip").write_bytes(b"not it")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path))
    said: list[str] = []
    assert locate("tiny", said.append).origin == "offline stand-in"
    assert any("wrong checksum" in line for line in said)


def test_a_partial_synthetic_set_reports_its_share(drawn: ModuleType) -> None:
    make_offline("scene15", scale=0.2)
    assert locate("scene15").label == "scene15 (drawings, 20% of it)"


def test_a_synthetic_set_drawn_by_other_code_is_drawn_again(
    drawn: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "generate" / "__init__.py"
    code.parent.mkdir()
    code.write_text("one")
    monkeypatch.setattr(drawn, "__file__", str(code), raising=False)
    locate("scene15")
    marker = offline_place("scene15") / ".complete.json"
    first = marker.read_text()
    locate("scene15")
    assert marker.read_text() == first
    code.write_text("two")
    locate("scene15")
    assert marker.read_text() != first


def test_a_synthetic_set_can_be_used_without_its_code(
    drawn: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data_scripts import synthetic_set

    locate("scene15")

    def gone() -> ModuleType:
        raise DataProblem("no code")

    monkeypatch.setattr(synthetic_set, "_generator", gone)
    assert locate("scene15").origin == "offline stand-in"


def test_an_unavailable_set_is_reported_with_advice() -> None:
    with pytest.raises(DataProblem) as caught:
        locate("cifar10")
    assert "python -m toolbox data cifar10" in caught.value.advice


def test_a_pretext_set_names_its_classes_by_its_folders(drawn: ModuleType) -> None:
    assert locate("pretext").classes == ("coast", "store")


def test_split_folders_have_the_three_splits_and_no_more(drawn: ModuleType) -> None:
    root = split_folders("scene15")
    assert sorted(path.name for path in root.iterdir()) == ["test", "train", "validation"]
    for split in ("train", "validation", "test"):
        files = {str(path.relative_to(root / split)) for path in (root / split).rglob("*.jpg")}
        assert files == {path.partition("/")[2] for path in scenes(split, size=8).paths}
    assert split_folders("scene15") == root
