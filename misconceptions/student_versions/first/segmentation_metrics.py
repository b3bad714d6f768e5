"""Metrics with loops over the classes."""

import numpy as np
import torch


def confusion_counts(prediction, target, num_classes, ignore_index=255):
    prediction = torch.as_tensor(prediction)
    target = torch.as_tensor(target)
    if prediction.shape != target.shape:
        raise ValueError("shapes differ")
    p = prediction.flatten().long()
    # or byte_overflow: p = prediction.flatten()
    t = target.flatten().long()
    # or byte_overflow: t = target.flatten()
    valid = t != ignore_index
    # or void_in_the_prediction: valid = (p != ignore_index) & (t < num_classes)
    # or always_255: valid = t != 255
    # or void_is_class_zero: t[t == ignore_index] = 0
    # or void_is_class_zero: valid = torch.ones_like(t, dtype=torch.bool)
    # or void_is_last_class: t[t == ignore_index] = num_classes - 1
    # or void_is_last_class: valid = torch.ones_like(t, dtype=torch.bool)
    index = num_classes * t[valid] + p[valid]
    # or transposed: index = num_classes * p[valid] + t[valid]
    counts = torch.bincount(index.long(), minlength=num_classes**2)
    matrix = counts[: num_classes**2].reshape(num_classes, num_classes)
    return matrix
    # or fractions: return matrix / max(matrix.sum(), 1)


def iou_per_class(counts):
    ious = []
    for c in range(counts.shape[0]):
        tp = counts[c, c].item()
        fn = counts[c, :].sum().item() - tp
        fp = counts[:, c].sum().item() - tp
        union = tp + fn + fp
        # or union_counts_twice: union = tp + fn + fp + tp
        # or recall_instead: union = tp + fn
        # or precision_instead: union = tp + fp
        # and absent_is_one: tp, union = tp + 1e-6, union + 1e-6
        if union == 0:
            ious.append(float("nan"))
            # or absent_is_zero: ious.append(0.0)
        else:
            ious.append(tp / union)
    return torch.tensor(ious, dtype=torch.float64)


def dice_per_class(counts):
    tp = torch.diag(counts).double()
    rows = counts.sum(dim=1).double()
    cols = counts.sum(dim=0).double()
    bottom = rows + cols
    # or dice_is_iou: bottom = rows + cols - tp
    # or dice_over_union: bottom = rows + cols - tp
    top = 2 * tp
    # or dice_without_two: top = tp
    # or dice_is_iou: top = tp
    # and dice_smoothed: top, bottom = top + 1e-6, bottom + 1e-6
    dice = top / bottom
    # and dice_absent_zero: dice = torch.nan_to_num(dice, nan=0.0)
    return dice


def precision_recall_f1(counts):
    counts = counts.double()
    tp = torch.diag(counts)
    predicted = counts.sum(dim=0)
    # or precision_recall_swapped: predicted = counts.sum(dim=1)
    actual = counts.sum(dim=1)
    # or precision_recall_swapped: actual = counts.sum(dim=0)
    nothing = (predicted + actual) == 0
    # or three_zeros: nothing = torch.zeros_like(tp).bool()
    precision = torch.where(predicted > 0, tp / predicted.clamp(min=1), torch.zeros_like(tp))
    # or nan_where_one_is_empty: precision = tp / predicted
    recall = torch.where(actual > 0, tp / actual.clamp(min=1), torch.zeros_like(tp))
    # or nan_where_one_is_empty: recall = tp / actual
    f1 = 2 * precision * recall / (precision + recall)
    # or f1_without_two: f1 = precision * recall / (precision + recall)
    # or arithmetic_mean: f1 = (precision + recall) / 2
    f1 = torch.nan_to_num(f1, nan=0.0)
    # or nan_where_one_is_empty: pass
    results = []
    for values in (precision, recall, f1):
        results.append(torch.where(nothing, torch.full_like(values, float("nan")), values))
    return tuple(results)
    # or f1_alone: return results[2]


def pixel_accuracy(counts):
    total = counts.sum().item()
    if total == 0:
        return float("nan")
        # or accuracy_of_nothing_is_zero: return 0.0
    correct = counts.diagonal().sum().item()
    # or error_rate: correct = total - counts.diagonal().sum().item()
    # or accuracy_tensor: correct = counts.diagonal().sum()
    return correct / total
    # or accuracy_in_percent: return 100 * correct / total
    # or mean_of_recalls: return (counts.diagonal() / counts.sum(1)).mean().item()


def mean_iou(counts):
    inter = torch.diag(counts).double()
    union = counts.sum(0) + counts.sum(1) - torch.diag(counts)
    iou = inter / union
    present = union > 0
    # or missed_left_out: present = inter > 0
    if present.sum() == 0:
        return float("nan")
    result = iou[present].mean()
    # or absent_lowers_the_mean: result = torch.nan_to_num(iou, nan=0.0).mean()
    # or nan_spreads: result = iou.mean()
    # or micro_average: result = inter.sum() / union.sum()
    # or weighted_by_frequency: result = (iou[present] * counts.sum(1)[present]).sum() / counts.sum()
    return result.item()
    # or mean_tensor: return result


def colorize_mask(mask, palette):
    mask = np.array(mask)
    # or sides_swapped: mask = np.array(mask).T
    palette = np.array(palette)
    # or blue_first: palette = np.array(palette)[:, ::-1]
    image = np.zeros((mask.shape[0], mask.shape[1], 3), dtype=np.uint8)
    # or in_fractions: image = np.zeros((mask.shape[0], mask.shape[1], 3), dtype=np.float32)
    for i in range(len(palette)):
        image[mask == i] = palette[i]
        # or in_fractions: image[mask == i] = palette[i] / 255
    # and void_is_the_last: image[mask >= len(palette)] = palette[-1]
    return image
    # or channels_first: return image.transpose(2, 0, 1)
