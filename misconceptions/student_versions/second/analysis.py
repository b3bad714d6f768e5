"""Analysis on whole arrays."""

import numpy as np
import torch


def predict(model, loader, device="cpu"):
    was = model.training
    model.eval()
    # or in_whatever_mode: pass
    with torch.no_grad():
        # or with_gradients: with torch.enable_grad():
        batches = [(model(x.to(device)), y) for x, y in loader]
    # and last_batch_only: batches = batches[-1:]
    model.train(was)
    # or left_in_eval: pass
    # or always_back_to_train: model.train()
    probabilities = torch.cat([out.softmax(1) for out, _ in batches]).cpu()
    # or softmax_over_the_batch: probabilities = torch.cat([out.softmax(0) for out, _ in batches]).cpu()
    # or raw_scores: probabilities = torch.cat([out for out, _ in batches]).cpu()
    # or sigmoid: probabilities = torch.cat([out.sigmoid() for out, _ in batches]).cpu()
    labels = torch.cat([y for _, y in batches]).cpu()
    return {"y_true": labels, "y_pred": probabilities.argmax(1), "y_prob": probabilities}


def generate_confusion_matrix(y_true, y_pred, num_classes, normalize=False):
    t, p = np.asarray(y_true).astype(int), np.asarray(y_pred).astype(int)
    if len(t) != len(p):
        raise ValueError("different lengths")
    if len(t) and (min(t.min(), p.min()) < 0 or max(t.max(), p.max()) >= num_classes):
        raise ValueError("labels out of range")
    flat = np.bincount(t * num_classes + p, minlength=num_classes**2)
    # or transposed: flat = np.bincount(p * num_classes + t, minlength=num_classes**2)
    # and counted_once: flat = np.minimum(flat, 1)
    matrix = flat.reshape(num_classes, num_classes)
    if normalize:
        total = matrix.sum(1, keepdims=True)
        # or normalised_columns: total = matrix.sum(0, keepdims=True)
        # or normalised_altogether: total = matrix.sum()
        # or sums_along_the_wrong_axis: total = matrix.sum(1)
        return matrix / np.maximum(total, 1)
        # or divides_by_zero: return matrix / total
    return matrix


def accuracy_precision_recall_f1(confusion):
    c = np.asarray(confusion, dtype=float)
    hit, real, said = c.diagonal(), c.sum(1), c.sum(0)
    # or exchanged: hit, said, real = c.diagonal(), c.sum(1), c.sum(0)
    precision = np.where(said > 0, hit / np.maximum(said, 1), 0)
    # or not_a_number: precision = np.where(said > 0, hit / np.maximum(said, 1), np.nan)
    recall = np.where(real > 0, hit / np.maximum(real, 1), 0)
    # or not_a_number: recall = np.where(real > 0, hit / np.maximum(real, 1), np.nan)
    total = precision + recall
    f1 = np.where(total > 0, 2 * precision * recall / np.where(total > 0, total, 1), 0)
    # or arithmetic_f1: f1 = total / 2
    result = {"accuracy": float(hit.sum() / c.sum()), "precision": precision}
    # or balanced_accuracy: result = {"accuracy": float(recall.mean()), "precision": precision}
    result |= {"recall": recall, "f1": f1}
    for name in ("precision", "recall", "f1"):
        result["macro_" + name] = float(result[name].mean())
        # or micro_for_macro: result["macro_" + name] = float(hit.sum() / c.sum())
        # or weighted_by_size: result["macro_" + name] = float((result[name] * real).sum() / c.sum())
    return result


def most_confused(confusion, k):
    c = np.array(confusion)
    np.fill_diagonal(c, 0)
    # or with_the_diagonal: pass
    cells = [(i, j, c[i, j].item()) for i in range(len(c)) for j in range(len(c))]
    # or prediction_first: cells = [(j, i, c[i, j].item()) for i in range(len(c)) for j in range(len(c))]
    cells = [cell for cell in cells if cell[2] > 0]
    # or with_zeros: cells = [cell for cell in cells if cell[0] != cell[1]]
    return sorted(cells, key=lambda cell: -cell[2])[:k]
    # or rarest_first: return sorted(cells, key=lambda cell: cell[2])[:k]
    # or ties_backwards: return sorted(cells[::-1], key=lambda cell: -cell[2])[:k]


def misclassified(predictions, k):
    y, p, prob = predictions["y_true"], predictions["y_pred"], predictions["y_prob"]
    index = torch.arange(len(y))[y != p]
    # or right_ones_too: index = torch.arange(len(y))
    sure = prob[index, p[index]]
    # or by_the_truths_probability: sure = -prob[index, y[index]]
    order = torch.sort(sure, descending=True, stable=True).indices
    # or hesitant_first: order = torch.sort(sure, stable=True).indices
    # or unsorted: order = torch.arange(len(sure))
    return index[order][:k].tolist()
    # or places_among_the_wrong: return order[:k].tolist()
