"""Hidden tests of `student_code.animal_training`."""

import copy
from pathlib import Path

import torch
from sklearn.metrics import precision_score, recall_score
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import animal_training
from toolbox.checks import expect, repeated, task
from toolbox.checks.seeds import seed_for

EXACT = 1e-4  # float32 means of order 1


def one_hot_loss(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return nn.functional.cross_entropy(scores, target)


class Network(nn.Module):
    """A network with dropout and batch normalization, which differ between the modes."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(seed_for(21))
        self.layers = nn.Sequential(
            nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.4), nn.Linear(16, 4)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def clouds(count: int = 70) -> tuple[DataLoader, torch.Tensor, torch.Tensor]:
    """Return four overlapping clouds of points as a loader, and their points and labels."""
    generator = torch.Generator().manual_seed(seed_for(22))
    y = torch.randint(0, 4, (count,), generator=generator)
    x = torch.randn(4, 6, generator=generator)[y] + torch.randn(count, 6, generator=generator)
    return DataLoader(TensorDataset(x, torch.eye(4)[y]), 16), x, y


@task("animal_training.get_augmentation")
def test_augmentation_of_another_size() -> None:
    """A picture of 64 x 90 pixels is mirrored, moved and kept upright, too."""
    image = torch.full((3, 64, 90), 0.3)
    image[:, :32] += 0.25
    image[:, 16:30, 20:34] = 0.9
    found = repeated(200, animal_training.get_augmentation(), image)
    called = "get_augmentation()(an image of 64 x 90 pixels), 200 times"
    right = up = 0
    places = set()
    for got in found:
        expect.shape(got, (3, 64, 90), called)
        gray = got.mean(dim=0)
        rows, columns = (gray > (gray.max() + gray.median()) / 2).nonzero().double().T
        right += columns.mean().item() > 44.5
        up += bool(gray[:16].mean() > gray[-16:].mean())
        places.add((round(rows.mean().item()), round(abs(columns.mean().item() - 44.5))))
    # The same bounds as for the public tests, with the same probabilities.
    expect.true(60 <= right <= 140, f"{called}: mirrored", expected="about 100", got=right)
    expect.true(up >= 150, f"{called}: upright", expected="almost always", got=up)
    expect.true(len(places) >= 5, f"{called}: places of a square", expected="many", got=len(places))


@task("animal_training.run_epoch")
def test_metrics_agree_with_another_computation() -> None:
    """Loss and metrics of 70 points in four classes agree with an independent computation."""
    network = Network()
    loader, x, y = clouds()
    twin = copy.deepcopy(network.layers).eval()
    with torch.no_grad():
        scores = twin(x)
    guesses = scores.argmax(dim=1)
    got = animal_training.run_epoch(network.train(), loader, one_hot_loss)
    called = "run_epoch(network, 70 points in batches of 16, loss)"
    wanted = {
        "loss": nn.functional.cross_entropy(scores, y).item(),
        "accuracy": (guesses == y).double().mean().item(),
        "precision": precision_score(y, guesses, average="macro", zero_division=0),
        "recall": recall_score(y, guesses, average="macro", zero_division=0),
    }
    for key, value in wanted.items():
        expect.close(got[key], float(value), f"{called}[{key!r}]", atol=EXACT)
    for name, value in twin.state_dict().items():
        expect.equal(network.layers.state_dict()[name], value, f"{called}; the network's {name}")


@task("animal_training.run_epoch")
def test_gradients_of_earlier_batches_are_gone() -> None:
    """Gradients that were there before do not influence the first step."""
    loader, x, y = clouds(16)
    layer = nn.Linear(6, 4, bias=False)
    network, weight = nn.Sequential(layer), layer.weight
    before = weight.detach().clone()
    weight.grad = torch.full_like(weight, 100.0)

    class Only(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inside = network

        def forward(self, points: torch.Tensor) -> torch.Tensor:
            return self.inside(points)

    optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    animal_training.run_epoch(Only(), loader, one_hot_loss, optimizer)
    slope = ((x @ before.T).softmax(1) - torch.eye(4)[y]).T @ x / len(y)
    called = "run_epoch(network, one batch, loss, SGD with lr=0.5): the weight afterwards"
    expect.close(weight, before - 0.5 * slope, called, atol=EXACT)


class Slope(nn.Module):
    """A network with one weight; its first score is weight times input."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([self.weight * x[:, 0], torch.zeros(len(x))], dim=1)


def distance(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((scores[:, 0] - target[:, 0]) ** 2).mean()


@task("animal_training.train_and_keep")
def test_the_last_epoch_can_be_the_best(tmp_path: Path) -> None:
    """If the loss falls until the end, the weights of the last epoch are kept."""
    loader = DataLoader(TensorDataset(torch.ones(3, 1), torch.tensor([[1.0, 0.0]] * 3)), 2)
    network = Slope()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    called = "train_and_keep(..., 7 epochs, folder), with a loss that falls until the end"
    got = animal_training.train_and_keep(
        network, loader, loader, distance, optimizer, 7, tmp_path / "new", "cpu"
    )
    expect.equal(got, 7, called)
    weights = torch.load(tmp_path / "new" / "model.pt", weights_only=True)
    # Two steps per epoch, each of which removes a tenth of the distance.
    expect.close(weights["weight"], [1 - 0.9**14], f"{called}: the weight", atol=EXACT)
    lines = (tmp_path / "new" / "train.txt").read_text(encoding="utf-8").splitlines()
    expect.equal(len(lines), 8, f"{called}: lines in train.txt")
