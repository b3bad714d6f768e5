"""Wrong ways to write `student_code.segmentation_metrics`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from misconceptions.catalogue import wrong


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
    looks_like="rows are the predictions, and columns the truth",
    hints=("The table is the transpose of the right one.", "What did the page say rows stand for?"),
)
def transposed(prediction: Any, target: Any, num_classes: int, ignore_index: int = 255) -> Any:
    known = torch.as_tensor(target) != ignore_index
    return _count(prediction, target, num_classes, known).T


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="void pixels are counted as if they were class 0",
    hints=("There are more counts than pixels with a class.", "What happens to a pixel with 255?"),
)
def void_is_class_zero(
    prediction: Any, target: Any, num_classes: int, ignore_index: int = 255
) -> Any:
    truth = torch.as_tensor(target).long().clone()
    truth[truth == ignore_index] = 0
    return _count(prediction, truth, num_classes)


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="void is looked for in the prediction",
    hints=(
        "A network never predicts void, so nothing is left out.",
        "In which of the two masks does void stand?",
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
    looks_like="ids are combined in bytes, and overflow",
    hints=(
        "Large ids land in wrong places; small ones are right.",
        "How large can a combined id get, and how much room has a uint8?",
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
    looks_like="the counts are fractions of all pixels",
    hints=("Fractions of different images can't be added.", "Which dtype was asked for?"),
)
def fractions(prediction: Any, target: Any, num_classes: int, ignore_index: int = 255) -> Any:
    counts = _count(prediction, target, num_classes, torch.as_tensor(target) != ignore_index)
    return counts / counts.sum()


@wrong(
    "segmentation_metrics.confusion_counts",
    looks_like="the table ends with the largest id that occurs",
    hints=(
        "The table is smaller than asked for when the last classes are absent.",
        "What sets the size of the table: the data, or num_classes?",
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
    hints=("The counts are right, but the target isn't what it was.", "Do you write into a mask?"),
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
    looks_like="255 is void whatever `ignore_index` says",
    hints=("`ignore_index` makes no difference.", "Where is your argument used?"),
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
        "All IoUs are too low, and a perfect one is a half.",
        "Pixels in both areas stand in both sums. How often may they count?",
    ),
)
def union_counts_twice(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits / (said + there)


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="only the pixels of the class are the union",
    hints=("That is the recall.", "What about pixels wrongly predicted to be the class?"),
)
def recall_instead(counts: Any) -> Any:
    hits, _, there = _parts(counts)
    return hits / there


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="only the pixels predicted to be the class are the union",
    hints=("That is the precision.", "What about pixels of the class that were missed?"),
)
def precision_instead(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return hits / said


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="a class that is nowhere has IoU 0",
    hints=("An absent class looks like one that was missed.", "What is 0 / 0?"),
)
def absent_is_zero(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return (hits / (said + there - hits)).nan_to_num(0.0)


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="a class that is nowhere has IoU 1",
    hints=("An absent class looks perfect.", "Was anything found that could be right or wrong?"),
)
def absent_is_one(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return (hits / (said + there - hits)).nan_to_num(1.0)


@wrong(
    "segmentation_metrics.iou_per_class",
    looks_like="single precision loses the last digits of large counts",
    hints=("float32 has seven digits.", "A data set has more pixels than that: which dtype?"),
)
def single_precision(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits.float() / (said + there - hits).float()


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like="the factor 2 is missing",
    hints=("A perfect class has Dice 1/2.", "How often is the intersection in the two areas?"),
)
def dice_without_two(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits / (said + there)


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like="it is the IoU",
    hints=("All values but 0 and 1 are too low.", "What is the difference between union and sum?"),
)
def dice_is_iou(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits / (said + there - hits)


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like="twice the intersection is divided by the union",
    hints=("A perfect class has Dice 2.", "The sum of both areas is what the 2 belongs to."),
)
def dice_over_union(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return 2 * hits / (said + there - hits)


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like="a class that is nowhere has Dice 0",
    hints=("An absent class looks like one that was missed.", "What is 0 / 0?"),
)
def dice_absent_zero(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return (2 * hits / (said + there)).nan_to_num(0.0)


@wrong(
    "segmentation_metrics.dice_per_class",
    looks_like="a small number is added above and below, and an absent class becomes perfect",
    hints=("Every value is a little off.", "What does smoothing make of 0 / 0?"),
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
    hints=("Each has the other's value.", "Which of the two sums runs over the predictions?"),
)
def precision_recall_swapped(counts: Any) -> Any:
    precision, recall, f1 = _three(counts)
    return recall, precision, f1


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="F1 is the arithmetic mean",
    hints=("F1 is too high where the two differ.", "Which mean is small when one of them is?"),
)
def arithmetic_mean(counts: Any) -> Any:
    precision, recall, _ = _three(counts)
    return precision, recall, (precision + recall) / 2


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="0 / 0 is left as NaN where a class was missed or only imagined",
    hints=("A missed class has no precision here, where 0 was promised.", "When is NaN right?"),
)
def nan_where_one_is_empty(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    precision, recall = hits / said, hits / there
    return precision, recall, 2 * precision * recall / (precision + recall)


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="a class that is nowhere has zeros",
    hints=("An absent class looks like one that was missed.", "How do you tell the two apart?"),
)
def three_zeros(counts: Any) -> Any:
    return tuple(values.nan_to_num(0.0) for values in _three(counts))


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="F1 lacks its factor 2",
    hints=("A perfect class has F1 1/2.", "Write down the harmonic mean of two equal numbers."),
)
def f1_without_two(counts: Any) -> Any:
    precision, recall, f1 = _three(counts)
    return precision, recall, f1 / 2


@wrong(
    "segmentation_metrics.precision_recall_f1",
    looks_like="only F1 is returned",
    hints=("Three results were asked for.", "What does your return line hold?"),
)
def f1_alone(counts: Any) -> Any:
    return _three(counts)[2]


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="the classes' accuracies are averaged",
    hints=("Rare classes weigh as much as frequent ones.", "What is the accuracy a fraction of?"),
)
def mean_of_recalls(counts: Any) -> Any:
    hits, _, there = _parts(counts)
    return float((hits / there).nanmean())


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="it is in percent",
    hints=("The accuracy is 100 times too large.", "Which range was asked for?"),
)
def accuracy_in_percent(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return 100 * float(hits.sum() / said.sum())


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="it is a tensor instead of a plain float",
    hints=("The value is right, its type isn't.", "How does a tensor become a number?"),
)
def accuracy_tensor(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return hits.sum() / said.sum()


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="an empty table has accuracy 0",
    hints=("No pixel was wrong, and none right.", "What is 0 / 0?"),
)
def accuracy_of_nothing_is_zero(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return float(hits.sum() / max(float(said.sum()), 1.0))


@wrong(
    "segmentation_metrics.pixel_accuracy",
    looks_like="the wrong pixels are counted",
    hints=("That is the error.", "Where in the table are the right predictions?"),
)
def error_rate(counts: Any) -> Any:
    hits, said, _ = _parts(counts)
    return 1 - float(hits.sum() / said.sum())


def _ious(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return hits / (said + there - hits)


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="absent classes count as 0",
    hints=("The mean is too low where a class is nowhere.", "What should be left out?"),
)
def absent_lowers_the_mean(counts: Any) -> Any:
    return float(_ious(counts).nan_to_num(0.0).mean())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="one absent class makes the mean NaN",
    hints=("A single NaN is in the sum.", "How does one take a mean without NaNs?"),
)
def nan_spreads(counts: Any) -> Any:
    return float(_ious(counts).mean())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="classes weigh as much as they have pixels",
    hints=("The frequent class decides.", "Does the definition know how frequent a class is?"),
)
def weighted_by_frequency(counts: Any) -> Any:
    _, _, there = _parts(counts)
    return float((_ious(counts).nan_to_num(0.0) * there / there.sum()).sum())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="missed classes are left out with the absent ones",
    hints=("A class with IoU 0 is missing from the mean.", "Is 0 the same as NaN?"),
)
def missed_left_out(counts: Any) -> Any:
    ious = _ious(counts)
    return float(ious[ious > 0].mean())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="the intersections and the unions are summed first",
    hints=(
        "That is one IoU for all classes together.",
        "Which comes first: the ratio or the mean?",
    ),
)
def micro_average(counts: Any) -> Any:
    hits, said, there = _parts(counts)
    return float(hits.sum() / (said + there - hits).sum())


@wrong(
    "segmentation_metrics.mean_iou",
    looks_like="it is a tensor instead of a plain float",
    hints=("The value is right, its type isn't.", "How does a tensor become a number?"),
)
def mean_tensor(counts: Any) -> Any:
    return _ious(counts).nanmean()


def _paint(mask: Any, palette: Any) -> Any:
    colours, ids = np.asarray(palette, dtype=np.uint8), np.asarray(mask).astype(np.int64)
    known = (ids >= 0) & (ids < len(colours))
    return np.where(known[..., None], colours[np.where(known, ids, 0)], np.uint8(0))


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="the channels come first",
    hints=("The shape is (3, H, W).", "Where does matplotlib want the channels of a picture?"),
)
def channels_first(mask: Any, palette: Any) -> Any:
    return _paint(mask, palette).transpose(2, 0, 1)


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="void gets the last colour of the palette",
    hints=("Void looks like a class.", "Which index does an id become that is too large?"),
)
def void_is_the_last(mask: Any, palette: Any) -> Any:
    colours = np.asarray(palette, dtype=np.uint8)
    return colours[np.minimum(np.asarray(mask).astype(np.int64), len(colours) - 1)]


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="void is an error",
    hints=("255 is no row of the palette.", "What is to happen with ids that have no colour?"),
)
def void_breaks(mask: Any, palette: Any) -> Any:
    return np.asarray(palette, dtype=np.uint8)[np.asarray(mask)]


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="colours are fractions from 0 to 1",
    hints=("The dtype is a float.", "Which dtype and range were asked for?"),
)
def in_fractions(mask: Any, palette: Any) -> Any:
    return _paint(mask, palette) / 255


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="red and blue are swapped",
    hints=("The last channel comes first.", "Does your library think in BGR?"),
)
def blue_first(mask: Any, palette: Any) -> Any:
    return _paint(mask, palette)[..., ::-1]


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="void is painted over in the caller's mask",
    hints=("The picture is right, but the mask isn't what it was.", "Do you write into the mask?"),
)
def mask_overwritten(mask: Any, palette: Any) -> Any:
    picture = _paint(mask, palette)
    mask[mask == 255] = 0
    return picture


@wrong(
    "segmentation_metrics.colorize_mask",
    looks_like="the picture is transposed",
    hints=("Height and width have changed places.", "In which order does your loop go?"),
)
def sides_swapped(mask: Any, palette: Any) -> Any:
    return _paint(mask, palette).transpose(1, 0, 2)
