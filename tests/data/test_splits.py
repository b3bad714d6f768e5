"""The splits are fixed, disjoint, complete, and free of copies across train and test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from data_scripts import splits
from data_scripts.__main__ import main
from data_scripts.manifest import FileRecord, Manifest, Marker, fingerprint, read_manifest
from data_scripts.places import real_place
from data_scripts.problems import DataProblem
from data_scripts.registry import data_set
from data_scripts.splits import PARTS, read_split, split_manifest, split_of
from toolbox.data import scenes

# Few contents for many names, so that copies within and across the folders are common.
manifests = st.dictionaries(
    st.tuples(
        st.sampled_from(["train", "test"]),
        st.sampled_from(["coast", "forest"]),
        st.integers(0, 40),
    ).map(lambda at: f"{at[0]}/{at[1]}/image_{at[2]:04}.jpg"),
    st.integers(0, 25).map(lambda content: FileRecord(10, f"{content:064x}")),
    min_size=1,
)


@settings(max_examples=60, deadline=None)
@given(manifests)
def test_any_split_is_disjoint_complete_and_free_of_copies(manifest: Manifest) -> None:
    manifest["train/coast/always.jpg"] = FileRecord(10, "f" * 64)
    parts = split_manifest(manifest).parts
    assert sorted(name for part in PARTS for name in parts[part]) == sorted(manifest)
    contents = {part: {manifest[name].sha256 for name in parts[part]} for part in PARTS}
    for one, other in combinations(("train", "validation", "test"), 2):
        assert not contents[one] & contents[other]
    assert sorted(parts["test"]) == sorted(n for n in manifest if n.startswith("test/"))
    for name in parts["removed"]:
        assert (
            manifest[name].sha256 in contents["train"] | contents["validation"] | contents["test"]
        )


def test_the_split_does_not_depend_on_order_or_content() -> None:
    names = [f"train/coast/image_{i:04}.jpg" for i in range(40)]
    one = {name: FileRecord(1, f"{i:064x}") for i, name in enumerate(names)}
    other = {name: FileRecord(1, f"{i + 99:064x}") for i, name in reversed(list(enumerate(names)))}
    assert split_manifest(one).parts == split_manifest(other).parts
    assert len(split_manifest(one).parts["validation"]) == 6  # 15% of 40


def test_a_set_without_a_train_folder_has_no_rule() -> None:
    with pytest.raises(DataProblem, match="train folder"):
        split_manifest({"cats/a.jpg": FileRecord(1, "0" * 64)})


def test_the_fixed_split_of_scene15() -> None:
    split = read_split("scene15")
    assert split is not None
    assert {part: len(split.parts[part]) for part in PARTS} == {
        "train": 2526,
        "validation": 443,
        "test": 1500,
        "removed": 16,
    }
    by_class = Counter(name.split("/")[1] for name in split.parts["validation"])
    assert sorted(by_class) == list(data_set("scene15").classes)
    assert min(by_class.values()) >= 16
    assert all(name.startswith("train/") for name in split.parts["removed"])
    assert (
        "train/tallbuilding/image_0300.jpg" in split.parts["removed"]
    )  # an insidecity of the test


def test_the_fixed_split_of_camvid_and_its_documented_overlap() -> None:
    split, text = read_split("camvid"), data_set("camvid").split
    assert split is not None
    videos = {
        part: Counter(name.split("/")[1].split("_")[0] for name in split.parts[part])
        for part in ("train", "validation", "test")
    }
    assert videos["validation"] == {"0016E5": 101}
    assert videos["train"]["0016E5"] == 204
    assert videos["test"] == {"0001TP": 62, "Seq05VD": 171}
    assert videos["train"]["0001TP"] == 62
    for fact in ("all 101 validation", "204 train", "62 test", "62 train", "Seq05VD (171"):
        assert fact in text


def test_other_files_are_split_by_the_rule_and_not_by_the_fixed_split() -> None:
    manifest = {f"train/coast/{i}.jpg": FileRecord(1, f"{i:064x}") for i in range(10)}
    assert split_of("scene15", manifest).fingerprint == fingerprint(manifest)


@pytest.mark.parametrize("name", ["scene15", "camvid"])
def test_the_fixed_split_follows_the_rule_for_the_real_set(
    name: str, real_sets: Callable[[str], Marker]
) -> None:
    real_sets(name)
    manifest = read_manifest(real_place(name))
    assert split_of(name, manifest) == read_split(name) == split_manifest(manifest)


def test_the_command_writes_the_same_bytes_again(
    real_sets: Callable[[str], Marker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = splits.SPLITS
    monkeypatch.setattr(splits, "SPLITS", tmp_path)
    for name in ("scene15", "camvid"):
        real_sets(name)
        assert main(["split", name]) == 0
        assert (tmp_path / f"{name}.txt").read_bytes() == (written / f"{name}.txt").read_bytes()


def test_the_number_of_near_copies_matches_the_documentation(
    real_sets: Callable[[str], Marker],
) -> None:
    real_sets("scene15")
    splits = {part: scenes(part, size=32) for part in ("train", "validation", "test")}
    pixels = {part: data.images.float().flatten(1) for part, data in splits.items()}

    def near(one: str, other: str) -> int:
        return int((torch.cdist(pixels[one], pixels[other], p=1) / 32**2 < 4).sum())

    assert near("train", "test") == 1
    assert near("train", "validation") == 4
    assert near("validation", "test") == 0
