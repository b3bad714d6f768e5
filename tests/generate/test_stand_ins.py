"""Synthetic data sets are reproducible byte for byte, with the real layout and exact labels."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data_scripts.synthetic import PLANS, driving, generate, plan, pretext, scenes
from data_scripts.synthetic.drawing import draw, size_of
from data_scripts.synthetic.driving import labels


def digests(root: Path) -> dict[str, str]:
    """Return every file in a folder with the hash of its content."""
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(root.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Paint all four sets at their smallest scale in one process."""
    root = tmp_path_factory.mktemp("painted")
    for name in PLANS:
        generate(name, root / name, scale=0.001, progress=False, workers=1)
    return root


@pytest.mark.parametrize("name", ["scene15", "camvid", "animals"])
def test_same_bytes_for_one_process_and_for_two(name: str, painted: Path, tmp_path: Path) -> None:
    generate(name, tmp_path, scale=0.001, progress=False, workers=2)
    assert digests(tmp_path) == digests(painted / name)
    assert len(digests(tmp_path)) == len(plan_of(name)) * (2 if name == "camvid" else 1)


def plan_of(name: str) -> list[plan.PlannedPicture]:
    return PLANS[name](0.001)


@pytest.mark.parametrize("name", list(PLANS))
def test_an_image_depends_only_on_its_own_seed(name: str) -> None:
    picture, other = PLANS[name](1.0)[:2]
    first = draw(name, picture, 0).to_bytes()
    draw(name, other, 0)
    np.testing.assert_array_equal(draw(name, picture, 0).to_bytes(), first)
    assert not np.array_equal(draw(name, picture, 1).to_bytes(), first)


def test_no_two_pictures_are_the_same(painted: Path) -> None:
    for name in PLANS:
        images = [v for k, v in digests(painted / name).items() if k.endswith(".jpg")]
        assert len(set(images)) == len(images)


def test_scene15_has_the_real_classes_and_counts() -> None:
    pictures = plan.scene15()
    assert len({p.path for p in pictures}) == len(pictures) == 2985 + 1500
    counts = Counter(tuple(p.path.split("/")[:2]) for p in pictures)
    assert len(counts) == 30
    assert {c for (split, _), c in counts.items() if split == "test"} == {100}
    train = {name: c for (split, name), c in counts.items() if split == "train"}
    assert train == plan.SCENE15_TRAIN
    assert (min(train.values()), max(train.values())) == (110, 310)
    assert set(scenes.PAINTERS) == set(train)


def test_camvid_has_the_published_counts_and_a_shared_sequence() -> None:
    pictures = plan.camvid()
    assert Counter(p.path.split("/")[0] for p in pictures) == {
        "train": 367,
        "val": 101,
        "test": 233,
    }
    assert len({p.key for p in pictures}) == len(pictures)  # no frame is in two splits
    sequences = {
        s: {p.subject for p in pictures if p.path.startswith(s)} for s in ("train", "val", "test")
    }
    assert sequences["val"] < sequences["train"]


def test_animals_and_pretext_counts() -> None:
    assert Counter(p.path.split("/")[0] for p in plan.animals()) == dict.fromkeys(
        plan.ANIMALS, 1000
    )
    counts = Counter(p.subject for p in plan.pretext())
    assert set(counts) == set(pretext.PAINTERS)
    assert set(counts.values()) == {plan.PRETEXT_EACH}
    assert not set(counts) & set(scenes.PAINTERS)


@pytest.mark.parametrize("name", list(PLANS))
def test_scale_shrinks_to_two_and_keeps_every_class(name: str) -> None:
    full, small = PLANS[name](1.0), PLANS[name](1e-9)
    assert {p.subject for p in full} == {p.subject for p in small}
    groups = Counter((p.path.rsplit("/", 1)[0], p.subject) for p in small)
    assert set(groups.values()) == {2}
    assert len(PLANS[name](0.5)) == pytest.approx(len(full) / 2, rel=0.02)


def test_scenes_are_gray_of_many_sizes(painted: Path) -> None:
    for path in (painted / "scene15").rglob("*.jpg"):
        with Image.open(path) as image:
            assert (image.format, image.mode) == ("JPEG", "L")
            assert 190 < min(image.size) <= max(image.size) < 360
    sizes = {
        size_of("scene15", p.subject, np.random.default_rng([0, 0, *p.key]))
        for p in plan.scene15(0.2)
    }
    assert len(sizes) > 30
    assert any(h > w for h, w in sizes)
    assert any(h < w for h, w in sizes)


def test_driving_frames_have_a_label_for_every_pixel(painted: Path) -> None:
    root = painted / "camvid"
    frames = sorted(root.glob("*/*.jpg"))
    assert len(frames) == 12
    for frame in frames:
        masks = root / f"{frame.parent.name}annot" / f"{frame.stem}.png"
        with Image.open(frame) as image, Image.open(masks) as mask:
            assert image.size == mask.size == (480, 360)
            assert (image.mode, mask.mode) == ("RGB", "L")
            ids = np.unique(np.asarray(mask))
        assert ids.max() <= 11
        assert {labels.SKY, labels.BUILDING, labels.ROAD} <= set(ids.tolist())


def test_labels_are_as_imbalanced_as_the_real_ones() -> None:
    counts = np.zeros(12)
    for picture in plan.camvid()[::88]:
        counts += np.bincount(draw("camvid", picture, 0).labels.ravel(), minlength=12)  # type: ignore[union-attr]
    shares = counts / counts.sum()
    assert (shares > 0).all()
    common = shares[[labels.SKY, labels.BUILDING, labels.ROAD]]
    thin = shares[[labels.POLE, labels.SIGN, labels.PEDESTRIAN, labels.BICYCLIST]]
    assert common.min() > 0.1
    assert thin.max() < 0.03


def test_a_label_covers_the_object_that_was_painted() -> None:
    """The label of a shape covers exactly the pixels that the shape covers by at least half."""
    from data_scripts.synthetic.canvas import Canvas

    canvas = Canvas(40, 60, 3, label=0)
    canvas.rectangle(9.5, 9.5, 29.5, 19.5, (1.0, 1.0, 1.0), label=8)
    assert canvas.labels is not None
    np.testing.assert_array_equal(canvas.labels == 8, canvas.pixels[0] >= 0.5)
    assert (canvas.labels == 8).sum() == pytest.approx(20 * 10, abs=32)


def test_successive_frames_are_alike() -> None:
    def frame(index: int) -> np.ndarray:
        return driving.frame(0, "town", index).to_bytes().astype(float)

    here, next_one, elsewhere = frame(20), frame(21), frame(150)
    assert np.abs(here - next_one).mean() < 0.75 * np.abs(here - elsewhere).mean()


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("scenes", {}, "no synthetic data set 'scenes'"),
        ("scene15", {"scale": 0.0}, "scale is 0.0"),
        ("scene15", {"scale": 1.5}, "scale is 1.5"),
        ("scene15", {"seed": -1}, "seed is -1"),
    ],
)
def test_invalid_input_is_reported(
    name: str, options: dict[str, float], words: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=words):
        generate(name, tmp_path, progress=False, **options)  # type: ignore[arg-type]
