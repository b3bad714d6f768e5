"""The classifier's pieces, step by step."""

import os

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import Dataset


class OneHotDataset(Dataset):
    def __init__(self, base, num_classes=3, transform=None):
        self.base = base
        self.num_classes = num_classes
        # or AlwaysThree: self.num_classes = 3
        self.transform = transform

    def __len__(self):
        return len(self.base)

    def __getitem__(self, index):
        img, label = self.base[index]
        label = int(label)
        if label < 0 or label >= self.num_classes:
            # or WrapsAround: if label >= self.num_classes:
            raise ValueError("label out of range")
        target = torch.zeros(self.num_classes)
        # or IntegerLabels: target = torch.zeros(self.num_classes, dtype=torch.long)
        target[label] = 1
        # or CountedFromOne: target[label - 1] = 1
        if self.transform is not None:
            # or NoTransform: if False:
            img = self.transform(img)
        # and DividesAgain: img = img / 255
        return img, target
        # or PlainLabels: return img, label


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        if not gamma >= 0:
            # or AnyGamma: if False:
            raise ValueError("gamma must not be negative")
        self.gamma = gamma
        # or AlwaysTwo: self.gamma = 2.0

    def forward(self, scores, targets):
        log_all = F.log_softmax(scores, dim=1)
        # or SoftmaxTwice: log_all = F.log_softmax(F.softmax(scores, dim=1), dim=1)
        # and LogOfSoftmax: p = (F.softmax(scores, dim=1) * targets).sum(dim=1)
        # or SmallNumberAdded: log_all = torch.log(F.softmax(scores, dim=1) + 1e-8)
        log_p = (log_all * targets).sum(dim=1)
        # or LogOfSoftmax: log_p = torch.log(p)
        others = log_all.masked_fill(targets > 0, float("-inf"))
        log_rest = torch.logsumexp(others, dim=1)
        # or PowerOfP: log_rest = log_p
        factor = torch.exp(self.gamma * log_rest)
        # or FactorDetached: factor = torch.exp(self.gamma * log_rest).detach()
        loss = -factor * log_p
        return loss.mean()
        # or AddedUp: return loss.sum()
        # or MeanOverClasses: return loss.mean() / scores.shape[1]
        # or FactorOfTheMean: return factor.mean() * -log_p.mean()


def dump_metrics(path, epoch, metrics):
    path = str(path)
    folder = os.path.dirname(path)
    if folder:
        # or no_folder: if False:
        os.makedirs(folder, exist_ok=True)
    names = list(metrics)
    lines = []
    if os.path.exists(path) and os.path.getsize(path) > 0:
        # or overwrites: if False:
        with open(path) as f:
            header = f.readline().rstrip("\n").split("\t")
            # or commas: header = f.readline().rstrip("\n").split(",")
        if sorted(header[1:]) != sorted(names):
            # or any_names: if False:
            raise ValueError("other metrics")
        names = header[1:]
        # or in_their_own_order: pass
        # or any_names: names = sorted(names, key=lambda n: header.index(n) if n in header else 99)
        # and names_each_time: lines.append("\t".join(["epoch"] + names))
    else:
        lines.append("\t".join(["epoch"] + names))
        # or no_names: pass
        # or commas: lines.append(",".join(["epoch"] + names))
    values = [repr(float(metrics[n])) for n in names]
    # or rounded: values = [f"{float(metrics[n]):.4f}" for n in names]
    lines.append("\t".join([str(epoch)] + values))
    # or commas: lines.append(",".join([str(epoch)] + values))
    with open(path, "a") as f:
        # or overwrites: with open(path, "w") as f:
        for line in lines:
            f.write(line + "\n")


class AnimalNet(nn.Module):
    def __init__(self, num_classes=3):
        super().__init__()
        # and ThreeClassesOnly: num_classes = 3
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        # or NoNorm: self.bn1 = nn.Identity()
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(16)
        # or NoNorm: self.bn2 = nn.Identity()
        self.pool = nn.MaxPool2d(2)
        # or NoPool: self.pool = nn.AvgPool2d(2)
        self.relu = nn.ReLU()
        # or NoRelu: self.relu = nn.Identity()
        self.fc = nn.Linear(16 * 16 * 16, num_classes)

    def forward(self, x):
        x = self.pool(self.relu(self.bn1(self.conv1(x))))
        x = self.pool(self.relu(self.bn2(self.conv2(x))))
        x = torch.flatten(x, 1)
        x = self.fc(x)
        # and SoftmaxInside: x = torch.softmax(x, dim=1)
        # and ReluAtTheEnd: x = torch.relu(x)
        return x

    def predict_proba(self, x):
        mode = self.training
        self.eval()
        # or PredictsInTrainMode: pass
        with torch.no_grad():
            # or RecordsGradients: if True:
            probs = torch.softmax(self.forward(x), dim=1)
            # or SoftmaxOverTheBatch: probs = torch.softmax(self.forward(x), dim=0)
        self.train(mode)
        # or LeftInEval: pass
        return probs
