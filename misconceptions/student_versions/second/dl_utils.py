"""Short expressions with torch."""

import torch


def predict_labels(model_output):
    best = model_output.max(1)
    # or along_the_batch: best = model_output.max(0)
    # or lowest_wins: best = model_output.min(1)
    # or keeps_a_dimension: best = model_output.max(1, keepdim=True)
    labels = best.indices
    # or returns_the_scores: labels = best.values
    # and counted_from_one: labels = labels + 1
    return labels
    # or float_labels: return labels.float()
    # or plain_list: return labels.tolist()


def compute_loss(model, model_output, target_labels, is_normalize=True):
    scores = model_output
    # or softmax_first: scores = model_output.softmax(-1)
    # or detached: scores = model_output.detach()
    loss = model.loss_criterion(scores, target_labels)
    # or ignores_the_criterion: loss = torch.nn.functional.cross_entropy(scores, target_labels, reduction="sum")
    size = len(target_labels) if is_normalize else 1
    # or never_divided: size = 1
    # or always_divided: size = len(target_labels)
    # or the_other_way_round: size = 1 if is_normalize else len(target_labels)
    # or divided_by_classes: size = scores.shape[1] if is_normalize else 1
    return loss / size
    # or plain_number: return float(loss / size)


def compute_accuracy(logits, labels):
    hits = logits.argmax(-1).eq(labels)
    # or error_rate: hits = logits.argmax(-1).ne(labels)
    value = hits.float().mean()
    # or counts_only: value = hits.float().sum()
    # or divided_by_all_scores: value = hits.float().sum() / logits.numel()
    # and in_percent: value = 100 * value
    return float(value)
    # or stays_a_tensor: return value
    # or whole_numbers: return int(value)
