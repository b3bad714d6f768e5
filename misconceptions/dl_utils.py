"""Wrong implementations of `student_code.dl_utils`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong

Tensor = torch.Tensor


@wrong(
    "dl_utils.predict_labels",
    looks_like="the maximum is taken over the whole array instead of over each example",
    hints=(
        "The whole batch gives a single number.",
        "Along which dimension should you look for the highest score?",
    ),
)
def argmax_of_everything(model_output: Tensor) -> Tensor:
    return model_output.argmax()


@wrong(
    "dl_utils.predict_labels",
    looks_like="the maximum is taken over the examples instead of over the classes",
    hints=(
        "The result has one number per class.",
        "Which dimension counts the examples, and which counts the classes?",
    ),
)
def along_the_batch(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=0)


@wrong(
    "dl_utils.predict_labels",
    looks_like="the highest scores are returned instead of their indices",
    hints=(
        "The result contains scores, but it should contain class numbers.",
        "torch.max returns two things. Which one is the label?",
    ),
)
def returns_the_scores(model_output: Tensor) -> Tensor:
    return model_output.max(dim=1).values


@wrong(
    "dl_utils.predict_labels",
    looks_like="the lowest score is selected",
    hints=("The labels are those of the lowest scores.", "Do you use argmin or argmax?"),
)
def lowest_wins(model_output: Tensor) -> Tensor:
    return model_output.argmin(dim=1)


@wrong(
    "dl_utils.predict_labels",
    looks_like="the class dimension is kept",
    hints=(
        "The labels have shape (N, 1).",
        "What does `keepdim` do, and which dimensions should be left in the end?",
    ),
)
def keeps_a_dimension(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=1, keepdim=True)


@wrong(
    "dl_utils.predict_labels",
    looks_like="the labels are floating-point numbers",
    hints=(
        "The numbers are right, but their dtype isn't.",
        "Which dtype do the labels have that the loss expects?",
    ),
)
def float_labels(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=1).float()


@wrong(
    "dl_utils.predict_labels",
    looks_like="the labels are counted from 1",
    hints=("Each label is too high by 1.", "Which number does the first class have?"),
)
def counted_from_one(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=1) + 1


@wrong(
    "dl_utils.predict_labels",
    looks_like="a list of numbers is returned instead of a tensor",
    hints=("The labels are right, but they are not a tensor.", "Do you call tolist anywhere?"),
)
def plain_list(model_output: Tensor) -> Any:
    return model_output.argmax(dim=1).tolist()


@wrong(
    "dl_utils.predict_labels",
    looks_like="a batch of one example loses its batch dimension",
    hints=(
        "A batch of one example gives a label of shape ().",
        "Which call removes every dimension of size 1?",
    ),
)
def squeezed(model_output: Tensor) -> Tensor:
    return model_output.argmax(dim=1).squeeze()


@wrong(
    "dl_utils.compute_loss",
    looks_like="the loss is never divided by the batch size",
    hints=(
        "With is_normalize=True, the loss is still the sum over the batch.",
        "What should happen to the sum if `is_normalize` is true?",
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
        "is_normalize=False has no effect.",
        "Where does your code use `is_normalize`?",
    ),
)
def always_divided(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    return model.loss_criterion(model_output, target_labels) / len(target_labels)


@wrong(
    "dl_utils.compute_loss",
    looks_like="the meaning of is_normalize is inverted",
    hints=(
        "You get the sum when you ask for the mean, and the mean when you ask for the sum.",
        "Check your `if`: which branch divides?",
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
        "No gradient flows back through the loss.",
        "Is there a detach, a .data, a no_grad or an .item() between the scores and the loss?",
    ),
)
def detached(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    loss = model.loss_criterion(model_output, target_labels).detach()
    return loss / len(target_labels) if is_normalize else loss


@wrong(
    "dl_utils.compute_loss",
    looks_like="the loss is converted to a plain number",
    hints=(
        "The result is a plain float, which has no gradient.",
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
    looks_like="the model's own criterion is not used",
    hints=(
        "The loss is the cross-entropy, even if the model has another criterion.",
        "Which attribute of the model holds its criterion?",
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
        "The sum was divided by the 4 classes, but there were 3 examples.",
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
        "The criterion gets probabilities as if they were logits.",
        "What does the criterion expect: logits or probabilities?",
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
        "The criterion fails with an error, or no gradient flows.",
        "Predicted classes have no gradient. What should the criterion get instead?",
    ),
)
def loss_of_predictions(
    model: Any, model_output: Tensor, target_labels: Tensor, is_normalize: bool = True
) -> Tensor:
    loss = model.loss_criterion(model_output.argmax(dim=1).float(), target_labels.float())
    return loss / len(target_labels) if is_normalize else loss


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="the accuracy is a percentage",
    hints=("The result is 100 times too large.", "Which range should an accuracy have?"),
)
def in_percent(logits: Tensor, labels: Tensor) -> float:
    return 100.0 * (logits.argmax(1) == labels).float().mean().item()


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="the number of correct predictions is not divided by the number of examples",
    hints=("The result is larger than 1.", "What do you have to divide by to get a fraction?"),
)
def counts_only(logits: Tensor, labels: Tensor) -> float:
    return float((logits.argmax(1) == labels).sum())


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="wrong predictions are counted instead of correct ones",
    hints=("The result is 1 minus the accuracy.", "Do you compare with == or with !=?"),
)
def error_rate(logits: Tensor, labels: Tensor) -> float:
    return (logits.argmax(1) != labels).float().mean().item()


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="a tensor is returned instead of a plain float",
    hints=("The value is right, but its type isn't.", "How do you turn a tensor into a number?"),
)
def stays_a_tensor(logits: Tensor, labels: Tensor) -> Tensor:
    return (logits.argmax(1) == labels).float().mean()


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="the maximum is taken over the whole array instead of over each example",
    hints=(
        "All labels are compared with one and the same prediction.",
        "Along which dimension should you look for the highest score?",
    ),
)
def one_prediction_for_all(logits: Tensor, labels: Tensor) -> float:
    return (logits.argmax() == labels).float().mean().item()


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="the fraction is rounded down to a whole number",
    hints=(
        "The accuracy is always 0 or 1.",
        "Which division does your code use: / or //?",
    ),
)
def whole_numbers(logits: Tensor, labels: Tensor) -> float:
    return float(int((logits.argmax(1) == labels).sum()) // len(labels))


@wrong(
    "dl_utils.compute_accuracy",
    looks_like="the number of correct predictions is divided by the number of scores",
    hints=(
        "The result is too small by a factor of the number of classes.",
        "How many predictions are there: one per score, or one per example?",
    ),
)
def divided_by_all_scores(logits: Tensor, labels: Tensor) -> float:
    return int((logits.argmax(1) == labels).sum()) / logits.numel()
