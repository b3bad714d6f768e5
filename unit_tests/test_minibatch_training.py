"""Public tests of `student_code.minibatch_training`."""

from numbers import Real
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import minibatch_training
from toolbox.checks import expect, task

# --- make_loaders --------------------------------------------------------------------------------

MEAN, STD = (0.5, 0.4, 0.3), (0.25, 0.2, 0.1)
PAD = 4
# The red of a pixel is its row and the green its column, so the place of a crop can be read off.
STEP = 7
CALLED = "make_loaders(train, test, mean, std, workers=0)"


def pictures(count: int) -> list[tuple[Image.Image, int]]:
    """Return images that show their own coordinates and, in blue, their number."""
    rows, columns = np.mgrid[:32, :32] * STEP
    made = []
    for number in range(count):
        blue = np.full((32, 32), number % 256)
        image = np.stack([rows, columns, blue], axis=-1).astype(np.uint8)
        made.append((Image.fromarray(image), number % 10))
    return made


def loaders(train: int = 300, test: int = 210) -> Any:
    """Return the two loaders, without worker processes."""
    made = minibatch_training.make_loaders(pictures(train), pictures(test), MEAN, STD, workers=0)
    expect.equal(len(made), 2, f"len({CALLED})")
    return made


def levels(batch: torch.Tensor) -> torch.Tensor:
    """Undo the normalization: return the gray levels from 0 to 255."""
    mean, std = (torch.tensor(part)[:, None, None] for part in (MEAN, STD))
    return ((batch * std + mean) * 255).round()


def numbers(batch: torch.Tensor) -> list[int]:
    """Return the number of each image, from the blue of its center."""
    return [int(level) for level in levels(batch)[:, 2, 16, 16]]


@task("minibatch_training.make_loaders", share=2)
def test_batches_have_the_right_form() -> None:
    """Batches are float32 images (N, 3, 32, 32) and int64 labels (N,): 128 and 100 at a time."""
    for loader, name, sizes in zip(
        loaders(), ("training", "test"), ([128, 128, 44], [100, 100, 10]), strict=True
    ):
        called = f"{CALLED}: the {name} loader"
        found = list(loader)
        expect.equal([len(y) for _, y in found], sizes, f"{called}: sizes of the batches")
        for x, y in found:
            expect.shape(x, (len(y), 3, 32, 32), called)
            expect.dtype(x, torch.float32, called)
            expect.dtype(y, torch.int64, f"{called}: labels")


@task("minibatch_training.make_loaders")
def test_two_workers_by_default() -> None:
    """Each loader has two worker processes by default, and as many as `workers` otherwise."""
    some = pictures(2)
    for loader in minibatch_training.make_loaders(some, some, MEAN, STD):
        expect.equal(loader.num_workers, 2, "make_loaders(train, test, mean, std): num_workers")
    for loader in loaders(2, 2):
        expect.equal(loader.num_workers, 0, f"{CALLED}: num_workers")


@task("minibatch_training.make_loaders", share=2)
def test_test_images_are_only_normalized() -> None:
    """Test images come in order, normalized channel by channel, and otherwise unchanged."""
    _, loader = loaders(2, 130)
    for _ in range(2):
        seen = 0
        for x, y in loader:
            wanted = torch.stack(
                [
                    torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255
                    for image, _ in pictures(130)[seen : seen + len(y)]
                ]
            )
            mean, std = (torch.tensor(part)[:, None, None] for part in (MEAN, STD))
            called = f"{CALLED}: a batch of the test loader"
            # float32, values up to 10
            expect.close(x, (wanted - mean) / std, called, atol=1e-4, picture="image")
            labels = [number % 10 for number in range(seen, seen + len(y))]
            expect.equal(y, torch.tensor(labels), f"{called}: labels")
            seen += len(y)


@task("minibatch_training.make_loaders")
def test_training_images_are_shuffled() -> None:
    """Each epoch contains every training image once, in a new order."""
    loader, _ = loaders(200, 2)
    orders = [[number for x, _ in loader for number in numbers(x)] for _ in range(2)]
    called = f"{CALLED}: the training loader"
    for order in orders:
        expect.equal(sorted(order), list(range(200)), f"{called}: the images of an epoch, sorted")
        in_order = order == list(range(200))
        expect.equal(in_order, False, f"{called}: the images come in the order of `train`")
    again = orders[0] == orders[1]
    expect.equal(again, False, f"{called}: two epochs have the same order")
    for x, y in loader:
        labels = torch.tensor([number % 10 for number in numbers(x)])
        expect.equal(y, labels, f"{called}: the label of each image")


def shifts(x: torch.Tensor) -> list[tuple[bool, int, int]]:
    """Return for each image whether it is mirrored, and the shift of its rows and columns."""
    found = []
    for image in levels(x) / STEP:
        mirrored = bool(image[1, 16, 17] < image[1, 16, 16])
        if mirrored:
            image = image.flip(-1)
        found.append((mirrored, int(image[0, 16, 16]) - 16, int(image[1, 16, 16]) - 16))
    return found


@task("minibatch_training.make_loaders", share=2)
def test_random_crops_with_a_padding_of_four() -> None:
    """Training images are cropped at all places that a padding of 4 pixels allows, up to 4 away."""
    loader, _ = loaders(256, 2)
    found = [place for _ in range(2) for x, _ in loader for place in shifts(x)]
    called = f"{CALLED}: shift of the {{}} in 512 training images"
    for name, values in (
        ("rows", [row for _, row, _ in found]),
        ("columns", [column for _, _, column in found]),
    ):
        # One of nine places is missing among 512 with probability 9 · (8/9)^512 = 6e-26.
        expect.equal(sorted(set(values)), list(range(-PAD, PAD + 1)), called.format(name))


@task("minibatch_training.make_loaders")
def test_half_of_the_training_images_are_mirrored() -> None:
    """Training images are mirrored with a probability of one half."""
    loader, _ = loaders(256, 2)
    flips = sum(mirrored for _ in range(2) for x, _ in loader for mirrored, _, _ in shifts(x))
    called = f"{CALLED}: mirrored images among 512 training images"
    # 512 tosses of a fair coin give fewer than 190 or more than 322 heads with probability 6e-9.
    expect.true(190 <= flips <= 322, called, expected="about 256", got=flips)


# --- train_minibatches ---------------------------------------------------------------------------

# Float32 means of order 1: rounding is 1e-6, the smallest mistake 1e-2.
EXACT = 1e-4
X = torch.tensor([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0], [2.0, 2.0], [3.0, -4.0]])
Y = torch.tensor([0, 1, 2, 0, 2])  # the network below predicts 0, 1, 1, 0, 2
WEIGHT = torch.tensor([[1.0, 0.2], [-1.0, 0.5], [0.5, -1.0]])


class Toy(nn.Module):
    """A linear network that records its mode for each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 3, bias=False)
        self.linear.weight.data = WEIGHT.clone()
        self.modes: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.modes.append(self.training)
        return self.linear(x)


class Watched(torch.optim.SGD):
    """An SGD optimizer that records the gradient at each step."""

    def __init__(self, network: Toy, lr: float) -> None:
        super().__init__(network.parameters(), lr=lr)
        self.weight = network.linear.weight
        self.seen: list[Any] = []

    def step(self, closure: Any = None) -> Any:
        result = super().step(closure)
        gradient = self.weight.grad
        self.seen.append(None if gradient is None else gradient.clone())
        return result


def batches(x: torch.Tensor = X, y: torch.Tensor = Y) -> DataLoader:
    return DataLoader(TensorDataset(x, y), batch_size=2)


def two_lists(got: Any, called: str) -> tuple[list[float], list[float]]:
    """Return losses and accuracies after checking that they are two lists of floats."""
    expect.instance(got, (tuple, list), called)
    expect.equal(len(got), 2, f"len({called})")
    for values in got:
        expect.instance(values, list, called)
        plain = all(isinstance(value, Real) for value in values)
        expect.true(plain, called, expected="two lists of floats", got=values)
    return got[0], got[1]


@task("minibatch_training.train_minibatches", share=3)
def test_each_minibatch_is_measured() -> None:
    """Losses and accuracies are those of each batch, in order, before the step on it."""
    network = Toy()
    called = "train_minibatches(network, 5 images in batches of 2, 2 and 1, SGD with lr=0)"
    got = minibatch_training.train_minibatches(network, batches(), Watched(network, lr=0.0))
    losses, accuracies = two_lists(got, called)
    wanted = [
        nn.functional.cross_entropy(X[i : i + 2] @ WEIGHT.T, Y[i : i + 2]).item()
        for i in range(0, 5, 2)
    ]
    expect.close(losses, wanted, f"{called}[0]", atol=EXACT)
    expect.close(accuracies, [1.0, 0.5, 1.0], f"{called}[1]", atol=EXACT)
    network = Toy()
    got = minibatch_training.train_minibatches(network, batches(), Watched(network, lr=0.5))
    called = "train_minibatches(network, 3 batches, SGD with lr=0.5): the first loss"
    expect.close(two_lists(got, called)[0][0], wanted[0], called, atol=EXACT)


@task("minibatch_training.train_minibatches")
def test_the_network_is_in_train_mode() -> None:
    """The network is in train mode for every batch, whatever mode it was in before."""
    network = Toy().eval()
    minibatch_training.train_minibatches(network, batches(), Watched(network, lr=0.1))
    called = "train_minibatches(a network in eval mode, 3 batches, ...): training in forward"
    expect.equal(network.modes, [True] * 3, called)


@task("minibatch_training.train_minibatches", share=3)
def test_one_step_for_each_minibatch() -> None:
    """Each batch causes one step, along the gradient of its own mean loss."""
    network = Toy()
    watched = Watched(network, lr=0.0)
    x, y = X[3:].repeat(3, 1), Y[3:].repeat(3)
    minibatch_training.train_minibatches(network, batches(x, y), watched)
    called = "train_minibatches(network, the same batch 3 times, SGD with lr=0): "
    expect.equal(len(watched.seen), 3, called + "number of steps")
    wanted = ((X[3:] @ WEIGHT.T).softmax(1) - torch.eye(3)[Y[3:]]).T @ X[3:] / 2
    for number, gradient in enumerate(watched.seen, 1):
        expect.close(gradient, wanted, f"{called}gradient at step {number}", atol=EXACT)


@task("minibatch_training.train_minibatches")
def test_the_loss_falls() -> None:
    """Over several epochs, the loss falls, and the weights change."""
    network = Toy()
    data = batches(y=torch.tensor([0, 1, 1, 0, 2]))  # labels that a linear network can learn
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    means = []
    for _ in range(15):
        losses, _ = minibatch_training.train_minibatches(network, data, optimizer)
        means.append(sum(losses) / 3)
    called = "15 times train_minibatches(network, loader, SGD with lr=0.1): first and last loss"
    fell = 0 < means[-1] < 0.8 * means[0]
    expect.true(fell, called, expected="a much lower loss", got=[means[0], means[-1]])
    moved = (network.linear.weight - WEIGHT).abs().max().item()
    called = called.replace("first and last loss", "largest change of a weight")
    expect.true(moved > 0.01, called, expected="more than 0.01", got=moved)


@task("minibatch_training.train_minibatches")
def test_the_schedule_follows_each_step() -> None:
    """`after_step` is called once after each step."""
    network = Toy()
    watched = Watched(network, lr=0.1)
    steps: list[int] = []
    minibatch_training.train_minibatches(
        network, batches(), watched, after_step=lambda: steps.append(len(watched.seen))
    )
    called = "train_minibatches(network, 3 batches, ..., after_step=f): steps so far at each call"
    expect.equal(steps, [1, 2, 3], called)
