"""Training with lists that are summed in the end."""

import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device="cpu"):
    model.train(True)
    # or no_train_mode: pass
    # or trains_in_eval_mode: model.train(False)
    losses, hits, sizes = [], [], []
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        out = model(x)
        loss = model.loss_criterion(out, y) / y.numel()
        # or ignores_the_criterion: loss = F.cross_entropy(out, y)
        optimizer.zero_grad()
        # or never_zeroed: pass
        loss.backward()
        # and zeroed_too_late: optimizer.zero_grad()
        optimizer.step()
        # or no_step: pass
        losses.append(float(loss) * y.numel())
        # or mean_of_means: losses.append(float(loss))
        hits.append(int((out.argmax(-1) == y).sum()))
        sizes.append(y.numel())
        # and first_batch_only: break
    count = sum(sizes)
    mean = sum(losses) / count
    # or mean_of_means: mean = sum(losses) / len(losses)
    # or total_loss: mean = sum(losses)
    # or divides_by_batches: mean = sum(losses) / len(losses)
    accuracy = sum(hits) / count
    # or in_percent: accuracy = 100 * sum(hits) / count
    # or counts_right_ones: accuracy = float(sum(hits))
    return mean, accuracy
    # or swapped: return accuracy, mean
    # or tensors: return torch.tensor(mean), torch.tensor(accuracy)


def evaluate(model, loader, device="cpu"):
    was = model.training
    model.train(False)
    # or in_train_mode: pass
    # or evaluates_after_train: model.train(True)
    losses, hits, count = [], 0, 0
    torch.set_grad_enabled(False)
    # or records_gradients: pass
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        out = model(x)
        losses.append(float(model.loss_criterion(out, y)))
        # or evaluates_cross_entropy: losses.append(float(F.cross_entropy(out, y, reduction="sum")))
        # or evaluates_mean_of_means: losses.append(float(model.loss_criterion(out, y)) / len(y))
        hits, count = hits + int((out.argmax(-1) == y).sum()), count + len(y)
    torch.set_grad_enabled(True)
    # or switches_gradients_off: pass
    model.train(was)
    # or stays_in_eval: pass
    # or always_trains_after: model.train(True)
    mean = sum(losses) / count
    # or evaluates_mean_of_means: mean = sum(losses) / len(losses)
    # or evaluates_total_loss: mean = sum(losses)
    # or evaluates_by_batches: mean = sum(losses) / len(losses)
    return mean, hits / count
    # or evaluates_in_percent: return mean, 100 * hits / count
