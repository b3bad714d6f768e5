"""Alternative implementations of `student_code.analysis`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from misconceptions.catalogue import right


@right("analysis.predict")
@torch.inference_mode()
def with_lists(model: Any, loader: Any, device: Any = "cpu") -> dict[str, Any]:
    """Collect one example at a time in lists, under a decorator."""
    mode = model.training
    model.eval()
    found: dict[str, list[Any]] = {"y_true": [], "y_pred": [], "y_prob": []}
    for images, labels in loader:
        for row, label in zip(model(images.to(device)), labels, strict=True):
            probabilities = torch.nn.functional.softmax(row, dim=-1)
            found["y_prob"].append(probabilities.tolist())
            found["y_pred"].append(int(probabilities.argmax()))
            found["y_true"].append(int(label))
    model.train(mode)
    return {key: torch.tensor(values) for key, values in found.items()}


@right("analysis.predict")
def numpy_arrays(model: Any, loader: Any, device: Any = "cpu") -> dict[str, Any]:
    """Collect all scores first, then use NumPy."""
    mode = model.training
    try:
        model.eval()
        with torch.no_grad():
            pairs = [(model(x.to(device)).cpu().numpy(), y.numpy()) for x, y in loader]
    finally:
        model.train(mode)
    scores = np.concatenate([s for s, _ in pairs])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    y_prob = powers / powers.sum(axis=1, keepdims=True)
    y_true = np.concatenate([y for _, y in pairs])
    return {"y_true": y_true, "y_pred": y_prob.argmax(axis=1), "y_prob": y_prob}


@right("analysis.generate_confusion_matrix")
def by_loops(y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False) -> Any:
    """Use two loops, nested lists and one division per row."""
    if len(y_true) != len(y_pred):
        raise ValueError("labels and predictions have different lengths")
    counts = [[0] * num_classes for _ in range(num_classes)]
    for truth, guess in zip(y_true, y_pred, strict=True):
        if not (0 <= truth < num_classes and 0 <= guess < num_classes):
            raise ValueError(f"labels must be from 0 to {num_classes - 1}")
        counts[int(truth)][int(guess)] += 1
    if not normalize:
        return np.array(counts)
    return np.array([[n / sum(row) if sum(row) else 0.0 for n in row] for row in counts])


@right("analysis.generate_confusion_matrix")
def one_bincount(y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False) -> Any:
    """Encode each pair as one number and count these with torch."""
    true, predicted = torch.as_tensor(y_true), torch.as_tensor(y_pred)
    if true.shape != predicted.shape:
        raise ValueError("labels and predictions have different lengths")
    for labels in (true, predicted):
        if not ((labels >= 0) & (labels < num_classes)).all():
            raise ValueError(f"labels must be from 0 to {num_classes - 1}")
    flat = torch.bincount(true * num_classes + predicted, minlength=num_classes**2)
    counts = flat.reshape(num_classes, num_classes).numpy()
    return np.nan_to_num(counts / counts.sum(axis=1)[:, None]) if normalize else counts


@right("analysis.accuracy_precision_recall_f1")
def class_by_class(confusion: Any) -> dict[str, Any]:
    """Loop over the classes and count true positives, false positives and false negatives."""
    found: dict[str, Any] = {"precision": [], "recall": [], "f1": []}
    for i in range(len(confusion)):
        true_positive = confusion[i][i]
        false_positive = sum(confusion[j][i] for j in range(len(confusion)) if j != i)
        false_negative = sum(confusion[i][j] for j in range(len(confusion)) if j != i)
        said, there = true_positive + false_positive, true_positive + false_negative
        precision = true_positive / said if said else 0.0
        recall = true_positive / there if there else 0.0
        both = precision + recall
        found["precision"].append(precision)
        found["recall"].append(recall)
        found["f1"].append(2 * precision * recall / both if both else 0.0)
    found = {key: np.array(values) for key, values in found.items()}
    for key in ("precision", "recall", "f1"):
        found[f"macro_{key}"] = found[key].mean()
    found["accuracy"] = sum(confusion[i][i] for i in range(len(confusion))) / np.sum(confusion)
    return found


@right("analysis.accuracy_precision_recall_f1")
def in_torch(confusion: Any) -> dict[str, Any]:
    """Use float32 tensors and replace 0/0."""
    counts = torch.as_tensor(confusion).float()
    hits = counts.diagonal()
    found = {
        "precision": (hits / counts.sum(0)).nan_to_num(),
        "recall": (hits / counts.sum(1)).nan_to_num(),
    }
    found["f1"] = (2 / (1 / found["precision"] + 1 / found["recall"])).nan_to_num()
    means = {f"macro_{key}": value.mean().item() for key, value in found.items()}
    return {**found, **means, "accuracy": (hits.sum() / counts.sum()).item()}


@right("analysis.most_confused")
def by_flat_order(confusion: Any, k: int) -> list[Any]:
    """Sort the flattened matrix without its diagonal, in stable descending order."""
    off = np.array(confusion, float)
    np.fill_diagonal(off, 0)
    order = np.argsort(-off, axis=None, kind="stable")[:k]
    places = [divmod(int(place), len(off)) for place in order]
    return [(i, j, float(off[i, j])) for i, j in places if off[i, j] > 0]


@right("analysis.most_confused")
def largest_again_and_again(confusion: Any, k: int) -> list[Any]:
    """Take the largest entry, remove it, and repeat."""
    left = np.array(confusion, float)
    np.fill_diagonal(left, 0)
    found: list[Any] = []
    while len(found) < k and left.max() > 0:
        i, j = np.unravel_index(left.argmax(), left.shape)
        found.append([int(i), int(j), left[i, j]])
        left[i, j] = 0
    return found


@right("analysis.misclassified")
def sorted_in_python(predictions: Any, k: int) -> list[int]:
    """Use Python's sort, which keeps the order of ties."""
    true, said = list(predictions["y_true"]), list(predictions["y_pred"])
    wrong = [i for i in range(len(true)) if int(true[i]) != int(said[i])]
    wrong.sort(key=lambda i: float(max(predictions["y_prob"][i])), reverse=True)
    return wrong[:k]


@right("analysis.misclassified")
def lexical_order(predictions: Any, k: int) -> Any:
    """Let NumPy sort by two keys at once."""
    true, said = np.asarray(predictions["y_true"]), np.asarray(predictions["y_pred"])
    sure = np.asarray(predictions["y_prob"]).max(axis=1)
    order = np.lexsort((np.arange(len(true)), -sure))
    return [int(i) for i in order if true[i] != said[i]][:k]
