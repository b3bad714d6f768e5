"""Hidden tests of `student_code.training`."""

import copy
import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import training
from toolbox.checks import expect, task
from toolbox.checks.seeds import public_seeds, seed_for


class Network(nn.Module):
    """A network with dropout and batch normalization, which differ between the modes."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(seed_for(21))
        self.layers = nn.Sequential(
            nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.4), nn.Linear(16, 4)
        )
        self.loss_criterion = torch.nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def examples(count: int = 70) -> TensorDataset:
    """Return four clouds of points, one per class; the last batch of 16 contains 6 points."""
    generator = torch.Generator().manual_seed(seed_for(22))
    y = torch.randint(0, 4, (count,), generator=generator)
    centres = 2 * torch.randn(4, 6, generator=generator)
    return TensorDataset(centres[y] + torch.randn(count, 6, generator=generator), y)


def measured(model: Network, data: TensorDataset, *, train: bool = False) -> tuple[float, float]:
    """Return accuracy and mean loss of a copy of the network, measured without student code.

    Args:
        train: use the statistics of this batch instead of the stored ones; dropout stays off.
    """
    x, y = data.tensors
    layers = copy.deepcopy(model.layers).eval()
    layers[1].train(train)
    with torch.no_grad():
        scores = layers(x)
    accuracy = (scores.argmax(1) == y).double().mean().item()
    return accuracy, nn.functional.cross_entropy(scores, y).item()


@task("training.train_epoch")
def test_a_network_learns() -> None:
    """A small network separates four clouds of points within 15 epochs."""
    with public_seeds():
        model, data = Network(), examples()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    accuracy = 0.0
    for _ in range(15):
        _, accuracy = training.train_epoch(model, DataLoader(data, batch_size=16), optimizer)
    # The reference reaches 0.95 or more; chance is 0.25, and an untrained network has 0.4.
    expect.true(accuracy > 0.8, "15 epochs: accuracy", expected="more than 0.8", got=accuracy)
    # The accuracy of the network itself, measured without student code.
    accuracy, _ = measured(model, data)
    expect.true(accuracy > 0.8, "15 epochs: eval accuracy", expected="more than 0.8", got=accuracy)


@task("training.train_epoch")
def test_batch_statistics_are_learnt() -> None:
    """In train mode, the batch norm statistics and the weights are updated."""
    model = Network()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    _, worse = measured(model, examples(), train=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    training.train_epoch(model.eval(), DataLoader(examples(), batch_size=16), optimizer)
    after = model.state_dict()
    for key in ("layers.0.weight", "layers.1.running_mean", "layers.4.weight"):
        value, moved = after[key], not torch.equal(after[key], before[key])
        expect.true(moved, f"train_epoch(...): {key}", expected="a changed value", got=value)
    _, loss = measured(model, examples(), train=True)
    # Equal scores for all four classes would have a loss of log 4 = 1.39; the reference has 1.2.
    lower = loss < min(worse, math.log(4))
    expect.true(lower, "train_epoch(...)", expected="a lower loss", got=[worse, loss])


@task("training.evaluate")
def test_a_network_is_measured_as_it_is() -> None:
    """Evaluation switches dropout off, keeps the statistics, and gives the same result twice."""
    model, data = Network(), examples()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    first = training.evaluate(model, DataLoader(data, batch_size=16))
    second = training.evaluate(model, DataLoader(data, batch_size=16))
    # The same sums in the same order: at most float32 noise.
    expect.close(second, first, "evaluate(...), second call", atol=1e-6)
    for key, value in model.state_dict().items():
        expect.equal(value, before[key], f"evaluate(...): {key}")
    model.eval()
    x, y = data.tensors
    scores = model(x).detach()
    wanted = (
        nn.functional.cross_entropy(scores, y).item(),
        (scores.argmax(1) == y).double().mean(),
    )
    # A mean of float32 losses of order 1, summed in a different order: 1e-6.
    expect.close(first[0], wanted[0], "evaluate(...)[0]", atol=1e-4)
    expect.close(first[1], wanted[1], "evaluate(...)[1]", atol=1e-4)
