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
# # Part 9: A classifier from scratch
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part9_animals.ipynb)
#
# **You will learn** to build a complete project yourself: a reproducible split, a data set, a
# network, a training loop, logs, hyperparameter tuning, a model that is saved and loaded, a final
# evaluation on the test set, and a custom loss. A second, shorter track then trains a ResNet-18.
#
# **Time needed**: about four hours. All training together takes about three minutes on two cores
# with the synthetic images. A GPU helps with the real images and with CIFAR-10.
#
# **Common pitfalls**
# - If the split is different tomorrow, yesterday's training images end up in tomorrow's test set.
# - Validation only measures. If it changes a single weight, it is training.
# - A model file can contain a program. Load only weights.

# %% setup=true
# Run this cell first. It locates the course folder. On Colab, it also downloads the course and
# keeps your files.
import shutil
import subprocess
import sys
from pathlib import Path

KEEP_ON_DRIVE = True  # on Colab: store your files on Google Drive, safe from a disconnect
on_colab, home = "google.colab" in sys.modules, Path("/content/course")
if on_colab and not (home / "toolbox").is_dir():
    shutil.rmtree(home, ignore_errors=True)  # left by an interrupted download
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
# This notebook uses three random number generators: those of Python, NumPy and torch. If you seed
# all three, the same cells give the same numbers on the same machine.

# %%
import random


def set_seeds(seed):
    """Seed the generators of Python, NumPy and torch."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


for _ in range(2):
    set_seeds(42)
    print(f"{random.random():.4f} {np.random.random():.4f} {torch.rand(1).item():.4f}")

# %% [markdown]
# ## 2. A split that is the same everywhere
#
# There are three classes of 1,000 images each. Of each class, use 70% for training, 10% for
# validation, and 20% for the test set. A seed alone isn't enough: the result of a shuffle depends
# on the initial order, and different file systems list files in different orders. Write
# `split_dataset` in `student_code/animals.py`.
#
# A small part of the points is for arguments that can't be right: fractions that don't add up to 1,
# or labels that don't match the paths, raise a `ValueError`.

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
# Compare the fingerprint with that of a friend who has written the split in the same way: if both
# use the same seed and generator, starting from the same order, it is the same on both machines. A
# different way of shuffling gives a different split, which is just as good, as long as your split
# is the same today and tomorrow.
#
# Here are the first five images of each class in each split:

# %%
# %%attempt
columns = [(name, label) for name in split for label in range(len(classes))]
first = {key: (split[key[0]].labels == key[1]).nonzero().flatten()[:5] for key in columns}
shown = [split[key[0]].images[first[key][row]] for row in range(5) for key in columns]
titles = [f"{name}\n{classes[label]}" for name, label in columns] + [""] * 36
picture = plots.image_grid(
    shown, titles, columns=9, source=source, title="The first five images of each class in each split"
)
results.figure("part9_first_five", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Which properties must a split have, and which of your lines guarantees each of them?
# What would go wrong, and would you notice it, (a) if the same images were in the training set and
# in the test set, (b) if the classes were not split one by one, (c) if the shuffle had no seed, or
# started from the order on the disk?

# %% [markdown] question="split_before_anything"
# ### BEGIN SOLUTION
# Each image is in exactly one split, each split contains its share of every class, and the split is
# the same in every run and on every machine. (a) Metrics measured on training images are too good,
# and nothing on the screen tells you: there is no error, only a result that does not hold up later.
# (b) A split may contain few images of a class. With three classes of 1,000 images, the shares
# differ by only a few points, but a rare class might be missing from validation altogether. (c)
# After a restart, different images are in the training set. A network that was saved yesterday has
# been trained on some of today's test images, which is (a) again. Sorting by name (or by a hash of
# the name) and a separate, seeded generator guarantee the last property, a loop over the classes
# guarantees the second, and slices of one shuffled list guarantee the first.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: disjoint and complete, per class, repeatable are named with the lines that guarantee
# them.
# 1 point: leakage gives metrics that are too good, silently.
# 1 point: an unseeded or order-dependent split becomes leakage after a restart or on another
# machine.
# ### END MARK SCHEME

# %% [markdown]
# ## 3. One-hot labels
#
# A one-hot label writes the class as probabilities: 1 for the true class, 0 for the others. A loss
# can then compare the prediction with the label entry by entry, and labels that are less than
# certain can be expressed, too. Write `OneHotDataset`.
#
# A small part of the points is for labels out of range, which raise a `ValueError`. An index of −1
# would silently select the last class.

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
# The training images get three or more random changes that keep the label correct: the animal is
# mirrored, slightly closer, shifted, rotated, or in different light. The images used for evaluation
# stay unchanged.

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
    titles += [f"{classes[label]}, original"] + [""] * 7
picture = plots.image_grid(
    shown, titles, columns=8, source=f"{source}, train", title="One original and seven augmented versions each"
)
results.figure("part9_augmentation", picture.figure, alt=picture.alt)

# %% [markdown]
# ## 5. The network
#
# Write `AnimalNet`: blocks of convolution, batch normalization, ReLU and max pooling, then a linear
# layer. Its forward pass returns logits, and `predict_proba` returns probabilities.

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
print(f"images {tuple(some.shape)} -> logits {tuple(network(some).shape)}")
print("probabilities of one image:", network.predict_proba(some)[0].cpu().numpy().round(3))

# %% [markdown]
# ## 6. Training and evaluation
#
# This time you don't use `toolbox.training.trainer`. Write one pass over a loader. **With** an
# optimizer, it trains (train mode, one step per batch). **Without** one, it only evaluates (eval
# mode, no gradients). It returns the mean loss per image and, from your confusion matrix of Part 8,
# the accuracy and the macro precision and recall, as a dictionary with the keys `loss`, `accuracy`,
# `precision`, `recall`.


# %% nbgrader={"grade": false, "grade_id": "part9_loop", "locked": false, "schema_version": 3, "solution": true, "task": false, "cell_type": "code"}
# %%attempt
from student_code.analysis import accuracy_precision_recall_f1, generate_confusion_matrix


def run_epoch(network, loader, loss_of, optimizer=None):
    """Train on every batch once, or only evaluate if there is no optimizer; return the metrics."""
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
# Does validation really leave the network unchanged? Don't take it on trust: compare a hash of all
# weights and batch statistics before and after.

# %%
# %%attempt
import hashlib

from torch.utils.data import DataLoader


def loader_of(part, transform, batch=32, seed=0, shuffle=False):
    """Return batches of images and one-hot labels, shuffled by a separately seeded generator."""
    return DataLoader(
        OneHotDataset(part, len(classes), transform),
        batch_size=batch,
        shuffle=shuffle,
        generator=torch.Generator().manual_seed(seed),
    )


def fingerprint(network):
    """Return a short hash that changes with any weight and any batch statistic."""
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
print("gradient of a weight after validation:", next(network.parameters()).grad)
run_epoch(network, loader_of(few, changing, shuffle=True), cross_entropy, optimizer)
print("after training  ", fingerprint(network))

# %% [markdown]
# The first two lines are the same, and there is no gradient: validation did not train the network,
# and its images did not affect the batch statistics either.
#
# ### A log
#
# Metrics that you only print are lost when the session ends. Write `dump_metrics`, which appends
# one line per epoch to a text file.
#
# A small part of the points is for a file that has other columns: adding to it would mix up the
# numbers, so raise a `ValueError`.

# %% task="animals.dump_metrics"
checks.grade("animals.dump_metrics")

# %% [markdown]
# ## 7. Tuning
#
# Change one thing at a time, train on a quarter of the training images, and compare on the
# validation set. Start with the learning rate, then switch the augmentation from above off and on.

# %%
# %%attempt
from toolbox.training import ablation

quarter = split["train"].subset(range(0, len(split["train"]), 4), "train")
SHORT = 15 if is_real else 5


def short_run(settings):
    """Train for a few epochs with these settings and return the values for the table."""
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
    """Run a study of one setting, print its table, and plot it."""
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
# **Question.** Which settings do you choose, and by which metric? What happens at the lowest and at
# the highest learning rate, as far as you can tell from training and validation together? Does
# augmentation raise or lower the *training* accuracy, and why is that not a contradiction? How
# large must a difference be before you trust it, with this many validation images and one seed?

# %% [markdown] question="tuning_findings"
# ### BEGIN SOLUTION
# I choose by validation accuracy (and if it is equal, by validation loss): 3e-3 with augmentation.
# With 1e-4, both accuracies are still lower, because the network has not made much progress in
# these epochs; with 0.1, training is unstable and both end far lower. Augmentation lowers the
# training accuracy a little, because each image is harder and never appears twice in the same form.
# That is not a contradiction, because the purpose of augmentation is to reduce the gap: without it,
# training was at 0.89 and validation at 0.68; with it, both were at 0.87. With 300 validation
# images, one standard error of an accuracy is 0.017 at 0.9 and 0.026 at 0.7, so differences below
# four or five points with one seed are noise. Both of the differences above are far larger,
# although a single seed in such a short training run can still be an unlucky one.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: settings chosen by validation, with numbers from the tables.
# 1 point: too small: still learning; too large: unstable; read from both curves.
# 1 point: augmentation and training accuracy: harder images; the gap is what counts.
# 1 point: noise: standard error of about 0.02, or several seeds.
# ### END MARK SCHEME

# %% [markdown]
# ## 8. The final training run
#
# After each epoch, one line is appended to `train.txt` and one to `validation.txt`. Whenever the
# validation loss reaches a new minimum, the weights are saved.

# %%
# %%attempt
from student_code.animals import dump_metrics

EPOCHS = 30 if is_real else 8
folder = results.folder() / "animals"
logs = {name: folder / f"{name}.txt" for name in ("train", "validation")}


def train_and_keep(network, optimizer, schedule, loss_of, epochs):
    """Train, log every epoch, and save the weights with the lowest validation loss."""
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
            print(f"epoch {epoch}: validation loss {lowest:.3f}, lowest so far, weights saved")


set_seeds(42)
network = AnimalNet(len(classes)).to(device)
optimizer = torch.optim.Adam(network.parameters(), lr=3e-3, weight_decay=1e-4)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
train_and_keep(network, optimizer, schedule, cross_entropy, EPOCHS)

# %% [markdown]
# The next cell plots the curves from the files, not from variables in memory.

# %%
# %%attempt
tables = {name: np.genfromtxt(log, names=True, delimiter="\t") for name, log in logs.items()}
picture = plots.logged_metrics(
    tables,
    ["loss", "accuracy", "precision", "recall"],
    source=source,
    title="AnimalNet, plotted from train.txt and validation.txt",
)
results.figure("part9_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# ## 9. Only from disk
#
# From here on, use only the model that was *saved*, because this is the file that you would give to
# others and that they would load. A `.pt` file is a pickle, and a pickle can contain any program,
# which runs as soon as the file is read. `torch.load(..., weights_only=True)` reads tensors and
# plain values and refuses everything else. Write `load_model`.
#
# A small part of the points is for files that don't exist, are damaged, or contain other weights: the
# error should say what to do.

# %% task="animals.load_model"
checks.grade("animals.load_model")

# %%
# %%attempt
from student_code.animals import load_model


class Surprise:
    """An object whose pickle calls print when it is read. It could call anything."""

    def __reduce__(self):
        return print, ("reading the file was enough to run this print call",)


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
    """Convert one-hot labels to class numbers, which the functions of Part 8 expect."""
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
# Here are the first ten test images of each class, whether the predictions are right or wrong:

# %%
# %%attempt
from student_code.analysis import misclassified


def show_predictions(places, name, title):
    """Plot these test images with the network's predictions."""
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
show_predictions(torch.cat(ten).tolist(), "part9_first_ten", "The first ten images of each class")

# %% [markdown]
# And here are the mistakes with the highest confidence:

# %%
# %%attempt
wrong = misclassified(found, 12)
if wrong:
    show_predictions(wrong, "part9_misclassified", "Confident and wrong")
print(f"{int((found['y_true'] != found['y_pred']).sum())} of {len(split['test'])} are wrong")

# %% [markdown]
# The next plot is a confusion matrix made of pictures. Each cell shows the test image with the most
# confident prediction, with the predicted probabilities as bars. The true class is blue.

# %%
# %%attempt
picture = plots.picture_matrix(
    split["test"].images,
    found["y_true"],
    found["y_prob"],
    classes,
    source=f"{source}, test",
    title="Confusion matrix of pictures (each row is a true class)",
)
results.figure("part9_picture_matrix", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Which two classes are confused, and which one hardly ever? Look at four of the
# mistakes: what in the image explains them (pose, color, background, size)? Is the network
# confident or hesitant when it is wrong, and what would you change first?

# %% [markdown] question="animal_mistakes"
# ### BEGIN SOLUTION
# Cats and dogs are confused with each other: both are four-legged, furry and of the same colors,
# and what distinguishes them (ears, muzzle) is a few pixels at 64 x 64. Pandas are black and white,
# unlike the other classes, and are hardly ever confused. The mistakes are animals seen from the
# side or from behind, small in the image, cut off by its border, or of a color that is frequent in
# the other class. Most of the mistakes are hesitant (the bars of the two classes are about equally
# long), and a few are confident: there, the color or the background suggests the other class. First
# I would use larger images, so that ears and muzzles have more pixels, and then features of a
# network that was pretrained on many animals.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the confused pair and the easy class, with counts from the student's own matrix.
# 1 point: four mistakes explained by what is visible in the images.
# 1 point: confident or hesitant, read from the bars, and a change that follows from it.
# ### END MARK SCHEME

# %% [markdown]
# ## 10. Another loss
#
# The cross-entropy of a prediction that is right and confident is small, but there are many such
# predictions. The **focal loss** reduces their influence: each example is weighted by
# $(1 - p)^\gamma$, where $p$ is the probability of its true class. It was designed for object
# detectors, which see a thousand easy background regions for every object. **Label smoothing**
# works differently: it asks for a little less than certainty (0.9 for the true class and the rest
# for the others), so that the logits don't have to grow forever.
#
# Write `FocalLoss`, which takes logits. Pay attention to two weak spots of the formula: $\log p$
# when $p$ has become 0 in a float, and the slope of $(1 - p)^\gamma$ when $p$ has become 1.
#
# A small part of the points is for refusing a negative $\gamma$, which would make easy examples count
# more.

# %% task="animals.FocalLoss"
checks.grade("animals.FocalLoss")

# %%
# %%attempt
from student_code.animals import FocalLoss


def as_it_is_written(scores, targets, gamma=2.0):
    """Compute the focal loss directly from its formula."""
    probability = (scores.softmax(dim=1) * targets).sum(dim=1)
    return (-((1 - probability) ** gamma) * probability.log()).mean()


target = torch.tensor([[1.0, 0.0, 0.0]])
print(f"{'logit':>6}{'direct formula':>20}{'yours':>12}   gradients of both")
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
# Now compare the losses. A single seed tells you little, so each loss gets three. Everything else
# is the same: a quarter of the training images, a few epochs, validation accuracy and calibration
# error (Part 8).

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
    """Train with one loss and seed, return accuracy and calibration error on validation."""
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
# **Question.** Why might another loss help here, and why might it not? Compare the three losses by
# the mean and standard deviation over the seeds: is any difference in accuracy larger than the
# effect of the seed? How does each loss affect the calibration, and can you explain it from its
# formula? Which one do you choose?

# %% [markdown] question="which_loss"
# ### BEGIN SOLUTION
# The focal loss is meant for data in which many easy examples outweigh a few hard ones. Here the
# classes have equal sizes, but pandas are easy and cats and dogs are not, so it might help a little
# with the hard pair. The mean accuracies are within about one standard deviation of each other, so
# with three seeds I can't claim any difference in accuracy. The calibration differs more: the focal
# loss stops increasing p once it is large, and label smoothing asks for 0.9 instead of 1, so both
# make the network less confident. After a few epochs, when the network is not overconfident yet,
# that makes it underconfident, and the calibration error grows; after many epochs, when
# cross-entropy makes it overconfident, the error would shrink. I choose cross-entropy: it is the
# simplest, and no measurement favors another loss.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the reason for the alternative loss, related to this data set.
# 1 point: means with standard deviations over the seeds, and the difference compared with them.
# 1 point: calibration explained from the formulas.
# 1 point: a decision that follows from the results.
# ### END MARK SCHEME

# %% [markdown]
# ## 11. The second track: ResNet-18, minibatch by minibatch
#
# CIFAR-10 contains 60,000 images of 32 x 32 pixels in ten classes. If you have it
# (`python -m data_scripts fetch cifar10`), a ResNet-18 trains on all of it, preferably on a GPU.
# Otherwise the same code runs on a small part of the animals at 32 x 32, and the network keeps its
# first max pooling to save time. Training takes five epochs, with flips and random crops with a
# padding of 4. The mean and standard deviation are the published ones for CIFAR-10.

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
print(f"{len(learn_from)} training images: {where}")

# %%
# %%attempt
set_seeds(0)
residual = models.resnet18(num_classes=len(names))
# Images of 32 x 32 pixels are too small for a stride in the first convolution.
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
    print(f"epoch {epoch}: train loss {recent[0]:.3f}, accuracy {recent[1]:.3f}; held-out {right:.3f}")
picture = plots.minibatches(
    losses, accuracies, len(train), source=where, title="ResNet-18, minibatch by minibatch"
)
results.figure("part9_resnet", picture.figure, alt=picture.alt)
results.number("part9_resnet", right, seed=0, device=str(device), note=where)

# %% [markdown]
# **Question.** Describe the minibatch curves: why do they jump although the loss is falling, and
# what does the running mean hide? Is the accuracy on the held-out images above or below that of the
# training minibatches, and which two reasons could explain it?

# %% [markdown] question="residual_track"
# ### BEGIN SOLUTION
# Each minibatch is a different small sample: with 48 images, one standard error of an accuracy of
# 0.8 is 0.06, so the points scatter around a slow trend. The running mean of ten shows this trend
# ten steps late, and hides how much single steps vary. The held-out accuracy can be above the
# training accuracy, because training images are cropped and flipped, measured in train mode, and
# seen before the weights have learned from the rest of the epoch. Or it can be below, because the
# network has been trained on the training images and not on these (and there are very few of them
# in the synthetic data set).
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the scatter is sampling noise of a small batch around a falling trend.
# 1 point: two reasons for the order of the accuracies: augmentation, train mode or earlier weights
# on one side, overfitting on the other.
# ### END MARK SCHEME

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel and run all cells from top to bottom. The studies are loaded from their files;
# the final training run is repeated and gives the same results. Hand in `results/animals` with your
# notebook: someone will load your model, so it must contain nothing but weights.
