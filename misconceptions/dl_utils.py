"""Wrong ways to write `student_code.dl_utils`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong

Tensor = torch.Tensor


@wrong(
    "dl_utils.predict_labels",
    looks_like="the highest of all scores is looked for, not that of each example",
    hints=(
        "A single number comes out for the whole batch.",
        "Along which dimension should the highest score be looked for?",
    ),
)
def argmax_of_everything(model_output: Tensor) -> Tensor:
    return model_output.argmax()


@wrong(
    "dl_utils.predict_labels",
    looks_like="the best example is looked for in each class, not the best class of each example",
    hints=(
        "As many numbers come out as there are classes.",
        "Which dimension counts the examples, and which the classes?",
    ),
)
def along_the_batch(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=0)


@wrong(
    "dl_utils.predict_labels",
    looks_like="the highest scores are returned instead of their places",
    hints=(
        "Scores come out, where class numbers were asked for.",
        "torch's max gives two things. Which one is the label?",
    ),
)
def returns_the_scores(model_output: Tensor) -> Tensor:
    return model_output.max(dim=1).values


@wrong(
    "dl_utils.predict_labels",
    looks_like="the lowest score wins",
    hints=("The labels are those of the lowest scores.", "argmin or argmax?"),
)
def lowest_wins(model_output: Tensor) -> Tensor:
    return model_output.argmin(dim=1)


@wrong(
    "dl_utils.predict_labels",
    looks_like="the dimension of the classes is kept",
    hints=(
        "The labels have shape (N, 1).",
        "What does `keepdim` do, or which dimension is left over at the end?",
    ),
)
def keeps_a_dimension(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=1, keepdim=True)


@wrong(
    "dl_utils.predict_labels",
    looks_like="the labels are floating-point numbers",
    hints=(
        "The numbers are right, their dtype isn't.",
        "Of which dtype are the labels that the loss takes?",
    ),
)
def float_labels(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=1).float()


@wrong(
    "dl_utils.predict_labels",
    looks_like="the labels are counted from 1",
    hints=("Each label is 1 too high.", "Which number has the first class?"),
)
def counted_from_one(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=1) + 1


@wrong(
    "dl_utils.predict_labels",
    looks_like="a list of numbers is returned instead of a tensor",
    hints=("The labels are right, but no tensor.", "Is there a tolist too many?"),
)
def plain_list(model_output: Tensor) -> Any:
    return model_output.argmax(dim=1).tolist()


@wrong(
    "dl_utils.predict_labels",
    looks_like="a batch of one example loses its dimension",
    hints=(
        "One example gives a label of shape ().",
        "Which call drops every dimension of size 1?",
    ),
)
def squeezed(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=1).squeeze()


@wrong(
    "dl_utils.compute_loss",
    looks_like="the loss is never divided by the batch size",
    hints=(
        "With is_normalize the loss is still the sum over the batch.",
        "What should happen to the sum where `is_normalize` is true?",
    ),
)
def never_divided(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    return model.loss_criterion(model_output, target_labels)


@wrong(
    "dl_utils.compute_loss",
    looks_like="the loss is always divided by the batch size",
    hints=(
        "is_normalize=False changes nothing.",
        "Where does your code look at `is_normalize`?",
    ),
)
def always_divided(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    return model.loss_criterion(model_output, target_labels) / len(target_labels)


@wrong(
    "dl_utils.compute_loss",
    looks_like="is_normalize works the other way round",
    hints=(
        "The sum comes out where the mean was asked for, and the mean where the sum was.",
        "Read your `if` once more: which branch divides?",
    ),
)
def the_other_way_round(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    loss = model.loss_criterion(model_output, target_labels)
    return loss if is_normalize else loss / len(target_labels)


@wrong(
    "dl_utils.compute_loss",
    looks_like="the loss is detached from the scores",
    hints=(
        "No gradient flows through the loss.",
        "Is there a detach, a .data, a no_grad or an .item() on the way?",
    ),
)
def detached(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    loss = model.loss_criterion(model_output, target_labels).detach()
    return loss / len(target_labels) if is_normalize else loss


@wrong(
    "dl_utils.compute_loss",
    looks_like="the loss is turned into a plain number",
    hints=(
        "A float comes out, which knows nothing of gradients.",
        "Does the loss need an .item() here?",
    ),
)
def plain_number(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Any:
    loss = model.loss_criterion(model_output, target_labels).item()
    return loss / len(target_labels) if is_normalize else loss


@wrong(
    "dl_utils.compute_loss",
    looks_like="the model's own criterion is ignored",
    hints=(
        "The loss is the cross-entropy, whatever criterion the model has.",
        "Which attribute of the model says how its loss is computed?",
    ),
)
def ignores_the_criterion(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    kind = "mean" if is_normalize else "sum"
    return nn.functional.cross_entropy(model_output, target_labels, reduction=kind)


@wrong(
    "dl_utils.compute_loss",
    looks_like="the loss is divided by the number of classes",
    hints=(
        "The sum was divided by 4, but there were 3 examples.",
        "Which dimension of the scores counts the examples?",
    ),
)
def divided_by_classes(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    loss = model.loss_criterion(model_output, target_labels)
    return loss / model_output.shape[1] if is_normalize else loss


@wrong(
    "dl_utils.compute_loss",
    looks_like="a softmax is applied before the criterion",
    hints=(
        "The loss is that of probabilities taken for scores.",
        "What does the criterion expect: scores, or probabilities?",
    ),
)
def softmax_first(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    loss = model.loss_criterion(model_output.softmax(dim=1), target_labels)
    return loss / len(target_labels) if is_normalize else loss


@wrong(
    "dl_utils.compute_loss",
    looks_like="the criterion gets predicted classes instead of scores",
    hints=(
        "The criterion stops with an error, or no gradient flows.",
        "A loss of predictions can't be differentiated: what should the criterion be given?",
    ),
)
def loss_of_predictions(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    loss = model.loss_criterion(model_output.argmax(dim=1).float(), target_labels.float())
    return loss / len(target_labels) if is_normalize else loss


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="the accuracy is in percent",
    hints=("The result is 100 times too large.", "Which range was asked for?"),
)
def in_percent(logits: Tensor, labels: Tensor) -> float:
    return 100.0 * (logits.argmax(1) == labels).float().mean().item()


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="right predictions are counted, but not divided by the number of all",
    hints=("The result is larger than 1.", "What is a fraction divided by?"),
)
def counts_only(logits: Tensor, labels: Tensor) -> float:
    return float((logits.argmax(1) == labels).sum())


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="wrong predictions are counted instead of right ones",
    hints=("The result is 1 minus the accuracy.", "== or !=?"),
)
def error_rate(logits: Tensor, labels: Tensor) -> float:
    return (logits.argmax(1) != labels).float().mean().item()


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="a tensor is returned instead of a plain float",
    hints=("The value is right, its type isn't.", "How does a tensor become a number?"),
)
def stays_a_tensor(logits: Tensor, labels: Tensor) -> Tensor:
    return (logits.argmax(1) == labels).float().mean()


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="the highest of all scores is looked for, not that of each example",
    hints=(
        "A single prediction was compared with all labels.",
        "Along which dimension should the highest score be looked for?",
    ),
)
def one_prediction_for_all(logits: Tensor, labels: Tensor) -> float:
    return (logits.argmax() == labels).float().mean().item()


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="the fraction is rounded down to a whole number",
    hints=(
        "The accuracy is always 0 or 1.",
        "Which kind of division does your code use: / or //?",
    ),
)
def whole_numbers(logits: Tensor, labels: Tensor) -> float:
    return float(int((logits.argmax(1) == labels).sum()) // len(labels))


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="the number of right predictions is divided by that of the scores",
    hints=(
        "The result is too small by a factor of the number of classes.",
        "How many predictions are there: one a score, or one an example?",
    ),
)
def divided_by_all_scores(logits: Tensor, labels: Tensor) -> float:
    return int((logits.argmax(1) == labels).sum()) / logits.numel()
