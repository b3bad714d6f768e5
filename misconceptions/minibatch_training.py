"""Wrong implementations of `student_code.minibatch_training`."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision.transforms import v2

from misconceptions.catalogue import wrong


class _Changed:
    """A data set whose images go through a transform."""

    def __init__(self, base: Any, transform: Any) -> None:
        self.base, self.transform = base, transform

    def __len__(self) -> int:
        return len(self.base)

    def __getitem__(self, index: int) -> Any:
        image, label = self.base[index]
        return self.transform(image), int(label)


def _loaders(
    train: Any,
    test: Any,
    mean: Any,
    std: Any,
    workers: int,
    *,
    crop: Any = None,
    flip: float = 0.5,
    shuffled: tuple[bool, bool] = (True, False),
    sizes: tuple[int, int] = (128, 100),
    changed: tuple[bool, bool] = (True, False),
    normalized: tuple[bool, bool] = (True, True),
    drop: bool = False,
) -> Any:
    """Return the two loaders, with settings that can be wrong."""
    made = []
    for number, base in enumerate((train, test)):
        steps: list[Any] = []
        if changed[number]:
            steps = [crop or v2.RandomCrop(32, padding=4), v2.RandomHorizontalFlip(flip)]
        steps += [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]
        if normalized[number]:
            steps.append(v2.Normalize(list(mean), list(std)))
        data: Any = _Changed(base, v2.Compose(steps))
        loader = DataLoader(
            data,
            batch_size=sizes[number],
            shuffle=shuffled[number],
            num_workers=workers,
            drop_last=drop,
        )
        made.append(loader)
    return made[0], made[1]


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the training images are not shuffled",
    hints=(
        "Every epoch has the same order, in which neighbors often share a class.",
        "Which argument of DataLoader changes the order?",
    ),
)
def not_shuffled(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, shuffled=(False, False))


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the test images are shuffled, too",
    hints=(
        "The labels of the test loader are not in the order of `test`.",
        "Does the order of the test images matter for the result? And for finding an image again?",
    ),
)
def both_shuffled(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, shuffled=(True, True))


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the test images are augmented, too",
    hints=(
        "The same test image differs from epoch to epoch.",
        "Which of the two loaders measures, and what should it measure on?",
    ),
)
def both_augmented(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, changed=(True, True))


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the training images are not augmented",
    hints=(
        "Training images are never shifted or mirrored.",
        "Which transforms come before the conversion to a tensor?",
    ),
)
def not_augmented(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, changed=(False, False))


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the random crop has no padding",
    hints=(
        "Training images are never shifted.",
        "At how many places can an image of 32 x 32 be cropped to 32 x 32?",
    ),
)
def no_padding(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, crop=v2.RandomCrop(32))


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the padding is 2 instead of 4",
    hints=(
        "Training images are shifted by up to 2 pixels only.",
        "How far can a crop be from the center, for a given padding?",
    ),
)
def half_the_padding(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, crop=v2.RandomCrop(32, padding=2))


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the training images are never mirrored",
    hints=(
        "No training image is mirrored.",
        "Which of the two random changes is missing?",
    ),
)
def no_flip(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, flip=0.0)


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the images are not normalized",
    hints=(
        "The values are from 0 to 1.",
        "What are `mean` and `std` for?",
    ),
)
def not_normalized(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, normalized=(False, False))


@wrong(
    "minibatch_training.make_loaders",
    looks_like="both loaders use the same batch size",
    hints=(
        "The batches of the test loader have another size than asked for.",
        "Which batch size belongs to which loader?",
    ),
)
def one_size(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, sizes=(128, 128))


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the last, smaller batch is dropped",
    hints=(
        "Some images are missing from every epoch.",
        "What happens to the images that are left over at the end?",
    ),
)
def drops_the_rest(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, workers, drop=True)


@wrong(
    "minibatch_training.make_loaders",
    looks_like="the number of workers is not passed on",
    hints=(
        "The loaders work in the main process, and the network waits for them.",
        "Which argument of DataLoader takes `workers`?",
    ),
)
def no_workers(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> Any:
    return _loaders(train, test, mean, std, 0)


def _epoch(
    network: Any,
    loader: Any,
    optimizer: Any,
    device: Any,
    after_step: Any,
    *,
    train: bool | None = True,
    zero: str = "before",
    steps: bool = True,
    summed: bool = False,
    measured: str = "before",
    scheduled: str = "step",
) -> tuple[list[float], list[float]]:
    """Train for one epoch; the steps can be configured."""
    losses, accuracies = [], []
    if train is not None:
        network.train(train)
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        scores = network(x)
        loss = F.cross_entropy(scores, y, reduction="sum" if summed else "mean")
        if zero == "before":
            optimizer.zero_grad()
        loss.backward()
        if zero == "between":
            optimizer.zero_grad()
        if steps:
            optimizer.step()
        if after_step is not None and scheduled == "step":
            after_step()
        if measured == "after":
            with torch.no_grad():
                scores = network(x)
                loss = F.cross_entropy(scores, y)
        losses.append(loss.item())
        accuracies.append((scores.argmax(dim=1) == y).float().mean().item())
    if after_step is not None and scheduled == "epoch":
        after_step()
    return losses, accuracies


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="only the means over the epoch are returned",
    hints=(
        "There is one loss and one accuracy for the whole epoch.",
        "What should the curves show: one point per epoch, or one per minibatch?",
    ),
)
def one_value_an_epoch(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    losses, accuracies = _epoch(network, loader, optimizer, device, after_step)
    return [sum(losses) / len(losses)], [sum(accuracies) / len(accuracies)]


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="the number of correct predictions is recorded instead of the accuracy",
    hints=(
        "Accuracies above 1 appear in the second list.",
        "How do you turn a count into a fraction, also for a smaller last batch?",
    ),
)
def counts_instead(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    losses, accuracies = _epoch(network, loader, optimizer, device, after_step)
    sizes = [len(y) for _, y in loader]
    return losses, [share * size for share, size in zip(accuracies, sizes, strict=True)]


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="the accuracy is a running mean over all batches so far",
    hints=(
        "The second accuracy depends on the first batch.",
        "Which variables do you reset for each batch?",
    ),
)
def running_accuracy(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    losses, accuracies = _epoch(network, loader, optimizer, device, after_step)
    return losses, [sum(accuracies[: n + 1]) / (n + 1) for n in range(len(accuracies))]


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="the batch is measured after the step",
    hints=(
        "The first loss is lower than that of the network before training.",
        "At which point do you compute the loss and the accuracy that you record?",
    ),
)
def measured_after(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    return _epoch(network, loader, optimizer, device, after_step, measured="after")


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="the gradients are never reset",
    hints=(
        "In the second step, the gradient is the sum over two batches.",
        "backward adds to the gradients. What has to happen once per batch?",
    ),
)
def sums_of_gradients(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    return _epoch(network, loader, optimizer, device, after_step, zero="never")


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="the gradients are reset between backward and the step",
    hints=(
        "Every step is taken without a gradient.",
        "In which order do you call backward, step and zero_grad?",
    ),
)
def reset_before_the_step(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    return _epoch(network, loader, optimizer, device, after_step, zero="between")


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="the optimizer never takes a step",
    hints=(
        "The weights never change.",
        "Gradients alone change nothing. Which call uses them?",
    ),
)
def never_steps(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    return _epoch(network, loader, optimizer, device, after_step, steps=False)


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="the network is trained in whatever mode it was passed in",
    hints=(
        "A network in eval mode was trained in eval mode.",
        "Which call switches to train mode?",
    ),
)
def keeps_the_mode(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    return _epoch(network, loader, optimizer, device, after_step, train=None)


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="the loss is the sum over the batch",
    hints=(
        "The losses, and with them the gradients, grow with the batch size.",
        "What is the default reduction of torch's cross-entropy, and which one do you use?",
    ),
)
def sum_over_the_batch(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    return _epoch(network, loader, optimizer, device, after_step, summed=True)


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="`after_step` is called once per epoch",
    hints=(
        "A learning rate schedule would take one step per epoch.",
        "How far is the call of `after_step` indented?",
    ),
)
def once_an_epoch(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    return _epoch(network, loader, optimizer, device, after_step, scheduled="epoch")


@wrong(
    "minibatch_training.train_minibatches",
    looks_like="the two lists are swapped",
    hints=(
        "The accuracies come first.",
        "In which order should you return the two lists?",
    ),
)
def lists_swapped(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> Any:
    losses, accuracies = _epoch(network, loader, optimizer, device, after_step)
    return accuracies, losses
