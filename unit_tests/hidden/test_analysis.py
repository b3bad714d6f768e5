"""Hidden tests of `student_code.analysis`."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import analysis
from toolbox.checks import after, expect, task
from toolbox.checks.seeds import seed_for


@task("analysis.predict")
def test_a_network_with_batch_norm() -> None:
    """For a network with dropout and batch norm, `predict` is deterministic and changes nothing."""
    torch.manual_seed(seed_for(4))
    model = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 4))
    x, y = torch.randn(11, 5), torch.randint(0, 4, (11,))
    before = {key: value.clone() for key, value in model.state_dict().items()}
    wanted = model.eval()(x).softmax(dim=1).detach()
    loader = DataLoader(TensorDataset(x, y), batch_size=4)
    got = analysis.predict(model.train(), loader)
    # Float32 sums in batches of different sizes differ by 1e-6.
    expect.close(got["y_prob"], wanted, "predict(a network in train mode, loader)", atol=1e-5)
    expect.equal(got["y_true"], y, "predict(a network in train mode, loader)['y_true']")
    for key, value in model.state_dict().items():
        expect.equal(value, before[key], f"predict(a network in train mode, loader); its {key}")


@task("analysis.generate_confusion_matrix")
def test_many_labels_as_tensors() -> None:
    """Labels given as tensors are counted like lists, and the counts are integers."""
    chance = np.random.default_rng(seed_for(5))
    true, predicted = chance.integers(0, 6, 300), chance.integers(0, 5, 300)
    wanted = np.zeros((7, 7), int)
    for a, b in zip(true, predicted, strict=True):
        wanted[a, b] += 1
    called = "generate_confusion_matrix(300 labels, 300 predictions, 7)"
    got = analysis.generate_confusion_matrix(torch.from_numpy(true), torch.from_numpy(predicted), 7)
    expect.equal(np.asarray(got), wanted, called)
    expect.equal(np.asarray(got).dtype.kind, "i", f"{called}.dtype.kind")


@task("analysis.accuracy_precision_recall_f1")
def test_five_classes() -> None:
    """Every metric of a random matrix agrees with its definition, class by class."""
    counts = np.random.default_rng(seed_for(6)).integers(0, 40, (5, 5))
    counts[:, 3] = 0
    got = analysis.accuracy_precision_recall_f1(counts)
    precision, recall, f1 = [], [], []
    for i in range(5):
        said, there, hit = counts[:, i].sum(), counts[i].sum(), counts[i, i]
        precision.append(hit / said if said else 0.0)
        recall.append(hit / there if there else 0.0)
        both = precision[i] + recall[i]
        f1.append(2 * precision[i] * recall[i] / both if both else 0.0)
    for key, wanted in (("precision", precision), ("recall", recall), ("f1", f1)):
        called = f"accuracy_precision_recall_f1(counts of 5 classes)[{key!r}]"
        expect.close(got[key], np.array(wanted), called, atol=1e-6)  # float32 is accepted, too
        expect.close(got[f"macro_{key}"], np.mean(wanted), called + ", macro", atol=1e-6)


@task("analysis.most_confused")
def test_shares_are_ranked_too() -> None:
    """A normalized matrix is ranked by its fractions and is not modified."""
    shares = np.array([[0.6, 0.25, 0.15], [0.05, 0.95, 0.0], [0.3, 0.3, 0.4]])
    before = shares.copy()
    got = analysis.most_confused(shares, 3)
    wanted = np.array([[2, 0, 0.3], [2, 1, 0.3], [0, 1, 0.25]])
    called = "most_confused(shares, 3)"
    expect.close(np.array(got), wanted, called, atol=1e-6)  # float32 is accepted, too
    expect.equal(after(shares), before, f"{called}; shares")


@task("analysis.misclassified")
def test_equal_certainty_and_no_mistakes() -> None:
    """Equally confident mistakes keep their order; without mistakes, the result is empty."""
    y_prob = torch.tensor([[0.75, 0.25]] * 40)
    y_true = torch.tensor([0, 1] * 20)
    found = {"y_true": y_true, "y_pred": y_prob.argmax(dim=1), "y_prob": y_prob}
    got = analysis.misclassified(found, 5)
    wanted = np.array([1, 3, 5, 7, 9])
    expect.equal(
        np.array(got).astype(int), wanted, "misclassified(20 equally confident mistakes, 5)"
    )
    found["y_true"] = torch.zeros(40, dtype=torch.int64)
    got = analysis.misclassified(found, 5)
    expect.equal(len(got), 0, "len(misclassified(predictions that are all correct, 5))")
