"""The results benchmark on a few images; nothing here measures how good a network is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks import results, training
from benchmarks.one_run import Material, OneCycle, train
from benchmarks.recipes import RECIPES, Recipe
from coursekit.generated_blocks import replace_block
from toolbox.data import Batches, ImageTensors, Provenance
from toolbox.models.residual import RandomViews, ResidualNet


def few(count: int, split: str) -> ImageTensors:
    """Return `count` noisy images of two classes: dark ones and bright ones."""
    generator = torch.Generator().manual_seed(count)
    labels = torch.arange(count) % 2
    noise = torch.randint(0, 100, (count, 1, 64, 64), generator=generator)
    images = (noise + 150 * labels[:, None, None, None]).to(torch.uint8)
    where = Provenance("scene15", "real", "0" * 12, split, f"scene15, {split}")
    paths = tuple(f"{split}/{i}.jpg" for i in range(count))
    return ImageTensors(images, labels, ("dark", "bright"), paths, where)


@pytest.fixture
def images() -> Material:
    return Material(few(24, "train"), few(10, "test"))


@pytest.fixture(autouse=True)
def own_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path / "kept"))
    return tmp_path


def short(recipe: Recipe) -> Recipe:
    return replace(recipe, epochs=1, batch_size=8, seeds=(0, 1))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_each_recipe_trains(recipe: Recipe, images: Material) -> None:
    found = train(short(recipe), images, seed=0)
    assert 0 <= found["accuracy"] <= 1
    assert found["seconds"] > 0
    again = train(short(recipe), images, seed=0)
    assert (again["accuracy"], again["train"]) == (found["accuracy"], found["train"])


def test_the_easy_classes_are_learned(images: Material) -> None:
    recipe = replace(RECIPES[0], epochs=12, batch_size=8)
    assert train(recipe, images, seed=0)["accuracy"] == 1.0


def test_a_finished_run_is_not_repeated(images: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = short(RECIPES[0])
    first = results.once(recipe, images, 0)
    monkeypatch.setattr(results, "train", lambda *_: pytest.fail("the run was repeated"))
    assert results.once(recipe, images, 0) == first
    assert results.kept(recipe, images, 1) is None
    assert results.kept(replace(recipe, lr=0.5), images, 0) is None
    assert results.kept(recipe, Material(images.learn, few(8, "test")), 0) is None


def test_a_run_cut_short_on_disk_is_trained_again(images: Material, own_results: Path) -> None:
    recipe = short(RECIPES[0])
    results.once(recipe, images, 0)
    (path,) = (own_results / "kept").rglob("*.json")
    path.write_text(path.read_text()[:50])
    assert results.kept(recipe, images, 0) is None


def test_the_table_marks_missed_goals(images: Material) -> None:
    recipe = short(RECIPES[0])
    run = results.once(recipe, images, 0)
    low = replace(recipe, wanted=run["accuracy"])
    high = replace(recipe, wanted=run["accuracy"] + 0.01)
    late = replace(low, limit=0.0)
    assert results.reached(low, [run])
    assert not results.reached(high, [run])
    assert not results.reached(late, [run])
    page = results.table([(low, [run]), (high, [run]), (late, [run]), (recipe, [])])
    assert [line.count("|") for line in page.splitlines()] == [9] * 6
    assert page.count("**not reached**") == 1
    assert page.count("**over**") == 1
    assert page.count("not run") == 6


def test_a_partial_run_keeps_published_rows(
    images: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """One seed of one recipe on a fresh clone must not replace published rows."""
    recipes = [short(RECIPES[0]), short(RECIPES[1])]
    page = tmp_path / "page.md"
    page.write_text("<!-- results: begin -->\n<!-- results: end -->\n")
    monkeypatch.setattr(results, "RECIPES", recipes)
    monkeypatch.setattr(results, "RESULTS_PAGE", page)
    monkeypatch.setattr(results, "material", lambda split: images)
    results.main(["--recipe", recipes[0].name])
    whole = page.read_text().splitlines()
    assert whole[3].startswith(f"| {recipes[0].title} |")
    assert "not run" in whole[4]
    results.main(["--recipe", recipes[1].name])
    whole = page.read_text().splitlines()
    assert "not run" not in page.read_text()
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path / "fresh clone"))
    results.main(["--recipe", recipes[0].name, "--seed", "0"])
    assert page.read_text().splitlines() == whole
    said = capsys.readouterr().out
    assert f"{recipes[0].title}: 1 of 2 runs; the row stays as published" in said
    assert f"{recipes[1].title}: 0 of 2 runs; the row stays as published" in said


def test_nothing_is_tuned_on_the_test_images(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        results.main(["--recipe", "simple_net", "--set", "lr=0.1"])
    assert "--on validation" in capsys.readouterr().err
    assert results.changed(RECIPES[0], ["lr=0.1", "epochs=3"]).epochs == 3
    with pytest.raises(SystemExit, match="wanted"):
        results.changed(RECIPES[0], ["wanted=0.1"])


def test_the_learning_rate_rises_and_falls_to_zero(images: Material) -> None:
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=2.0)
    cycle = OneCycle(Batches(images.learn, 8), optimizer, 12, warm_up=0.25)
    rates = [optimizer.param_groups[0]["lr"] for _ in range(4) for _ in cycle]
    assert len(rates) == 12
    assert rates[0] == pytest.approx(0.2)
    assert max(rates) == rates[3] == pytest.approx(2.0)
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert cycle.share(1.0) == pytest.approx(0.0)


def test_the_residual_network_starts_as_its_shortcuts() -> None:
    network = ResidualNet(5, widths=(4, 8)).eval()
    assert network(torch.rand(3, 1, 64, 64)).shape == (3, 5)
    first = network.stages[3]
    x = torch.rand(2, 4, 8, 8)
    assert torch.allclose(first(x), x)


def test_the_residual_network_trains_equally_well_in_bfloat16(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torch.manual_seed(0)
    network, x = ResidualNet(5, widths=(4, 8)), torch.rand(8, 1, 64, 64)
    network.head[2] = torch.nn.Identity()  # dropout would differ from call to call
    scores = []
    for half in (False, True):
        monkeypatch.setattr("toolbox.models.residual.bfloat16_pays", lambda place, half=half: half)
        scores.append(network.train()(x))
    assert scores[1].dtype == torch.float32
    assert not torch.equal(scores[0], scores[1])
    # bfloat16 has 8 significant bits, so a few layers stay within one percent.
    torch.testing.assert_close(scores[0], scores[1], atol=0.02, rtol=0.02)


def test_random_views_crop_each_image_differently(images: Material) -> None:
    x = images.learn.images[:1].float().div(255).repeat(6, 1, 1, 1)
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(6)
    views, same = RandomViews(flip=0, brightness=0, contrast=0)(x, labels, generator)
    assert torch.equal(same, labels)
    assert views.shape == x.shape
    assert len({view.sum().item() for view in views}) == 6
    whole, _ = RandomViews(flip=0, brightness=0, contrast=0, zoom=0)(x, labels, generator)
    assert torch.allclose(whole, x, atol=1e-5)
    with pytest.raises(ValueError, match="mask"):
        RandomViews()(x, torch.zeros(6, 64, 64), generator)


def test_a_block_of_a_page_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("above\n<!-- a: begin -->\nold\n<!-- a: end -->\nbelow\n")
    replace_block(page, "a", "new")
    replace_block(page, "a", "newer")
    assert page.read_text() == "above\n<!-- a: begin -->\nnewer\n<!-- a: end -->\nbelow\n"
    with pytest.raises(ValueError, match="b: begin"):
        replace_block(page, "b", "lost")


def test_both_sides_of_the_comparison_take_the_images_in_the_same_order(images: Material) -> None:
    batches = Batches(images.learn, 5, shuffle=True, seed=training.SEED)
    for epoch in range(2):
        taken = torch.cat([y for _, y in batches])
        assert torch.equal(taken, images.learn.labels[training.order(len(images.learn), epoch)])


def test_the_page_has_the_marks_that_the_commands_fill() -> None:
    text = results.RESULTS_PAGE.read_text(encoding="utf-8")
    for name in ("results", "training"):
        assert f"<!-- {name}: begin -->" in text
        assert f"<!-- {name}: end -->" in text
