"""Wrong implementations of `student_code.animal_training`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torchvision.transforms import v2

from misconceptions.catalogue import wrong
from student_code.analysis import accuracy_precision_recall_f1, generate_confusion_matrix
from student_code.animal_training import run_epoch
from student_code.animals import dump_metrics


def _mirror(p: float = 0.5) -> Any:
    return v2.RandomHorizontalFlip(p)


def _move() -> Any:
    return v2.RandomAffine(12, translate=(0.08, 0.08), scale=(0.95, 1.2), fill=0.5)


def _light() -> Any:
    return v2.ColorJitter(brightness=0.25, contrast=0.25, saturation=0.25)


@wrong(
    "animal_training.get_augmentation",
    looks_like="the image is only mirrored",
    hints=(
        "The image exists in two versions only.",
        "Which other changes leave the label of a photograph unchanged?",
    ),
)
def only_mirrored() -> Any:
    return v2.Compose([_mirror()])


@wrong(
    "animal_training.get_augmentation",
    looks_like="every image is mirrored",
    hints=(
        "The square is always on the other side.",
        "With which probability should an image be mirrored?",
    ),
)
def always_mirrored() -> Any:
    return v2.Compose([_mirror(1.0), _move(), _light()])


@wrong(
    "animal_training.get_augmentation",
    looks_like="no image is ever mirrored",
    hints=(
        "The square is always on the same side.",
        "A cat that looks to the left is still a cat. Which change shows it looking to the right?",
    ),
)
def never_mirrored() -> Any:
    return v2.Compose([_move(), _light()])


@wrong(
    "animal_training.get_augmentation",
    looks_like="the image is also mirrored from top to bottom",
    hints=(
        "Half of the images are upside down.",
        "Which of your changes would a photographer never make?",
    ),
)
def upside_down() -> Any:
    return v2.Compose([_mirror(), v2.RandomVerticalFlip(), _move(), _light()])


@wrong(
    "animal_training.get_augmentation",
    looks_like="the image is rotated by any angle",
    hints=(
        "Many animals lie on their side or their back.",
        "By how many degrees does a photographer tilt the camera at most?",
    ),
)
def any_angle() -> Any:
    return v2.Compose([_mirror(), v2.RandomRotation(180, fill=0.5), _light()])


@wrong(
    "animal_training.get_augmentation",
    looks_like="the light never changes",
    hints=(
        "The colors of a pixel are the same in every call.",
        "What differs between two photographs of the same animal, at noon and in the evening?",
    ),
)
def same_light() -> Any:
    return v2.Compose([_mirror(), _move()])


@wrong(
    "animal_training.get_augmentation",
    looks_like="the content never moves",
    hints=(
        "The square is always in the same place, or in its mirror image.",
        "Which of your changes affects where things are?",
    ),
)
def never_moved() -> Any:
    return v2.Compose([_mirror(), _light()])


@wrong(
    "animal_training.get_augmentation",
    looks_like="the image is normalized, too",
    hints=(
        "The values are outside 0 to 1.",
        "Who subtracts the mean of the training pixels? Read what the result should contain.",
    ),
)
def normalized_already() -> Any:
    return v2.Compose([_mirror(), _move(), _light(), v2.Normalize([0.5] * 3, [0.25] * 3)])


@wrong(
    "animal_training.get_augmentation",
    looks_like="the random numbers are drawn only once",
    hints=(
        "All calls give the same result.",
        "When are the random numbers drawn: once, or in each call?",
    ),
)
def drawn_once() -> Any:
    def change(image: torch.Tensor) -> torch.Tensor:
        state = torch.get_rng_state()
        torch.manual_seed(0)
        changed = v2.Compose([_mirror(), _move(), _light()])(image)
        torch.set_rng_state(state)
        return changed

    return change


@wrong(
    "animal_training.get_augmentation",
    looks_like="a tiny part of the image is cut out",
    hints=(
        "Most of the animal is outside the image.",
        "How large a part of the image do you keep at least? Would you still recognize the animal?",
    ),
)
def tiny_crops() -> Any:
    def change(image: torch.Tensor) -> torch.Tensor:
        size = image.shape[-2:]
        crop = v2.RandomResizedCrop(size, scale=(0.01, 0.05), antialias=True)
        return v2.Compose([_mirror(), crop, _light()])(image)

    return change


@wrong(
    "animal_training.get_augmentation",
    looks_like="the image is smaller afterwards",
    hints=(
        "The result has another shape than the image.",
        "What makes a crop as large as the image again?",
    ),
)
def smaller() -> Any:
    return v2.Compose([_mirror(), v2.RandomCrop(28), _light()])


@wrong(
    "animal_training.get_augmentation",
    looks_like="the image becomes uint8 with values from 0 to 255",
    hints=(
        "The type of the result is wrong.",
        "What type does the network expect, and in which range?",
    ),
)
def as_bytes() -> Any:
    return v2.Compose([_mirror(), _move(), _light(), v2.ToDtype(torch.uint8, scale=True)])


def _pass(
    network: Any,
    loader: Any,
    loss_of: Any,
    optimizer: Any,
    device: Any,
    *,
    mode: bool | None = None,
    zero: str = "before",
    steps: bool = True,
    gradients: bool | None = None,
    measured: str = "macro",
    weighted: bool = True,
) -> dict[str, float]:
    """Run an epoch whose steps can be configured."""
    learns = optimizer is not None
    network.train(learns if mode is None else mode)
    losses, sizes = [], []
    truth: list[int] = []
    guesses: list[int] = []
    with torch.set_grad_enabled(learns if gradients is None else gradients):
        for x, target in loader:
            x, target = x.to(device), target.to(device)
            if learns and zero == "before":
                optimizer.zero_grad()
            scores = network(x)
            loss = loss_of(scores, target)
            if learns:
                loss.backward()
                if zero == "between":
                    optimizer.zero_grad()
                if steps:
                    optimizer.step()
            losses.append(loss.item())
            sizes.append(len(x) if weighted else 1)
            if measured == "last batch":
                truth, guesses = [], []
            truth += target.argmax(dim=1).tolist()
            guesses += scores.argmax(dim=1).tolist()
    counts = generate_confusion_matrix(truth, guesses, target.shape[1])
    found = accuracy_precision_recall_f1(counts)
    total = sum(loss * size for loss, size in zip(losses, sizes, strict=True))
    return {
        "loss": total / sum(sizes),
        "accuracy": float(found["accuracy"]),
        "precision": float(found["macro_precision"]),
        "recall": float(found["macro_recall"]),
    }


@wrong(
    "animal_training.run_epoch",
    looks_like="the losses of the batches are averaged without regard to their sizes",
    hints=(
        "The last batch has one image and counts as much as a full batch.",
        "What do you add up, and what do you divide by in the end?",
    ),
)
def mean_of_batches(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    return _pass(network, loader, loss_of, optimizer, device, weighted=False)


@wrong(
    "animal_training.run_epoch",
    looks_like="the gradients are never reset",
    hints=(
        "In the second step, the gradient is the sum over two batches.",
        "backward adds to the gradients. What has to happen once per batch?",
    ),
)
def gradients_pile_up(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    return _pass(network, loader, loss_of, optimizer, device, zero="never")


@wrong(
    "animal_training.run_epoch",
    looks_like="the gradients are reset between backward and the step",
    hints=(
        "Every step is taken without a gradient.",
        "In which order do you call backward, step and zero_grad?",
    ),
)
def reset_too_late(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    return _pass(network, loader, loss_of, optimizer, device, zero="between")


@wrong(
    "animal_training.run_epoch",
    looks_like="the optimizer never takes a step",
    hints=(
        "The weights never change.",
        "Gradients alone change nothing. Which call uses them?",
    ),
)
def without_a_step(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    return _pass(network, loader, loss_of, optimizer, device, steps=False)


@wrong(
    "animal_training.run_epoch",
    looks_like="the network is evaluated in train mode",
    hints=(
        "During evaluation, dropout is active, and batch normalization changes its statistics.",
        "In which mode should the network be if there is no optimizer?",
    ),
)
def evaluates_in_train_mode(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    return _pass(network, loader, loss_of, optimizer, device, mode=True)


@wrong(
    "animal_training.run_epoch",
    looks_like="the mode of the network is never set",
    hints=(
        "The network stays in the mode that it was in before.",
        "Where do you switch between the modes? Think of a training epoch after a validation.",
    ),
)
def mode_left_alone(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    return _pass(network, loader, loss_of, optimizer, device, mode=network.training)


@wrong(
    "animal_training.run_epoch",
    looks_like="gradients are recorded during evaluation",
    hints=(
        "Evaluation is slower and takes more memory than necessary.",
        "What tells torch that no backward pass will follow?",
    ),
)
def records_gradients(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    return _pass(network, loader, loss_of, optimizer, device, gradients=True)


@wrong(
    "animal_training.run_epoch",
    looks_like="the metrics are those of the last batch",
    hints=(
        "Accuracy, precision and recall depend only on the last batch.",
        "Where do you collect the labels and the predictions of all batches?",
    ),
)
def metrics_of_the_last_batch(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    return _pass(network, loader, loss_of, optimizer, device, measured="last batch")


@wrong(
    "animal_training.run_epoch",
    looks_like="precision and recall are swapped",
    hints=(
        "Each of the two has the value of the other.",
        "Which of the two divides by the number of predictions of a class?",
    ),
)
def precision_for_recall(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    got = _pass(network, loader, loss_of, optimizer, device)
    return {**got, "precision": got["recall"], "recall": got["precision"]}


@wrong(
    "animal_training.run_epoch",
    looks_like="precision and recall are computed over all images instead of class by class",
    hints=(
        "Precision and recall equal the accuracy.",
        "What is a macro mean a mean of?",
    ),
)
def micro_means(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    got = _pass(network, loader, loss_of, optimizer, device)
    return {**got, "precision": got["accuracy"], "recall": got["accuracy"]}


@wrong(
    "animal_training.run_epoch",
    looks_like="the loss is summed but not divided by the number of images",
    hints=(
        "The loss grows with the size of the data set.",
        "How do you turn a sum over images into a mean?",
    ),
)
def loss_of_everything(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    got = _pass(network, loader, loss_of, optimizer, device)
    return {**got, "loss": got["loss"] * sum(len(x) for x, _ in loader)}


@wrong(
    "animal_training.run_epoch",
    looks_like="the given loss is ignored",
    hints=(
        "The loss is the cross-entropy, whatever loss is passed in.",
        "Which argument computes the loss?",
    ),
)
def always_cross_entropy(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> Any:
    return _pass(network, loader, torch.nn.CrossEntropyLoss(), optimizer, device)


def _run(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any,
    after_epoch: Any,
    *,
    first: int = 1,
    fresh: bool = True,
    compared: str = "lowest",
    measured: str = "after",
    learns: str = "train",
    returned: str = "epoch",
    calls: int = 1,
) -> Any:
    """Train and keep; the steps can be configured."""
    folder = Path(folder)
    folder.mkdir(exist_ok=True, parents=True)
    logs = {name: folder / f"{name}.txt" for name in ("train", "validation")}
    for log in logs.values():
        if fresh:
            log.unlink(missing_ok=True)
    best, lowest = 0, float("inf")
    for epoch in range(first, first + epochs):
        if measured == "before":
            held_out = run_epoch(network, validation, loss_of, None, device)
        learned = run_epoch(network, train, loss_of, optimizer, device)
        if measured == "after":
            also = optimizer if learns == "both" else None
            held_out = run_epoch(network, validation, loss_of, also, device)
        dump_metrics(logs["train"], epoch, learned)
        dump_metrics(logs["validation"], epoch, held_out)
        watched = learned if compared == "train" else held_out
        if watched["loss"] < lowest or compared == "never":
            best, lowest = epoch, watched["loss"]
            torch.save(network.state_dict(), folder / "model.pt")
        elif compared == "previous":
            lowest = watched["loss"]
        for _ in range(calls if after_epoch is not None else 0):
            after_epoch()
    return best if returned == "epoch" else lowest


@wrong(
    "animal_training.train_and_keep",
    looks_like="the weights are saved after every epoch",
    hints=(
        "The file contains the weights of the last epoch, not of the best one.",
        "On which condition should the weights be saved?",
    ),
)
def keeps_the_last(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> Any:
    given = (network, train, validation, loss_of, optimizer, epochs, folder, device, after_epoch)
    return _run(*given, compared="never")


@wrong(
    "animal_training.train_and_keep",
    looks_like="the loss is compared with that of the previous epoch only",
    hints=(
        "After a bad epoch, a mediocre one replaces the best weights.",
        "When does the lowest loss so far change in your code, and when should it?",
    ),
)
def better_than_the_previous(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> Any:
    given = (network, train, validation, loss_of, optimizer, epochs, folder, device, after_epoch)
    return _run(*given, compared="previous")


@wrong(
    "animal_training.train_and_keep",
    looks_like="the weights with the lowest training loss are kept",
    hints=(
        "The training loss keeps falling while the network overfits.",
        "Which of the two losses predicts how well the network does on new images?",
    ),
)
def lowest_training_loss(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> Any:
    given = (network, train, validation, loss_of, optimizer, epochs, folder, device, after_epoch)
    return _run(*given, compared="train")


@wrong(
    "animal_training.train_and_keep",
    looks_like="validation comes before training",
    hints=(
        "Line 1 of validation.txt describes a network that has not learned anything yet.",
        "In which order do the two passes of an epoch happen?",
    ),
)
def validates_first(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> Any:
    given = (network, train, validation, loss_of, optimizer, epochs, folder, device, after_epoch)
    return _run(*given, measured="before")


@wrong(
    "animal_training.train_and_keep",
    looks_like="the network also trains on the validation images",
    hints=(
        "The weights after an epoch are not those that the training images alone lead to.",
        "What decides in `run_epoch` whether it trains?",
    ),
)
def trains_on_validation(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> Any:
    given = (network, train, validation, loss_of, optimizer, epochs, folder, device, after_epoch)
    return _run(*given, learns="both")


@wrong(
    "animal_training.train_and_keep",
    looks_like="the epochs are numbered from 0",
    hints=(
        "The first epoch in the logs is 0.",
        "With which number does `range` start?",
    ),
)
def from_zero(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> Any:
    given = (network, train, validation, loss_of, optimizer, epochs, folder, device, after_epoch)
    return _run(*given, first=0)


@wrong(
    "animal_training.train_and_keep",
    looks_like="the logs of an earlier run are continued",
    hints=(
        "After a second run, the logs contain the lines of both.",
        "dump_metrics appends to a file. What has to happen before the first epoch?",
    ),
)
def appends_to_old_logs(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> Any:
    given = (network, train, validation, loss_of, optimizer, epochs, folder, device, after_epoch)
    return _run(*given, fresh=False)


@wrong(
    "animal_training.train_and_keep",
    looks_like="the lowest loss is returned instead of its epoch",
    hints=(
        "The result is not the number of an epoch.",
        "Which variable do you return, and which one should a reader get?",
    ),
)
def returns_the_loss(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> Any:
    given = (network, train, validation, loss_of, optimizer, epochs, folder, device, after_epoch)
    return _run(*given, returned="loss")


@wrong(
    "animal_training.train_and_keep",
    looks_like="`after_epoch` is never called",
    hints=(
        "A learning rate schedule would never change the learning rate.",
        "Which argument have you not used yet?",
    ),
)
def no_schedule(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> Any:
    given = (network, train, validation, loss_of, optimizer, epochs, folder, device, after_epoch)
    return _run(*given, calls=0)
