"""Wrong ways to write `student_code.training`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong


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
    """An epoch with the order of things at choice: total loss, right ones, all, batch means."""
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
    looks_like="the means of the batches are averaged",
    hints=(
        "The last batch has one example, but weighs as much as a full one.",
        "Add up over the examples first. What do you divide by in the end?",
    ),
)
def mean_of_means(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    _, correct, count, means = _epoch(model, loader, optimizer, device)
    return sum(means) / len(means), correct / count


@wrong(
    "training.train_epoch",
    looks_like="gradients are never set to zero",
    hints=(
        "At the second step the gradient is that of two batches together.",
        "backward adds to the gradients. What has to happen once a batch?",
    ),
)
def never_zeroed(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device, zero="never")
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="gradients are set to zero between backward and the step",
    hints=(
        "Every step is taken with a gradient of zero or none.",
        "In which order do backward, step and zero_grad come?",
    ),
)
def zeroed_too_late(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device, zero="between")
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the step comes before backward",
    hints=(
        "The first step has no gradient yet.",
        "In which order do backward, step and zero_grad come?",
    ),
)
def step_too_early(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device, step="before")
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the optimizer never takes a step",
    hints=("The weights never change.", "Which call moves the weights?"),
)
def no_step(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device, step="never")
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the model is left in the mode it came in",
    hints=("The model was in eval mode while it was trained.", "Which call sets train mode?"),
)
def no_train_mode(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    mode = model.training
    total, correct, count, _ = _epoch(model, loader, optimizer, device, mode=mode)
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the model's own criterion is ignored",
    hints=(
        "The loss is the cross-entropy, whatever criterion the model has.",
        "Which function of yours computes the loss by the model's criterion?",
    ),
)
def ignores_the_criterion(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    own = nn.CrossEntropyLoss(reduction="sum")
    total, correct, count, _ = _epoch(model, loader, optimizer, device, criterion=own)
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the loss is added up, but not divided by the number of examples",
    hints=("The loss grows with the data set.", "What makes a sum a mean?"),
)
def total_loss(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device)
    return total, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the figures are those of the last batch",
    hints=(
        "Only the last batch shows in the results.",
        "Which of your variables survive from one batch to the next?",
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
    hints=("One step was taken, however many batches there are.", "How far is `return` indented?"),
)
def first_batch_only(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, list(loader)[:1], optimizer, device)
    return total / count, correct / count


@wrong(
    "training.train_epoch",
    looks_like="the accuracy is in percent",
    hints=("The accuracy is 100 times too large.", "Which range was asked for?"),
)
def in_percent(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device)
    return total / count, 100.0 * correct / count


@wrong(
    "training.train_epoch",
    looks_like="the number of right predictions is returned instead of the accuracy",
    hints=("The accuracy is larger than 1.", "What is a fraction divided by?"),
)
def counts_right_ones(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device)
    return total / count, float(correct)


@wrong(
    "training.train_epoch",
    looks_like="the results are tensors instead of plain floats",
    hints=("The values are right, their type isn't.", "How does a tensor become a number?"),
)
def tensors(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    total, correct, count, _ = _epoch(model, loader, optimizer, device)
    return torch.tensor(total / count), torch.tensor(correct / count)


@wrong(
    "training.train_epoch",
    looks_like="the two results are swapped",
    hints=("The accuracy comes first.", "In which order are the two results asked for?"),
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
        "A model that came in train mode is handed back in eval mode.",
        "Note the mode before you change it. When should it be set back?",
    ),
)
def stays_in_eval(model: Any, loader: Any, device: Any = "cpu") -> Any:
    model.eval()
    with torch.no_grad():
        total, correct, count, _ = _measure(model, loader, device)
    return total / count, correct / count


@wrong(
    "training.evaluate",
    looks_like="the model is put in train mode afterwards, whatever mode it came in",
    hints=(
        "A model that came in eval mode is handed back in train mode.",
        "Which mode was the model in before? Nothing else should be set back.",
    ),
)
def always_trains_after(model: Any, loader: Any, device: Any = "cpu") -> Any:
    result = stays_in_eval(model, loader, device)
    model.train()
    return result


@wrong(
    "training.evaluate",
    looks_like="the model is measured in train mode",
    hints=(
        "Dropout and batch normalisation still behave as in training.",
        "Which call sets eval mode?",
    ),
)
def in_train_mode(model: Any, loader: Any, device: Any = "cpu") -> Any:
    with torch.no_grad():
        total, correct, count, _ = _measure(model, loader, device)
    return total / count, correct / count


@wrong(
    "training.evaluate",
    looks_like="gradients are recorded, though nothing is to be learnt",
    hints=(
        "The results are right, but time and memory are spent on gradients.",
        "How do you tell torch that no gradients are needed?",
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
    looks_like="gradients stay switched off for all that comes after",
    hints=(
        "After evaluate nothing can be trained any more.",
        "torch.no_grad can be used as a `with`: where does its effect end?",
    ),
)
def switches_gradients_off(model: Any, loader: Any, device: Any = "cpu") -> Any:
    torch.set_grad_enabled(False)
    return records_gradients(model, loader, device)


@wrong(
    "training.evaluate",
    looks_like="the means of the batches are averaged",
    hints=(
        "The last batch has one example, but weighs as much as a full one.",
        "Add up over the examples first. What do you divide by in the end?",
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
    looks_like="the model's own criterion is ignored",
    hints=(
        "The loss is the cross-entropy, whatever criterion the model has.",
        "Which function of yours computes the loss by the model's criterion?",
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
    looks_like="the model is trained while it is measured",
    hints=(
        "The weights are others afterwards.",
        "Measuring changes nothing: are there a backward and a step too many?",
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
    looks_like="the accuracy is in percent",
    hints=("The accuracy is 100 times too large.", "Which range was asked for?"),
)
def evaluates_in_percent(model: Any, loader: Any, device: Any = "cpu") -> Any:
    mode = model.training
    loss, accuracy = stays_in_eval(model, loader, device)
    model.train(mode)
    return loss, 100 * accuracy
