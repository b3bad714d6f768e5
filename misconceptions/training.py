"""Wrong implementations of `student_code.training`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import variant_of, wrong


def _epoch(
    model: Any,
    loader: Any,
    optimizer: Any,
    device: Any,
    *,
    mode: bool = True,
    zero: str = "before",
    step: str = "after",
    criterion: Any = None,
) -> tuple[float, int, int, list[float]]:
    """Run an epoch with a configurable order of steps.

    Returns: total loss, number of correct predictions, number of examples, means of the batches.
    """
    model.train(mode)
    criterion = criterion or model.loss_criterion
    total, correct, count, means = 0.0, 0, 0, []
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        if zero == "before":
            optimizer.zero_grad()
        scores = model(x)
        loss = criterion(scores, y) / len(y)
        if step == "before":
            optimizer.step()
        loss.backward()
        if zero == "between":
            optimizer.zero_grad()
        if step == "after":
            optimizer.step()
        total += loss.item() * len(y)
        correct += int((scores.argmax(1) == y).sum())
        count += len(y)
        means.append(loss.item())
    return total, correct, count, means


@wrong(
    "training.train_epoch",
    looks_like="the means of the batches are averaged without regard to their sizes",
    hints=(
        "The last batch has only one example but counts as much as a full batch.",
        "What do you have to add up, and what do you divide by in the end?",
    ),
)
def mean_of_means(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    _, correct, count, means = _epoch(model, loader, optimizer, device)
    return sum(means) / len(means), correct / count


@wrong(
    "training.train_epoch",
    looks_like="the gradients are never reset to zero",
    hints=(
        "In the second step, the gradient is the sum over two batches.",
        "backward adds to the gradients. What has to happen once per batch?",
    ),
)
def never_zeroed(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device, zero="never")
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the gradients are reset between backward and the step",
    hints=(
        "Every step is taken with a zero gradient, or with none at all.",
        "In which order do you call backward, step and zero_grad?",
    ),
)
def zeroed_too_late(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device, zero="between")
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the step comes before backward",
    hints=(
        "In the first step, there is no gradient yet.",
        "In which order do you call backward, step and zero_grad?",
    ),
)
def step_too_early(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device, step="before")
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the optimizer never takes a step",
    hints=("The weights never change.", "Which call updates the weights?"),
)
def no_step(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device, step="never")
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the model is trained in whatever mode it was passed in",
    hints=("The model was in eval mode during training.", "Which call switches to train mode?"),
)
def no_train_mode(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    mode = model.training
    total, correct, count, _ = _epoch(model, loader, optimizer, device, mode=mode)
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the model's own criterion is not used",
    hints=(
        "The loss is the cross-entropy, even if the model has another criterion.",
        "Which of your functions computes the loss with the model's criterion?",
    ),
)
def ignores_the_criterion(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    own = nn.CrossEntropyLoss(reduction="sum")
    total, correct, count, _ = _epoch(model, loader, optimizer, device, criterion=own)
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the loss is summed but not divided by the number of examples",
    hints=("The loss grows with the size of the data set.", "How do you turn a sum into a mean?"),
)
def total_loss(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device)
    return total, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the metrics are those of the last batch",
    hints=(
        "The results depend only on the last batch.",
        "Which of your variables keep their values from one batch to the next?",
    ),
)
def last_batch(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    _epoch(model, loader, optimizer, device)
    x, y = list(loader)[-1]
    scores = model(x)
    loss = model.loss_criterion(scores, y).item() / len(y)
    return loss, (scores.argmax(1) == y).float().mean().item()


@wrong(
    "training.train_epoch",
    looks_like="the epoch ends after the first batch",
    hints=(
        "Only one step was taken, regardless of the number of batches.",
        "How far is your `return` indented?",
    ),
)
def first_batch_only(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, list(loader)[:1], optimizer, device)
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the accuracy is a percentage",
    hints=("The accuracy is 100 times too large.", "Which range should an accuracy have?"),
)
def in_percent(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device)
    return total / count, 100.0 * correct / count


@wrong(
    "training.train_epoch",
    looks_like="the number of correct predictions is returned instead of the accuracy",
    hints=("The accuracy is larger than 1.", "What do you have to divide by to get a fraction?"),
)
def counts_right_ones(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device)
    return total / count, float(correct)


@wrong(
    "training.train_epoch",
    looks_like="the results are tensors instead of plain floats",
    hints=(
        "The values are right, but their type isn't.",
        "How do you turn a tensor into a number?",
    ),
)
def tensors(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device)
    return torch.tensor(total / count), torch.tensor(correct / count)


@wrong(
    "training.train_epoch",
    looks_like="the two results are swapped",
    hints=("The accuracy comes first.", "In which order should you return the two results?"),
)
def swapped(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device)
    return correct / count, total / count


def _measure(
    model: Any, loader: Any, device: Any, *, criterion: Any = None
) -> tuple[float, int, int, list[float]]:
    criterion = criterion or model.loss_criterion
    total, correct, count, means = 0.0, 0, 0, []
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        scores = model(x)
        loss = criterion(scores, y).item()
        total, count = total + loss, count + len(y)
        correct += int((scores.argmax(1) == y).sum())
        means.append(loss / len(y))
    return total, correct, count, means


@wrong(
    "training.evaluate",
    looks_like="the model stays in eval mode afterwards",
    hints=(
        "A model that was in train mode is in eval mode after the call.",
        "Which mode was the model in before you changed it, and where do you restore it?",
    ),
)
def stays_in_eval(model: Any, loader: Any, device: Any = "cpu") -> Any:
    model.eval()
    with torch.no_grad():
        total, correct, count, _ = _measure(model, loader, device)
    return total / count, correct / count


@wrong(
    "training.evaluate",
    looks_like="the model is always put into train mode afterwards",
    hints=(
        "A model that was in eval mode is in train mode after the call.",
        "Which mode was the model in before the call?",
    ),
)
def always_trains_after(model: Any, loader: Any, device: Any = "cpu") -> Any:
    result = stays_in_eval(model, loader, device)
    model.train()
    return result


@wrong(
    "training.evaluate",
    looks_like="the model is evaluated in train mode",
    hints=(
        "Dropout and batch normalization still behave as in training.",
        "Which call switches to eval mode?",
    ),
)
def in_train_mode(model: Any, loader: Any, device: Any = "cpu") -> Any:
    with torch.no_grad():
        total, correct, count, _ = _measure(model, loader, device)
    return total / count, correct / count


@wrong(
    "training.evaluate",
    looks_like="gradients are recorded although nothing is learned",
    hints=(
        "The results are right, but computing gradients wastes time and memory.",
        "How do you tell torch that you need no gradients?",
    ),
)
def records_gradients(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    model.eval()
    total, correct, count, _ = _measure(model, loader, device)
    model.train(mode)
    return total / count, correct / count


@wrong(
    "training.evaluate",
    looks_like="gradients stay disabled after the call",
    hints=(
        "After evaluate, nothing can be trained any more.",
        "torch.no_grad works in a `with` statement. Where does its effect end?",
    ),
)
def switches_gradients_off(model: Any, loader: Any, device: Any = "cpu") -> Any:
    torch.set_grad_enabled(False)
    return records_gradients(model, loader, device)


@wrong(
    "training.evaluate",
    looks_like="the means of the batches are averaged without regard to their sizes",
    hints=(
        "The last batch has only one example but counts as much as a full batch.",
        "What do you have to add up, and what do you divide by in the end?",
    ),
)
def evaluates_mean_of_means(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    model.eval()
    with torch.no_grad():
        _, correct, count, means = _measure(model, loader, device)
    model.train(mode)
    return sum(means) / len(means), correct / count


@wrong(
    "training.evaluate",
    looks_like="the model's own criterion is not used",
    hints=(
        "The loss is the cross-entropy, even if the model has another criterion.",
        "Which of your functions computes the loss with the model's criterion?",
    ),
)
def evaluates_cross_entropy(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    model.eval()
    own = nn.CrossEntropyLoss(reduction="sum")
    with torch.no_grad():
        total, correct, count, _ = _measure(model, loader, device, criterion=own)
    model.train(mode)
    return total / count, correct / count


@wrong(
    "training.evaluate",
    looks_like="the model is trained during evaluation",
    hints=(
        "The weights have changed after the call.",
        "Evaluation must not change the model. Do you call backward or step?",
    ),
)
def learns_while_measuring(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    total, correct, count, _ = _epoch(model, loader, optimizer, device, mode=False)
    model.train(mode)
    return total / count, correct / count


@wrong(
    "training.evaluate",
    looks_like="the accuracy is a percentage",
    hints=("The accuracy is 100 times too large.", "Which range should an accuracy have?"),
)
def evaluates_in_percent(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    loss, accuracy = stays_in_eval(model, loader, device)
    model.train(mode)
    return loss, 100 * accuracy


@wrong(
    "training.train_epoch",
    looks_like="the model is put into eval mode for training",
    hints=("The model was in eval mode during training.", "Which call switches to train mode?"),
)
def trains_in_eval_mode(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device, mode=False)
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the summed loss is divided by the number of batches",
    hints=(
        "The loss grows with the size of a batch.",
        "How many losses were added up: one for each batch, or one for each example?",
    ),
)
def divides_by_batches(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, means = _epoch(model, loader, optimizer, device)
    return total / len(means), correct / count


@variant_of(mean_of_means)
def both_means_of_means(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    model.train()
    losses, accuracies = [], []
    for x, y in loader:
        optimizer.zero_grad()
        scores = model(x.to(device))
        loss = model.loss_criterion(scores, y.to(device)) / len(y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        accuracies.append((scores.argmax(1) == y).float().mean().item())
    return sum(losses) / len(losses), sum(accuracies) / len(accuracies)


@variant_of(never_zeroed)
def never_zeroed_with_a_sum(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    model.train()
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        scores = model(x.to(device))
        loss = model.loss_criterion(scores, y.to(device))
        loss.backward()
        optimizer.step()
        total, count = total + loss.item(), count + len(y)
        correct += int((scores.argmax(1) == y).sum())
    return total / count, correct / count


@wrong(
    "training.evaluate",
    looks_like="the model is put into train mode for the evaluation",
    hints=(
        "Dropout and batch normalization behave as in training.",
        "Which call switches to eval mode?",
    ),
)
def evaluates_after_train(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    model.train()
    with torch.no_grad():
        total, correct, count, _ = _measure(model, loader, device)
    model.train(mode)
    return total / count, correct / count


@wrong(
    "training.evaluate",
    looks_like="the loss is summed but not divided by the number of examples",
    hints=("The loss grows with the size of the data set.", "How do you turn a sum into a mean?"),
)
def evaluates_total_loss(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    model.eval()
    with torch.no_grad():
        total, correct, count, _ = _measure(model, loader, device)
    model.train(mode)
    return total, correct / count


@wrong(
    "training.evaluate",
    looks_like="the summed loss is divided by the number of batches",
    hints=(
        "The loss grows with the size of a batch.",
        "How many losses were added up: one for each batch, or one for each example?",
    ),
)
def evaluates_by_batches(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    model.eval()
    with torch.no_grad():
        total, correct, count, means = _measure(model, loader, device)
    model.train(mode)
    return total / len(means), correct / count


@variant_of(evaluates_mean_of_means)
def evaluates_both_means_of_means(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    model.eval()
    losses, accuracies = [], []
    with torch.no_grad():
        for x, y in loader:
            scores = model(x.to(device))
            losses.append(model.loss_criterion(scores, y.to(device)).item() / len(y))
            accuracies.append((scores.argmax(1) == y).float().mean().item())
    model.train(mode)
    return sum(losses) / len(losses), sum(accuracies) / len(accuracies)
