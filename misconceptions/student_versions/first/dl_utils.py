"""Predictions, loss and accuracy with a few lines each."""

import torch


def predict_labels(model_output):
    values, indices = torch.max(model_output, dim=1)
    # or along_the_batch: values, indices = torch.max(model_output, dim=0)
    # or keeps_a_dimension: values, indices = torch.max(model_output, dim=1, keepdim=True)
    # or lowest_wins: values, indices = torch.min(model_output, dim=1)
    # or argmax_of_everything: values, indices = None, torch.argmax(model_output)
    # and counted_from_one: indices = indices + 1
    # and float_labels: indices = indices.float()
    # and plain_list: indices = [int(i) for i in indices]
    # and squeezed: indices = torch.squeeze(indices)
    return indices
    # or returns_the_scores: return values


def compute_loss(model, model_output, target_labels, is_normalize=True):
    loss = model.loss_criterion(model_output, target_labels)
    # or ignores_the_criterion: loss = torch.nn.CrossEntropyLoss(reduction="sum")(model_output, target_labels)
    # or softmax_first: loss = model.loss_criterion(torch.softmax(model_output, dim=1), target_labels)
    # or detached: loss = model.loss_criterion(model_output.detach(), target_labels)
    n = target_labels.shape[0]
    # or divided_by_classes: n = model_output.shape[1]
    if is_normalize:
        # or the_other_way_round: if not is_normalize:
        # or always_divided: if True:
        # or never_divided: if False:
        loss = loss / n
    return loss
    # or plain_number: return loss.item()


def compute_accuracy(logits, labels):
    predictions = torch.argmax(logits, dim=1)
    # or one_prediction_for_all: predictions = torch.argmax(logits)
    correct = (predictions == labels).sum().item()
    # or error_rate: correct = (predictions != labels).sum().item()
    # or stays_a_tensor: correct = (predictions == labels).sum()
    return correct / len(labels)
    # or counts_only: return float(correct)
    # or in_percent: return 100 * correct / len(labels)
    # or whole_numbers: return correct // len(labels)
    # or divided_by_all_scores: return correct / logits.numel()
