"""Facts that the notebooks teach, computed."""

from __future__ import annotations

import numpy as np
import sklearn.metrics
import torch

from student_code.analysis import generate_confusion_matrix


def test_signs_of_a_neurons_gradients() -> None:
    """With positive inputs they agree for one example, but not for the mean over a batch."""
    x = torch.tensor([[1.0, 3.0], [3.0, 1.0]])
    error = torch.tensor([1.0, -1.0])
    each = error[:, None] * x
    assert (each.sign() == error[:, None]).all()
    assert each.mean(dim=0).tolist() == [-1.0, 1.0]


def test_targets_of_label_smoothing() -> None:
    """The gradient of the cross-entropy is probabilities minus target, so it reveals the target."""
    scores = torch.tensor([[0.3, -1.0, 2.0]], requires_grad=True)
    loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)(scores, torch.tensor([0]))
    (slope,) = torch.autograd.grad(loss, scores)
    target = scores.detach().softmax(dim=1) - slope
    wanted = torch.tensor([[1 - 0.1 + 0.1 / 3, 0.1 / 3, 0.1 / 3]])
    assert torch.allclose(target, wanted, atol=1e-6)
    assert target[0].numpy().round(3).tolist() == [np.float32(0.933), *[np.float32(0.033)] * 2]


def test_rows_are_the_truth_in_scikit_learn_too() -> None:
    truth, predicted = [0, 0, 0, 1, 2], [1, 1, 0, 1, 0]
    ours = generate_confusion_matrix(truth, predicted, 3)
    assert ours.tolist() == sklearn.metrics.confusion_matrix(truth, predicted).tolist()
    assert ours.tolist() != ours.T.tolist()


def test_dropout_makes_zeros_only_in_train_mode() -> None:
    values, dropout = torch.ones(1000), torch.nn.Dropout(0.5)
    torch.manual_seed(0)
    assert (dropout.train()(values) == 0).any()
    assert (dropout.eval()(values) == 1).all()


def test_the_two_standard_deviations_of_cifar10() -> None:
    """The mean of each image's standard deviation is below that of all pixels together."""
    images = torch.rand(50, 3, 8, 8) * torch.rand(50, 1, 1, 1) + torch.rand(50, 3, 1, 1)
    of_all = images.transpose(0, 1).flatten(1).std(dim=1, correction=0)
    of_each = images.flatten(2).std(dim=2, correction=0).mean(dim=0)
    assert (of_each < of_all).all()
