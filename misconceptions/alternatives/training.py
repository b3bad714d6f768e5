"""Alternative implementations of `student_code.training`."""

from __future__ import annotations

from typing import Any

import torch

from misconceptions.catalogue import right
from student_code.dl_utils import compute_accuracy, compute_loss


@right("training.train_epoch")
def zeroes_after(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    """Minimize the sum over the batch, and clear the gradients after the step."""
    model.train(True)
    losses, hits = [], []
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        out = model.forward(images)
        loss = compute_loss(model, out, labels, is_normalize=False)
        loss.backward()
        optimizer.step()
        model.zero_grad(set_to_none=False)
        losses.append(loss.item())
        hits += (out.detach().argmax(-1) == labels).tolist()
    return sum(losses) / len(hits), sum(hits) / len(hits)


@right("training.train_epoch")
def with_sizes_of_the_data_set(model: Any, loader: Any, optimizer: Any, device: Any = "cpu") -> Any:
    """Divide by the length of the loader's data set, and weight the accuracy of each batch."""
    model.train()
    mean_loss, accuracy, everything = 0.0, 0.0, len(loader.dataset)
    for x, y in loader:
        optimizer.zero_grad(set_to_none=True)
        scores = model(x.to(device))
        loss = compute_loss(model, scores, y.to(device))
        loss.backward()
        optimizer.step()
        mean_loss += float(loss) * len(x) / everything
        accuracy += compute_accuracy(scores, y.to(device)) * len(x) / everything
    return mean_loss, accuracy


@right("training.evaluate")
@torch.no_grad()
def with_decorator(model: Any, loader: Any, device: Any = "cpu") -> Any:
    """Collect all scores, and evaluate them together at the end."""
    mode = model.training
    try:
        model.train(False)
        pairs = [(model(x.to(device)), y.to(device)) for x, y in loader]
    finally:
        model.train(mode)
    scores, labels = (torch.cat(part) for part in zip(*pairs, strict=True))
    return compute_loss(model, scores, labels).item(), compute_accuracy(scores, labels)


@right("training.evaluate")
def in_inference_mode(model: Any, loader: Any, device: Any = "cpu") -> Any:
    """Use torch's inference mode; record and restore the mode of every module."""
    modes = {module: module.training for module in model.modules()}
    model.eval()
    total = torch.zeros(3, dtype=torch.float64)
    with torch.inference_mode():
        for x, y in loader:
            scores = model(x.to(device)).cpu()
            hits = (scores.max(1).indices == y).sum()
            loss = model.loss_criterion(scores, y)
            total += torch.stack([loss.double(), hits.double(), torch.tensor(float(len(y)))])
    for module, mode in modes.items():
        module.training = mode
    loss_sum, right_ones, count = total.tolist()
    return loss_sum / count, right_ones / count
