"""Analysis with plain loops."""

import numpy as np
import torch


def predict(model, loader, device="cpu"):
    mode = model.training
    model.eval()
    # or in_whatever_mode: pass
    all_labels, all_probs = [], []
    with torch.no_grad():
        # or with_gradients: if True:
        for x, y in loader:
            logits = model(x.to(device))
            probs = torch.softmax(logits, dim=1)
            # or softmax_over_the_batch: probs = torch.softmax(logits, dim=0)
            # or raw_scores: probs = logits
            # or sigmoid: probs = torch.sigmoid(logits)
            all_labels.append(y)
            # or last_batch_only: all_labels = [y]
            all_probs.append(probs.cpu())
            # or last_batch_only: all_probs = [probs.cpu()]
    model.train(mode)
    # or left_in_eval: pass
    # or always_back_to_train: model.train()
    probs = torch.cat(all_probs)
    return {"y_true": torch.cat(all_labels), "y_pred": probs.argmax(1), "y_prob": probs}


def generate_confusion_matrix(y_true, y_pred, num_classes, normalize=False):
    y_true = [int(v) for v in y_true]
    y_pred = [int(v) for v in y_pred]
    if len(y_true) != len(y_pred):
        # or no_check: if False:
        raise ValueError("lengths differ")
    if any(v < 0 or v >= num_classes for v in y_true + y_pred):
        # or no_check: if False:
        raise ValueError("label out of range")
    # or only_classes_that_occur: num_classes = max(y_true + y_pred) + 1
    cm = np.zeros((num_classes, num_classes), dtype=np.int64)
    for t, p in zip(y_true, y_pred):
        cm[t, p] += 1
        # or transposed: cm[p, t] += 1
        # or counted_once: cm[t, p] = 1
    if normalize:
        sums = cm.sum(axis=1, keepdims=True)
        # or normalised_columns: sums = cm.sum(axis=0, keepdims=True)
        # or normalised_altogether: sums = cm.sum(keepdims=True)
        # or sums_along_the_wrong_axis: sums = cm.sum(axis=1)
        sums[sums == 0] = 1
        # or divides_by_zero: pass
        cm = cm / sums
    return cm


def accuracy_precision_recall_f1(confusion):
    cm = np.array(confusion, dtype=float)
    k = cm.shape[0]
    precision, recall, f1 = np.zeros(k), np.zeros(k), np.zeros(k)
    for c in range(k):
        tp = cm[c, c]
        predicted, actual = cm[:, c].sum(), cm[c, :].sum()
        # or exchanged: actual, predicted = cm[:, c].sum(), cm[c, :].sum()
        precision[c] = tp / predicted if predicted > 0 else 0
        # or not_a_number: precision[c] = tp / predicted if predicted > 0 else np.nan
        recall[c] = tp / actual if actual > 0 else 0
        # or not_a_number: recall[c] = tp / actual if actual > 0 else np.nan
        if precision[c] + recall[c] > 0:
            f1[c] = 2 * precision[c] * recall[c] / (precision[c] + recall[c])
            # or arithmetic_f1: f1[c] = (precision[c] + recall[c]) / 2
    accuracy = np.trace(cm) / cm.sum()
    # or balanced_accuracy: accuracy = recall.mean()
    macro_p, macro_r, macro_f = precision.mean(), recall.mean(), f1.mean()
    # or micro_for_macro: macro_p = macro_r = macro_f = np.trace(cm) / cm.sum()
    # and f1_of_the_means: macro_f = 2 * macro_p * macro_r / (macro_p + macro_r)
    # and weighted_by_size: weights = cm.sum(axis=1) / cm.sum()
    # and weighted_by_size: macro_p, macro_r, macro_f = (weights * precision).sum(), (weights * recall).sum(), (weights * f1).sum()
    return {
        "accuracy": float(accuracy),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "macro_precision": float(macro_p),
        "macro_recall": float(macro_r),
        "macro_f1": float(macro_f),
    }


def most_confused(confusion, k):
    confusion = np.array(confusion)
    pairs = []
    for i in range(len(confusion)):
        for j in range(len(confusion)):
            if i != j and confusion[i, j] > 0:
                # or with_the_diagonal: if confusion[i, j] > 0:
                # or with_zeros: if i != j:
                pairs.append((i, j, confusion[i, j].item()))
                # or prediction_first: pairs.append((j, i, confusion[i, j].item()))
                # or both_directions: pairs.append((i, j, (confusion[i, j] + confusion[j, i]).item()))
    pairs.sort(key=lambda t: t[2], reverse=True)
    # or rarest_first: pairs.sort(key=lambda t: t[2])
    # or ties_backwards: pairs = sorted(pairs, key=lambda t: t[2])[::-1]
    return pairs[:k]


def misclassified(predictions, k):
    y_true, y_pred, y_prob = predictions["y_true"], predictions["y_pred"], predictions["y_prob"]
    wrong = []
    for i in range(len(y_true)):
        if y_true[i] != y_pred[i]:
            # or right_ones_too: if True:
            wrong.append((i, y_prob[i, y_pred[i]].item()))
            # or by_the_truths_probability: wrong.append((i, 1 - y_prob[i, y_true[i]].item()))
            # or places_among_the_wrong: wrong.append((len(wrong), y_prob[i, y_pred[i]].item()))
    wrong.sort(key=lambda pair: -pair[1])
    # or unsorted: pass
    # or hesitant_first: wrong.sort(key=lambda pair: pair[1])
    return [i for i, _ in wrong[:k]]
