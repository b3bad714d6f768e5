"""Public tests of `student_code.animal_training`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import animal_training
from toolbox.checks import expect, repeated, task
from toolbox.checks.seeds import seed_for

# --- get_augmentation ----------------------------------------------------------------------------
# Random behavior is judged over many draws. Next to each bound stands the probability that a
# correct implementation misses it.

AUGMENTED = "get_augmentation()(image)"


def augmented(draws: int, image: torch.Tensor) -> list[torch.Tensor]:
    """Return the results of `draws` calls for the same image, after checking their form."""
    found = repeated(draws, animal_training.get_augmentation(), image)
    for got in found:
        expect.instance(got, torch.Tensor, AUGMENTED)
        expect.shape(got, tuple(image.shape), AUGMENTED)
    return found


def landscape(height: int = 48, width: int = 60) -> torch.Tensor:
    """Return an orange upper half above a blue lower half."""
    image = torch.empty(3, height, width)
    image[:, : height // 2] = torch.tensor([0.7, 0.5, 0.3])[:, None, None]
    image[:, height // 2 :] = torch.tensor([0.25, 0.3, 0.5])[:, None, None]
    return image


def beside() -> torch.Tensor:
    """Return a gray image with a white square left of and above its center."""
    image = torch.full((3, 48, 60), 0.35)
    image[:, 14:22, 14:22] = 0.95
    return image


def position(image: torch.Tensor) -> tuple[float, float]:
    """Return row and column of the center of the brightest area; the column from the middle."""
    gray = image.mean(dim=0)
    rows, columns = (gray > (gray.max() + gray.median()) / 2).nonzero().double().T
    return rows.mean().item(), columns.mean().item() - (image.shape[2] - 1) / 2


@task("animal_training.get_augmentation", share=2)
def test_an_image_stays_an_image() -> None:
    """The result is a float32 image of the same shape, with values from 0 to 1."""
    generator = torch.Generator().manual_seed(seed_for(1))
    for size in ((40, 30), (64, 64)):
        for got in augmented(6, torch.rand(3, *size, generator=generator)):
            expect.dtype(got, torch.float32, AUGMENTED)
            ends = [got.min().item(), got.max().item()]
            inside = ends[0] >= -1e-6 and ends[1] <= 1 + 1e-6  # float32
            called = f"{AUGMENTED}: smallest and largest value"
            expect.true(inside, called, expected="values from 0 to 1", got=ends)


@task("animal_training.get_augmentation")
def test_the_image_varies() -> None:
    """The result for the same image differs from call to call."""
    found = augmented(20, beside())
    different = len({tuple(got.flatten().tolist()) for got in found})
    called = f"{AUGMENTED}, 20 times: number of different results"
    # Geometry and light both change in most calls, so hardly any two of 20 are equal.
    expect.true(different >= 10, called, expected="10 or more", got=different)


@task("animal_training.get_augmentation", share=2)
def test_half_of_the_images_are_mirrored() -> None:
    """The image is mirrored with a probability of one half."""
    right = sum(position(got)[1] > 0 for got in augmented(200, beside()))
    called = f"{AUGMENTED} of a white square on the left, 200 times: how often it is on the right"
    # 200 tosses of a fair coin give fewer than 60 or more than 140 heads with probability 6e-9.
    expect.true(60 <= right <= 140, called, expected="about 100", got=right)


@task("animal_training.get_augmentation", share=2)
def test_the_content_moves() -> None:
    """In most calls, the content moves: by a shift, a rotation, a zoom or a crop."""
    row, column = position(beside())
    places = [position(got) for got in augmented(100, beside())]
    moved = sum(max(abs(r - row), abs(abs(c) - abs(column))) > 0.4 for r, c in places)
    called = f"{AUGMENTED} of a white square, 100 times: how often it moves (not only mirrored)"
    # If it moves with probability 0.5, fewer than 25 of 100 calls move it with probability 1e-7.
    expect.true(moved >= 25, called, expected="in most of them", got=moved)


@task("animal_training.get_augmentation", share=2)
def test_the_light_changes() -> None:
    """In most calls, the light changes: brightness, contrast, color or saturation."""
    image = landscape()
    changed = 0
    for got in augmented(100, image):
        # A pixel in the middle of the upper half, which small movements leave in this half.
        changed += bool((got[:, 12, 30] - image[:, 12, 30]).abs().max() > 0.01)
    called = f"{AUGMENTED} of a two-colored image, 100 times: how often a color changes"
    # If the light changes with probability 0.5, fewer than 25 calls do so with probability 1e-7.
    expect.true(changed >= 25, called, expected="in most of them", got=changed)


@task("animal_training.get_augmentation")
def test_the_animal_stays_upright() -> None:
    """What is at the top stays at the top."""
    up = sum(bool(got[0, :12].mean() > got[0, -12:].mean()) for got in augmented(100, landscape()))
    called = f"{AUGMENTED} of a bright sky, 100 times: how often the sky stays on top"
    # If each image keeps its sky with probability 0.95, fewer than 75 do with probability 1e-11.
    expect.true(up >= 75, called, expected="almost all 100", got=up)


@task("animal_training.get_augmentation")
def test_the_animal_stays_in_the_image() -> None:
    """Most of the animal stays in the image."""
    image = torch.full((3, 50, 50), 0.4)
    image[0, 15:35, 15:35] = 0.9  # a red square of 20 x 20 pixels, with other colors below 0.3
    image[1:, 15:35, 15:35] = 0.2
    kept = 0
    for got in augmented(100, image):
        red = int((got[0] > got[1] + 0.15).sum())
        kept += 200 <= red <= 1200
    called = f"{AUGMENTED} of a red square, 100 times: how often half of it or more is visible"
    # If it stays with probability 0.95, it does so fewer than 75 times with probability 1e-11.
    expect.true(kept >= 75, called, expected="almost all 100", got=kept)


# --- run_epoch -----------------------------------------------------------------------------------

# Float32 means of order 1: rounding is 1e-6, the smallest mistake 1e-2.
EXACT = 1e-4
X = torch.tensor([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0], [2.0, 2.0], [3.0, -4.0]])
Y = torch.tensor([0, 1, 2, 0, 2])  # the network below predicts 0, 1, 1, 0, 2
WEIGHT = torch.tensor([[1.0, 0.2], [-1.0, 0.5], [0.5, -1.0]])


class Toy(nn.Module):
    """A linear network that records for each batch its mode and whether gradients are enabled."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 3, bias=False)
        self.linear.weight.data = WEIGHT.clone()
        self.modes: list[bool] = []
        self.gradients: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.modes.append(self.training)
        self.gradients.append(torch.is_grad_enabled())
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


def cross_entropy(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return -(target * scores.log_softmax(dim=1)).sum(dim=1).mean()


def squared_error(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((scores - target) ** 2).sum(dim=1).mean()


def batches(x: torch.Tensor = X, y: torch.Tensor = Y, size: int = 2) -> DataLoader:
    """Return batches of two examples with one-hot labels; the last one has one example."""
    return DataLoader(TensorDataset(x, torch.eye(3)[y]), batch_size=size)


def loss_before(loss_of: Callable[..., torch.Tensor] = cross_entropy) -> float:
    """Return the mean loss of the five examples under the network's initial weights."""
    return loss_of(X @ WEIGHT.T, torch.eye(3)[Y]).item()


@task("animal_training.run_epoch", share=2)
def test_the_loss_is_a_mean_over_images() -> None:
    """The loss is the mean over all images, also if the last batch is smaller, in both modes."""
    network = Toy()
    for optimizer, name in ((None, ""), (Watched(network, lr=0.0), ", an optimizer with lr=0")):
        called = f"run_epoch(network, 5 images in batches of 2, 2 and 1, loss{name})"
        got = animal_training.run_epoch(network, batches(), cross_entropy, optimizer)
        expect.equal(sorted(got), ["accuracy", "loss", "precision", "recall"], f"{called}: keys")
        expect.instance(got["loss"], float, f"{called}['loss']")
        expect.close(got["loss"], loss_before(), f"{called}['loss']", atol=EXACT)


@task("animal_training.run_epoch", share=2)
def test_the_metrics_of_all_images() -> None:
    """Accuracy, macro precision and macro recall are those of all images together."""
    network = Toy()
    wanted = {"accuracy": 4 / 5, "precision": (1 + 1 / 2 + 1) / 3, "recall": (1 + 1 + 1 / 2) / 3}
    for optimizer, name in ((None, ""), (Watched(network, lr=0.0), ", an optimizer with lr=0")):
        called = f"run_epoch(network, labels 0 1 2 0 2 predicted as 0 1 1 0 2, loss{name})"
        got = animal_training.run_epoch(network, batches(), cross_entropy, optimizer)
        for key, value in wanted.items():
            expect.close(got[key], value, f"{called}[{key!r}]", atol=EXACT)
    # Here precision and recall differ, and no label or prediction is class 1.
    x = torch.tensor([[2.0, 0.0], [0.0, -1.0], [1.0, -3.0], [0.0, -2.0]])
    got = animal_training.run_epoch(network, batches(x, torch.tensor([0, 0, 0, 0])), cross_entropy)
    called = "run_epoch(network, labels 0 0 0 0 predicted as 0 2 2 2, loss)"
    for key, value in {"accuracy": 1 / 4, "precision": 1 / 3, "recall": 1 / 4 / 3}.items():
        expect.close(got[key], value, f"{called}[{key!r}]", atol=EXACT)


@task("animal_training.run_epoch", share=2)
def test_train_mode_and_eval_mode() -> None:
    """The network is in train mode with an optimizer, and in eval mode without, for every batch."""
    for before in (True, False):
        network = Toy().train(before)
        state = f"a network in {'train' if before else 'eval'} mode"
        animal_training.run_epoch(network, batches(), cross_entropy, Watched(network, lr=0.1))
        called = f"run_epoch({state}, 3 batches, loss, optimizer): network.training in forward"
        expect.equal(network.modes, [True] * 3, called)
        network = Toy().train(before)
        animal_training.run_epoch(network, batches(), cross_entropy)
        called = f"run_epoch({state}, 3 batches, loss): network.training in forward"
        expect.equal(network.modes, [False] * 3, called)


@task("animal_training.run_epoch", share=2)
def test_each_batch_is_one_step() -> None:
    """With an optimizer, each batch causes one step along the gradient of its own loss."""
    network = Toy()
    watched = Watched(network, lr=0.0)
    x, y = X[3:].repeat(3, 1), Y[3:].repeat(3)
    animal_training.run_epoch(network, batches(x, y), cross_entropy, watched)
    called = "run_epoch(network, the same batch 3 times, loss, an optimizer with lr=0): "
    expect.equal(len(watched.seen), 3, called + "number of steps")
    wanted = ((X[3:] @ WEIGHT.T).softmax(1) - torch.eye(3)[Y[3:]]).T @ X[3:] / 2
    for number, gradient in enumerate(watched.seen, 1):
        expect.close(gradient, wanted, f"{called}gradient at step {number}", atol=EXACT)


@task("animal_training.run_epoch", share=2)
def test_validation_only_measures() -> None:
    """Without an optimizer, no weight changes and no gradient is recorded."""
    network = Toy()
    animal_training.run_epoch(network, batches(), cross_entropy)
    called = "run_epoch(network, 3 batches, loss): "
    expect.equal(network.gradients, [False] * 3, called + "gradients enabled in forward")
    expect.equal(network.linear.weight, WEIGHT, called + "the weights afterwards")
    enabled = torch.is_grad_enabled()
    torch.set_grad_enabled(True)  # for the following tests, in case it was left switched off
    expect.true(enabled, called + "afterwards", expected="gradients enabled", got="disabled")


@task("animal_training.run_epoch")
def test_training_learns() -> None:
    """Training lowers the loss, and records gradients."""
    network = Toy()
    data = batches(y=torch.tensor([0, 1, 1, 0, 2]))  # labels that a linear network can learn
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    first = animal_training.run_epoch(network, data, cross_entropy, optimizer)["loss"]
    for _ in range(14):
        last = animal_training.run_epoch(network, data, cross_entropy, optimizer)["loss"]
    called = "15 times run_epoch(network, loader, loss, SGD with lr=0.1): first and last loss"
    fell = 0 < last < 0.8 * first
    expect.true(fell, called, expected="a much lower loss", got=[first, last])
    expect.true(
        network.linear.weight.abs().sum() > WEIGHT.abs().sum(),
        called.replace("first and last loss", "sum of the absolute weights"),
        expected=f"more than {WEIGHT.abs().sum().item():.2f}",
        got=network.linear.weight.detach().abs().sum(),
    )


@task("animal_training.run_epoch")
def test_the_loss_is_the_given_one() -> None:
    """The loss is the one that was passed in."""
    called = "run_epoch(network, loader, squared error)['loss']"
    got = animal_training.run_epoch(Toy(), batches(), squared_error)
    expect.close(got["loss"], loss_before(squared_error), called, atol=EXACT)


# --- train_and_keep ------------------------------------------------------------------------------


class Slope(nn.Module):
    """A network with one weight; its first score is weight times input."""

    def __init__(self, weight: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([weight]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([self.weight * x[:, 0], torch.zeros(len(x))], dim=1)


def distance(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the mean squared distance of the first score from the first target."""
    return ((scores[:, 0] - target[:, 0]) ** 2).mean()


def constant(goal: float) -> DataLoader:
    """Return one batch of two equal examples whose first score should be `goal`."""
    return DataLoader(TensorDataset(torch.ones(2, 1), torch.tensor([[goal, 0.0]] * 2)), 2)


def log(path: Path) -> list[dict[str, float]]:
    """Return the lines of a log as dictionaries."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else [""]
    names = lines[0].split("\t")
    return [dict(zip(names, map(float, line.split("\t")), strict=True)) for line in lines[1:]]


# The weight after each epoch, on its way from 0 to the goal 4 of the training images, and its
# distance from the goal 2 of the validation images, which is smallest after the second epoch.
WEIGHTS = [1.0, 1.75, 2.3125, 2.734375, 3.05078125]
BEST = 2


def trained(folder: Any, epochs: int = 5, **more: Any) -> tuple[Slope, Any]:
    """Let the student's function train the network as described above."""
    network = Slope()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.125)
    got = animal_training.train_and_keep(
        network, constant(4.0), constant(2.0), distance, optimizer, epochs, folder, **more
    )
    return network, got


@task("animal_training.train_and_keep", share=2)
def test_each_epoch_is_logged(tmp_path: Path) -> None:
    """Each epoch trains, then evaluates, and adds one line to each log; epochs start at 1."""
    network, _ = trained(tmp_path)
    called = "train_and_keep(..., 5 epochs, folder)"
    expect.close(network.weight, [WEIGHTS[-1]], f"{called}: the trained weight", atol=EXACT)
    for name, goal, weights in (
        ("train", 4.0, [0.0, *WEIGHTS[:-1]]),  # measured before each step
        ("validation", 2.0, WEIGHTS),
    ):
        lines = log(tmp_path / f"{name}.txt")
        expect.equal(
            [line.get("epoch") for line in lines],
            [1, 2, 3, 4, 5],
            f"{called}: the epochs in {name}.txt",
        )
        wanted = [(goal - weight) ** 2 for weight in weights]
        found = [line.get("loss", -1.0) for line in lines]
        expect.close(found, wanted, f"{called}: the losses in {name}.txt", atol=EXACT)
        names = sorted(lines[0]) if lines else []
        expect.equal(
            names,
            ["accuracy", "epoch", "loss", "precision", "recall"],
            f"{called}: the columns of {name}.txt",
        )


@task("animal_training.train_and_keep", share=3)
def test_the_best_weights_are_kept(tmp_path: Path) -> None:
    """The weights with the lowest validation loss are saved, and their epoch is returned."""
    _, got = trained(tmp_path)
    called = "train_and_keep(...), with the lowest validation loss in epoch 2 of 5"
    expect.equal(got, BEST, called)
    path = tmp_path / "model.pt"
    expect.equal(path.is_file(), True, f"{called}: model.pt exists")
    try:
        weights = torch.load(path, weights_only=True)
    except Exception:  # torch raises many kinds of errors
        weights = "a file that contains more than weights"
    expect.instance(weights, dict, f"{called}: torch.load('model.pt', weights_only=True)")
    expect.equal(list(weights), ["weight"], f"{called}: the names in model.pt")
    wanted = [WEIGHTS[BEST - 1]]
    expect.close(weights["weight"], wanted, f"{called}: the weight in model.pt", atol=EXACT)


@task("animal_training.train_and_keep", share=2)
def test_better_means_better_than_ever(tmp_path: Path) -> None:
    """A loss is compared with those of all earlier epochs, not only with the one before."""
    network = Slope(1.0)
    # The weight in epochs 2 to 5: epoch 4 improves on 3 but not on 2, and epoch 5 equals 2.
    plan = [1.75, 3.5, 2.5, 2.25]

    def next_weight() -> None:
        if plan:
            network.weight.data[0] = plan.pop(0)

    optimizer = torch.optim.SGD(network.parameters(), lr=0.0)
    got = animal_training.train_and_keep(
        network,
        constant(4.0),
        constant(2.0),
        distance,
        optimizer,
        5,
        tmp_path,
        after_epoch=next_weight,
    )
    called = "train_and_keep(...) with validation losses 1, 0.06, 2.25, 0.25, 0.06"
    found = [line["loss"] for line in log(tmp_path / "validation.txt")]
    expect.close(found, [1, 0.0625, 2.25, 0.25, 0.0625], f"{called}: validation.txt", atol=EXACT)
    expect.equal(got, 2, called)
    weights = torch.load(tmp_path / "model.pt", weights_only=True)
    expect.close(weights["weight"], [1.75], f"{called}: the weight in model.pt", atol=EXACT)


@task("animal_training.train_and_keep")
def test_old_logs_are_replaced(tmp_path: Path) -> None:
    """Missing folders are created, and a second run replaces the logs of the first."""
    folder = tmp_path / "results" / "animals"
    trained(str(folder), epochs=3)
    trained(str(folder), epochs=2)
    called = "train_and_keep(..., 3 epochs, folder), then the same with 2 epochs: lines in "
    for name in ("train.txt", "validation.txt"):
        expect.equal(len(log(folder / name)), 2, called + name)


@task("animal_training.train_and_keep")
def test_the_schedule_follows_each_epoch(tmp_path: Path) -> None:
    """`after_epoch` is called once at the end of each epoch."""
    calls: list[int] = []

    def count() -> None:
        calls.append(len(log(tmp_path / "validation.txt")))

    trained(tmp_path, epochs=3, after_epoch=count)
    called = "train_and_keep(..., 3 epochs, after_epoch=f): lines in validation.txt at each call"
    expect.equal(calls, [1, 2, 3], called)
