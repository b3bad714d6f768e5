"""The trainer is reproducible, resumes interrupted runs, and stops early if told to."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code.animals import dump_metrics
from tests.conftest import ROOT
from toolbox.data import Augment, Batches, ImageTensors
from toolbox.data.tensors import Provenance
from toolbox.training import checkpoints, run_files, trainer
from toolbox.training.history import History, logged_history
from toolbox.training.trainer import fit

HOLDING = """
import sys
sys.path.insert(0, sys.argv[1])
from toolbox.training.run_files import one_at_a_time
with one_at_a_time("run"):
    print("held", flush=True)
    sys.stdin.readline()
"""


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.layers: Any = nn.Sequential(
            nn.Linear(6, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3)
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def points(count: int, seed: int = 0) -> TensorDataset:
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(0, 3, (count,), generator=generator)
    centres = 1.5 * torch.randn(3, 6, generator=torch.Generator().manual_seed(99))
    return TensorDataset(centres[y] + torch.randn(count, 6, generator=generator), y)


TRAIN, VALIDATION = points(50), points(40, seed=1)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path))
    # These tests replace the student's functions, which would count as another run.
    monkeypatch.setattr(trainer, "identity", lambda *_: {})
    return tmp_path


def train(epochs: int, lr: float = 0.02, model: Net | None = None, **named: Any) -> Any:
    model = model or Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    loader = DataLoader(TRAIN, batch_size=16, shuffle=True)
    history = fit(
        model,
        loader,
        DataLoader(VALIDATION, batch_size=40),
        optimizer=optimizer,
        epochs=epochs,
        **{"device": "cpu", "name": "run", **named},
    )
    return history, model


def same_weights(a: nn.Module, b: nn.Module) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))


def test_history_has_one_entry_per_epoch_and_training_works() -> None:
    history, model = train(12)
    lists = (history.train_loss, history.validation_accuracy, history.learning_rate)
    assert [len(values) for values in lists] == [12, 12, 12]
    assert history.train_loss[-1] < 0.7 * history.train_loss[0]
    assert history.validation_accuracy[-1] > 0.6
    saved = Net()
    checkpoints.load_weights(trainer.weights_file("run"), saved)
    assert same_weights(saved, model)


def test_one_seed_gives_one_result() -> None:
    first, a = train(3, resume=False)
    torch.rand(17)  # earlier random draws don't matter
    second, b = train(3, resume=False)
    third, c = train(3, resume=False, seed=5)
    assert first.train_loss == second.train_loss
    assert same_weights(a, b)
    assert third.train_loss != first.train_loss
    assert not same_weights(a, c)


def test_an_interrupted_run_ends_like_an_uninterrupted_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from student_code import training

    whole, expected = train(5, name="whole")
    monkeypatch.setattr(trainer.time, "perf_counter", iter(range(0, 10**6, 10)).__next__)
    calls = 0

    def interrupted(*arguments: Any) -> tuple[float, float]:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return training.train_epoch(*arguments)

    with pytest.raises(KeyboardInterrupt, match=r"Interrupted after epoch 2\. Run the cell again"):
        train(5, train_epoch=interrupted)
    history, model = train(5)
    assert "continuing after epoch 2" in capsys.readouterr().out
    assert history.train_loss == whole.train_loss
    assert same_weights(model, expected)


def test_a_finished_run_is_not_trained_again(capsys: pytest.CaptureFixture[str]) -> None:
    first, a = train(3)
    capsys.readouterr()  # on a busy machine, with a progress bar

    def never(*arguments: Any) -> tuple[float, float]:
        raise AssertionError("trained again")

    again, b = train(3, train_epoch=never)
    assert again.train_loss == first.train_loss
    assert same_weights(a, b)
    said = capsys.readouterr().out
    assert said == "run: reusing the finished training, with the same code and settings.\n"


def test_a_different_run_does_not_resume_this_one() -> None:
    train(3)
    history, _ = train(3, lr=0.001)
    assert history.learning_rate == [0.001] * 3
    history, _ = train(2, seed=4)
    assert len(history) == 2


def images(**changes: Any) -> ImageTensors:
    """Return images of three classes, with changed images or labels."""
    where = Provenance("blocks", "offline", "abc", "train", "blocks (drawings), train")
    pixels = torch.arange(12 * 16, dtype=torch.uint8).reshape(12, 1, 4, 4)
    usual: dict[str, Any] = {"images": pixels, "targets": torch.arange(12) % 3}
    return ImageTensors(**usual | changes, classes=tuple("abc"), paths=("",) * 12, provenance=where)


@pytest.mark.parametrize(
    "change",
    [
        {"shuffle": False},
        {"drop_last": True},
        {"mean": 0.25},
        {"std": 0.5},
        {"mean": None, "std": None},
        {"seed": 3},
        {"data": images(targets=torch.arange(12).flip(0) % 3)},
        {"data": images(images=torch.zeros(12, 1, 4, 4, dtype=torch.uint8))},
    ],
    ids=["order", "last batch", "mean", "std", "not normalized", "seed", "labels", "images"],
)
def test_changed_loaders_and_data_are_another_run(change: dict[str, Any]) -> None:
    calls = []

    def learn(*_: Any) -> tuple[float, float]:
        calls.append(1)
        return 1.0, 0.5

    usual: dict[str, Any] = {
        "data": images(),
        "batch_size": 8,
        "shuffle": True,
        "mean": 0.5,
        "std": 0.25,
    }
    for named in (usual, usual, usual | change):
        model = Net()
        fit(
            model,
            Batches(**named),
            Batches(images(), 8),
            optimizer=torch.optim.Adam(model.parameters()),
            epochs=1,
            device="cpu",
            train_epoch=learn,
            evaluate=lambda *_: (1.0, 0.5),
        )
    assert len(calls) == 2


def test_a_damaged_checkpoint_starts_from_the_beginning(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(2)
    (path,) = (place / "checkpoints" / "run").glob("run-*.pt")
    path.write_bytes(b"broken")
    history, _ = train(2)
    assert len(history) == 2
    assert "starts from the beginning" in capsys.readouterr().out


def test_a_training_says_that_settings_and_code_changed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    code = {"dl_utils.py": "1"}
    monkeypatch.setattr(trainer, "identity", lambda *_: dict(code))
    train(1)
    assert "training again" not in capsys.readouterr().out
    train(1, seed=5)
    assert "training again" not in capsys.readouterr().out
    code["dl_utils.py"] = "2"
    train(1, seed=6)
    said = "run: training again, because dl_utils.py and its settings changed."
    assert said in capsys.readouterr().out
    train(1, seed=5)
    assert "run: training again, because dl_utils.py changed." in capsys.readouterr().out


def test_an_undone_edit_brings_the_finished_run_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    code = {"dl_utils.py": "1", "training.py": "1"}
    monkeypatch.setattr(trainer, "identity", lambda *_: dict(code))
    first, a = train(2)
    capsys.readouterr()
    code["dl_utils.py"] = "2"
    train(1)
    assert "run: training again, because dl_utils.py changed." in capsys.readouterr().out
    code["dl_utils.py"] = "1"

    def never(*arguments: Any) -> tuple[float, float]:
        raise AssertionError("trained again")

    again, b = train(2, train_epoch=never)
    assert again.train_loss == first.train_loss
    assert same_weights(a, b)
    saved = Net()
    checkpoints.load_weights(trainer.weights_file("run"), saved)
    assert same_weights(saved, a)
    for number in "34567":
        code["training.py"] = number
        train(1)
    assert len(list((place / "checkpoints" / "run").glob("run-*.pt"))) == 3


def test_another_process_with_the_same_run_is_waited_for(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(ROOT)],
        env={**os.environ, "COURSE_RESULTS": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdin is not None
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    said: list[str] = []

    def release(line: str, **_: Any) -> None:
        said.append(line)
        other.communicate("continue\n")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_files, "print", release, raising=False)
        history, _ = train(1)
    assert said == ["run is being trained in another notebook. Waiting until it has finished."]
    assert len(history) == 1


def scripted(losses: list[float]) -> Any:
    """Return fakes of train_epoch and evaluate; the weights count the epochs."""
    values = iter(losses)

    def learn(model: Any, *_: Any) -> tuple[float, float]:
        with torch.no_grad():
            model.layers[0].bias += 1
        return 1.0, 0.5

    return learn, lambda *_: (next(values), 0.5)


def test_early_stopping_restores_the_best_weights() -> None:
    learn, measure = scripted([5.0, 3.0, 4.0, 4.0, 1.0])
    start = Net().layers[0].bias.detach().clone()
    history, model = train(9, patience=2, train_epoch=learn, evaluate=measure)
    assert history.validation_loss == [5.0, 3.0, 4.0, 4.0]
    assert history.best_epoch == 1
    assert torch.allclose(model.layers[0].bias, start + 2)


def test_without_patience_the_last_weights_are_kept() -> None:
    learn, measure = scripted([5.0, 3.0, 4.0])
    start = Net().layers[0].bias.detach().clone()
    _, model = train(3, train_epoch=learn, evaluate=measure)
    assert torch.allclose(model.layers[0].bias, start + 3)


def test_a_loss_that_blows_up_ends_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    history, _ = train(
        5, train_epoch=lambda *_: (float("nan"), 0.1), evaluate=lambda *_: (float("nan"), 0.1)
    )
    assert len(history) == 1
    assert "learning rate too high" in capsys.readouterr().out


def test_a_scheduler_is_stepped_once_per_epoch() -> None:
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.4)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    loader = DataLoader(TRAIN, batch_size=16)
    history = fit(
        model,
        loader,
        loader,
        optimizer=optimizer,
        epochs=3,
        device="cpu",
        scheduler=scheduler,
    )
    assert history.learning_rate == [0.4, 0.2, 0.1]


def test_augmentation_applies_only_to_this_run() -> None:
    class Loader(list):
        augment: Any = None

    loader, model, changes = Loader(DataLoader(TRAIN, batch_size=25)), Net(), Augment()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    seen: list[Any] = []

    def learn(model: Any, batches: Any, *_: Any) -> tuple[float, float]:
        seen.append(batches.augment)
        return 1.0, 0.5

    fit(
        model,
        loader,
        loader,
        optimizer=optimizer,
        epochs=1,
        device="cpu",
        augment=changes,
        train_epoch=learn,
    )
    assert seen == [changes]
    assert loader.augment is None


def test_invalid_epochs_are_rejected() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        train(0)


def test_inference_restores_the_mode() -> None:
    model = Net().train()
    before = copy.deepcopy(model.state_dict())
    seconds = trainer.inference_seconds(model, DataLoader(VALIDATION, batch_size=20), "cpu")
    assert 0 < seconds < 0.1
    assert model.training
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


def test_an_empty_history_has_no_best_epoch() -> None:
    with pytest.raises(ValueError, match="no epoch"):
        _ = History().best_epoch


def test_a_logged_run_is_read_back(tmp_path: Path) -> None:
    """The logs are those of the students' own loop, with further columns in any order."""
    for epoch, value in ((1, 0.5), (2, 0.75)):
        scores = {"precision": 0.1, "accuracy": value, "loss": 1 - value}
        dump_metrics(tmp_path / "train.txt", epoch, scores)
        dump_metrics(tmp_path / "validation.txt", epoch, {**scores, "loss": 2.0})
    found = logged_history(tmp_path, "a run")
    assert found.name == "a run"
    assert found.train_accuracy == found.validation_accuracy == [0.5, 0.75]
    assert found.train_loss == [0.5, 0.25]
    assert found.validation_loss == [2.0, 2.0]


def test_a_log_of_one_epoch_has_one_entry(tmp_path: Path) -> None:
    for split in ("train", "validation"):
        dump_metrics(tmp_path / f"{split}.txt", 1, {"loss": 0.5, "accuracy": 1.0})
    assert logged_history(tmp_path).validation_loss == [0.5]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_on_a_gpu_a_large_model_computes_in_lower_precision() -> None:
    class Large(Net):
        def __init__(self) -> None:
            super().__init__()
            self.layers: Any = nn.Sequential(nn.Linear(6, 2000), nn.ReLU(), nn.Linear(2000, 600))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hidden = self.layers[0](x)
            kinds.add(hidden.dtype)
            return self.layers[2](hidden.relu())[:, :3]

    kinds: set[torch.dtype] = set()
    history, model = train(8, lr=0.002, model=Large(), device="auto")
    assert history.device == "cuda"
    assert kinds == {torch.bfloat16}
    assert history.train_loss[-1] < 0.7 * history.train_loss[0]
    assert next(model.parameters()).dtype == torch.float32
