"""Hidden tests of `student_code.dl_utils`."""

import torch
from torch import nn

from student_code import dl_utils
from toolbox.checks import expect, task
from toolbox.checks.seeds import seed_for


class Weighted(nn.Module):
    """A model whose criterion weights the classes."""

    def __init__(self) -> None:
        super().__init__()
        weight = torch.tensor([1.0, 5.0, 0.5])
        self.loss_criterion = torch.nn.CrossEntropyLoss(weight=weight, reduction="sum")


def random_scores(count: int, classes: int) -> torch.Tensor:
    return torch.randn(count, classes, generator=torch.Generator().manual_seed(seed_for(11)))


@task("dl_utils.predict_labels")
def test_more_classes_than_examples_and_back() -> None:
    """Wide and tall batches of scores, with or without a gradient, give one label per example."""
    for count, classes in ((2, 9), (9, 2)):
        scores = random_scores(count, classes).requires_grad_()
        wanted = torch.tensor([row.index(max(row)) for row in scores.tolist()])
        expect.equal(dl_utils.predict_labels(scores), wanted, f"scores of shape {count, classes}")


@task("dl_utils.compute_loss")
def test_weighted_criterion() -> None:
    """A weighted criterion keeps its weights, and its loss is divided by the number of examples."""
    scores, labels = random_scores(5, 3), torch.tensor([0, 1, 2, 1, 1])
    weights = torch.tensor([1.0, 5.0, 0.5])[labels]
    wanted = -(scores.log_softmax(1)[torch.arange(5), labels] * weights).sum() / 5
    got = dl_utils.compute_loss(Weighted(), scores, labels)
    # A float32 sum of a few losses of order 1, in any order: 1e-6.
    expect.close(got, wanted, "compute_loss(a model with class weights, ...)", atol=1e-5)
    expect.shape(got, (), "compute_loss(a model with class weights, ...)")


@task("dl_utils.compute_loss")
def test_one_example() -> None:
    """For a batch of one, `is_normalize` makes no difference."""
    scores, labels = random_scores(1, 3), torch.tensor([1])
    wanted = dl_utils.compute_loss(Weighted(), scores, labels, is_normalize=False)
    got = dl_utils.compute_loss(Weighted(), scores, labels, is_normalize=True)
    # One float32 loss of order 1, divided by 1.
    expect.close(got, wanted, "compute_loss(model, 1 example, ...)", atol=1e-6)


@task("dl_utils.compute_accuracy")
def test_accuracy_of_many() -> None:
    """The accuracy of 97 examples counts each of them once."""
    scores = random_scores(97, 6)
    labels = scores.argmax(1)
    labels[:31] = (labels[:31] + 1) % 6
    got = dl_utils.compute_accuracy(scores, labels)
    # One example more or less is 1e-2; a float32 mean is exact to 1e-7.
    expect.close(got, 66 / 97, "compute_accuracy(97 examples, 66 of them right)", atol=1e-6)
