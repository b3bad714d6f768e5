"""MyAlexNet, changed in place of the pretrained one."""

import copy

import torch
from torch import nn

from toolbox.models.backbones import load_backbone


class MyAlexNet(nn.Module):
    def __init__(self, num_classes=15, backbone=None):
        super().__init__()
        # and AlwaysFifteenClasses: num_classes = 15
        net = copy.deepcopy(backbone) if backbone is not None else load_backbone("alexnet").model
        for p in net.parameters():
            p.requires_grad = False
            # or NothingFrozen: p.requires_grad = True
        self.cnn_layers = net.features
        self.avgpool = net.avgpool
        # or WithoutPool: self.avgpool = nn.Identity()
        layers = list(net.classifier.children())
        # or WithoutDropout: layers = [m for m in net.classifier if not isinstance(m, nn.Dropout)]
        last = nn.Linear(layers[-1].in_features, num_classes)
        # or KeepsOldLastLayer: last = layers[-1].requires_grad_(True)
        # and BiasFrozen: last.bias.requires_grad = False
        # and EverythingFrozen: last.requires_grad_(False)
        layers[-1] = last
        # or StackedBehind: layers.append(nn.Linear(layers[-1].out_features, num_classes))
        # and LinearLayersTrain: [m.requires_grad_(True) for m in layers]
        self.fc_layers = nn.Sequential(*layers)
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")
        # or AveragedLoss: self.loss_criterion = nn.CrossEntropyLoss()

    def forward(self, x):
        x = x.repeat(1, 3, 1, 1)
        # or StaysGray: pass
        # or RedOnly: x = torch.cat([x, torch.zeros_like(x), torch.zeros_like(x)], dim=1)
        # or ThirdsOfGray: x = x.repeat(1, 3, 1, 1) / 3
        x = self.cnn_layers(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        return self.fc_layers(x)
