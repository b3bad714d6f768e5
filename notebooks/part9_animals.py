# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Part 9: a classifier from nothing
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part9_animals.ipynb)
#
# **You will learn** to build the whole thing yourself: a split that your friends get too, a data
# set, a network, a training loop, logs, tuning, a model that is saved and loaded, a test that
# counts, and a loss of your own. Then, in a second and shorter track, a ResNet-18.
#
# **How long it takes**: about four hours. All training together takes about three minutes on two
# cores with the offline images. A GPU helps with the real ones and with CIFAR-10.
#
# **Where it can go wrong**
# - A split that isn't the same tomorrow lets yesterday's training images into today's test.
# - Validation measures. If it changes a single weight, it is training.
# - A file with a model can be a file with a program. Load weights, and nothing else.

# %% setup=true
# Run this cell first. It finds the course; on Colab it fetches it and keeps your files.
import shutil
import subprocess
import sys
from pathlib import Path

KEEP_ON_DRIVE = True  # on Colab: your files are on your Google Drive and survive a disconnect
on_colab, home = "google.colab" in sys.modules, Path("/content/course")
if on_colab and not (home / "toolbox").is_dir():
    shutil.rmtree(home, ignore_errors=True)  # of a download that was cut off
    repository, branch = "https://github.com/your-organisation/vision-course", "main"
    clone = ["git", "clone", "--quiet", "--depth", "1", "--branch", branch, repository]
    subprocess.run([*clone, str(home)], check=True)
here = (home if on_colab else Path()).resolve()
root = next((f for f in [here, *here.parents] if (f / "toolbox").is_dir()), None)
if root is None:
    problem = f"{here} is in no course folder. Open the notebook from inside the one you downloaded."
    raise FileNotFoundError(problem)
sys.path.insert(0, str(root))
if on_colab:
    from toolbox import colab

    colab.prepare(root, "part9_animals", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part9_animals")

# %% [markdown]
# ## 1. Seeds
#
# Three generators draw random numbers here: Python's own, numpy's and torch's. With all three set,
# the same cells give the same figures on the same machine.

# %%
import random


def set_seeds(seed):
    """Python, numpy and torch draw the same numbers from here on."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


for _ in range(2):
    set_seeds(42)
    print(f"{random.random():.4f} {np.random.random():.4f} {torch.rand(1).item():.4f}")

# %% [markdown]
# ## 2. A split that is the same everywhere
#
# Three classes of 1,000 images each: 70% to learn from, 10% to choose with, 20% to test with once,
# of each class. A seed alone isn't enough: a shuffle starts from an order, and each disk lists its
# files in an order of its own. Write `split_dataset` in `student_code/animals.py`.

# %% task="animals.split_dataset"
checks.grade("animals.split_dataset")

# %%
# %%attempt
from student_code.animals import split_dataset

images = data.animals(size=64)
classes = images.classes
source = images.provenance.label.rpartition(",")[0]
is_real = images.provenance.origin == "real"
place_of = {path: place for place, path in enumerate(images.paths)}

drawn = split_dataset(images.paths, images.labels.tolist())
lists = dict(zip(("train", "validation", "test"), drawn, strict=True))
split = {
    name: images.subset([place_of[str(path)] for path, _ in pairs], name)
    for name, pairs in lists.items()
}
for name, part in split.items():
    counts = torch.bincount(part.labels, minlength=len(classes)).tolist()
    print(f"{name:<11}", ", ".join(f"{n} {c}" for n, c in zip(counts, classes, strict=True)))
print("fingerprint of the split:", data.split_fingerprint(*lists.values()))

# %% [markdown]
# Compare the fingerprint with a friend's who has written a split in the same way: with the same
# lot (the same seed and generator, from the same order) it is the same on both machines. Another
# way to draw gives another split, which is just as good; but then yours has to be the same today
# and tomorrow.
#
# The first five images of each class in each split:

# %%
# %%attempt
columns = [(name, label) for name in split for label in range(len(classes))]
first = {key: (split[key[0]].labels == key[1]).nonzero().flatten()[:5] for key in columns}
shown = [split[key[0]].images[first[key][row]] for row in range(5) for key in columns]
titles = [f"{name}\n{classes[label]}" for name, label in columns] + [""] * 36
picture = plots.image_grid(
    shown, titles, columns=9, source=source, title="The first five of each class, split by split"
)
results.figure("part9_first_five", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** What must a split promise, and which of your lines keeps each promise? What would go
# wrong, and would you notice it, (a) if images were in train and in test, (b) if the classes were
# not split one by one, (c) if the shuffle had no seed, or began from the order of the disk?

# %% [markdown] question="split_before_anything"
# ### BEGIN SOLUTION
# Each image is in exactly one split, each split has each class in its share, and the split is the
# same in every run and on every machine. (a) What is measured on known images is too good, and
# nothing on the screen says so: no error, only a figure that doesn't hold later. (b) A split may
# hold few images of a class; with three classes of 1,000 the shares differ by a few points only,
# but with a rare class there may be none at all in validation. (c) After a restart other images are
# in train; a network that was saved yesterday has learnt from some of today's test images, which is
# (a) again. Sorting by name (or a hash of the name) and a generator of its own with a seed keep the
# last promise; a loop over the classes the second; slices of one shuffled list the first.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: disjoint and complete, per class, repeatable are named with the lines that do it.
# 1 point: leakage gives figures that are too good, silently.
# 1 point: an unseeded or order-dependent split becomes leakage after a restart or on another
# machine.
# ### END MARK SCHEME

# %% [markdown]
# ## 3. One-hot labels
#
# A label as probabilities: 1 for the class, 0 for the others. A loss can then compare what the
# network says with what is true, place by place, and a truth that is less than certain has a form
# too. Write `OneHotDataset`.

# %% task="animals.OneHotDataset"
checks.grade("animals.OneHotDataset")

# %%
# %%attempt
from student_code.animals import OneHotDataset

for label in range(len(classes)):
    place = int((split["train"].labels == label).nonzero()[0])
    image, target = OneHotDataset(split["train"], len(classes))[place]
    print(f"{classes[label]:<7} image {tuple(image.shape)}, label {target.tolist()}")

# %% [markdown]
# ## 4. Augmentation
#
# Three or more random changes that keep the label: an animal mirrored, a little nearer, moved or
# turned, in other light. The images to measure with stay as they are.

# %%
# %%attempt
from torchvision.transforms import v2

mean, std = data.pixel_statistics(split["train"])
augmentation = v2.Compose(
    [
        v2.RandomHorizontalFlip(),
        v2.RandomAffine(12, translate=(0.08, 0.08), scale=(0.95, 1.2), fill=mean.tolist()),
        v2.ColorJitter(brightness=0.25, contrast=0.25, saturation=0.25),
    ]
)
normalise = v2.Normalize(mean.tolist(), std.tolist())
changing = v2.Compose([augmentation, normalise])

set_seeds(0)
shown, titles = [], []
for label in range(len(classes)):
    image, _ = split["train"][int((split["train"].labels == label).nonzero()[1])]
    shown += [image, *(augmentation(image).clamp(0, 1) for _ in range(7))]
    titles += [f"{classes[label]}, as it is"] + [""] * 7
picture = plots.image_grid(
    shown, titles, columns=8, source=f"{source}, train", title="Augmented, seven times each"
)
results.figure("part9_augmentation", picture.figure, alt=picture.alt)

# %% [markdown]
# ## 5. The network
#
# Blocks of convolution, batch normalisation, ReLU and max pooling, then a linear layer: write
# `AnimalNet`. It gives raw scores, and with `predict_proba` probabilities.

# %% task="animals.AnimalNet"
checks.grade("animals.AnimalNet")

# %%
# %%attempt
from student_code.animals import AnimalNet
from toolbox.training.trainer import choose_device

device = choose_device()
set_seeds(0)
network = AnimalNet(len(classes)).to(device)
some = torch.stack([normalise(split["train"][i][0]) for i in range(4)]).to(device)
print(f"{sum(p.numel() for p in network.parameters()):,} parameters")
print(f"images {tuple(some.shape)} -> scores {tuple(network(some).shape)}")
print("probabilities of one image:", network.predict_proba(some)[0].cpu().numpy().round(3))

# %% [markdown]
# ## 6. Training, and measuring
#
# No `toolbox.training.trainer` this time. Write one pass over a loader: **with** an optimizer it learns
# (train mode, a step a batch), **without** one it only measures (eval mode, no gradients). It
# returns the mean loss per image, and from your confusion matrix of Part 8 the accuracy and the
# macro precision and recall: a dictionary with the keys `loss`, `accuracy`, `precision`, `recall`.


# %% nbgrader={"grade": false, "grade_id": "part9_loop", "locked": false, "schema_version": 3, "solution": true, "task": false, "cell_type": "code"}
# %%attempt
from student_code.analysis import accuracy_precision_recall_f1, generate_confusion_matrix


def run_epoch(network, loader, loss_of, optimizer=None):
    """Learn from every batch once, or without an optimizer only measure; returns the figures."""
    ### BEGIN SOLUTION
    learns = optimizer is not None
    network.train(learns)
    total, truth, guesses = 0.0, [], []
    with torch.set_grad_enabled(learns):
        for x, target in loader:
            x, target = x.to(device), target.to(device)
            scores = network(x)
            loss = loss_of(scores, target)
            if learns:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            total += loss.item() * len(x)
            truth += target.argmax(dim=1).tolist()
            guesses += scores.argmax(dim=1).tolist()
    counts = generate_confusion_matrix(truth, guesses, target.shape[1])
    found = accuracy_precision_recall_f1(counts)
    return {
        "loss": total / len(truth),
        "accuracy": found["accuracy"],
        "precision": found["macro_precision"],
        "recall": found["macro_recall"],
    }
    ### END SOLUTION


# %% [markdown]
# Does validation really leave the network alone? Don't believe it, look: a hash of all weights and
# all batch statistics, before and after.

# %%
# %%attempt
import hashlib

from torch.utils.data import DataLoader


def loader_of(part, transform, batch=32, seed=0, shuffle=False):
    """Batches of images and one-hot labels; shuffled by a generator with a seed of its own."""
    return DataLoader(
        OneHotDataset(part, len(classes), transform),
        batch_size=batch,
        shuffle=shuffle,
        generator=torch.Generator().manual_seed(seed),
    )


def fingerprint(network):
    """A few digits that change with any weight and any batch statistic."""
    digest = hashlib.sha256()
    for value in network.state_dict().values():
        digest.update(value.cpu().numpy().tobytes())
    return digest.hexdigest()[:12]


set_seeds(0)
network = AnimalNet(len(classes)).to(device)
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
cross_entropy = torch.nn.CrossEntropyLoss()
few = split["train"].subset(range(0, len(split["train"]), 16), "train")
print("fresh           ", fingerprint(network))
run_epoch(network, loader_of(split["validation"], normalise), cross_entropy)
print("after validation", fingerprint(network))
print("a weight's gradient after validation:", next(network.parameters()).grad)
run_epoch(network, loader_of(few, changing, shuffle=True), cross_entropy, optimizer)
print("after training  ", fingerprint(network))

# %% [markdown]
# The first two lines are the same, and there is no gradient: nothing was learnt from validation,
# and its images have left no trace in the batch statistics either.
#
# ### A log
#
# Figures that are only on the screen are gone with it. Write `dump_metrics`, which adds a line an
# epoch to a text file.

# %% task="animals.dump_metrics"
checks.grade("animals.dump_metrics")

# %% [markdown]
# ## 7. Tuning
#
# One thing at a time, on a quarter of the training images, judged on validation. First the learning
# rate, then the width of the augmentation: none, or the one from above.

# %%
# %%attempt
from toolbox.training import ablation

quarter = split["train"].subset(range(0, len(split["train"]), 4), "train")
SHORT = 15 if is_real else 5


def short_run(settings):
    """Train for a few epochs with these settings; returns what the table shows."""
    set_seeds(settings["seed"])
    network = AnimalNet(len(classes)).to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=settings["lr"])
    transform = changing if settings["augmentation"] == "yes" else normalise
    train = loader_of(quarter, transform, seed=settings["seed"], shuffle=True)
    for _ in range(settings["epochs"]):
        learnt = run_epoch(network, train, cross_entropy, optimizer)
    measured = run_epoch(network, loader_of(split["validation"], normalise), cross_entropy)
    return {
        "train_accuracy": learnt["accuracy"],
        "validation_accuracy": measured["accuracy"],
        "validation_loss": measured["loss"],
    }


def study(name, key, values, **fixed):
    """Run a study over one setting, print its table, and draw it."""
    usual = {"lr": 3e-3, "augmentation": "yes", "epochs": SHORT, "seed": 0, **fixed}
    settings = [{**usual, key: value} for value in values]
    found = ablation.run(f"animals_{name}", settings, short_run, version=quarter.provenance.fingerprint)
    print(found.table())
    picture = plots.study(found.rows, key, source=f"{source}, a quarter of train", title=name.replace("_", " "))
    results.figure(f"part9_study_{key.lower()}", picture.figure, alt=picture.alt)
    results.number(f"part9_study_{key.lower()}", found.rows, data=quarter, seed=0)
    return found


rates = study("learning_rate", "lr", [1e-4, 3e-3, 1e-1])

# %%
# %%attempt
study("augmentation", "augmentation", ["no", "yes"])

# %% [markdown]
# **Question.** Which settings do you take, and by which figure? What do the learning rates at both
# ends do, as far as you can tell from training and validation together? Does augmentation raise or
# lower the *training* accuracy, and why is that no contradiction? How large a difference can you
# trust with this many validation images and one seed?

# %% [markdown] question="tuning_findings"
# ### BEGIN SOLUTION
# By the validation accuracy (and where it is equal by the validation loss): 3e-3 with augmentation.
# With 1e-4 both accuracies are still lower, the network has not got far in these epochs; with 0.1
# training jumps about and both end far lower. Augmentation lowers the training accuracy a little:
# each image is harder and none comes twice in the same form. That is no contradiction, since what it
# is for is the gap: without it training was at 0.89 and validation at 0.68, with it both were at
# 0.87. With 300 validation images one standard error of an accuracy of 0.9 is 0.017, and of 0.7
# 0.026: differences below four or five points on one seed are noise. Both of these are far larger,
# though one seed of so short a training can still be an unlucky one.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: settings chosen by validation, with figures from the tables.
# 1 point: too small: still learning; too large: unstable; told from both curves.
# 1 point: augmentation and training accuracy: harder images; the gap is what counts.
# 1 point: noise: standard error of about 0.02, or several seeds.
# ### END MARK SCHEME

# %% [markdown]
# ## 8. The training that counts
#
# After each epoch a line goes into `train.txt` and one into `validation.txt`, and where the
# validation loss is lower than ever before, the weights are saved.

# %%
# %%attempt
from student_code.animals import dump_metrics

EPOCHS = 30 if is_real else 8
folder = results.folder() / "animals"
logs = {name: folder / f"{name}.txt" for name in ("train", "validation")}


def train_and_keep(network, optimizer, schedule, loss_of, epochs):
    """Train, log every epoch, and keep the weights of the lowest validation loss."""
    lowest = float("inf")
    for log in logs.values():
        log.unlink(missing_ok=True)
    train = loader_of(split["train"], changing, shuffle=True)
    validation = loader_of(split["validation"], normalise, batch=256)
    for epoch in range(1, epochs + 1):
        dump_metrics(logs["train"], epoch, run_epoch(network, train, loss_of, optimizer))
        measured = run_epoch(network, validation, loss_of)
        dump_metrics(logs["validation"], epoch, measured)
        schedule.step()
        if measured["loss"] < lowest:
            lowest = measured["loss"]
            torch.save(network.state_dict(), folder / "model.pt")
            print(f"epoch {epoch}: validation loss {lowest:.3f}, the lowest so far; saved")


set_seeds(42)
network = AnimalNet(len(classes)).to(device)
optimizer = torch.optim.Adam(network.parameters(), lr=3e-3, weight_decay=1e-4)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
train_and_keep(network, optimizer, schedule, cross_entropy, EPOCHS)

# %% [markdown]
# The curves are drawn from the files, not from memory.

# %%
# %%attempt
tables = {name: np.genfromtxt(log, names=True, delimiter="\t") for name, log in logs.items()}
picture = plots.logged_metrics(
    tables,
    ["loss", "accuracy", "precision", "recall"],
    source=source,
    title="AnimalNet, from train.txt and validation.txt",
)
results.figure("part9_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# ## 9. From disk, and nothing else
#
# All that follows uses the model that was *saved*: that is what you would hand to somebody. And
# what they would load. A `.pt` file is a pickle, and a pickle can carry any program, which runs
# while the file is being read. `torch.load(..., weights_only=True)` reads tensors and plain values
# and refuses the rest. Write `load_model`.

# %% task="animals.load_model"
checks.grade("animals.load_model")

# %%
# %%attempt
from student_code.animals import load_model


class Surprise:
    """Reading a pickle of this calls print. It could call anything."""

    def __reduce__(self):
        return print, ("this line was printed by a file that was only read",)


torch.save({"weights": Surprise()}, folder / "gift.pt")
try:
    load_model(folder / "gift.pt")
except ValueError as refusal:
    print("refused:", str(refusal).replace(str(folder), "results/animals"))

# %%
# %%attempt
from student_code.analysis import predict

del network
model = load_model(folder / "model.pt").to(device)


def as_labels(batches):
    """The same batches, with numbers for labels, as Part 8's functions take them."""
    return ((x, target.argmax(dim=1)) for x, target in batches)


found = predict(model, as_labels(loader_of(split["test"], normalise, batch=200)), device)
matrix = generate_confusion_matrix(found["y_true"], found["y_pred"], len(classes))
row = accuracy_precision_recall_f1(matrix)
once = {key: float(row[key]) for key in ("accuracy", "macro_precision", "macro_recall", "macro_f1")}
results.number("part9_test", once, data=split["test"], seed=42, device=str(device))
print(f"{len(found['y_true'])} test images ({split['test'].provenance.label})")
for key, value in once.items():
    print(f"    {key.replace('_', ' '):<16} {value:.3f}")
for label, name in enumerate(classes):
    print(f"    {name:<8} precision {row['precision'][label]:.3f}, recall {row['recall'][label]:.3f}")

# %% [markdown]
# The first ten test images of each class, whatever the network says about them:

# %%
# %%attempt
from student_code.analysis import misclassified


def show_predictions(places, name, title):
    """Draw these test images with what the network says."""
    sure = found["y_prob"].max(dim=1).values
    picture = plots.predictions(
        [split["test"].images[place] for place in places],
        [int(found["y_true"][place]) for place in places],
        [int(found["y_pred"][place]) for place in places],
        [float(sure[place]) for place in places],
        classes,
        source=f"{source}, test",
        title=title,
    )
    results.figure(name, picture.figure, alt=picture.alt)


ten = [(split["test"].labels == label).nonzero().flatten()[:10] for label in range(len(classes))]
show_predictions(torch.cat(ten).tolist(), "part9_first_ten", "The first ten of each class")

# %% [markdown]
# And the mistakes of which it was most certain:

# %%
# %%attempt
wrong = misclassified(found, 12)
if wrong:
    show_predictions(wrong, "part9_misclassified", "Certain and wrong")
print(f"{int((found['y_true'] != found['y_pred']).sum())} of {len(split['test'])} are wrong")

# %% [markdown]
# A confusion matrix of pictures: in each field the test image of which the network was most sure,
# with its probabilities as bars. The true class is blue.

# %%
# %%attempt
picture = plots.picture_matrix(
    split["test"].images,
    found["y_true"],
    found["y_prob"],
    classes,
    source=f"{source}, test",
    title="What was taken for what: rows are the truth",
)
results.figure("part9_picture_matrix", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Which two classes are confused, and which one hardly ever? Look at four of the
# mistakes: what in the image explains them (pose, colour, background, size)? Is the network certain
# or hesitant when it is wrong, and what would you change first?

# %% [markdown] question="animal_mistakes"
# ### BEGIN SOLUTION
# Cats and dogs are taken for each other: both are four-legged, furry and of the same colours, and
# what tells them apart (ears, muzzle) is a few pixels at 64 x 64. Pandas are black and white, which
# no other class is, and are hardly ever mistaken. The mistakes are animals seen from the side or
# behind, small in the image, cut by its border, or of a colour that is frequent in the other class.
# Most of them are hesitant (the bars of the two classes are about as long), a few are certain:
# there the colour or the background speaks for the other class. First I would use larger images,
# where ears and muzzles have more pixels, and then features of a network that was pretrained on
# many animals.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the confused pair and the easy class, with counts from the student's own matrix.
# 1 point: four mistakes explained by what is seen in them.
# 1 point: certain or hesitant, read from the bars, and a change that follows from it.
# ### END MARK SCHEME

# %% [markdown]
# ## 10. Another loss
#
# The cross-entropy of a prediction that is right and certain is small, but there are many of those.
# The **focal loss** turns them down: each example counts with $(1 - p)^\gamma$, where $p$ is the
# probability of its true class. It was made for detectors, where a thousand easy backgrounds stand
# against one object. **Label smoothing** does something else: it asks for a little less than
# certainty (0.9 and a rest for the others), so that scores need not grow without end.
#
# Write `FocalLoss`, from raw scores. Look at the formula's two weak places: $\log p$ where $p$ has
# become 0 in a float, and the slope of $(1 - p)^\gamma$ where $p$ has become 1.

# %% task="animals.FocalLoss"
checks.grade("animals.FocalLoss")

# %%
# %%attempt
from student_code.animals import FocalLoss


def as_it_is_written(scores, targets, gamma=2.0):
    """The formula, letter by letter."""
    probability = (scores.softmax(dim=1) * targets).sum(dim=1)
    return (-((1 - probability) ** gamma) * probability.log()).mean()


target = torch.tensor([[1.0, 0.0, 0.0]])
print(f"{'score':>6}{'as it is written':>20}{'yours':>12}   and their gradients")
for score in (2.0, -20.0, -120.0):
    line, slopes = [], []
    for loss_of in (as_it_is_written, FocalLoss(gamma=2.0)):
        scores = torch.tensor([[score, 0.0, 0.0]], requires_grad=True)
        cost = loss_of(scores, target)
        cost.backward()
        line.append(cost.item())
        slopes.append(scores.grad[0, 0].item())
    print(f"{score:>6.0f}{line[0]:>20.4g}{line[1]:>12.4g}   {slopes[0]:.3g}, {slopes[1]:.3g}")

# %% [markdown]
# Now the comparison. One seed says little, so each loss gets three; everything else is the same:
# a quarter of the training images, a few epochs, validation accuracy and calibration error (Part 8).

# %%
# %%attempt
from toolbox.analysis.metrics import reliability

LOSSES = {
    "cross-entropy": cross_entropy,
    "focal": FocalLoss(gamma=2.0),
    "label smoothing": torch.nn.CrossEntropyLoss(label_smoothing=0.1),
}
SEEDS = (0, 1, 2)


def with_loss(settings):
    """Train with one loss and one seed; returns accuracy and calibration error on validation."""
    set_seeds(settings["seed"])
    network = AnimalNet(len(classes)).to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, settings["epochs"])
    train = loader_of(quarter, changing, seed=settings["seed"], shuffle=True)
    for _ in range(settings["epochs"]):
        run_epoch(network, train, LOSSES[settings["loss"]], optimizer)
        schedule.step()
    validation = as_labels(loader_of(split["validation"], normalise, batch=256))
    said = predict(network, validation, device)
    return {
        "accuracy": float((said["y_true"] == said["y_pred"]).double().mean()),
        "calibration_error": reliability(said["y_true"], said["y_prob"]).error,
    }


settings = [{"loss": loss, "seed": seed, "epochs": SHORT} for loss in LOSSES for seed in SEEDS]
compared = ablation.run("animals_losses", settings, with_loss, version=quarter.provenance.fingerprint)
measures = {}
for key in ("accuracy", "calibration_error"):
    measures[key] = {
        name: [row[key] for row in compared.rows if row["loss"] == name] for name in LOSSES
    }
    for name, values in measures[key].items():
        print(f"{key:<18}{name:<16}{np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}")
picture = plots.over_seeds(
    measures, source=f"{source}, a quarter of train", title="Three losses, three seeds each"
)
results.figure("part9_losses", picture.figure, alt=picture.alt)
results.number("part9_losses", compared.rows, data=split["validation"], note="seeds 0, 1 and 2")

# %% [markdown]
# **Question.** Why might another loss help here, and why not? Compare the three by mean and
# deviation over the seeds: is any difference in accuracy larger than what the seed does? What does
# each do to the calibration, and can you explain it from its formula? Which do you take?

# %% [markdown] question="which_loss"
# ### BEGIN SOLUTION
# The focal loss is meant for many easy examples that drown a few hard ones. Here the classes are of
# equal size, but pandas are easy and cats and dogs are not, so a little might be gained on the hard
# pair. The means of the accuracies lie within about one deviation of each other: with three seeds
# no difference in accuracy can be claimed. The calibration differs more: focal loss stops pushing
# where p is large, and label smoothing asks for 0.9 instead of 1, so both make the network more
# modest; after a few epochs, when it is not too sure yet, that is too modest, and the calibration
# error grows; after many epochs, when cross-entropy makes it too sure, it would shrink. I take the
# cross-entropy: it is the simplest, and nothing measured speaks for another.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the reason for the alternative loss, related to this data set.
# 1 point: means with deviations over the seeds, and the difference set against them.
# 1 point: calibration explained from the formulas.
# 1 point: a decision that follows from the figures.
# ### END MARK SCHEME

# %% [markdown]
# ## 11. The second track: ResNet-18, minibatch by minibatch
#
# CIFAR-10 holds 60,000 images of 32 x 32 in ten classes. Where it is here (`python -m data_scripts
# fetch cifar10`), a ResNet-18 learns from all of it: best on a GPU. Where it isn't, the same code
# runs on a small share of the animals at 32 x 32, and the first max pooling of the network stays in
# to save time. Five epochs; random crops with a padding of 4 and flips; the mean and deviation are
# those given for CIFAR-10.

# %%
# %%attempt
from torch.utils.data import Subset
from torchvision import datasets, models

CIFAR_MEAN, CIFAR_STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
same = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(CIFAR_MEAN, CIFAR_STD)]
cropped = v2.Compose([v2.RandomCrop(32, padding=4), v2.RandomHorizontalFlip(), *same])


class Changed(torch.utils.data.Dataset):
    """A data set whose images go through a transform."""

    def __init__(self, base, transform):
        self.base, self.transform = base, transform

    def __len__(self):
        return len(self.base)

    def __getitem__(self, index):
        picture, label = self.base[index]
        return self.transform(picture), int(label)


try:
    cifar = data.locate("cifar10")
    learn_from = datasets.CIFAR10(cifar.path, train=True)
    measure_on = datasets.CIFAR10(cifar.path, train=False)
    names, where, batch = learn_from.classes, cifar.label, 128
except data.DataProblem:
    small = data.animals(size=32)
    place_of_small = {path: place for place, path in enumerate(small.paths)}
    parts = [[place_of_small[str(p)] for p, _ in lists[name]] for name in ("train", "validation")]
    learn_from, measure_on = Subset(small, parts[0][::4]), Subset(small, parts[1])
    names, where, batch = small.classes, f"{source}, a quarter of train, 32 x 32", 48
print(f"{len(learn_from)} images to learn from: {where}")

# %%
# %%attempt
set_seeds(0)
residual = models.resnet18(num_classes=len(names))
# For images of 32 x 32: no stride in the first convolution.
residual.conv1 = torch.nn.Conv2d(3, 64, kernel_size=3, padding=1, bias=False)
if len(names) == 10:
    residual.maxpool = torch.nn.Identity()
residual.to(device)
order = torch.Generator().manual_seed(0)
train = DataLoader(Changed(learn_from, cropped), batch, shuffle=True, generator=order)
stepper = torch.optim.SGD(residual.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
rates = torch.optim.lr_scheduler.OneCycleLR(stepper, 0.05, epochs=5, steps_per_epoch=len(train))
losses, accuracies = [], []
for epoch in range(1, 6):
    residual.train()
    for x, y in train:
        x, y = (part.to(device) for part in (x, y))
        scores = residual(x)
        loss = torch.nn.functional.cross_entropy(scores, y)
        stepper.zero_grad()
        loss.backward()
        stepper.step()
        rates.step()
        losses.append(loss.item())
        accuracies.append(float((scores.argmax(dim=1) == y).double().mean()))
    said = predict(residual, DataLoader(Changed(measure_on, v2.Compose(same)), 256), device)
    right = float((said["y_true"] == said["y_pred"]).double().mean())
    recent = np.mean(losses[-len(train) :]), np.mean(accuracies[-len(train) :])
    print(f"epoch {epoch}: train loss {recent[0]:.3f}, accuracy {recent[1]:.3f}; held out {right:.3f}")
picture = plots.minibatches(
    losses, accuracies, len(train), source=where, title="ResNet-18, minibatch by minibatch"
)
results.figure("part9_resnet", picture.figure, alt=picture.alt)
results.number("part9_resnet", right, seed=0, device=str(device), note=where)

# %% [markdown]
# **Question.** Describe the curves of the minibatches: why do they jump although the loss falls, and
# what does the running mean hide? Is the accuracy on the images held out above or below that of the
# training minibatches, and which two reasons could it have?

# %% [markdown] question="residual_track"
# ### BEGIN SOLUTION
# Each minibatch is another small sample: with 48 images one standard error of an accuracy of 0.8 is
# 0.06, so the points scatter around a slow trend, and the running mean of ten shows it, ten steps
# late, hiding how far single steps go. The accuracy held out can be above that of training, since
# training images are cropped and flipped, measured in train mode, and before the weights have
# learnt from the rest of the epoch; or below, since the network knows the training images and not
# these (with so few of them in the offline set).
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the scatter is sampling noise of a small batch around a falling trend.
# 1 point: two reasons for the order of the accuracies: augmentation or train mode or earlier
# weights on one side, overfitting on the other.
# ### END MARK SCHEME

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel and run all cells from the top. The studies are taken from their files; the
# training that counts is done again and gives the same figures. Hand in `results/animals` with your
# notebook: somebody will load your model, and it will only be weights.
