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


def test_size_of_an_output() -> None:
    """The formula of Part 2, against torch."""
    for n, k, s in ((64, 5, 1), (60, 3, 3), (16, 3, 3), (17, 4, 2)):
        image = torch.zeros(1, 1, n, n)
        for layer in (torch.nn.Conv2d(1, 1, k, s), torch.nn.MaxPool2d(k, s)):
            assert layer(image).shape[-1] == (n - k) // s + 1
    assert torch.nn.MaxPool2d(3).stride == 3


def test_f1_from_counts_of_mistakes() -> None:
    """The formula of Part 4, against scikit-learn."""
    truth, predicted = [0, 0, 0, 1, 1, 2], [0, 1, 0, 1, 2, 2]
    counts = sklearn.metrics.confusion_matrix(truth, predicted)
    right, wrong = (
        counts.diagonal(),
        counts.sum(axis=0) + counts.sum(axis=1) - 2 * counts.diagonal(),
    )
    each = sklearn.metrics.f1_score(truth, predicted, average=None)
    assert np.allclose(2 * right / (2 * right + wrong), each)


def test_batch_normalization_in_eval_mode() -> None:
    """The formula of Part 6, against torch."""
    norm = torch.nn.BatchNorm1d(2)
    norm(torch.tensor([[1.0, 5.0], [2.0, -1.0], [6.0, 0.0]]))
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([2.0, 0.5]))
        norm.bias.copy_(torch.tensor([1.0, -1.0]))
    x, mean, variance = torch.tensor([[3.0, 4.0]]), norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None
    wanted = norm.weight * (x - mean) / torch.sqrt(variance + norm.eps) + norm.bias
    assert torch.allclose(norm.eval()(x), wanted)
