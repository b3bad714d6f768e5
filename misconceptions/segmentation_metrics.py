"""Wrong implementations of `student_code.segmentation_metrics`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from misconceptions.catalogue import variant_of, wrong


def _count(prediction: Any, target: Any, num_classes: int, keep: Any = None) -> torch.Tensor:
    said, truth = torch.as_tensor(prediction), torch.as_tensor(target)
    if said.shape != truth.shape:
        raise ValueError("shapes differ")
    keep = torch.ones_like(truth, dtype=torch.bool) if keep is None else keep
    pairs = truth[keep].long() * num_classes + said[keep].long()
    counts = torch.bincount(pairs, minlength=num_classes**2)[: num_classes**2]
    return counts.reshape(num_classes, num_classes)


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="rows are the predictions and columns are the true labels",
    hints=("The matrix is transposed.", "What do rows stand for in the notebook?"),
)
def transposed(prediction: Any, target: Any, num_classes: int, ignore_index: int = 255) -> Any:
    known = torch.as_tensor(target) != ignore_index
    return _count(prediction, target, num_classes, known).T


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="void pixels are counted as class 0",
    hints=(
        "There are more counts than pixels with a class.",
        "What should happen to a pixel with label 255?",
    ),
)
def void_is_class_zero(
    prediction: Any, target: Any, num_classes: int, ignore_index: int = 255
) -> Any:
    truth = torch.as_tensor(target).long().clone()
    truth[truth == ignore_index] = 0
    return _count(prediction, truth, num_classes)


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="void pixels are looked up in the prediction instead of the target",
    hints=(
        "A network never predicts void, so no pixel is left out.",
        "Which of the two masks contains void pixels?",
    ),
)
def void_in_the_prediction(
    prediction: Any, target: Any, num_classes: int, ignore_index: int = 255
) -> Any:
    return _count(
        prediction,
        torch.as_tensor(target).long().clamp(0, num_classes - 1),
        num_classes,
        torch.as_tensor(prediction) != ignore_index,
    )


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="the ids are combined in uint8 and overflow",
    hints=(
        "Large ids are counted in the wrong cells; small ones are right.",
        "How large can a combined id get, and which values can uint8 represent?",
    ),
)
def byte_overflow(prediction: Any, target: Any, num_classes: int, ignore_index: int = 255) -> Any:
    said = torch.as_tensor(prediction).to(torch.int8)
    truth = torch.as_tensor(target)
    known = truth != ignore_index
    pairs = (truth.to(torch.int8)[known] * num_classes + said[known]).to(torch.uint8).long()
    counts = torch.bincount(pairs % num_classes**2, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="the counts are returned as fractions of all pixels",
    hints=(
        "Fractions from different images can't be added up.",
        "Which dtype does the task ask for?",
    ),
)
def fractions(prediction: Any, target: Any, num_classes: int, ignore_index: int = 255) -> Any:
    counts = _count(prediction, target, num_classes, torch.as_tensor(target) != ignore_index)
    return counts / counts.sum()


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="the size of the matrix depends on the largest id that occurs",
    hints=(
        "The matrix is smaller than requested if the last classes are absent.",
        "What should determine the size of the matrix: the data or num_classes?",
    ),
)
def as_large_as_the_data(
    prediction: Any, target: Any, num_classes: int, ignore_index: int = 255
) -> Any:
    truth = torch.as_tensor(target)
    known = truth != ignore_index
    counts = _count(prediction, truth, num_classes, known)
    last = int(torch.cat([truth[known].long(), torch.as_tensor(prediction)[known].long()]).max())
    return counts[: last + 1, : last + 1]


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="void pixels are overwritten in the caller's masks",
    hints=(
        "The counts are right, but the target has changed.",
        "Do you write into one of the masks?",
    ),
)
def writes_into_the_target(
    prediction: Any, target: Any, num_classes: int, ignore_index: int = 255
) -> Any:
    known = torch.as_tensor(target) != ignore_index
    counts = _count(prediction, target, num_classes, known)
    target[~np.asarray(known)] = 0
    return counts


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="the void label is always 255",
    hints=("`ignore_index` has no effect.", "Where does your code use `ignore_index`?"),
)
def always_255(prediction: Any, target: Any, num_classes: int, ignore_index: int = 255) -> Any:
    truth = torch.as_tensor(target)
    return _count(prediction, truth, num_classes, (truth != 255) & (truth >= 0))


def _parts(counts: Any) -> tuple[Any, Any, Any]:
    counts = torch.as_tensor(counts)
    return counts.diagonal().double(), counts.sum(dim=0), counts.sum(dim=1)


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="the intersection is counted twice in the union",
    hints=(
        "All IoUs are too low, and a perfect class has an IoU of one half.",
        "Pixels in both areas are included in both sums. How often should they count?",
    ),
)
def union_counts_twice(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits / (said + there)


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="the union is replaced by the true area of the class",
    hints=(
        "The result is the recall.",
        "What about pixels that are wrongly predicted to be of the class?",
    ),
)
def recall_instead(counts: Any) -> Any:
    hits, _, there = _parts(counts)
    return hits / there


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="the union is replaced by the predicted area of the class",
    hints=(
        "The result is the precision.",
        "What about pixels of the class that the prediction misses?",
    ),
)
def precision_instead(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return hits / said


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="an absent class has an IoU of 0",
    hints=(
        "An absent class can't be distinguished from one that was missed completely.",
        "Which value should 0 / 0 have?",
    ),
)
def absent_is_zero(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return (hits / (said + there - hits)).nan_to_num(0.0)


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="an absent class has an IoU of 1",
    hints=(
        "An absent class seems to be perfect.",
        "Is there any pixel of that class that could be right or wrong?",
    ),
)
def absent_is_one(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return (hits / (said + there - hits)).nan_to_num(1.0)


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="the counts are converted to single precision, which loses digits of large numbers",
    hints=(
        "float32 has only about seven significant digits.",
        "A data set can have more pixels than that. Which dtype do you need?",
    ),
)
def single_precision(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits.float() / (said + there - hits).float()


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like="the factor of 2 is missing",
    hints=(
        "A perfect class has a Dice score of 1/2.",
        "How often is the intersection included in the sum of the two areas?",
    ),
)
def dice_without_two(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits / (said + there)


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like="the IoU is returned instead of the Dice score",
    hints=(
        "All values except 0 and 1 are too low.",
        "What is the difference between the union and the sum of the two areas?",
    ),
)
def dice_is_iou(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits / (said + there - hits)


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like="twice the intersection is divided by the union",
    hints=(
        "A perfect class has a Dice score of 2.",
        "Which denominator goes with the factor of 2?",
    ),
)
def dice_over_union(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return 2 * hits / (said + there - hits)


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like="an absent class has a Dice score of 0",
    hints=(
        "An absent class can't be distinguished from one that was missed completely.",
        "Which value should 0 / 0 have?",
    ),
)
def dice_absent_zero(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return (2 * hits / (said + there)).nan_to_num(0.0)


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like=(
        "a small constant is added to numerator and denominator, which makes an absent class "
        "perfect"
    ),
    hints=("Every value is slightly off.", "What does the constant turn 0 / 0 into?"),
)
def dice_smoothed(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return (2 * hits + 1e-6) / (said + there + 1e-6)


def _three(counts: Any) -> tuple[Any, Any, Any]:
    hits, said, there = _parts(counts)
    absent = said + there == 0
    three = (
        hits / said.clamp(min=1),
        hits / there.clamp(min=1),
        2 * hits / (said + there).clamp(min=1),
    )
    a, b, c = (values.masked_fill(absent, torch.nan) for values in three)
    return a, b, c


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="precision and recall are swapped",
    hints=(
        "Each metric has the other one's values.",
        "Which of the two sums runs over the predictions?",
    ),
)
def precision_recall_swapped(counts: Any) -> Any:
    precision, recall, f1 = _three(counts)
    return recall, precision, f1


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="F1 is computed as the arithmetic mean",
    hints=(
        "F1 is too high if precision and recall differ.",
        "Which kind of mean is small if one of its values is small?",
    ),
)
def arithmetic_mean(counts: Any) -> Any:
    precision, recall, _ = _three(counts)
    return precision, recall, (precision + recall) / 2


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="0 / 0 stays NaN for a class that is never predicted or never present",
    hints=(
        "A missed class has a precision of NaN, but the docstring promises 0.",
        "For which classes should the result be NaN?",
    ),
)
def nan_where_one_is_empty(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    precision, recall = hits / said, hits / there
    return precision, recall, 2 * precision * recall / (precision + recall)


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="an absent class has zeros instead of NaN",
    hints=(
        "An absent class can't be distinguished from one that was missed completely.",
        "How can you tell an absent class from a missed one?",
    ),
)
def three_zeros(counts: Any) -> Any:
    return tuple(values.nan_to_num(0.0) for values in _three(counts))


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="F1 lacks its factor of 2",
    hints=("A perfect class has an F1 of 1/2.", "What is the harmonic mean of two equal numbers?"),
)
def f1_without_two(counts: Any) -> Any:
    precision, recall, f1 = _three(counts)
    return precision, recall, f1 / 2


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="only F1 is returned",
    hints=("The task asks for three results.", "What does your return statement contain?"),
)
def f1_alone(counts: Any) -> Any:
    return _three(counts)[2]


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="the accuracies of the classes are averaged",
    hints=("Rare classes count as much as frequent ones.", "What is pixel accuracy a fraction of?"),
)
def mean_of_recalls(counts: Any) -> Any:
    hits, _, there = _parts(counts)
    return float((hits / there).nanmean())


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="the accuracy is a percentage",
    hints=("The accuracy is 100 times too large.", "Which range should an accuracy have?"),
)
def accuracy_in_percent(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return 100 * float(hits.sum() / said.sum())


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="the result is a tensor instead of a plain float",
    hints=("The value is right, but its type isn't.", "How do you turn a tensor into a number?"),
)
def accuracy_tensor(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return hits.sum() / said.sum()


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="an empty matrix has an accuracy of 0",
    hints=(
        "In an empty matrix, no pixel is wrong, but none is right either.",
        "Which value should 0 / 0 have?",
    ),
)
def accuracy_of_nothing_is_zero(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return float(hits.sum() / max(float(said.sum()), 1.0))


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="the wrong pixels are counted instead of the right ones",
    hints=("The result is the error rate.", "Where in the matrix are the correct predictions?"),
)
def error_rate(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return 1 - float(hits.sum() / said.sum())


@wrong(
    "segmentation_metrics.pixel_accuracy_per_class",
    looks_like="true negatives are left out, so the result is the recall",
    hints=(
        "This is the other meaning of class accuracy: the recall.",
        "Which pixels belong to N, and which of them are true negatives?",
    ),
)
def class_recall(counts: Any) -> Any:
    hits, _, there = _parts(counts)
    return hits / there


@wrong(
    "segmentation_metrics.pixel_accuracy_per_class",
    looks_like="only true positives are counted as correct",
    hints=(
        "A pixel that is correctly left out of the class counts as an error.",
        "Which two kinds of pixels does the numerator contain?",
    ),
)
def hits_among_all(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return hits / said.sum()


@wrong(
    "segmentation_metrics.pixel_accuracy_per_class",
    looks_like="confusions between two other classes count as errors of this class",
    hints=(
        "The result is the same for each class: the pixel accuracy of the whole matrix.",
        "A tree was predicted as sky. Is that an error of the class car?",
    ),
)
def whole_accuracy_for_each(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return (hits.sum() / said.sum()).repeat(len(hits))


@wrong(
    "segmentation_metrics.pixel_accuracy_per_class",
    looks_like="the diagonal entry is subtracted twice from the true negatives",
    hints=(
        "The values are too low, by the number of hits over N.",
        "The row and the column of a class have one entry in common. Which one?",
    ),
)
def crossing_taken_twice(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    total = said.sum()
    return (hits + total - said - there) / total


@wrong(
    "segmentation_metrics.pixel_accuracy_per_class",
    looks_like="false alarms are not counted as errors",
    hints=(
        "A class that is predicted everywhere would have a perfect accuracy.",
        "Which two kinds of errors can a class have?",
    ),
)
def misses_alone(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return 1 - (there - hits) / said.sum()


@wrong(
    "segmentation_metrics.pixel_accuracy_per_class",
    looks_like="the result is the share of errors instead of correct pixels",
    hints=(
        "The result is 1 minus the accuracy.",
        "Is the numerator the number of correct pixels or of wrong ones?",
    ),
)
def class_error_rate(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return (said + there - 2 * hits) / said.sum()


@wrong(
    "segmentation_metrics.pixel_accuracy_per_class",
    looks_like="an absent class has NaN instead of 1",
    hints=(
        "For an absent class, N is not 0.",
        "What are TP and TN of a class that no pixel has and no pixel was given?",
    ),
)
def absent_class_is_nan(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    accuracy = 1 - (said + there - 2 * hits) / said.sum()
    return accuracy.masked_fill(said + there == 0, float("nan"))


@wrong(
    "segmentation_metrics.pixel_accuracy_per_class",
    looks_like="the mean over the classes is returned instead of one value per class",
    hints=("The result is a single number.", "How many values should the result have?"),
)
def one_value_for_all(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return float((1 - (said + there - 2 * hits) / said.sum()).mean())


def _ious(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits / (said + there - hits)


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="absent classes are included in the mean as 0",
    hints=(
        "The mean is too low if a class is absent.",
        "Which classes should be left out of the mean?",
    ),
)
def absent_lowers_the_mean(counts: Any) -> Any:
    return float(_ious(counts).nan_to_num(0.0).mean())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="one absent class makes the mean NaN",
    hints=("A single NaN is included in the sum.", "How can you take a mean without the NaNs?"),
)
def nan_spreads(counts: Any) -> Any:
    return float(_ious(counts).mean())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="the classes are weighted by their numbers of pixels",
    hints=(
        "The most frequent class dominates the mean.",
        "Does the definition of mean IoU depend on how frequent a class is?",
    ),
)
def weighted_by_frequency(counts: Any) -> Any:
    _, _, there = _parts(counts)
    return float((_ious(counts).nan_to_num(0.0) * there / there.sum()).sum())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="missed classes are left out together with absent ones",
    hints=("A class with an IoU of 0 is missing from the mean.", "Is an IoU of 0 the same as NaN?"),
)
def missed_left_out(counts: Any) -> Any:
    ious = _ious(counts)
    return float(ious[ious > 0].mean())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="the intersections and the unions are summed before the division",
    hints=(
        "The result is a single IoU for all classes together.",
        "Which comes first: the ratio or the mean?",
    ),
)
def micro_average(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return float(hits.sum() / (said + there - hits).sum())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="the result is a tensor instead of a plain float",
    hints=("The value is right, but its type isn't.", "How do you turn a tensor into a number?"),
)
def mean_tensor(counts: Any) -> Any:
    return _ious(counts).nanmean()


def _paint(mask: Any, palette: Any) -> Any:
    colours, ids = np.asarray(palette, dtype=np.uint8), np.asarray(mask).astype(np.int64)
    known = (ids >= 0) & (ids < len(colours))
    return np.where(known[..., None], colours[np.where(known, ids, 0)], np.uint8(0))


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="the channels are the first dimension",
    hints=(
        "The result has shape (3, H, W).",
        "Which dimension does Matplotlib expect the channels of an image in?",
    ),
)
def channels_first(mask: Any, palette: Any) -> Any:
    return _paint(mask, palette).transpose(2, 0, 1)


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="void pixels get the last color of the palette",
    hints=(
        "Void pixels look like a class.",
        "Which row of the palette do you use for an id that is too large?",
    ),
)
def void_is_the_last(mask: Any, palette: Any) -> Any:
    colours = np.asarray(palette, dtype=np.uint8)
    return colours[np.minimum(np.asarray(mask).astype(np.int64), len(colours) - 1)]


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="void pixels raise an error",
    hints=("The palette has no row 255.", "What should happen to ids that have no color?"),
)
def void_breaks(mask: Any, palette: Any) -> Any:
    return np.asarray(palette, dtype=np.uint8)[np.asarray(mask)]


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="the colors are fractions between 0 and 1",
    hints=("The dtype is floating-point.", "Which dtype and which range does the task ask for?"),
)
def in_fractions(mask: Any, palette: Any) -> Any:
    return _paint(mask, palette) / 255


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="red and blue are swapped",
    hints=("The last channel comes first.", "Does your library use the order BGR?"),
)
def blue_first(mask: Any, palette: Any) -> Any:
    return _paint(mask, palette)[..., ::-1]


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="void pixels are overwritten in the caller's mask",
    hints=("The picture is right, but the mask has changed.", "Do you write into the mask?"),
)
def mask_overwritten(mask: Any, palette: Any) -> Any:
    picture = _paint(mask, palette)
    mask[mask == 255] = 0
    return picture


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="the picture is transposed",
    hints=("Height and width are swapped.", "Which dimension does your outer loop run over?"),
)
def sides_swapped(mask: Any, palette: Any) -> Any:
    return _paint(mask, palette).transpose(1, 0, 2)


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="void pixels are counted as the last class",
    hints=(
        "There are more counts than pixels with a class.",
        "What should happen to a pixel with label 255?",
    ),
)
def void_is_last_class(
    prediction: Any, target: Any, num_classes: int, ignore_index: int = 255
) -> Any:
    truth = torch.as_tensor(target).long().clone()
    truth[truth == ignore_index] = num_classes - 1
    return _count(prediction, truth, num_classes)


@variant_of(void_is_last_class)
def ids_clamped(prediction: Any, target: Any, num_classes: int, ignore_index: int = 255) -> Any:
    said, truth = torch.as_tensor(prediction).long(), torch.as_tensor(target).long()
    return _count(said.clamp(max=num_classes - 1), truth.clamp(max=num_classes - 1), num_classes)


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="1 is added to the numerator and the denominator",
    hints=(
        "An absent class has an IoU of 1, and all others are too large.",
        "What should the result be for a class that is neither present nor predicted?",
    ),
)
def smoothed_iou(counts: torch.Tensor) -> torch.Tensor:
    hits = counts.diagonal().double()
    union = counts.sum(0) + counts.sum(1) - counts.diagonal()
    return (hits + 1.0) / (union + 1.0)
