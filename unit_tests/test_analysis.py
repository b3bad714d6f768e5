"""Public tests of `student_code.analysis`."""

from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import analysis
from toolbox.checks import expect, task

# Ratios of small counts in float64, or probabilities in float32: rounding is 1e-7 at most.
EXACT = 1e-5
X = torch.tensor([[2.0, 0.0, -1.0], [0.5, 1.0, 0.0], [0.0, 0.0, 3.0], [1.0, -1.0, 0.5], [0, 2, 1]])
Y = torch.tensor([0, 0, 2, 1, 2])
# 10 examples: 4 of class 0, 5 of class 1, 1 of class 2, none of class 3; 2 is never predicted.
COUNTS = np.array([[3, 1, 0, 0], [0, 4, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0]])


class Echo(nn.Module):
    """A model that returns its input as scores, negated in train mode, and records its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.gradients: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.gradients.append(torch.is_grad_enabled())
        return x * self.weight * (-1 if self.training else 1)


def batches(size: int = 2) -> DataLoader:
    return DataLoader(TensorDataset(X, Y), batch_size=size)


def asked(got: Any, key: str, called: str) -> Any:
    """Return the value of `key` in the dictionary `got`."""
    expect.instance(got, dict, called)
    expect.true(key in got, called, expected=f"a dictionary with {key!r}", got=sorted(got))
    return got[key]


@task("analysis.predict", share=2)
def test_probabilities_are_those_of_each_example() -> None:
    """`y_prob` contains the softmax over the classes of each example's own scores."""
    called = "predict(model, batches of 2, 2 and 1 examples)['y_prob']"
    got = asked(analysis.predict(Echo().eval(), batches()), "y_prob", called)
    expect.close(got, X.softmax(dim=1), called, atol=EXACT)


@task("analysis.predict")
def test_labels_and_predictions_stay_in_order() -> None:
    """`y_true` and `y_pred` are int64, one value per example, in the order of the loader."""
    got = analysis.predict(Echo().eval(), batches())
    for key, wanted in (("y_true", Y), ("y_pred", torch.tensor([0, 1, 2, 0, 1]))):
        called = f"predict(model, batches of 2, 2 and 1 examples)[{key!r}]"
        values = asked(got, key, called)
        expect.equal(values, wanted, called)
        whole = str(values.dtype).rpartition(".")[2]
        expect.equal(whole, "int64", f"{called}.dtype")


@task("analysis.predict")
def test_eval_mode_and_back() -> None:
    """`predict` runs the model in eval mode, and restores its previous mode."""
    for mode in (True, False):
        model = Echo().train(mode)
        called = f"predict(a model in {'train' if mode else 'eval'} mode, batches)"
        got = asked(analysis.predict(model, batches()), "y_pred", called)
        expect.equal(got, torch.tensor([0, 1, 2, 0, 1]), f"{called}['y_pred']")
        expect.equal(model.training, mode, f"{called}; model.training")


@task("analysis.predict")
def test_no_gradients() -> None:
    """`predict` records no gradients."""
    model = Echo()
    got = asked(analysis.predict(model, batches()), "y_prob", "predict(model, batches)")
    called = "predict(model, batches): gradients recorded in the three batches"
    expect.equal(model.gradients, [False] * 3, called)
    recorded = bool(getattr(got, "requires_grad", False))
    expect.equal(recorded, False, "predict(model, batches)['y_prob'].requires_grad")


@task("analysis.generate_confusion_matrix", share=2)
def test_rows_are_the_truth() -> None:
    """The entry in row i and column j counts the examples of class i predicted as class j."""
    got = analysis.generate_confusion_matrix([0, 0, 0, 1, 2], [0, 1, 1, 1, 0], 3)
    called = "generate_confusion_matrix([0, 0, 0, 1, 2], [0, 1, 1, 1, 0], 3)"
    expect.equal(
        np.asarray(got), np.array([[1, 2, 0], [0, 1, 0], [1, 0, 0]]), called, picture="matrix"
    )


@task("analysis.generate_confusion_matrix")
def test_shares_of_the_true_class() -> None:
    """With `normalize=True`, each row sums to 1."""
    got = analysis.generate_confusion_matrix([0, 0, 0, 1, 2], [0, 1, 1, 1, 0], 3, normalize=True)
    called = "generate_confusion_matrix([0, 0, 0, 1, 2], [0, 1, 1, 1, 0], 3, normalize=True)"
    wanted = np.array([[1 / 3, 2 / 3, 0], [0, 1, 0], [1, 0, 0]])
    expect.close(got, wanted, called, atol=EXACT, picture="matrix")


@task("analysis.generate_confusion_matrix")
def test_an_absent_class_is_a_row_of_zeros() -> None:
    """A class without examples has a row of zeros, with and without `normalize`."""
    for normalize in (False, True):
        got = analysis.generate_confusion_matrix([0, 0, 2], [0, 3, 2], 5, normalize=normalize)
        called = f"generate_confusion_matrix([0, 0, 2], [0, 3, 2], 5, normalize={normalize})"
        share = 0.5 if normalize else 1
        wanted = np.zeros((5, 5))
        wanted[0, 0] = wanted[0, 3] = share
        wanted[2, 2] = 1
        expect.close(got, wanted, called, atol=EXACT, picture="matrix")


@task("analysis.generate_confusion_matrix", share=0.5)
def test_bad_labels_are_refused() -> None:
    """Labels out of range and label lists of different lengths raise `ValueError`."""
    for true, predicted in (([0, 3], [0, 1]), ([0, 1], [0, -1]), ([0, 1, 2], [0, 1])):
        run = partial(analysis.generate_confusion_matrix, true, predicted, 3)
        expect.raises(ValueError, run, f"generate_confusion_matrix({true}, {predicted}, 3)")


@task("analysis.accuracy_precision_recall_f1")
def test_accuracy_is_the_diagonal() -> None:
    """The accuracy is the fraction of all examples that lie on the diagonal."""
    called = "accuracy_precision_recall_f1(counts of 10 examples, 7 right)['accuracy']"
    got = asked(analysis.accuracy_precision_recall_f1(COUNTS), "accuracy", called)
    expect.close(got, 0.7, called, atol=EXACT)


@task("analysis.accuracy_precision_recall_f1", share=2)
def test_precision_and_recall_a_class() -> None:
    """Precision divides by the predicted examples, recall by the true ones; a ratio x / 0 is 0."""
    got = analysis.accuracy_precision_recall_f1(COUNTS)
    for key, wanted in (
        ("precision", [3 / 4, 4 / 5, 0, 0]),
        ("recall", [3 / 4, 4 / 5, 0, 0]),
    ):
        called = f"accuracy_precision_recall_f1({COUNTS.tolist()})[{key!r}]"
        expect.close(asked(got, key, called), np.array(wanted), called, atol=EXACT)
    uneven = np.array([[5, 1], [3, 1]])
    got = analysis.accuracy_precision_recall_f1(uneven)
    for key, wanted in (("precision", [5 / 8, 1 / 2]), ("recall", [5 / 6, 1 / 4])):
        called = f"accuracy_precision_recall_f1({uneven.tolist()})[{key!r}]"
        expect.close(asked(got, key, called), np.array(wanted), called, atol=EXACT)


@task("analysis.accuracy_precision_recall_f1")
def test_f1_is_the_harmonic_mean() -> None:
    """F1 is the harmonic mean of precision and recall, and 0 if both are 0."""
    called = "accuracy_precision_recall_f1([[5, 1, 0], [3, 1, 0], [1, 0, 0]])['f1']"
    counts = np.array([[5, 1, 0], [3, 1, 0], [1, 0, 0]])
    got = asked(analysis.accuracy_precision_recall_f1(counts), "f1", called)
    expect.close(got, np.array([10 / 15, 2 / 6, 0]), called, atol=EXACT)


@task("analysis.accuracy_precision_recall_f1", share=2)
def test_macro_counts_every_class_alike() -> None:
    """Macro averages weight every class equally, regardless of its number of examples."""
    counts = np.array([[90, 0, 0], [5, 5, 0], [3, 1, 0]])
    got = analysis.accuracy_precision_recall_f1(counts)
    precision, recall = [90 / 98, 5 / 6, 0], [1, 0.5, 0]
    f1 = [180 / 188, 10 / 16, 0]
    for key, values in (("precision", precision), ("recall", recall), ("f1", f1)):
        called = f"accuracy_precision_recall_f1({counts.tolist()})['macro_{key}']"
        found = asked(got, f"macro_{key}", called)
        expect.close(found, sum(values) / 3, called, atol=EXACT)


@task("analysis.most_confused", share=2)
def test_the_largest_mistakes_come_first() -> None:
    """The result is at most k triples (truth, predicted, entry), the largest entry first."""
    counts = np.array([[50, 2, 0], [7, 40, 1], [0, 4, 30]])
    called = "most_confused([[50, 2, 0], [7, 40, 1], [0, 4, 30]], 3)"
    got = analysis.most_confused(counts, 3)
    expect.close(np.array(got), np.array([[1, 0, 7], [2, 1, 4], [0, 1, 2]]), called, atol=0)


@task("analysis.most_confused")
def test_what_never_happens_is_no_confusion() -> None:
    """If fewer than k different confusions occur, exactly those are returned."""
    got = analysis.most_confused(np.array([[5, 0, 1], [0, 6, 0], [0, 3, 0]]), 6)
    called = "most_confused([[5, 0, 1], [0, 6, 0], [0, 3, 0]], 6)"
    expect.close(np.array(got), np.array([[2, 1, 3], [0, 2, 1]]), called, atol=0)


@task("analysis.most_confused", share=0.5)
def test_equal_confusions_have_an_order() -> None:
    """Equal entries are ordered by the lower true class, then by the lower predicted class."""
    got = analysis.most_confused(np.array([[9, 2, 2], [3, 9, 2], [2, 3, 9]]), 4)
    called = "most_confused([[9, 2, 2], [3, 9, 2], [2, 3, 9]], 4)"
    wanted = np.array([[1, 0, 3], [2, 1, 3], [0, 1, 2], [0, 2, 2]])
    expect.close(np.array(got), wanted, called, atol=0)


def some_predictions() -> dict[str, torch.Tensor]:
    """Return six examples: numbers 2, 3, 5 and 6 are wrong, number 3 most confidently."""
    y_prob = torch.tensor(
        [
            [0.90, 0.05, 0.05],
            [0.45, 0.40, 0.15],
            [0.03, 0.95, 0.02],
            [0.01, 0.01, 0.98],
            [0.29, 0.01, 0.70],
            [0.70, 0.20, 0.10],
        ]
    )
    y_true = torch.tensor([0, 1, 0, 2, 0, 1])
    return {"y_true": y_true, "y_pred": y_prob.argmax(dim=1), "y_prob": y_prob}


@task("analysis.misclassified", share=2)
def test_the_most_certain_mistakes_come_first() -> None:
    """The indices of misclassified examples are ordered by confidence, highest first."""
    called = "misclassified(predictions of 6 examples, 4 of them wrong, {})"
    for k, wanted in ((1, [2]), (3, [2, 4, 5])):
        got = analysis.misclassified(some_predictions(), k)
        expect.equal(np.array(got).astype(int), np.array(wanted), called.format(k))


@task("analysis.misclassified")
def test_no_more_than_there_are() -> None:
    """If fewer than k examples are misclassified, exactly those are returned."""
    got = analysis.misclassified(some_predictions(), 10)
    called = "misclassified(predictions of 6 examples, 4 of them wrong, 10)"
    expect.equal(np.array(got).astype(int), np.array([2, 4, 5, 1]), called)
