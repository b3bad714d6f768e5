"""Public tests of `student_code.training`."""

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import training
from toolbox.checks import expect, task

# Float32 means of order 1: rounding is 1e-6, the smallest mistake 1e-2.
EXACT = 1e-4
X = torch.tensor([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0], [2.0, 2.0], [3.0, -4.0]])
Y = torch.tensor([0, 1, 2, 0, 2])  # the model below predicts the first, fourth and fifth correctly
WEIGHT = torch.tensor([[1.0, 0.5], [-1.0, 0.4], [0.0, -1.0]])


def squared_error(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """A different criterion: the summed squared differences between scores and labels."""
    return ((scores - labels[:, None]) ** 2).sum()


class Toy(nn.Module):
    """A linear model that records for each batch its mode and whether gradients are enabled."""

    def __init__(self, criterion: Any = None) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 3, bias=False)
        self.linear.weight.data = WEIGHT.clone()
        self.loss_criterion = criterion or torch.nn.CrossEntropyLoss(reduction="sum")
        self.modes: list[bool] = []
        self.gradients: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.modes.append(self.training)
        self.gradients.append(torch.is_grad_enabled())
        return self.linear(x)


class Watched(torch.optim.SGD):
    """An SGD optimizer that records the gradient at each step."""

    def __init__(self, model: Toy, lr: float) -> None:
        super().__init__(model.parameters(), lr=lr)
        self.weight = model.linear.weight
        self.seen: list[Any] = []

    def step(self, closure: Any = None) -> Any:
        result = super().step(closure)
        gradient = self.weight.grad
        self.seen.append(None if gradient is None else gradient.clone())
        return result


def batches(x: torch.Tensor = X, y: torch.Tensor = Y, size: int = 2) -> DataLoader:
    return DataLoader(TensorDataset(x, y), batch_size=size)


def losses(criterion: Any = None) -> float:
    """Return the mean loss of the five examples under the model's initial weights."""
    return (criterion or nn.CrossEntropyLoss(reduction="sum"))(X @ WEIGHT.T, Y).item() / 5


def measured(model: Toy, data: DataLoader) -> float:
    """Return the mean loss of the model on a data set, measured independently of student code."""
    x, y = data.dataset.tensors  # type: ignore[attr-defined]
    return nn.functional.cross_entropy(x @ model.linear.weight.detach().T, y).item()


@task("training.train_epoch", share=2)
def test_train_means_are_per_example() -> None:
    """`train_epoch` averages loss and accuracy per example, even if the last batch is smaller."""
    model = Toy()
    called = "train_epoch(model, 5 examples in batches of 2, 2 and 1, an optimizer with lr=0)"
    loss, accuracy = training.train_epoch(model, batches(), Watched(model, lr=0.0))
    expect.close(loss, losses(), called + "[0]", atol=EXACT)
    expect.close(accuracy, 3 / 5, called + "[1]", atol=EXACT)


@task("training.train_epoch")
def test_train_gives_two_floats() -> None:
    """Both results are Python floats."""
    model = Toy()
    called = "train_epoch(model, loader, optimizer)"
    loss, accuracy = training.train_epoch(model, batches(), Watched(model, lr=0.1))
    expect.instance(loss, float, called + "[0]")
    expect.instance(accuracy, float, called + "[1]")


@task("training.train_epoch")
def test_train_mode() -> None:
    """The model is in train mode for every batch, whatever mode it was in before."""
    model = Toy().eval()
    training.train_epoch(model, batches(), Watched(model, lr=0.1))
    called = "train_epoch(a model in eval mode, 3 batches, ...): model.training in forward"
    expect.equal(model.modes, [True] * 3, called)


@task("training.train_epoch", share=2)
def test_one_step_a_batch() -> None:
    """Each batch causes one optimizer step along the gradient of the loss of that batch."""
    model = Toy()
    x, y = X[3:].repeat(3, 1), Y[3:].repeat(3)
    watched = Watched(model, lr=0.0)
    training.train_epoch(model, batches(x, y), watched)
    called = "train_epoch(model, the same batch 3 times, an optimizer with lr=0): "
    expect.equal(len(watched.seen), 3, called + "number of steps")
    probabilities = (X[3:] @ WEIGHT.T).softmax(1) - nn.functional.one_hot(Y[3:], 3)
    summed = probabilities.T @ X[3:]
    # Both the mean and the sum over the batch are valid losses to minimize.
    first = watched.seen[0]
    is_sum = first is not None and torch.allclose(first, summed, atol=EXACT)
    wanted = summed if is_sum else summed / 2
    for number, gradient in enumerate(watched.seen, 1):
        expect.close(gradient, wanted, f"{called}gradient at step {number}", atol=EXACT)


@task("training.train_epoch")
def test_training_lowers_the_loss() -> None:
    """The loss decreases from epoch to epoch."""
    # A linear model can learn these labels.
    model, data = Toy(), batches(y=torch.tensor([0, 1, 1, 0, 2]))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = measured(model, data)
    first, _ = training.train_epoch(model, data, optimizer)
    for _ in range(14):
        last, _ = training.train_epoch(model, data, optimizer)
    called = "15 epochs of train_epoch with SGD, lr=0.1: the first and the last loss"
    expect.true(last < 0.8 * first, called, expected="a much lower loss", got=[first, last])
    found = [before, measured(model, data)]
    called = "15 epochs of train_epoch with SGD, lr=0.1: the model's loss before and after"
    expect.true(found[1] < 0.8 * found[0], called, expected="a much lower loss", got=found)


@task("training.train_epoch")
def test_train_uses_the_models_criterion() -> None:
    """`train_epoch` measures the loss with the model's own criterion."""
    model = Toy(squared_error)
    called = "train_epoch(a model whose loss_criterion is the squared error, ..., lr=0)[0]"
    loss, _ = training.train_epoch(model, batches(), Watched(model, lr=0.0))
    expect.close(loss, losses(squared_error), called, atol=EXACT)


@task("training.evaluate", share=2)
def test_evaluate_means_are_per_example() -> None:
    """`evaluate` averages loss and accuracy per example, even if the last batch is smaller."""
    called = "evaluate(model, 5 examples in batches of 2, 2 and 1)"
    loss, accuracy = training.evaluate(Toy(), batches())
    expect.close(loss, losses(), called + "[0]", atol=EXACT)
    expect.close(accuracy, 3 / 5, called + "[1]", atol=EXACT)
    expect.instance(loss, float, called + "[0]")
    expect.instance(accuracy, float, called + "[1]")


@task("training.evaluate")
def test_eval_mode_and_back() -> None:
    """The model is in eval mode for every batch, and in its previous mode afterwards."""
    for before in (True, False):
        model = Toy().train(before)
        training.evaluate(model, batches())
        name = "train" if before else "eval"
        called = f"evaluate(a model in {name} mode, 3 batches): "
        expect.equal(model.modes, [False] * 3, called + "model.training in forward")
        expect.equal(model.training, before, called + "model.training afterwards")


@task("training.evaluate")
def test_evaluate_needs_no_gradients() -> None:
    """`evaluate` records no gradients and changes no weights."""
    model = Toy()
    training.evaluate(model, batches())
    called = "evaluate(model, 3 batches): "
    expect.equal(model.gradients, [False] * 3, called + "gradients enabled in forward")
    expect.equal(model.linear.weight, WEIGHT, called + "the model's weights afterwards")
    enabled = torch.is_grad_enabled()
    torch.set_grad_enabled(True)  # for the following tests, in case it was left switched off
    expect.true(enabled, called + "afterwards", expected="gradients enabled", got="disabled")


@task("training.evaluate")
def test_evaluate_uses_the_models_criterion() -> None:
    """`evaluate` measures the loss with the model's own criterion."""
    called = "evaluate(a model whose loss_criterion is the squared error, 3 batches)[0]"
    loss, _ = training.evaluate(Toy(squared_error), batches())
    expect.close(loss, losses(squared_error), called, atol=EXACT)
