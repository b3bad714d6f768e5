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
# **You will learn** to build a complete project yourself: a reproducible split, a data set,
# augmentation, a network, a training loop, logs, hyperparameter tuning, a model that is saved and
# loaded, a final evaluation on the test set, and a custom loss. A second, shorter track then trains
# a ResNet-18 with your own loaders, and fine-tunes a pretrained one on the animals. At the end, you
# show your model to others.
#
# **Time needed**: about seven hours, best on three days. All training together takes about
# three minutes on two cores with the synthetic images. A GPU helps with the real images and with
# CIFAR-10.
#
# **You need** from earlier parts: `predict`, `generate_confusion_matrix`,
# `accuracy_precision_recall_f1` and `misclassified` (Part 8), and `extract_features` and
# `freeze_first_layers` (Part 4). While one of them is not implemented, the cells that use it say
# so, and the notebook continues. When your work is graded, the course's own module replaces a
# module of an earlier part that fails its tests, so a mistake there costs no points here.
#
# **Common pitfalls**
# - If the split is different tomorrow, yesterday's training images end up in tomorrow's test set.
# - Validation only measures. If it changes a single weight, it is training.
# - A model file can contain a program. Load only weights.

# %% setup=true
# Run this cell first, and again after each restart of the kernel: it makes %%attempt known and
# locates the course folder. On Colab, it also downloads the course and keeps your files.
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
# ## Real photographs or drawings?
#
# The next cell downloads the real photographs of this part once, if the network answers. Otherwise
# the course draws similar images, which are enough for every exercise. Plots and the report name
# the images that they are about. You can change the kind of images at any time, and the results
# with each kind are kept: run `data.get("animals", "drawings")` or `data.get("animals",
# "photographs")`.

# %%
# %%attempt
located = data.get("animals")

# %% [markdown]
# ## 1. Seeds
#
# *About 5 minutes.*
#
# This notebook uses three random number generators: those of Python, NumPy and
# torch. If you seed all three, the same cells give the same numbers on the same machine.

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
# **Next**: the data, and a split that you can rely on.
#
# ## 2. A split that is the same everywhere
#
# *About 40 minutes.*
#
# There are three classes of 1,000 images each. Of each class, use 70% for
# training, 10% for validation, and 20% for the test set. A seed alone isn't enough: the result of a
# shuffle depends on the initial order, and different file systems list files in different orders.
# Write `split_dataset` in `student_code/animals.py`.
#
# The photographs are in a zip file on Google Drive. The cell at the top of this notebook gets
# them with the package `gdown`, and verifies and unpacks them. Without them, the course draws
# synthetic animals. To get any other file from Drive, share it as "Anyone with the link", copy its
# id from the link, and call `download_from_drive("ID", Path("data/my_images.zip"))`, which you
# import from `data_scripts.drive`.
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
# **Next**: the lists of paths and labels become a data set that a loader can read.
#
# ## 3. One-hot labels
#
# *About 10 minutes.*
#
# A one-hot label writes the class as probabilities: 1 for the true class, 0 for
# the others. A loss can then compare the prediction with the label entry by entry, and labels that
# are less than certain can be expressed, too. Write `OneHotDataset`.
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
# **Next**: 2,100 training images are few for such a network, so you make more of each.
#
# ## 4. Augmentation
#
# *About 25 minutes.*
#
# Training images get random changes that keep the label correct: the animal is
# mirrored, it moves, and the light changes. The images used for evaluation stay unchanged. Choose
# the changes yourself: write `get_augmentation` in `student_code/animal_training.py`.

# %% task="animal_training.get_augmentation"
checks.grade("animal_training.get_augmentation")

# %% [markdown]
# Look at what your augmentation does to one image of each class. Would you still recognize the
# animal in all of them?

# %%
# %%attempt
from torchvision.transforms import v2

from student_code.animal_training import get_augmentation

mean, std = data.pixel_statistics(split["train"])
augmentation = get_augmentation()
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
# **Next**: the network that learns from these images.
#
# ## 5. The network
#
# *About 25 minutes.*
#
# Write `AnimalNet`: blocks of convolution, batch normalization, ReLU and max
# pooling, then a linear layer. Its forward pass returns logits, and `predict_proba` returns
# probabilities.

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
# **Next**: a training loop that works for any network and any loss.
#
# ## 6. Training and evaluation
#
# *About 40 minutes.*
#
# This time you don't use `toolbox.training.trainer`. Write `run_epoch`, one
# pass over a loader. **With** an optimizer, it trains (train mode, one step per batch). **Without**
# one, it only evaluates (eval mode, no gradients). It returns the mean loss per image, the
# accuracy, and the macro precision and recall, which your functions of Part 8 compute.

# %% task="animal_training.run_epoch"
checks.grade("animal_training.run_epoch")

# %% [markdown]
# Does validation really leave the network unchanged? Don't take it on trust: compare a hash of all
# weights and batch statistics before and after.

# %%
# %%attempt
import hashlib

from torch.utils.data import DataLoader

from student_code.animal_training import run_epoch


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
run_epoch(network, loader_of(split["validation"], normalise), cross_entropy, device=device)
print("after validation", fingerprint(network))
print("gradient of a weight after validation:", next(network.parameters()).grad)
run_epoch(network, loader_of(few, changing, shuffle=True), cross_entropy, optimizer, device)
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
# **Next**: with a loop and a log, you can compare settings.
#
# ## 7. Tuning
#
# *About 35 minutes.*
#
# Change one thing at a time, train on a quarter of the training images, and
# compare on the validation set. Start with the learning rate, then switch the augmentation from
# above off and on, and then study a setting of your own choice.

# %%
# %%attempt
from toolbox.training import ablation

quarter = split["train"].subset(range(0, len(split["train"]), 4), "train")
SHORT = 15 if is_real else 4


def short_run(settings):
    """Train for a few epochs with these settings and return the values for the table."""
    set_seeds(settings["seed"])
    network = AnimalNet(len(classes)).to(device)
    optimizer = torch.optim.Adam(
        network.parameters(), lr=settings["lr"], weight_decay=settings["weight_decay"]
    )
    transform = changing if settings["augmentation"] == "yes" else normalise
    train = loader_of(quarter, transform, settings["batch"], settings["seed"], shuffle=True)
    validation = loader_of(split["validation"], normalise)
    for _ in range(settings["epochs"]):
        learnt = run_epoch(network, train, cross_entropy, optimizer, device)
    measured = run_epoch(network, validation, cross_entropy, device=device)
    return {
        "train_accuracy": learnt["accuracy"],
        "validation_accuracy": measured["accuracy"],
        "validation_loss": measured["loss"],
    }


def study(name, key, values, **fixed):
    """Run a study of one setting, print its table, and plot it."""
    usual = {"lr": 3e-3, "batch": 32, "weight_decay": 0.0, "augmentation": "yes"}
    usual |= {"epochs": SHORT, "seed": 0, **fixed}
    settings = [{**usual, key: value} for value in values]
    # One folder for all studies: equal settings are trained once.
    found = ablation.run("animals", settings, short_run, version=quarter.provenance.fingerprint)
    print(found.table())
    picture = plots.study(found.rows, key, source=f"{source}, a quarter of train", title=name.replace("_", " "))
    results.figure(f"part9_study_{key.lower()}", picture.figure, alt=picture.alt)
    results.number(f"part9_study_{key.lower()}", found.rows, data=quarter, seed=0)
    return found


rates = study("learning_rate", "lr", [1e-4, 3e-3, 1e-1])

# %%
# %%attempt
with_and_without = study("augmentation", "augmentation", ["no", "yes"])

# %% [markdown]
# Now your own study: choose `batch`, `weight_decay` or `seed`, and two or three values. (The
# studies above used 32, 0 and 0.) Write down what you expect before you run it.

# %% nbgrader={"grade": false, "grade_id": "part9_own_study", "locked": false, "schema_version": 3, "solution": true, "task": false, "cell_type": "code"}
# %%attempt
# study("a name for it", "batch", [two or three values])
### BEGIN SOLUTION
own = study("batch_size", "batch", [32, 128])
### END SOLUTION

# %% [markdown]
# **Question.** Which settings do you choose, and by which metric? What happens at the lowest and at
# the highest learning rate, as far as you can tell from training and validation together? Does
# augmentation raise or lower the *training* accuracy, and why is that not a contradiction? What did
# you expect of your own study, and what does it show? How large must a difference be before you
# trust it, with this many validation images and one seed?

# %% [markdown] question="tuning_findings"
# ### BEGIN SOLUTION
# I choose by validation accuracy (and if it is equal, by validation loss): 3e-3 with augmentation.
# With 1e-4, both accuracies are still lower (0.64 in training and 0.71 on validation), because the
# network has not made much progress in these epochs; with 0.1, training is unstable and both end
# far lower. Augmentation lowers the training accuracy a little, because each image is harder and
# never appears twice in the same form. That is not a contradiction, because the purpose of
# augmentation is to reduce the gap: without it, training was at 0.89 and validation at 0.81; with
# it, they were at 0.84 and 0.85. Of a batch size of 128 I expected slower learning in these few
# epochs, because it takes a quarter of the steps of 32. Validation was at 0.65, with 0.85 for 32,
# as expected. With 300 validation images, one standard error of an accuracy is 0.017 at 0.9 and
# 0.026 at 0.7, so differences below four or five points with one seed are noise: my own study shows
# more than that. The gain in validation accuracy from augmentation is at the limit of noise,
# too; the smaller gap is clearer. The learning rates differ far more, although a single seed in
# such a short training run can still be an unlucky one.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: settings chosen by validation, with numbers from the tables.
# 1 point: too small: still learning; too large: unstable; read from both curves.
# 1 point: augmentation and training accuracy: harder images; the gap is what counts.
# 1 point: noise: standard error of about 0.02, or several seeds; the student's own study, with an
# expectation, is judged by it.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: the best settings, and all training images.
#
# ## 8. The final training run
#
# *About 25 minutes.*
#
# After each epoch, one line is appended to `train.txt` and one to `validation.txt`. Whenever the
# validation loss reaches a new minimum, the weights are saved. Write `train_and_keep`, which does
# all of this with your `run_epoch` and your `dump_metrics`.

# %% task="animal_training.train_and_keep"
checks.grade("animal_training.train_and_keep")

# %%
# %%attempt
from student_code.animal_training import train_and_keep

EPOCHS = 30 if is_real else 8
folder = results.folder() / "animals"
logs = {name: folder / f"{name}.txt" for name in ("train", "validation")}

set_seeds(42)
network = AnimalNet(len(classes)).to(device)
optimizer = torch.optim.Adam(network.parameters(), lr=3e-3, weight_decay=1e-4)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
best = train_and_keep(
    network,
    loader_of(split["train"], changing, shuffle=True),
    loader_of(split["validation"], normalise, batch=256),
    cross_entropy,
    optimizer,
    EPOCHS,
    folder,
    device,
    after_epoch=schedule.step,
)
print(f"kept the weights of epoch {best} of {EPOCHS} in {(folder / 'model.pt').name}")

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
# **Next**: the network in memory is no longer needed.
#
# ## 9. Only from disk
#
# *About 35 minutes.*
#
# From here on, use only the model that was *saved*, because this is the file
# that you would give to others and that they would load. A `.pt` file is a pickle, and a pickle can
# contain any program, which runs as soon as the file is read. `torch.load(..., weights_only=True)`
# reads tensors and plain values and refuses everything else. Write `load_model`.
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
from student_code.analysis import (
    accuracy_precision_recall_f1,
    generate_confusion_matrix,
    predict,
)

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
each = {
    name: {key: float(row[key][label]) for key in ("precision", "recall", "f1")}
    for label, name in enumerate(classes)
}
results.number("part9_test_classes", each, data=split["test"], seed=42, device=str(device))
shares = generate_confusion_matrix(
    found["y_true"], found["y_pred"], len(classes), normalize=True
)
picture = plots.confusion_matrices(
    {"AnimalNet": shares}, classes, source=f"{source}, test", title="Confusion matrix"
)
results.figure("part9_confusion", picture.figure, alt=picture.alt)

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
# Confident mistakes are rare cases, chosen because they are rare. For an impression of what is
# *usual*, pick test images at random: six that are right and six that are wrong. The bars below
# each image show the predicted probabilities, the true class in blue.

# %%
# %%attempt
right = found["y_true"] == found["y_pred"]
chance = torch.Generator().manual_seed(7)  # another seed picks other images
for chosen, name, title in (
    (right, "right", "Six test images at random, of those that are right"),
    (~right, "wrong", "Six test images at random, of those that are wrong"),
):
    places = chosen.nonzero().flatten()
    places = places[torch.randperm(len(places), generator=chance)[:6]].tolist()
    if not places:
        print(f"no image is {name}")
        continue
    picture = plots.probability_bars(
        [split["test"].images[place] for place in places],
        found["y_true"][places],
        found["y_prob"][places],
        classes,
        source=f"{source}, test",
        title=title,
    )
    results.figure(f"part9_random_{name}", picture.figure, alt=picture.alt)

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
# confident or hesitant when it is wrong: do the most confident mistakes and the random ones give
# the same answer? What would you change first?

# %% [markdown] question="animal_mistakes"
# ### BEGIN SOLUTION
# 15 of 600 test images are wrong. Cats and dogs are confused with each other: both are four-legged,
# furry and of the same colors, and what distinguishes them (ears, muzzle) is a few pixels at 64 x
# 64. A panda is hardly ever missed (199 of 200), but six cats and dogs are predicted as pandas:
# those that are black and white. The other mistakes are animals that are small or dark, or that
# have the colors which are frequent in the other class. Of the six mistakes picked at random, four
# are hesitant (0.42 to 0.73) and two are confident (0.95 and 0.97). The list of the most confident
# mistakes alone would suggest that all of them are confident, because it was chosen by confidence.
# First I would use larger images, so that ears and muzzles have more pixels, and augment the colors
# more, since color decides too much here; then features of a network that was pretrained on many
# animals.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the confused pair and the easy class, with counts from the student's own matrix.
# 1 point: four mistakes explained by what is visible in the images.
# 1 point: confident or hesitant, read from the bars of randomly picked mistakes and not from the
# most confident ones alone, and a change that follows from it.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: find out whether another loss gives a better network.
#
# ## 10. Another loss
#
# *About 40 minutes.*
#
# The cross-entropy of a prediction that is right and confident is small, but
# there are many such predictions. The **focal loss** reduces their influence: each example is
# weighted by $(1 - p)^\gamma$, where $p$ is the probability of its true class. It was designed for
# object detectors, which see a thousand easy background regions for every object. **Label
# smoothing** works differently: it asks for a little less than certainty, so that the logits don't
# have to grow forever. With a smoothing of $\varepsilon$ and $K$ classes, the target is $1 -
# \varepsilon + \varepsilon / K$ for the true class and $\varepsilon / K$ for each of the others.
#
# How much is that for three classes and torch's `label_smoothing=0.1`? The gradient of the
# cross-entropy with respect to the logits is the predicted probabilities minus the target, so
# torch's own gradient reveals the target:

# %%
logits = torch.tensor([[0.3, -1.0, 2.0]], requires_grad=True)
smooth = torch.nn.CrossEntropyLoss(label_smoothing=0.1)(logits, torch.tensor([0]))
smooth.backward()
target = logits.detach().softmax(dim=1) - logits.grad
print("target of an example of class 0:", [round(value, 3) for value in target[0].tolist()])

# %% [markdown]
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
from toolbox.analysis.comparisons import over_seeds
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
        run_epoch(network, train, LOSSES[settings["loss"]], optimizer, device)
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
# Is a difference between two means more than the effect of the seeds? Compare it with its standard
# error, which for $n$ seeds each is $\sqrt{(s_1^2 + s_2^2) / n}$. Their ratio is called $t$. The
# p-value is the probability of a $|t|$ at least as large if the two losses were equally good. The
# next cell computes both with Welch's test.

# %%
# %%attempt
for key, runs in measures.items():
    for name in ("focal", "label smoothing"):
        test = over_seeds(runs[name], runs["cross-entropy"])
        print(
            f"{key:<18}{name} minus cross-entropy: {test.difference:+.3f}, "
            f"t = {test.t:+.1f}, p = {test.p_value:.2g}"
        )

# %% [markdown]
# **Question.** Why might another loss help here, and why might it not? Compare the three losses by
# the mean and standard deviation over the seeds: which differences are larger than the effect of
# the seeds, by $t$ and p-value, and how does it matter that you look at several of them? How does
# each loss affect the calibration, and can you explain it from its formula? Which one do you
# choose?

# %% [markdown] question="which_loss"
# ### BEGIN SOLUTION
# The focal loss is meant for data in which many easy examples outweigh a few hard ones. Here the
# classes have equal sizes, but pandas are easy and cats and dogs are not, so it might help a little
# with the hard pair. The accuracies are 0.853 ± 0.021 with cross-entropy, 0.817 ± 0.020 with the
# focal loss and 0.841 ± 0.022 with label smoothing. The differences from cross-entropy are -0.037
# (t = -2.2, p = 0.09) and -0.012 (t = -0.7, p = 0.53): with three seeds, I can't claim any
# difference in accuracy. The calibration error is 0.079 ± 0.025 with cross-entropy, 0.161 ± 0.030
# with the focal loss (t = 3.6, p = 0.024) and 0.109 ± 0.028 with label smoothing (t = 1.4, p =
# 0.23). I look at four differences, so one p-value below 0.05 may be chance, and none is below 0.05
# / 4. More seeds could show whether the focal loss really calibrates worse. It would have a reason:
# the focal loss stops increasing p once it is large, and label smoothing asks for 0.933 instead of
# 1, so both make the network less confident. After a few epochs, when the network is not
# overconfident yet, that makes it underconfident, and the calibration error grows; after many
# epochs, when cross-entropy makes it overconfident, the error would shrink. I choose cross-entropy:
# it is the simplest, and no measurement favors another loss.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the reason for the alternative loss, related to this data set.
# 1 point: differences of the means compared with their standard error (t or p-value of the
# student's own run), with the conclusion that fits these numbers, and a word on several comparisons
# or on only three seeds.
# 1 point: calibration explained from the formulas.
# 1 point: a decision that follows from the results.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: the same steps for a well-known network and data set.
#
# ## 11. The second track: ResNet-18, minibatch by minibatch
#
# *About 50 minutes.*
#
# CIFAR-10 contains 60,000 images of 32 x 32 pixels in ten classes. If you have it (run
# `data.get("cifar10")` to get it), a ResNet-18 trains on all of it, preferably on a GPU.
# Otherwise the same code runs on a small part of the animals at 32 x 32, and the network keeps its
# first max pooling to save time. Every result says which of the two it was.

# %%
# %%attempt
from torch.utils.data import Subset
from torchvision import datasets, models
from torchvision.transforms.functional import to_pil_image


class Pictures(torch.utils.data.Dataset):
    """A data set of tensors as PIL images, the form in which CIFAR-10 comes."""

    def __init__(self, base):
        self.base = base

    def __len__(self):
        return len(self.base)

    def __getitem__(self, index):
        picture, label = self.base[index]
        return to_pil_image(picture), int(label)


try:
    cifar = data.locate("cifar10")
    learn_from = datasets.CIFAR10(cifar.path, train=True)
    measure_on = datasets.CIFAR10(cifar.path, train=False)
    names, where = learn_from.classes, cifar.label
except data.DataProblem:
    small = data.animals(size=32)
    place_of_small = {path: place for place, path in enumerate(small.paths)}
    parts = [[place_of_small[str(p)] for p, _ in lists[name]] for name in ("train", "validation")]
    learn_from = Pictures(Subset(small, parts[0][::3]))
    measure_on = Pictures(Subset(small, parts[1]))
    names, where = small.classes, f"{source}, a third of train, 32 x 32"
print(f"{len(learn_from)} training images: {where}")

# %% [markdown]
# ### Two standard deviations
#
# For CIFAR-10, you find two triples of standard deviations in published code: (0.2470, 0.2435,
# 0.2616) and (0.2023, 0.1994, 0.2010). The first is the standard deviation of **all pixels**. The
# second is the **mean of the standard deviations of the images**, which leaves out how much the
# images differ from each other in brightness. Only the first gives inputs with a standard deviation
# of 1. The next cell computes both for the images at hand, and shows the inputs that they lead to.

# %%
# %%attempt
pixels = torch.stack([v2.functional.to_image(picture) for picture, _ in learn_from]).double() / 255
of_all = pixels.std(dim=(0, 2, 3), correction=0)
of_each = pixels.std(dim=(2, 3), correction=0).mean(dim=0)
center = pixels.mean(dim=(0, 2, 3))
scaled = {}
for name, triple in (("all pixels", of_all), ("mean over images", of_each)):
    scaled[name] = (pixels - center[:, None, None]) / triple[:, None, None]
    print(
        f"standard deviation, {name:<17}", triple.numpy().round(4),
        f"-> inputs with {scaled[name].std(correction=0):.3f}",
    )
measured_std = {"of all pixels": of_all.tolist(), "mean over images": of_each.tolist()}
results.number("part9_two_deviations", measured_std, note=where)

# %% [markdown]
# The difference is small enough that networks learn with either, which is why the second triple has
# been copied for years without being noticed. This notebook uses the first, with the mean (0.4914,
# 0.4822, 0.4465), for CIFAR-10 and for the animals.
#
# ### Loaders and training
#
# Write `make_loaders` in `student_code/minibatch_training.py`: batches of 128 training images and
# of 100 test images, two worker processes each, random crops with a padding of 4, and flips.

# %% task="minibatch_training.make_loaders"
checks.grade("minibatch_training.make_loaders")

# %% [markdown]
# An epoch hides what happens within it. Write `train_minibatches`, which trains for one epoch and
# returns loss and accuracy of every minibatch.

# %% task="minibatch_training.train_minibatches"
checks.grade("minibatch_training.train_minibatches")

# %%
# %%attempt
from student_code.minibatch_training import make_loaders, train_minibatches

CIFAR_MEAN, CIFAR_STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
set_seeds(0)
train, held_out = make_loaders(learn_from, measure_on, CIFAR_MEAN, CIFAR_STD)
residual = models.resnet18(num_classes=len(names))
# Images of 32 x 32 pixels are too small for a stride in the first convolution.
residual.conv1 = torch.nn.Conv2d(3, 64, kernel_size=3, padding=1, bias=False)
if len(names) == 10:
    residual.maxpool = torch.nn.Identity()
residual.to(device)
stepper = torch.optim.SGD(residual.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
rates = torch.optim.lr_scheduler.OneCycleLR(stepper, 0.05, epochs=4, steps_per_epoch=len(train))
losses, accuracies = [], []
for epoch in range(1, 5):
    new = train_minibatches(residual, train, stepper, device, after_step=rates.step)
    losses += new[0]
    accuracies += new[1]
    said = predict(residual, held_out, device)
    share = float((said["y_true"] == said["y_pred"]).double().mean())
    recent = np.mean(new[0]), np.mean(new[1])
    print(f"epoch {epoch}: train loss {recent[0]:.3f}, accuracy {recent[1]:.3f}; held-out {share:.3f}")
picture = plots.minibatches(
    losses, accuracies, len(train), source=where, title="ResNet-18, minibatch by minibatch"
)
results.figure("part9_resnet", picture.figure, alt=picture.alt)
matrix = generate_confusion_matrix(said["y_true"], said["y_pred"], len(names))
row = accuracy_precision_recall_f1(matrix)
reached = {key: float(row[key]) for key in ("accuracy", "macro_precision", "macro_recall", "macro_f1")}
results.number("part9_resnet", reached, seed=0, device=str(device), note=where)
shares = generate_confusion_matrix(said["y_true"], said["y_pred"], len(names), normalize=True)
picture = plots.confusion_matrices(
    {"ResNet-18": shares}, names, source=f"{where}, held out", title="Confusion matrix"
)
results.figure("part9_resnet_confusion", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Describe the minibatch curves: why do they jump although the loss is falling, and
# what does the running mean hide? Is the accuracy on the held-out images above or below that of the
# training minibatches, and which two reasons could explain it?

# %% [markdown] question="residual_track"
# ### BEGIN SOLUTION
# Each minibatch is a different small sample: with 128 images, one standard error of an accuracy of
# 0.7 is 0.04, so the points scatter around a slow trend. The running mean of ten shows this trend
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
# **Next**: the opposite of "from scratch".
#
# ## 12. ResNet-18, fine-tuned
#
# *About 30 minutes.*
#
# AnimalNet started from random weights. A pretrained network has already learned from other
# images, and only has to learn what is special about yours. Fine-tune a pretrained ResNet-18 on the
# animals twice: without augmentation, and with your own. In both runs, a new last layer replaces
# the old one, all layers are trained, and your `train_and_keep` keeps the weights of the best epoch.
#
# The network has the ImageNet weights if they can be obtained. Otherwise it is the course's own
# ResNet-18, which has a quarter of the channels and was pretrained on drawn pictures of 55 other
# classes. Without a GPU, the images stay at 64 x 64 pixels. The next cell reports which weights you
# have, and so does every result.

# %%
# %%attempt
import copy

from torch import nn

from toolbox.models.backbones import load_backbone
from toolbox.training.history import logged_history

pretrained = load_backbone("resnet18")
on_cpu = torch.device(device).type == "cpu"
larger = data.animals(size=64 if on_cpu else pretrained.input_size)
tuning = {
    name: larger.subset([place_of[str(path)] for path, _ in pairs], name)
    for name, pairs in lists.items()
}
to_resnet = v2.Normalize(pretrained.mean, pretrained.std)
tuned_source = f"{source}; {pretrained.source}"
TUNED_EPOCHS = 8 if is_real else 4


def measured(network, images, transform):
    """Return the network's predictions for the images and their metrics, in eval mode."""
    batches = loader_of(images, transform, batch=200)
    said = predict(network, as_labels(batches), device)
    counts = generate_confusion_matrix(said["y_true"], said["y_pred"], len(classes))
    return said, accuracy_precision_recall_f1(counts)


def fine_tune(name, transform, title):
    """Fine-tune all layers, plot the curves, and return the network of the best epoch."""
    set_seeds(0)
    network = copy.deepcopy(pretrained.model)
    network.fc = nn.Linear(network.fc.in_features, len(classes))
    network.to(device)
    steps = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-2)
    rates = torch.optim.lr_scheduler.CosineAnnealingLR(steps, TUNED_EPOCHS)
    place = results.folder() / name
    best = train_and_keep(
        network,
        loader_of(tuning["train"], transform, shuffle=True),
        loader_of(tuning["validation"], to_resnet, batch=200),
        cross_entropy,
        steps,
        TUNED_EPOCHS,
        place,
        device,
        after_epoch=rates.step,
    )
    network.load_state_dict(torch.load(place / "model.pt", weights_only=True))
    picture = plots.training_curves(logged_history(place), source=tuned_source, title=title)
    results.figure(f"part9_{name}_curves", picture.figure, alt=picture.alt)
    print(f"kept the weights of epoch {best} of {TUNED_EPOCHS}; in eval mode, without augmentation:")
    for part in ("train", "validation"):
        _, row = measured(network, tuning[part], to_resnet)
        print(f"    {part:<11} accuracy {row['accuracy']:.3f}, macro F1 {row['macro_f1']:.3f}")
    return network


# %%
# %%attempt
tuned = fine_tune("resnet_tuned", to_resnet, "ResNet-18, fine-tuned without augmentation")

# %% [markdown]
# **Question.** Is this network overfitting? Argue from the curves of loss and accuracy, from the
# epoch that was kept, and from the accuracies in eval mode. Which of these would you see if you
# looked at the training accuracy alone?

# %% [markdown] question="resnet_overfitting"
# ### BEGIN SOLUTION
# It is beginning to. The training loss falls steadily, from 0.52 to 0.08. The validation loss falls
# more and more slowly, from 0.14 to 0.13 in the last epoch, and from epoch 3 on it is above the
# training loss. The last of the four epochs was kept, so more training does no harm yet, but it
# mostly helps on the training images. In eval mode, the accuracy is 0.991 on training images and
# 0.970 on validation images. With 300 validation images, one standard error is 0.01, so this gap
# alone would be weak evidence; the losses support it. In the curves of the accuracy there is no gap
# at all, 0.970 and 0.970, because the training accuracy is the mean over an epoch in which the
# network still improved. From the training accuracy alone, I would see only a network that gets
# better and better.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: compares training with validation by numbers: both curves, or the gap in eval mode.
# 1 point: a conclusion that follows from them, including whether the validation loss still falls,
# stays or rises.
# ### END MARK SCHEME

# %% [markdown]
# Now the same run with your `get_augmentation`. Everything else is the same, including the seed.

# %%
# %%attempt
augmented = fine_tune(
    "resnet_augmented",
    v2.Compose([augmentation, to_resnet]),
    "ResNet-18, fine-tuned with augmentation",
)

# %% [markdown]
# **Question.** Is this network overfitting? What has augmentation changed in the training curve, in
# the validation curve, and in the gap that is measured in eval mode?

# %% [markdown] question="resnet_augmented_overfitting"
# ### BEGIN SOLUTION
# No, not after these four epochs: in eval mode, the accuracy is 0.957 on training images and on
# validation images. The training loss ends at 0.21 instead of 0.08, because each image is different
# in every epoch and can't be memorized. It is above the validation loss (0.13 at the end) in all
# epochs. That does not mean that the validation images are easier: the training curve is measured
# on augmented images, in train mode. The validation loss ends where it ended without augmentation,
# and the accuracies, 0.957 and 0.970, differ by four of 300 images, which is within noise. So
# augmentation has removed the gap, but so far it has not improved validation. Since there is no gap
# yet, this network could be trained for longer.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the gap with augmentation and its difference from the run without, by numbers; training
# and validation must be compared in eval mode, since the training curve is measured on augmented
# images.
# 1 point: a conclusion that follows from the numbers, and that considers how many images the
# difference is.
# ### END MARK SCHEME

# %% [markdown]
# ### Three networks compared
#
# Each network is now measured on the test images, once. AnimalNet is the model that you loaded from
# disk. The last lines of the output compare both ResNets with AnimalNet on the same images, with
# McNemar's test (Part 6).

# %%
# %%attempt
from toolbox.analysis.comparisons import paired_outcomes

networks = {
    "AnimalNet": (model, split, normalise),
    "fine-tuned": (tuned, tuning, to_resnet),
    "with augmentation": (augmented, tuning, to_resnet),
}
rows, shares, is_right = [], {}, {}
print(f"{'':<18}{'weights':>11}{'train':>8}{'validation':>12}{'test':>7}{'test F1':>9}")
for name, (network, images_of, transform) in networks.items():
    reached = {"network": name, "weights": sum(p.numel() for p in network.parameters())}
    for part in lists:
        said, row = measured(network, images_of[part], transform)
        reached |= {part: float(row["accuracy"]), f"{part}_f1": float(row["macro_f1"])}
    rows.append(reached)
    is_right[name] = said["y_true"] == said["y_pred"]
    shares[name] = generate_confusion_matrix(
        said["y_true"], said["y_pred"], len(classes), normalize=True
    )
    print(
        f"{name:<18}{reached['weights']:>11,}{reached['train']:>8.3f}"
        f"{reached['validation']:>12.3f}{reached['test']:>7.3f}{reached['test_f1']:>9.3f}"
    )
results.number("part9_three_networks", rows, data=tuning["test"], seed=0, note=pretrained.source)
for name in ("fine-tuned", "with augmentation"):
    pair = paired_outcomes(is_right[name], is_right["AnimalNet"])
    print(
        f"{name}: {pair.only_first} images that only this network classifies correctly, "
        f"{pair.only_second} that only AnimalNet does, p = {pair.p_value:.2g}"
    )
picture = plots.confusion_matrices(
    shares, classes, source=f"{tuned_source}, test", title="AnimalNet and both ResNets"
)
results.figure("part9_three_confusions", picture.figure, alt=picture.alt)

# %% [markdown]
# The input of the last layer shows how far each network separates the classes. t-SNE (Part 4) maps
# these features of 100 training and 100 validation images to two and to three dimensions.

# %%
# %%attempt
from student_code.transfer import extract_features
from toolbox.analysis.embedding import tsne
from toolbox.analysis.features import Body

chance = torch.Generator().manual_seed(4)
sample = {
    part: torch.randperm(len(tuning[part]), generator=chance)[:100]
    for part in ("train", "validation")
}
truth = torch.cat([tuning[part].labels[places] for part, places in sample.items()])
unseen = torch.arange(len(truth)) >= len(sample["train"])
features = {}
for name, (network, images_of, transform) in networks.items():
    drawn = [images_of[part].subset(places, part) for part, places in sample.items()]
    batches = [as_labels(loader_of(images, transform, batch=100)) for images in drawn]
    features[name] = torch.cat([extract_features(Body(network), b, device)[0] for b in batches])
for dimensions in (2, 3):
    picture = plots.feature_maps(
        {name: tsne(points, dimensions) for name, points in features.items()},
        truth,
        unseen,
        classes,
        source=tuned_source,
        title=f"Features of three networks in {dimensions} dimensions (t-SNE)",
    )
    results.figure(f"part9_tsne_{dimensions}d", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Compare your own network with both ResNets: accuracy and macro F1 on the test
# images, the number of weights, the gap between training and test, the mistakes, and how the
# features of training and validation images are separated. Which differences are larger than
# chance? Which network would you hand over, and what would you try next?

# %% [markdown] question="three_networks"
# ### BEGIN SOLUTION
# AnimalNet classifies 0.975 of the test images correctly, the ResNet with augmentation 0.958, and
# the ResNet without it 0.940. Macro F1 has the same values, since all classes have the same size.
# Without augmentation, 10 images are right only in the ResNet and 31 only in AnimalNet: p = 0.0015,
# which is more than chance. With augmentation there are 8 and 18, p = 0.076, so I can't claim a
# difference. The gap between training and test is 0.051 without augmentation and none in the other
# two: the first ResNet overfits, even more than the 300 validation images showed. Its confusion
# matrix shows where: 12% of the dogs are predicted as cats, while with augmentation each of the two
# loses about 5%. All three networks recognize 99% or 100% of the pandas. The t-SNE plots agree:
# pandas are a separate group in all of them, while some cats and dogs lie between their groups or
# in the wrong one. Most of those are validation images. Without augmentation, the groups are
# tightest, and yet this network is the least accurate: tight groups of images that it was trained
# on are no evidence of quality. I would hand over AnimalNet: no other network is better, and it has
# 24,467 weights instead of 702,483. It was also trained for twice as many epochs, and the ResNet's
# pretraining included no animals. Next, I would train the ResNet with augmentation for longer, and
# start from the ImageNet weights, which have seen many kinds of cats and dogs.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: accuracy and macro F1 of all three networks on the test images, by numbers, with the
# p-values or the number of images behind each difference.
# 1 point: the confusion matrices and the t-SNE plots agree or disagree with these numbers; axes and
# distances between far groups are not interpreted.
# 1 point: a choice with a reason from the results (accuracy, gap, number of weights, pretraining),
# and a next step.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: images that look nothing like those of the pretraining.
#
# ## 13. Transfer to digits
#
# *About 25 minutes.*
#
# A network that was pretrained on photographs has never seen a handwritten
# digit. How far do its features get you? Compare two ways of using it:
#
# - **fixed features**: the convolutions never change. They compute features once for each image, and
#   new dense layers on top learn from these.
# - **first layers frozen**: the first ten layers that hold weights never change. All others continue
#   to learn, with a new last layer.
#
# Both train for 10 epochs with Adam, a learning rate of 1e-3 and batches of 32, by your own
# `train_and_keep`. The network is VGG-19 with ImageNet weights if they can be downloaded, and
# otherwise the course's small AlexNet, of whose eight layers the first four are frozen. The digits
# are those of MNIST if you have it (run `data.get("mnist")`), and otherwise the 8 x 8
# digits of scikit-learn. The next cell reports which of these you use, and so does every result.

# %%
# %%attempt
from student_code.transfer import freeze_first_layers

try:
    backbone, name_of_it, frozen = load_backbone("vgg19"), "VGG-19", 10
except RuntimeError as reason:
    print(f"{reason} Using the course's AlexNet.")
    backbone, name_of_it, frozen = load_backbone("alexnet", "course"), "the course's AlexNet", 4
side = 32 if on_cpu and name_of_it == "VGG-19" else 64
written = {split: data.digits(split, side, 600 if on_cpu else None) for split in ("train", "validation")}
to_input = v2.Normalize(backbone.mean, backbone.std)
seen = f"{written['train'].provenance.label}, {name_of_it}"
print(f"{len(written['train'])} training images: {seen}")


def digit_loader(images, transform=to_input, shuffle=False):
    """Return batches of 32 with one-hot labels."""
    one_hot = OneHotDataset(images, 10, transform)
    return DataLoader(one_hot, 32, shuffle, generator=torch.Generator().manual_seed(0))


def transfer(name, network, train_images, validation_images, transform):
    """Train for 10 epochs, and return the history that the logs contain."""
    place = results.folder() / name
    trainable = [p for p in network.parameters() if p.requires_grad]
    train_and_keep(
        network.to(device),
        digit_loader(train_images, transform, shuffle=True),
        digit_loader(validation_images, transform),
        cross_entropy,
        torch.optim.Adam(trainable, lr=1e-3),
        10,
        place,
        device,
    )
    return logged_history(place, name), sum(p.numel() for p in trainable)


# %%
# %%attempt
set_seeds(0)
convolutions = nn.Sequential(backbone.model.features, backbone.model.avgpool).to(device)
features = {}
for split_name, images_of in written.items():
    # The loader yields one-hot labels; the features don't depend on them.
    points, _ = extract_features(convolutions, digit_loader(images_of), device)
    features[split_name] = list(zip(points, images_of.labels.tolist(), strict=True))
width = len(features["train"][0][0])
dense = nn.Sequential(nn.Linear(width, 256), nn.ReLU(), nn.Linear(256, 10))
tuned = copy.deepcopy(backbone.model)
last = tuned.classifier[-1]
tuned.classifier[-1] = nn.Linear(last.in_features, 10)
freeze_first_layers(tuned, frozen)
digit_runs, digit_rows = {}, []
for name, network, parts, transform in (
    ("fixed features", dense, features, None),
    (f"first {frozen} layers frozen", tuned, written, to_input),
):
    key = "part9_digits_features" if parts is features else "part9_digits_frozen"
    history, count = transfer(key, network, parts["train"], parts["validation"], transform)
    digit_runs[name] = history
    reached = history.validation_accuracy
    digit_rows.append(
        {
            "way": name,
            "trained": count,
            "train_accuracy": history.train_accuracy[-1],
            "validation_accuracy": reached[-1],
        }
    )
    print(f"{name:<24} {count:>11,} weights learn, validation accuracy {reached[-1]:.3f}")
picture = plots.training_curves(digit_runs, source=seen, title="Transfer to digits")
results.figure("part9_digits", picture.figure, alt=picture.alt)
results.number("part9_digits", digit_rows, data=written["validation"], seed=0, note=name_of_it)

# %% [markdown]
# **Question.** Compare the two ways by their curves: which learns faster, which ends higher on
# validation images, and which overfits? How many weights does each train, and how much work is an
# epoch of each? Why can features of photographs help with digits at all? Which way would you choose
# with these few images, and which with all 60,000 of MNIST?

# %% [markdown] question="digits_transfer"
# ### BEGIN SOLUTION
# Both learn fast: after one epoch, validation is at 0.95 with fixed features and at 0.92 with the
# first four layers of AlexNet frozen; after ten, at 0.98 and 0.97. With 300 validation images, one
# standard error is 0.01, so the two are equally good. The second way fits the training images
# faster in the end (a loss of 0.02), but its validation loss goes up and down between 0.08 and 0.19
# from epoch 4 on, while that of the fixed features still falls to 0.08: with 600 images, the larger
# number of weights (1.83 million against 0.30 million) gains nothing. The work differs much: fixed
# features are computed once for all epochs, and then an epoch is a small matrix product for each
# image; the other way runs the whole network forward and most of it backward in every step.
# Features of photographs help because early layers respond to edges, corners and textures at any
# place, and digits consist of edges and corners. With few images I choose fixed features. With all
# 60,000 images of MNIST, I would train more layers, since overfitting is no longer the danger, and
# later layers can adapt to strokes.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: speed, final validation accuracy and gap of both ways, with numbers from the student's
# curves.
# 1 point: numbers of trained weights and the work of an epoch: features are computed once, the
# other way runs the whole network in each step.
# 1 point: early layers detect edges and textures, which digits have as well; a choice for few and
# for many images that fits the results.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: your model is finished. Show it.
#
# ## 14. A demo
#
# *About 25 minutes.*
#
# In a demo, you start from nothing but files: a fresh kernel, your saved model,
# and people who watch. You have **ten minutes** to load the model and to show what it can do and
# what it cannot: some predictions with their probabilities, right ones and wrong ones, on images
# that it was not trained on.
#
# Write the demo in the next cell. It must not use any variable from the cells above: import and
# load everything in this cell, and save what you show as the figure `part9_demo`. Then rehearse it
# in a shell, as often as you like:
#
# ```
# python -m toolbox demo 9
# ```
#
# This command runs the demo cell alone, in a fresh process, and reports the time or the line that
# failed.

# %% nbgrader={"grade": false, "grade_id": "part9_demo", "locked": false, "schema_version": 3, "solution": true, "task": false, "cell_type": "code"}
# %%attempt
### BEGIN SOLUTION
import torch

from student_code.animals import load_model, split_dataset
from toolbox import data, plots, results

model = load_model(results.folder() / "animals" / "model.pt")
images = data.animals(size=64)
place_of = {path: place for place, path in enumerate(images.paths)}
train, _, test = split_dataset(images.paths, images.labels.tolist())
learned_from = images.subset([place_of[str(path)] for path, _ in train], "train")
mean, std = data.pixel_statistics(learned_from)
unseen = images.subset([place_of[str(path)] for path, _ in test], "test")
scaled = (unseen.images.float() / 255 - mean[:, None, None]) / std[:, None, None]
probabilities = model.predict_proba(scaled)
is_right = probabilities.argmax(dim=1) == unseen.labels
print(f"{int(is_right.sum())} of {len(unseen)} test images are right")
order = torch.randperm(len(unseen), generator=torch.Generator().manual_seed(1))
chosen = [*order[is_right[order]][:4].tolist(), *order[~is_right[order]][:2].tolist()]
picture = plots.probability_bars(
    [unseen.images[place] for place in chosen],
    unseen.labels[chosen],
    probabilities[chosen],
    unseen.classes,
    source=unseen.provenance.label,
    title="The saved model on images that it has never seen",
)
results.figure("part9_demo", picture.figure, alt=picture.alt)
### END SOLUTION

# %% [markdown]
# **Question.** Plan your demo: what do you show, in which order, and what do you say about each
# image? How long did the rehearsal take? What could go wrong on another machine, and what did you
# prepare for it?

# %% [markdown] question="demo_plan"
# ### BEGIN SOLUTION
# One minute: the task and the data, with one image of each class. Two minutes: I run the demo cell
# in a fresh kernel; it loads the weights, splits the data with the same seed and predicts the test
# images. Five minutes: four predictions that are right and two that are wrong. For each, I read the
# probabilities, name what in the image explains them, and say that black-and-white cats are typical
# mistakes. Two minutes: the accuracy on all test images, and what I would improve. The rehearsal
# took a few seconds, so the ten minutes are for talking. On another machine, the model file could
# be missing, the images could be elsewhere, or the network could be defined differently: the demo
# cell uses only files that I hand in, the data set of the course and its fixed split, and
# `load_model` names the problem if the weights do not fit. If everything fails, I show the saved
# figure.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the demo cell runs in a fresh process (`python -m toolbox demo 9`) and shows right and
# wrong predictions of unseen images with their probabilities.
# 1 point: an order with times that add up to ten minutes, with a sentence about each image.
# 1 point: a realistic problem on another machine, and what was prepared for it.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: nothing but a look back.
#
# ## 15. What I learned
#
# *About 10 minutes.*

# %% [markdown]
# **Question.** Look back at this part, and at the course: what did you learn
# that you did not expect at the beginning? Name one thing that you now understand, with the result
# in your notebooks that convinced you; one mistake that cost you time, and how you will find it
# sooner; and one question that is still open.

# %% [markdown] question="learned_animals"
# ### BEGIN SOLUTION
# I understand now why a split comes first: my first accuracy was too good, because validation
# images were also training images, and no error told me. The fingerprint of the split and the hash
# of the weights before and after validation convinced me that both are clean now. Most time went
# into a network that did not learn because I had left it in eval mode; next time I print the
# training loss of ten batches before I start a long run. It is still open for me how I would choose
# the number of images: would another thousand cats and dogs help more than larger images?
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: something specific that was learned, with evidence from the student's notebook.
# 1 point: a mistake with a way to find it sooner, and an open question that follows from the work.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: hand in, and give your demo.
#
# ## Before you hand in
#
# Restart the kernel and run all cells from top to bottom. The studies are loaded from their files;
# the final training run is repeated and gives the same results. Keep `results/animals`: your demo
# loads the model from there.
