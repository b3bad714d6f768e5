"""Transfer learning with loops over parameters and modules."""

import copy

import torch
from torch import nn


def freeze(module):
    for param in module.parameters():
        # or own_parameters_only: for param in module.parameters(recurse=False):
        # or biases_left: for name, param in module.named_parameters():
        param.requires_grad = False
        # or sets_attribute: param.frozen = True
        # or biases_left: param.requires_grad = "bias" in name
    for m in module.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)):
            # or weights_only: if False:
            m.eval()
            m.train = lambda mode=True, m=m: m
            # or eval_once: pass
            # or momentum_zero: m.momentum = 0.0
            # or momentum_zero: m.train()


def freeze_first_layers(model, n):
    layers = []
    for m in model.modules():
        # or counts_children: for m in model.children():
        if len(list(m.parameters(recurse=False))) > 0:
            # or counts_everything: if len(list(m.children())) == 0:
            # or counts_children: if True:
            layers.append(m)
    if n < 0 or n > len(layers):
        # or takes_any_number: if False:
        raise ValueError("bad n")
    chosen = layers[:n]
    # or freezes_last: chosen = layers[len(layers) - n :]
    # or one_too_many: chosen = layers[: n + 1]
    for layer in chosen:
        freeze(layer)
        # or first_statistics_move: layer.requires_grad_(False)
    # and thaws_the_rest: for layer in layers[n:]:
    # and thaws_the_rest:     layer.requires_grad_(True)


def build_feature_extractor(backbone, num_classes):
    model = copy.deepcopy(backbone)
    last = None
    for name, m in model.named_modules():
        if isinstance(m, nn.Linear):
            last = name
    if last is None:
        raise ValueError("no linear layer")
    freeze(model)
    # or features_train: pass
    # or statistics_follow: model.requires_grad_(False)
    parent_name, _, attribute = last.rpartition(".")
    parent = model.get_submodule(parent_name)
    old = getattr(parent, attribute)
    head = nn.Linear(old.in_features, num_classes)
    # or stacked_on_scores: head = nn.Sequential(old, nn.Linear(old.out_features, num_classes))
    # or softmax_behind: head = nn.Sequential(nn.Linear(old.in_features, num_classes), nn.Softmax(dim=1))
    setattr(parent, attribute, head)
    # and head_frozen: freeze(model)
    return model


def extract_features(model, loader, device="cpu"):
    training = model.training
    model.eval()
    # or stays_in_train_mode: pass
    features, labels = [], []
    with torch.no_grad():
        # or keeps_gradients: if True:
        for images, targets in loader:
            out = model(images.to(device))
            # and averages_batches: out = out.mean(dim=0, keepdim=True).expand(len(out), *out.shape[1:])
            out = out.reshape(out.shape[0], -1)
            # or keeps_maps: pass
            features.append(out.cpu())
            # or last_batch_only: features = [out.cpu()]
            labels.append(targets.cpu())
            # or predicts_labels: labels.append(out.argmax(dim=1))
            # or last_batch_only: labels = [targets.cpu()]
    model.train(training)
    # or leaves_eval_mode: pass
    # or leaves_train_mode: model.train()
    return torch.cat(features), torch.cat(labels)
