"""Wrong ways to write `student_code.analysis`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from misconceptions.catalogue import wrong

Predictions = dict[str, torch.Tensor]


def _collect(
    model: Any,
    loader: Any,
    *,
    mode: bool | None = False,
    restore: bool = True,
    dim: int = 1,
    gradients: bool = False,
) -> Predictions:
    was_training = model.training
    if mode is not None:
        model.train(mode)
    labels, probabilities = [], []
    with torch.set_grad_enabled(gradients):
        for x, y in loader:
            probabilities.append(model(x).softmax(dim=dim))
            labels.append(y)
    if restore:
        model.train(was_training)
    y_prob = torch.cat(probabilities)
    return {"y_true": torch.cat(labels), "y_pred": y_prob.argmax(dim=1), "y_prob": y_prob}


@wrong(
    "analysis.predict",
    looks_like="the softmax goes over the batch instead of over the classes",
    hints=(
        "The columns of each batch add up to 1, where the rows should.",
        "Which dimension holds the classes?",
    ),
)
def softmax_over_the_batch(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, dim=0)


@wrong(
    "analysis.predict",
    looks_like="the model predicts in the mode in which it came",
    hints=(
        "A model that comes in train mode is asked in train mode.",
        "What do dropout and batch normalisation do while training, and how is it switched off?",
    ),
)
def in_whatever_mode(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, mode=None)


@wrong(
    "analysis.predict",
    looks_like="the model is left in eval mode",
    hints=(
        "After the call a model that was training is in eval mode.",
        "In which mode did it come, and who puts it back?",
    ),
)
def left_in_eval(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, restore=False)


@wrong(
    "analysis.predict",
    looks_like="the model is put into train mode afterwards, however it came",
    hints=(
        "A model that came in eval mode is in train mode after the call.",
        "In which mode did it come?",
    ),
)
def always_back_to_train(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    found = _collect(model, loader)
    model.train()
    return found


@wrong(
    "analysis.predict",
    looks_like="everything is recorded for gradients that nobody wants",
    hints=(
        "The probabilities carry the history of their computation.",
        "Eval mode switches layers, and not the recording. What does?",
    ),
)
def with_gradients(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, loader, gradients=True)


@wrong(
    "analysis.predict",
    looks_like="raw scores are returned as probabilities",
    hints=("The rows don't add up to 1.", "What turns scores into probabilities?"),
)
def raw_scores(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    found = _collect(model, loader)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found["y_prob"] = torch.cat([model(x) for x, _ in loader])
    model.train(was_training)
    return found


@wrong(
    "analysis.predict",
    looks_like="only the last batch is returned",
    hints=(
        "As many examples come out as the last batch holds.",
        "What happens to the results of a batch when the next one comes?",
    ),
)
def last_batch_only(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    return _collect(model, [list(loader)[-1]])


@wrong(
    "analysis.predict",
    looks_like="each score is squashed by itself, with a sigmoid",
    hints=(
        "Each probability lies between 0 and 1, but a row adds up to more than 1.",
        "An image has one class here. Which function shares 1 among the classes?",
    ),
)
def sigmoid(model: Any, loader: Any, device: Any = "cpu") -> Predictions:
    found = raw_scores(model, loader)
    found["y_prob"] = found["y_prob"].sigmoid()
    return found


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
    looks_like="rows are the predictions and columns the truth",
    hints=(
        "The matrix is mirrored at its diagonal.",
        "Which of the two labels chooses the row?",
    ),
)
def transposed(y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False) -> np.ndarray:
    counts = _counts(y_pred, y_true, num_classes)
    return _shares(counts) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="the columns are normalised instead of the rows",
    hints=(
        "Each column adds up to 1: these are shares of what was predicted.",
        "Of what is the share asked: of those that are class i, or of those called class j?",
    ),
)
def normalised_columns(
    y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False
) -> np.ndarray:
    counts = _counts(y_true, y_pred, num_classes)
    return _shares(counts, axis=0) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="all counts are divided by the number of examples",
    hints=(
        "The whole matrix adds up to 1, not each row.",
        "How many examples does the class of that row have?",
    ),
)
def normalised_altogether(
    y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False
) -> np.ndarray:
    counts = _counts(y_true, y_pred, num_classes)
    return _shares(counts, axis=None) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="the rows' sums are lined up with the columns",
    hints=(
        "Each entry is divided by the examples of another class.",
        "Along which axis does numpy spread an array of shape (K,) over one of shape (K, K)?",
    ),
)
def sums_along_the_wrong_axis(
    y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False
) -> np.ndarray:
    counts = _counts(y_true, y_pred, num_classes)
    return counts / np.maximum(counts.sum(axis=1), 1) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="a class without examples is divided by zero",
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
        "What decides its size: the labels that happen to come, or the number of classes?",
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
    looks_like="each cell is counted once, however often it occurs",
    hints=(
        "No count is higher than 1.",
        "numpy's `matrix[rows, columns] += 1` adds once to a cell that is named several times.",
    ),
)
def counted_once(y_true: Any, y_pred: Any, num_classes: int, normalize: bool = False) -> np.ndarray:
    counts = np.minimum(_counts(y_true, y_pred, num_classes), 1)
    return _shares(counts) if normalize else counts


@wrong(
    "analysis.generate_confusion_matrix",
    looks_like="labels that can't be are counted somewhere or passed over",
    hints=(
        "A label of -1, or one of num_classes, raises no error.",
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
    looks_like="precision and recall are exchanged",
    hints=(
        "The two figures stand under each other's name.",
        "Rows are the truth. Which of the two asks about all that *are* of a class?",
    ),
)
def exchanged(confusion: Any) -> dict[str, Any]:
    return _figures(np.asarray(confusion).T)


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="micro averages are returned as macro: all examples count alike, not all classes",
    hints=(
        "The macro figures are all equal to the accuracy.",
        "How much should a class of 4 examples count beside one of 90?",
    ),
)
def micro_for_macro(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    return {k: found["accuracy"] if k.startswith("macro") else v for k, v in found.items()}


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="the macro figures are weighted by how many examples a class has",
    hints=(
        "Large classes count more in the macro figures than small ones.",
        "Macro is the plain mean. What do your weights add?",
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
    looks_like="classes with a figure of 0 are left out of the mean",
    hints=(
        "The macro figures are too high where a class is never right.",
        "By how many classes is the sum divided?",
    ),
)
def zeros_left_out(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    for key in ("precision", "recall", "f1"):
        found[f"macro_{key}"] = float(found[key].sum() / max((found[key] > 0).sum(), 1))
    return found


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="a class that was never predicted is divided by zero",
    hints=(
        "There is a NaN where a class was never predicted or never there.",
        "What does the promise say about a class with nothing to divide by?",
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
    looks_like="F1 is the plain mean of precision and recall",
    hints=(
        "F1 lies halfway between precision and recall.",
        "F1 is a harmonic mean: it is close to the smaller of the two.",
    ),
)
def arithmetic_f1(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    found["f1"] = (found["precision"] + found["recall"]) / 2
    found["macro_f1"] = float(found["f1"].mean())
    return found


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="macro F1 is made of the macro precision and the macro recall",
    hints=(
        "macro_f1 is not the mean of the classes' F1.",
        "In which order: first the mean over classes, or first F1?",
    ),
)
def f1_of_the_means(confusion: Any) -> dict[str, Any]:
    found = _figures(confusion)
    p, r = found["macro_precision"], found["macro_recall"]
    found["macro_f1"] = 2 * p * r / (p + r) if p + r else 0.0
    return found


@wrong(
    "analysis.accuracy_precision_recall_f1",
    looks_like="the accuracy is the mean of the classes' recalls",
    hints=(
        "That is the balanced accuracy: each class counts alike.",
        "The accuracy asks about examples. How many of all are on the diagonal?",
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
    looks_like="what is right is counted as a confusion",
    hints=(
        "The largest entries are those of the diagonal.",
        "What does it mean when the truth and the prediction are the same?",
    ),
)
def with_the_diagonal(confusion: Any, k: int) -> list[Any]:
    return _ranked(confusion, diagonal=True)[:k]


@wrong(
    "analysis.most_confused",
    looks_like="pairs come as (predicted, truth)",
    hints=(
        "The first two numbers of each triple are exchanged.",
        "Rows are the truth. Which comes first in the triple?",
    ),
)
def prediction_first(confusion: Any, k: int) -> list[Any]:
    return [(j, i, count) for i, j, count in _ranked(confusion)[:k]]


@wrong(
    "analysis.most_confused",
    looks_like="the rarest confusions come first",
    hints=("The order is the wrong way round.", "Does your sort rise or fall?"),
)
def rarest_first(confusion: Any, k: int) -> list[Any]:
    return sorted(_ranked(confusion), key=lambda pair: pair[2])[:k]


@wrong(
    "analysis.most_confused",
    looks_like="pairs that never occur fill up the list",
    hints=(
        "Some of the entries are 0.",
        "What should come where there are fewer confusions than k?",
    ),
)
def with_zeros(confusion: Any, k: int) -> list[Any]:
    return _ranked(confusion, zeros=True)[:k]


@wrong(
    "analysis.most_confused",
    looks_like="both directions of a pair are added up",
    hints=(
        "The entries are larger than any in the matrix.",
        "Is a coast taken for open country the same mistake as open country taken for a coast?",
    ),
)
def both_directions(confusion: Any, k: int) -> list[Any]:
    matrix = np.asarray(confusion)
    return _ranked(np.triu(matrix + matrix.T, 1))[:k]


@wrong(
    "analysis.most_confused",
    looks_like="of equal entries the last one comes first",
    hints=(
        "Only the order of equal entries differs.",
        "What becomes of equal entries when a rising order is turned round?",
    ),
)
def ties_backwards(confusion: Any, k: int) -> list[Any]:
    return sorted(_ranked(confusion), key=lambda pair: pair[2])[::-1][:k]


@wrong(
    "analysis.most_confused",
    looks_like="each true class gives only its most frequent confusion",
    hints=(
        "Of each row only one entry comes.",
        "May two of the largest confusions have the same truth?",
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
    looks_like="the places are counted among the mistakes, not among all examples",
    hints=(
        "The numbers are places in the list of mistakes.",
        "Which example of the whole data set is the first mistake?",
    ),
)
def places_among_the_wrong(predictions: Any, k: int) -> list[int]:
    wrong_ones = predictions["y_true"] != predictions["y_pred"]
    certainty = _certainty(predictions)[wrong_ones]
    return certainty.argsort(descending=True, stable=True)[:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="mistakes come in their order in the data set",
    hints=(
        "All of them are mistakes, but the most certain isn't first.",
        "By what are they to be sorted?",
    ),
)
def unsorted(predictions: Any, k: int) -> list[int]:
    return (predictions["y_true"] != predictions["y_pred"]).nonzero().flatten()[:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="the least certain mistakes come first",
    hints=(
        "The order is the wrong way round.",
        "Which mistakes say more about the model: hesitant or certain ones?",
    ),
)
def hesitant_first(predictions: Any, k: int) -> list[int]:
    places = (predictions["y_true"] != predictions["y_pred"]).nonzero().flatten()
    return places[_certainty(predictions)[places].argsort(stable=True)][:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="they are sorted by the probability of the true class",
    hints=(
        "What decides the order is how little the truth was given.",
        "The question is how sure the model was of what it said.",
    ),
)
def by_the_truths_probability(predictions: Any, k: int) -> list[int]:
    places = (predictions["y_true"] != predictions["y_pred"]).nonzero().flatten()
    given = predictions["y_prob"][places, predictions["y_true"][places]]
    return places[given.argsort(stable=True)][:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="the most certain of all predictions come, right ones too",
    hints=(
        "Some of the places hold examples that are right.",
        "Which examples have to go before you sort?",
    ),
)
def right_ones_too(predictions: Any, k: int) -> list[int]:
    return _certainty(predictions).argsort(descending=True, stable=True)[:k].tolist()


@wrong(
    "analysis.misclassified",
    looks_like="the list is filled up with right examples",
    hints=(
        "Where there are fewer mistakes than k, right examples follow.",
        "How long may the list be?",
    ),
)
def filled_up(predictions: Any, k: int) -> list[int]:
    wrong_ones = (predictions["y_true"] != predictions["y_pred"]).float()
    keys = _certainty(predictions) * wrong_ones
    return keys.argsort(descending=True, stable=True)[:k].tolist()
