"""Public tests of `student_code.dl_utils`."""

from typing import Any

import torch
from torch import nn

from student_code import dl_utils
from toolbox.checks import expect, task

SCORES = torch.tensor([[0.1, 2.0, -1.0, 0.5], [3.0, -0.5, 0.0, 1.0], [-4.0, -3.0, -2.0, -1.0]])
# Float32 sums of order 5: rounding is 1e-6, the smallest mistake 0.1.
EXACT = 1e-5


class Scorer(nn.Module):
    """A model with a criterion: by default, the cross-entropy summed over the batch."""

    def __init__(self, criterion: Any = None) -> None:
        super().__init__()
        self.loss_criterion = criterion or torch.nn.CrossEntropyLoss(reduction="sum")


def squared_error(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """A different criterion: the summed squared differences between scores and labels."""
    return ((scores - labels[:, None]) ** 2).sum()


@task("dl_utils.predict_labels", share=2)
def test_highest_score_wins() -> None:
    """The predicted label is the index of the highest score in each row."""
    got = dl_utils.predict_labels(SCORES)
    expect.equal(got, torch.tensor([1, 0, 3]), "predict_labels(scores of 3 examples, 4 classes)")


@task("dl_utils.predict_labels")
def test_labels_are_integers() -> None:
    """The labels are an int64 tensor of shape (N,), even for one example."""
    got = dl_utils.predict_labels(SCORES[:1])
    called = "predict_labels(scores of 1 example, 4 classes)"
    expect.instance(got, torch.Tensor, called)
    expect.shape(got, (1,), called)
    expect.dtype(got, torch.int64, called)


@task("dl_utils.compute_loss")
def test_loss_is_divided_by_the_batch_size() -> None:
    """By default, and with `is_normalize=True`, the loss is the mean over the examples."""
    labels = torch.tensor([2, 0, 1])
    wanted = nn.functional.cross_entropy(SCORES, labels)
    called = "compute_loss(model, scores of 3 examples, labels)"
    expect.close(dl_utils.compute_loss(Scorer(), SCORES, labels), wanted, called, atol=EXACT)
    got = dl_utils.compute_loss(Scorer(), SCORES, labels, is_normalize=True)
    called = "compute_loss(model, scores of 3 examples, labels, is_normalize=True)"
    expect.close(got, wanted, called, atol=EXACT)


@task("dl_utils.compute_loss")
def test_loss_can_be_the_sum() -> None:
    """With `is_normalize=False` the loss is exactly what the criterion returns."""
    labels = torch.tensor([2, 0, 1])
    wanted = 3 * nn.functional.cross_entropy(SCORES, labels)
    got = dl_utils.compute_loss(Scorer(), SCORES, labels, is_normalize=False)
    called = "compute_loss(model, scores of 3 examples, labels, is_normalize=False)"
    expect.close(got, wanted, called, atol=EXACT)


@task("dl_utils.compute_loss")
def test_loss_is_the_models_own() -> None:
    """The loss is computed with the model's own `loss_criterion`."""
    labels = torch.tensor([2, 0, 1])
    wanted = squared_error(SCORES, labels) / 3
    got = dl_utils.compute_loss(Scorer(squared_error), SCORES, labels)
    called = "compute_loss(a model whose loss_criterion is the squared error, scores, labels)"
    expect.close(got, wanted, called, atol=EXACT)


@task("dl_utils.compute_loss")
def test_gradients_flow_through_the_loss() -> None:
    """The gradient of the loss reaches the scores."""
    scores = SCORES.clone().requires_grad_()
    labels = torch.tensor([2, 0, 1])
    loss = dl_utils.compute_loss(Scorer(), scores, labels)
    called = "compute_loss(model, scores, labels)"
    expect.instance(loss, torch.Tensor, called)
    expect.true(loss.requires_grad, called, expected="a loss that requires a gradient", got=loss)
    loss.backward()
    wanted = (SCORES.softmax(1) - nn.functional.one_hot(labels, 4)) / 3
    expect.close(scores.grad, wanted, called + ".backward(); scores.grad", atol=EXACT)


@task("dl_utils.compute_accuracy", share=2)
def test_accuracy_is_a_fraction() -> None:
    """The accuracy is the number of correct predictions divided by the number of examples."""
    got = dl_utils.compute_accuracy(SCORES, torch.tensor([1, 2, 3]))
    called = "compute_accuracy(scores whose highest are 1, 0, 3; labels [1, 2, 3])"
    expect.close(got, 2 / 3, called, atol=1e-6)  # a float32 mean is exact to 1e-7


@task("dl_utils.compute_accuracy")
def test_accuracy_is_a_float() -> None:
    """The accuracy is a Python float: 1.0 if all predictions are correct, 0.0 if none is."""
    called = "compute_accuracy(scores whose highest are 1, 0, 3; labels {})"
    for labels, wanted in (([1, 0, 3], 1.0), ([0, 1, 2], 0.0)):
        got = dl_utils.compute_accuracy(SCORES, torch.tensor(labels))
        expect.instance(got, float, called.format(labels))
        # A mean of a few 0s and 1s, in float32 or float64.
        expect.close(got, wanted, called.format(labels), atol=1e-6)
