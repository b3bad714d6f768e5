"""Wrong implementations of `student_code.analysis`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from misconceptions.catalogue import variant_of, wrong

Predictions = dict[str, torch.Tensor]


def _collect(
    model: Any,
    loader: Any,
    *,
    mode: bool | None = False,
    restore: bool = True,
    dim: int = 1,
    gradients: bool = False,
    squash: Any = None,
) -> Predictions:
    was_training = model.training
    if mode is not None:
        model.train(mode)
    labels, probabilities = [], []
    with torch.set_grad_enabled(gradients):
        for x, y in loader:
            scores = model(x)
            probabilities.append(squash(scores) if squash else scores.softmax(dim=dim))
            labels.append(y)
    if restore:
        model.train(was_training)
    y_prob = torch.cat(probabilities)
    return {"y_true": torch.cat(labels), "y_pred": y_prob.argmax(dim=1), "y_prob": y_prob}


@wrong(
    "analysis.predict",
    looks_like="the softmax is computed over the batch instead of over the classes",
    hints=(
        "The columns of each batch add up to 1, but the rows should.",
        "Which dimension holds the classes?",
    ),
)
def softmax_over_the_batch(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, dim=0)


@wrong(
    "analysis.predict",
    looks_like="the model predicts in whatever mode it was passed in",
    hints=(
        "A model that is passed in train mode also predicts in train mode.",
        "What do dropout and batch normalization do in train mode, and how do you switch that off?",
    ),
)
def in_whatever_mode(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, mode=None)


@wrong(
    "analysis.predict",
    looks_like="the model is left in eval mode",
    hints=(
        "A model that was in train mode is in eval mode after the call.",
        "Which mode was the model in before the call, and where do you restore it?",
    ),
)
def left_in_eval(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, restore=False)


@wrong(
    "analysis.predict",
    looks_like="the model is always put into train mode afterwards",
    hints=(
        "A model that was in eval mode is in train mode after the call.",
        "Which mode was the model in before the call?",
    ),
)
def always_back_to_train(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    found = _collect(model, loader)
    model.train()
    return found


@wrong(
    "analysis.predict",
    looks_like="gradients are recorded although no gradient is needed",
    hints=(
        "The probabilities carry the history of their computation.",
        "Eval mode changes how layers behave; it does not stop gradients from being recorded. "
        "What does?",
    ),
)
def with_gradients(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, gradients=True)


@wrong(
    "analysis.predict",
    looks_like="logits are returned as probabilities",
    hints=("The rows don't add up to 1.", "What turns logits into probabilities?"),
)
def raw_scores(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, squash=lambda scores: scores)


@wrong(
    "analysis.predict",
    looks_like="only the last batch is returned",
    hints=(
        "The result has only as many examples as the last batch.",
        "What happens to the results of one batch when the next one arrives?",
    ),
)
def last_batch_only(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    found = _collect(model, loader)
    last = len(list(loader)[-1][1])
    return {name: values[-last:] for name, values in found.items()}


@wrong(
    "analysis.predict",
    looks_like="each logit goes through its own sigmoid",
    hints=(
        "Each probability lies between 0 and 1, but each row adds up to more than 1.",
        "Each image has exactly one class. Which function distributes a total of 1 over the "
        "classes?",
    ),
)
def sigmoid(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, squash=torch.sigmoid)


def _counts(y_true: Any, y_pred: Any, num_classes: int) -> np.ndarray:
    true, predicted = np.asarray(y_true), np.asarray(y_pred)
    if true.shape != predicted.shape:
        raise ValueError("different lengths")
    if min(true.min(), predicted.min()) < 0 or max(true.max(), predicted.max()) >= num_classes:
        raise ValueError("out of range")
    places = true * num_classes + predicted
    return np.bincount(places, minlength=num_classes**2).reshape(num_classes, num_classes)


def _shares(counts: np.ndarray, axis: int | None = 1) -> np.ndarray:
    return counts / np.maximum(counts.sum(axis=axis, keepdims=True), 1)


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="rows are the predictions and columns are the true labels",
    hints=(
        "The matrix is mirrored along its diagonal.",
        "Which of the two labels selects the row?",
    ),
)
def transposed(y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False) -> np.ndarray:
    counts = _counts(y_pred, y_true, num_classes)
    return _shares(counts) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="the columns are normalized instead of the rows",
    hints=(
        "Each column adds up to 1, so these are fractions of the predictions.",
        "What is the fraction relative to: the examples of class i, or the predictions of class j?",
    ),
)
def normalised_columns(
    y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False
) -> np.ndarray:
    counts = _counts(y_true, y_pred, num_classes)
    return _shares(counts, axis=0) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="all counts are divided by the total number of examples",
    hints=(
        "The whole matrix adds up to 1, not each row.",
        "How many examples belong to the class of that row?",
    ),
)
def normalised_altogether(
    y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False
) -> np.ndarray:
    counts = _counts(y_true, y_pred, num_classes)
    return _shares(counts, axis=None) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="the row sums are broadcast along the columns",
    hints=(
        "Each entry is divided by the number of examples of another class.",
        "Along which axis does NumPy broadcast an array of shape (K,) against one of shape (K, K)?",
    ),
)
def sums_along_the_wrong_axis(
    y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False
) -> np.ndarray:
    counts = _counts(y_true, y_pred, num_classes)
    return counts / np.maximum(counts.sum(axis=1), 1) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="the row of a class without examples is divided by zero",
    hints=(
        "The row of a class that doesn't occur is NaN.",
        "What is the sum of that row?",
    ),
)
def divides_by_zero(
    y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False
) -> np.ndarray:
    counts = _counts(y_true, y_pred, num_classes)
    with np.errstate(invalid="ignore"):
        return counts / counts.sum(axis=1, keepdims=True) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="only classes that occur get a row and a column",
    hints=(
        "The matrix is smaller than num_classes.",
        "What determines the size: the labels that happen to occur, or the number of classes?",
    ),
)
def only_classes_that_occur(
    y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False
) -> np.ndarray:
    counts = _counts(y_true, y_pred, num_classes)
    there = np.union1d(np.asarray(y_true), np.asarray(y_pred))
    counts = counts[np.ix_(there, there)]
    return _shares(counts) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="each cell is counted only once, even if it occurs several times",
    hints=(
        "No count is higher than 1.",
        "What does NumPy's `matrix[rows, columns] += 1` do with a cell that is listed several "
        "times?",
    ),
)
def counted_once(y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False) -> np.ndarray:
    counts = np.minimum(_counts(y_true, y_pred, num_classes), 1)
    return _shares(counts) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="invalid labels are counted somewhere or ignored",
    hints=(
        "A label of -1 or of num_classes raises no error.",
        "What does an index of -1 mean in Python?",
    ),
)
def no_check(y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False) -> np.ndarray:
    pairs = list(zip(np.asarray(y_true), np.asarray(y_pred), strict=False))
    counts = np.zeros((num_classes, num_classes), np.int64)
    for a, b in pairs:
        counts[a % num_classes, b % num_classes] += 1
    return _shares(counts) if normalize else counts


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.where(below > 0, above / np.maximum(below, 1e-12), 0.0)


def _figures(confusion: Any) -> dict[str, Any]:
    counts = np.asarray(confusion, float)
    precision = _ratio(np.diag(counts), counts.sum(axis=0))
    recall = _ratio(np.diag(counts), counts.sum(axis=1))
    return _with_macro(counts, precision, recall)


def _with_macro(counts: np.ndarray, precision: np.ndarray, recall: np.ndarray) -> dict[str, Any]:
    found: dict[str, Any] = {
        "accuracy": float(np.trace(counts) / counts.sum()),
        "precision": precision,
        "recall": recall,
        "f1": _ratio(2 * precision * recall, precision + recall),
    }
    for key in ("precision", "recall", "f1"):
        found[f"macro_{key}"] = float(found[key].mean())
    return found


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="precision and recall are swapped",
    hints=(
        "Each of the two metrics has the other one's values.",
        "Rows are the true labels. Which of the two metrics is relative to all examples *of* a "
        "class?",
    ),
)
def exchanged(confusion: Any) -> dict[str, Any]:
    return _figures(np.asarray(confusion).T)


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like=(
        "micro averages are returned as macro averages, so examples count equally and classes don't"
    ),
    hints=(
        "The macro metrics are all equal to the accuracy.",
        "How much should a class of 4 examples count compared to one of 90?",
    ),
)
def micro_for_macro(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    return {k: found["accuracy"] if k.startswith("macro") else v for k, v in found.items()}


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="the macro metrics are weighted by the number of examples in each class",
    hints=(
        "Large classes count more in the macro metrics than small ones.",
        "A macro average is a plain mean. What do your weights change?",
    ),
)
def weighted_by_size(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    weights = np.asarray(confusion, float).sum(axis=1)
    for key in ("precision", "recall", "f1"):
        found[f"macro_{key}"] = float((found[key] * weights).sum() / weights.sum())
    return found


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="classes with a value of 0 are left out of the mean",
    hints=(
        "The macro metrics are too high if some class is never predicted correctly.",
        "What number of classes is the sum divided by?",
    ),
)
def zeros_left_out(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    for key in ("precision", "recall", "f1"):
        found[f"macro_{key}"] = float(found[key].sum() / max((found[key] > 0).sum(), 1))
    return found


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="the metric of a class that is never predicted, or never occurs, is divided by zero",
    hints=(
        "The result is NaN for a class that is never predicted or has no examples.",
        "What does the docstring promise for a class with nothing to divide by?",
    ),
)
def not_a_number(confusion: Any) -> dict[str, Any]:
    counts = np.asarray(confusion, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.diag(counts) / counts.sum(axis=0)
        recall = np.diag(counts) / counts.sum(axis=1)
    return _with_macro(counts, precision, recall)


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="F1 is computed as the plain mean of precision and recall",
    hints=(
        "F1 lies halfway between precision and recall.",
        "Which kind of mean stays close to the smaller of its two values?",
    ),
)
def arithmetic_f1(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    found["f1"] = (found["precision"] + found["recall"]) / 2
    found["macro_f1"] = float(found["f1"].mean())
    return found


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="macro F1 is computed from macro precision and macro recall",
    hints=(
        "macro_f1 is not the mean of the per-class F1 values.",
        "Which comes first: the mean over the classes, or F1?",
    ),
)
def f1_of_the_means(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    p, r = found["macro_precision"], found["macro_recall"]
    found["macro_f1"] = 2 * p * r / (p + r) if p + r else 0.0
    return found


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="the accuracy is computed as the mean of the per-class recalls",
    hints=(
        "This is the balanced accuracy, in which all classes count equally.",
        "Accuracy is about examples. What fraction of all examples lies on the diagonal?",
    ),
)
def balanced_accuracy(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    return {**found, "accuracy": found["macro_recall"]}


def _ranked(confusion: Any, *, diagonal: bool = False, zeros: bool = False) -> list[Any]:
    matrix = np.asarray(confusion)
    pairs = [
        (i, j, matrix[i, j].item())
        for i, j in np.ndindex(*matrix.shape)
        if (diagonal or i != j) and (zeros or matrix[i, j] > 0)
    ]
    return sorted(pairs, key=lambda pair: -pair[2])


@wrong(
    "analysis.most_confused",
    looks_like="correct predictions are counted as confusions",
    hints=(
        "The largest entries are those on the diagonal.",
        "What does it mean if the true label and the prediction are the same?",
    ),
)
def with_the_diagonal(confusion: Any, k: int) -> list[Any]:
    return _ranked(confusion, diagonal=True)[:k]


@wrong(
    "analysis.most_confused",
    looks_like="the pairs are ordered as (predicted, true)",
    hints=(
        "The first two numbers of each triple are swapped.",
        "Rows are the true labels. Which label comes first in the triple?",
    ),
)
def prediction_first(confusion: Any, k: int) -> list[Any]:
    return [(j, i, count) for i, j, count in _ranked(confusion)[:k]]


@wrong(
    "analysis.most_confused",
    looks_like="the rarest confusions come first",
    hints=("The order is reversed.", "Do you sort in ascending or in descending order?"),
)
def rarest_first(confusion: Any, k: int) -> list[Any]:
    return sorted(_ranked(confusion), key=lambda pair: pair[2])[:k]


@wrong(
    "analysis.most_confused",
    looks_like="the list is padded with pairs that never occur",
    hints=(
        "Some of the counts are 0.",
        "What should the result look like if there are fewer confusions than k?",
    ),
)
def with_zeros(confusion: Any, k: int) -> list[Any]:
    return _ranked(confusion, zeros=True)[:k]


@wrong(
    "analysis.most_confused",
    looks_like="the two directions of a pair are added together",
    hints=(
        "The counts are larger than any entry of the matrix.",
        "Is predicting open country for a coast the same mistake as predicting coast for open "
        "country?",
    ),
)
def both_directions(confusion: Any, k: int) -> list[Any]:
    matrix = np.asarray(confusion)
    return _ranked(np.triu(matrix + matrix.T, 1))[:k]


@variant_of(both_directions)
def each_pair_with_its_reverse(confusion: Any, k: int) -> Any:
    matrix = np.asarray(confusion)
    pairs = [
        (row, column, (matrix[row, column] + matrix[column, row]).item())
        for row, column in np.ndindex(*matrix.shape)
        if row != column and matrix[row, column] > 0
    ]
    return sorted(pairs, key=lambda pair: -pair[2])[:k]


@wrong(
    "analysis.most_confused",
    looks_like="ties are ordered with the last pair first",
    hints=(
        "Only the order of equal counts differs.",
        "What happens to ties if you sort in ascending order and then reverse the list?",
    ),
)
def ties_backwards(confusion: Any, k: int) -> list[Any]:
    return sorted(_ranked(confusion), key=lambda pair: pair[2])[::-1][:k]


@wrong(
    "analysis.most_confused",
    looks_like="only the most frequent confusion of each true class is kept",
    hints=(
        "Each row of the matrix contributes only one entry.",
        "Can two of the largest confusions have the same true class?",
    ),
)
def one_a_row(confusion: Any, k: int) -> list[Any]:
    seen: dict[int, Any] = {}
    for pair in _ranked(confusion):
        seen.setdefault(pair[0], pair)
    return list(seen.values())[:k]


def _certainty(predictions: Any) -> torch.Tensor:
    return predictions["y_prob"].max(dim=1).values


@wrong(
    "analysis.misclassified",
    looks_like="the indices count among the mistakes instead of among all examples",
    hints=(
        "The numbers are positions in the list of mistakes.",
        "Which index does the first mistake have in the whole data set?",
    ),
)
def places_among_the_wrong(predictions: Any, k: int) -> list[int]:
    wrong_ones = predictions["y_true"] != predictions["y_pred"]
    certainty = _certainty(predictions)[wrong_ones]
    return certainty.argsort(descending=True, stable=True)[:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="the mistakes are in data set order",
    hints=(
        "All of them are mistakes, but the most confident one isn't first.",
        "What should the mistakes be sorted by?",
    ),
)
def unsorted(predictions: Any, k: int) -> list[int]:
    return (predictions["y_true"] != predictions["y_pred"]).nonzero().flatten()[:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="the least confident mistakes come first",
    hints=(
        "The order is reversed.",
        "Which mistakes say more about the model: hesitant or confident ones?",
    ),
)
def hesitant_first(predictions: Any, k: int) -> list[int]:
    places = (predictions["y_true"] != predictions["y_pred"]).nonzero().flatten()
    return places[_certainty(predictions)[places].argsort(stable=True)][:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="the mistakes are sorted by the probability of the true class",
    hints=(
        "The order depends on how little probability the true class received.",
        "How confident was the model in the class that it predicted?",
    ),
)
def by_the_truths_probability(predictions: Any, k: int) -> list[int]:
    places = (predictions["y_true"] != predictions["y_pred"]).nonzero().flatten()
    given = predictions["y_prob"][places, predictions["y_true"][places]]
    return places[given.argsort(stable=True)][:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="the most confident predictions are returned, whether they are right or wrong",
    hints=(
        "Some of the indices belong to examples that were predicted correctly.",
        "Which examples have to be removed before you sort?",
    ),
)
def right_ones_too(predictions: Any, k: int) -> list[int]:
    return _certainty(predictions).argsort(descending=True, stable=True)[:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="the list is padded with correct predictions",
    hints=(
        "If there are fewer than k mistakes, correctly predicted examples follow.",
        "How long may the list be at most?",
    ),
)
def filled_up(predictions: Any, k: int) -> list[int]:
    wrong_ones = (predictions["y_true"] != predictions["y_pred"]).float()
    keys = _certainty(predictions) * wrong_ones
    return keys.argsort(descending=True, stable=True)[:k].tolist()
