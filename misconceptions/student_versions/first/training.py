"""Training, with running sums and the criterion called directly."""

import torch


def train_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    # or no_train_mode: pass
    # or trains_in_eval_mode: model.eval()
    running_loss = 0.0
    correct = 0
    total = 0
    for images, labels in loader:
        # or first_batch_only: for images, labels in [next(iter(loader))]:
        images = images.to(device)
        labels = labels.to(device)
        # and last_batch: running_loss, correct, total = 0.0, 0, 0
        optimizer.zero_grad()
        # or never_zeroed: pass
        # or zeroed_too_late: pass
        outputs = model(images)
        loss = model.loss_criterion(outputs, labels)
        # or ignores_the_criterion: loss = torch.nn.functional.cross_entropy(outputs, labels, reduction="sum")
        (loss / len(labels)).backward()
        # and zeroed_too_late: optimizer.zero_grad()
        # or step_too_early: optimizer.step()
        optimizer.step()
        # or no_step: pass
        # or step_too_early: (loss / len(labels)).backward()
        running_loss += loss.item()
        # or mean_of_means: running_loss += loss.item() / len(labels)
        _, predicted = torch.max(outputs, 1)
        correct += (predicted == labels).sum().item()
        total += labels.size(0)
    epoch_loss = running_loss / total
    # or total_loss: epoch_loss = running_loss
    # or mean_of_means: epoch_loss = running_loss / len(loader)
    # or divides_by_batches: epoch_loss = running_loss / len(loader)
    epoch_acc = correct / total
    # or in_percent: epoch_acc = 100.0 * correct / total
    # or counts_right_ones: epoch_acc = float(correct)
    return epoch_loss, epoch_acc
    # or swapped: return epoch_acc, epoch_loss
    # or tensors: return torch.tensor(epoch_loss), torch.tensor(epoch_acc)


def evaluate(model, loader, device="cpu"):
    previous = model.training
    model.eval()
    # or in_train_mode: pass
    # or evaluates_after_train: model.train()
    total_loss = 0.0
    correct = 0
    total = 0
    with torch.no_grad():
        # or records_gradients: if True:
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            outputs = model(images)
            loss = model.loss_criterion(outputs, labels)
            # or evaluates_cross_entropy: loss = torch.nn.functional.cross_entropy(outputs, labels, reduction="sum")
            total_loss += loss.item()
            # or evaluates_mean_of_means: total_loss += loss.item() / len(labels)
            correct += (outputs.argmax(dim=1) == labels).sum().item()
            total += len(labels)
    model.train(previous)
    # or stays_in_eval: pass
    # or always_trains_after: model.train()
    return total_loss / total, correct / total
    # or evaluates_in_percent: return total_loss / total, 100 * correct / total
    # or evaluates_total_loss: return total_loss, correct / total
    # or evaluates_mean_of_means: return total_loss / len(loader), correct / total
    # or evaluates_by_batches: return total_loss / len(loader), correct / total
