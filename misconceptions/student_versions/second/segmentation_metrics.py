"""Metrics on whole tensors."""

import numpy as np
import torch


def confusion_counts(prediction, target, num_classes, ignore_index=255):
    p = torch.as_tensor(np.asarray(prediction)).long().reshape(-1)
    t = torch.as_tensor(np.asarray(target)).long().reshape(-1)
    if np.shape(prediction) != np.shape(target):
        raise ValueError("different shapes")
    # and void_is_class_zero: t = torch.where(t == ignore_index, 0, t)
    # and void_is_last_class: t = torch.where(t == ignore_index, num_classes - 1, t)
    keep = t != ignore_index
    # or always_255: keep = t != 255
    counts = torch.zeros(num_classes, num_classes, dtype=torch.long)
    counts.index_put_((t[keep], p[keep]), torch.tensor(1), accumulate=True)
    # or transposed: counts.index_put_((p[keep], t[keep]), torch.tensor(1), accumulate=True)
    return counts
    # or fractions: return counts / counts.sum().clamp(min=1)


def iou_per_class(counts):
    n = np.asarray(counts).astype(float)
    hit = np.diag(n)
    union = n.sum(0) + n.sum(1) - hit
    # or union_counts_twice: union = n.sum(0) + n.sum(1)
    # or recall_instead: union = n.sum(1)
    # or precision_instead: union = n.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        iou = hit / union
    # and absent_is_zero: iou = np.nan_to_num(iou, nan=0.0)
    # and absent_is_one: iou = np.nan_to_num(iou, nan=1.0)
    return torch.from_numpy(iou)


def dice_per_class(counts):
    hit = counts.diagonal().double()
    both = (counts.sum(0) + counts.sum(1)).double()
    # or dice_over_union: both = (counts.sum(0) + counts.sum(1)).double() - hit
    dice = 2 * hit / both
    # or dice_without_two: dice = hit / both
    dice = dice.clone()
    # or dice_absent_zero: dice[both == 0] = 0.0
    # or dice_smoothed: dice[both == 0] = 1.0
    return dice


def precision_recall_f1(counts):
    hit = counts.diagonal().double()
    said, real = counts.sum(0).double(), counts.sum(1).double()
    # or precision_recall_swapped: real, said = counts.sum(0).double(), counts.sum(1).double()
    gone = (said == 0) & (real == 0)
    # or three_zeros: gone = said < 0
    precision = (hit / said).nan_to_num(0.0)
    # or nan_where_one_is_empty: precision = hit / said
    recall = (hit / real).nan_to_num(0.0)
    # or nan_where_one_is_empty: recall = hit / real
    f1 = (2 * precision * recall / (precision + recall)).nan_to_num(0.0)
    # or nan_where_one_is_empty: f1 = 2 * precision * recall / (precision + recall)
    # or f1_without_two: f1 = (precision * recall / (precision + recall)).nan_to_num(0.0)
    # or arithmetic_mean: f1 = (precision + recall) / 2
    return tuple(torch.where(gone, torch.nan, value) for value in (precision, recall, f1))


def pixel_accuracy(counts):
    right, total = counts.trace().item(), counts.sum().item()
    # or error_rate: right, total = (counts.sum() - counts.trace()).item(), counts.sum().item()
    value = right / total if total else float("nan")
    # or accuracy_of_nothing_is_zero: value = right / total if total else 0.0
    # and accuracy_in_percent: value = 100 * value
    return value
    # or accuracy_tensor: return torch.tensor(value)


def mean_iou(counts):
    hit = counts.diagonal().double()
    union = (counts.sum(0) + counts.sum(1)).double() - hit
    iou = hit / union
    # and absent_lowers_the_mean: iou = iou.nan_to_num(0.0)
    # and missed_left_out: iou[hit == 0] = torch.nan
    return torch.nanmean(iou).item()
    # or nan_spreads: return iou.mean().item()
    # or mean_tensor: return torch.nanmean(iou)
    # or micro_average: return (hit.sum() / union.sum()).item()


def colorize_mask(mask, palette):
    ids = np.asarray(mask).astype(int)
    colors = np.asarray(palette).astype(np.uint8)
    # or blue_first: colors = np.asarray(palette).astype(np.uint8)[:, ::-1]
    table = np.vstack([colors, [[0, 0, 0]]]).astype(np.uint8)
    # or void_is_the_last: table = np.vstack([colors, colors[-1:]]).astype(np.uint8)
    ids = np.where((ids >= 0) & (ids < len(colors)), ids, len(colors))
    image = table[ids]
    # or sides_swapped: image = table[ids.T]
    # and channels_first: image = np.moveaxis(image, -1, 0)
    return image
    # or in_fractions: return image / 255
