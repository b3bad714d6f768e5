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
# %% [markdown]
# # Part 4: fine-tuning AlexNet, and what the features look like
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part4_alexnet.ipynb)
#
# **You will learn** to stand on a network that somebody else has trained: to take its layers, to
# freeze them, to put a new last layer on top, and to decide how much of it to train on. You will
# look at what such a network sees, and find out whether yours overfits.
#
# **How long it takes**: about three hours. All training together takes two minutes on two cores
# with the offline images; a GPU isn't needed, and is used where there is one.
#
# **Where it can go wrong**
# - A pretrained network wants images as it has learnt from: three channels, its size, its mean and
#   deviation. `load_backbone` says what these are.
# - Batch normalisation learns without a gradient. To freeze it takes more than
#   `requires_grad = False`.
# - Whoever freezes after having replaced the last layer has frozen that too.

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

    colab.prepare(root, "part4_alexnet", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part4_alexnet")

# %% [markdown]
# ## 1. A network that has seen other things
#
# AlexNet, trained on a million photographs of ImageNet, has convolutions that respond to edges,
# textures and parts of things. None of that is about ImageNet's classes alone. If those weights
# can't be had here, the course has a network of its own: AlexNet's layers, narrower and for
# 64 x 64 pixels, trained on drawn pictures of 55 classes, none of which is one of our fifteen
# scenes. The next cell says which of the two you have; every figure that comes of it says so too.

# %%
# %%attempt
import copy

from toolbox.models.backbones import load_backbone
from toolbox.training.trainer import choose_device, fit

pretrained = load_backbone("alexnet")
course_net = load_backbone("alexnet", "course")
device = choose_device()
train_images, validation_images = data.scenes("train"), data.scenes("validation")
classes = train_images.classes
source = train_images.provenance.label.rpartition(",")[0]
is_real = train_images.provenance.origin == "real"
print(f"You have: {pretrained.source}.")
print(
    f"{len(train_images)} images to train on, {len(validation_images)} to validate with: {source}"
)

# %% [markdown]
# Its parts are `features` (convolutions), `avgpool`, and `classifier` (linear layers with dropout).
# The first 24 filters of its first layer, each as the gray pattern that it looks for: with
# ImageNet's weights smooth stripes and spots, with the course's own, five pixels wide and learnt
# from fewer pictures, rough ones.

# %%
# %%attempt
print(pretrained.model.get_submodule("classifier"))
filters = next(pretrained.model.parameters()).detach().mean(dim=1, keepdim=True)[:24]
spread = filters.flatten(1).std(dim=1)[:, None, None, None]
picture = plots.image_grid(
    [*(filters / spread)],
    source=pretrained.source,
    title="What the first layer looks for",
    columns=8,
)
results.figure("part4_filters", picture.figure, alt=picture.alt)

# %% [markdown]
# ### MyAlexNet
#
# Write `MyAlexNet` in `student_code/my_alexnet.py`. It takes everything from the pretrained network
# but the last layer, which is new: the old one tells apart the old classes. Only the new layer
# trains. Our images are gray, and the first convolution wants three channels.

# %% task="my_alexnet.MyAlexNet"
checks.grade("my_alexnet.MyAlexNet")

# %% [markdown]
# **Question.** What does fine-tuning mean? Why do we *want* to freeze the convolutions and some of
# the linear layers here, and why *can* we?

# %% [markdown] question="why_freeze"
# ### BEGIN SOLUTION
# Fine-tuning starts from weights that were learnt on another, larger task, and trains some or all
# of them further on ours, usually with a small learning rate. We want to freeze most layers
# because 2,500 images are few for millions of weights: what isn't trained can't overfit, and
# training gets faster, since no gradients are needed for the frozen part and its outputs can be
# computed once. We can, because the early layers respond to edges, textures and simple parts,
# which all images are made of; such features are the same for other classes. Only the last layer
# is about the old classes, so it has to go.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: fine-tuning: start from learnt weights, train (some of) them on the new task.
# 1 point: want: few images, fewer weights to train, less overfitting.
# 1 point: want: less time and memory; features can be computed once.
# 1 point: can: early features are general (edges, textures), the last layer alone is task-specific.
# ### END MARK SCHEME

# %% [markdown]
# ### Train the last layer
#
# This run stands on the course's own weights, whatever else you have: it is graded, by its accuracy
# on the test images, and the file with the weights that were trained is small, because what is
# frozen isn't in it. All 15,375 numbers of the last layer are trained, and nothing else.

# %%
# %%attempt
from student_code.my_alexnet import MyAlexNet
from student_code.optimizer import get_optimizer
from student_code.training import evaluate

# One channel: the three of the backbone share their mean and deviation.
NORMAL = {"mean": course_net.mean[:1], "std": course_net.std[:1]}
MILD = data.Augment(flip=0.5, shift=3, brightness=0.1, contrast=0.1)


def my_alexnet():
    """MyAlexNet on a copy of the course's pretrained network, the same each time."""
    torch.manual_seed(0)
    return MyAlexNet(len(classes), copy.deepcopy(course_net.model))


def train_network(network, name, epochs, lr, images=train_images, augment=None):
    """Train what isn't frozen; returns the history."""
    return fit(
        network,
        data.Batches(images, 32, shuffle=True, augment=augment, **NORMAL),
        data.Batches(validation_images, 256, **NORMAL),
        optimizer=get_optimizer(network, {"optimizer_type": "adam", "lr": lr, "weight_decay": 0}),
        epochs=epochs,
        name=name,
    )


network = my_alexnet()
learnt = sum(p.numel() for p in network.parameters() if p.requires_grad)
print(f"{learnt:,} of {sum(p.numel() for p in network.parameters()):,} parameters are trained")
history = train_network(network, "part4_alexnet", epochs=12 if is_real else 4, lr=2e-3)
picture = plots.training_curves(history, source=source, title="AlexNet, last layer trained")
results.figure("part4_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# The final accuracies, in eval mode. While training, dropout handicaps the network, so that the
# training curve lies lower than what is measured here.

# %%
# %%attempt
for images in (train_images, validation_images):
    split = images.provenance.split
    loss, accuracy = evaluate(network, data.Batches(images, 256, **NORMAL), device)
    print(f"{split:<11} loss {loss:.3f}, accuracy {accuracy:.3f}   ({source})")
    results.number(
        f"part4_{split}_accuracy",
        accuracy,
        data=images,
        seed=0,
        device=str(device),
        seconds=sum(history.seconds),
        note=course_net.source,
    )

# %% trained="part4_alexnet"
checks.grade_trained("part4_alexnet")

# %% [markdown]
# ## 2. Tools for any network
#
# AlexNet is one pretrained network of many. The functions in `student_code/transfer.py` take any:
# ResNet-18 with its `fc`, VGG-19 and AlexNet with their `classifier`.
#
# `freeze` keeps a network, or a part of one, as it is. Parameters are the easy half. The other is
# batch normalisation, in which ResNets abound: in train mode it normalises by the batch and moves
# its running statistics, gradient or no gradient. Putting it into eval mode once isn't enough,
# because `train_epoch` calls `.train()` on the whole network.

# %% task="transfer.freeze"
checks.grade("transfer.freeze")

# %% task="transfer.freeze_first_layers"
checks.grade("transfer.freeze_first_layers")

# %% task="transfer.build_feature_extractor"
checks.grade("transfer.build_feature_extractor")

# %% [markdown]
# ## 3. Frozen features, made once
#
# A frozen network says the same of an image in every epoch. So each image needs to go through it
# only once; what comes out, a thousand numbers an image, is all that the last layer ever sees.
# Write `extract_features`.

# %% task="transfer.extract_features"
checks.grade("transfer.extract_features")

# %% [markdown]
# `toolbox.analysis.features` keeps what you extract on disk, under a name made of a hash of the network's
# weights, one of the images' pixels, and one of your code: change any of these and the features are
# made anew. Here is the difference in time between an epoch through the whole network and one on
# features that are there already.

# %%
# %%attempt
import time

from student_code.training import train_epoch
from toolbox.analysis.features import FeatureBatches, features_of

size = pretrained.input_size
gray = {"mean": [np.mean(pretrained.mean)], "std": [np.mean(pretrained.std)]}
shown = [data.scenes(split, size=size) for split in ("train", "validation")]


class GrayBackbone(torch.nn.Module):
    """The pretrained network for gray images."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x.repeat(1, 3, 1, 1))


whole = GrayBackbone(pretrained.model).to(device)
features = [features_of(whole, images, device=device, **gray) for images in shown]
began = time.perf_counter()
features = [features_of(whole, images, device=device, **gray) for images in shown]
opened = time.perf_counter() - began


def last_layer():
    """A new last layer for features, with the criterion that your functions want."""
    torch.manual_seed(0)
    layer = torch.nn.Linear(features[0].features.shape[1], len(classes))
    layer.loss_criterion = torch.nn.CrossEntropyLoss(reduction="sum")
    return layer


layer = last_layer()
optimizer = torch.optim.Adam(layer.parameters(), lr=1e-3)
began = time.perf_counter()
train_epoch(layer, FeatureBatches(features[0], 32, shuffle=True), optimizer)
short = time.perf_counter() - began
pixels_epoch = sum(history.seconds) / max(1, len(history.seconds))
print(
    f"{tuple(features[0].features.shape)} features to train on, "
    f"{tuple(features[1].features.shape)} to validate with"
)
if not results.steady():
    print(f"features taken from the cache in {opened:.2f} s; an epoch on them takes {short:.2f} s,")
    print(f"one through all of AlexNet took {pixels_epoch:.2f} s (its validation included)")

# %% [markdown]
# Forty epochs cost next to nothing now. With ImageNet's weights this is where they show what they
# are worth.

# %%
# %%attempt
layer = last_layer()
quick = fit(
    layer,
    FeatureBatches(features[0], 32, shuffle=True),
    FeatureBatches(features[1], 256),
    optimizer=get_optimizer(layer, {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-3}),
    epochs=40,
    name="part4_features",
)
picture = plots.training_curves(
    quick, source=f"{source}; {pretrained.source}", title="A last layer on frozen features"
)
results.figure("part4_features", picture.figure, alt=picture.alt)
print(f"train {quick.train_accuracy[-1]:.3f}, validation {quick.validation_accuracy[-1]:.3f}")
results.number(
    "part4_frozen_features",
    {"train": quick.train_accuracy[-1], "validation": quick.validation_accuracy[-1]},
    data=validation_images,
    seed=0,
    device=quick.device,
    seconds=sum(quick.seconds),
    note=pretrained.source,
)

# %% [markdown]
# ## 4. How much should be frozen?
#
# Three ways to transfer, and one without: **features** (all frozen, new last layer), **first
# layers** (the first half of the layers frozen), **all** (everything is trained on), and
# **scratch** (the same network from fresh weights). With 20 images a class, because it is with few
# images that you need what others have learnt.
#
# `OTHER` names the network: "resnet18" or "vgg19", where ImageNet's weights and a GPU can be had;
# else the cell says so, and compares on the course's own network, which takes seconds.

# %%
# %%attempt
from student_code.transfer import build_feature_extractor, freeze_first_layers
from toolbox.training import ablation
from toolbox.models.backbones import course_alexnet
from torchvision import models

OTHER = "resnet18"
compared, compared_name = course_net, "the course's AlexNet"
if device.type == "cpu":
    print(f"Without a GPU {OTHER} takes too long at 224 x 224 pixels: {compared_name} it is.")
else:
    try:
        compared, compared_name = load_backbone(OTHER), OTHER
    except RuntimeError as reason:
        print(f"{reason} {compared_name} it is.")

in_colour = {"mean": compared.mean, "std": compared.std}
all_images, measured_on = (
    data.scenes(split, size=compared.input_size, mode="RGB") for split in ("train", "validation")
)
first = [
    number
    for label in range(len(classes))
    for number in (all_images.labels == label).nonzero().flatten()[:20].tolist()
]
few = all_images.subset(first, "train, 20 a class")
EPOCHS = 8


def transferred(way):
    """The network to train for one of the ways."""
    torch.manual_seed(0)
    if way == "scratch":
        fresh = compared is course_net
        network = (
            course_alexnet(len(classes))
            if fresh
            else models.get_model(OTHER, weights=None, num_classes=len(classes))
        )
    else:
        network = build_feature_extractor(copy.deepcopy(compared.model), len(classes))
    if way in ("first layers", "all"):
        network.requires_grad_(True)
    if way == "first layers":
        holding = {name.rpartition(".")[0] for name, _ in network.named_parameters()}
        freeze_first_layers(network, len(holding) // 2)
    network.loss_criterion = torch.nn.CrossEntropyLoss(reduction="sum")
    return network


def transfer_run(settings):
    """Train one way; returns what the table shows."""
    network = transferred(settings["way"])
    run = fit(
        network,
        data.Batches(few, 32, shuffle=True, augment=MILD, **in_colour),
        data.Batches(measured_on, 256, **in_colour),
        optimizer=get_optimizer(
            network, {"optimizer_type": "adam", "lr": settings["lr"], "weight_decay": 0}
        ),
        epochs=EPOCHS,
        name=f"part4_{settings['way'].replace(' ', '_')}",
    )
    return {
        "trained": sum(p.numel() for p in network.parameters() if p.requires_grad),
        "train_accuracy": run.train_accuracy[-1],
        "validation_accuracy": run.validation_accuracy[-1],
        "seconds": sum(run.seconds),
    }


ways = [("features", 2e-3), ("first layers", 5e-4), ("all", 5e-4), ("scratch", 5e-4)]
configurations = [{"way": way, "lr": lr, "epochs": EPOCHS} for way, lr in ways]
version = few.provenance.fingerprint + compared.weights
found = ablation.run("part4_transfer", configurations, transfer_run, version=version)
print(found.table())
picture = plots.study(
    found.rows, "way", source=f"{source}, 20 a class", title=f"Four ways, {compared_name}"
)
results.figure("part4_ways", picture.figure, alt=picture.alt)
results.number("part4_ways", found.rows, data=few, seed=0, note=compared.source)

# %% [markdown]
# **Question.** Compare the ways by your table: how many parameters does each train, how long does
# it take, how accurate is it? Which transfers better here, and why? How would your choice change
# with 100 times as many images, and with images that look nothing like those of the pretraining?

# %% [markdown] question="which_transfers_better"
# ### BEGIN SOLUTION
# Feature extraction trains 15 thousand numbers, freezing the first half of the layers 1.8 million
# (most weights are in the linear layers), training all of it 2.1 million; the more of them, the
# longer each step. All three beat the network from scratch by far, which after these few epochs
# on 300 images has hardly begun. Freezing the first layers is best in my table: the later layers
# can turn to the new classes, while the first ones, edges and textures, serve any image as they
# are. Training all of it is no better, and costs most time: 300 images are too few to improve the
# first layers, and enough to spoil them. Features alone are close, and fastest. A few points of
# 445 images are within noise, though. With 100 times as many images I would train everything,
# since overfitting is no longer the danger; with images of quite another kind fewer of the layers
# would fit, so I would freeze only the first ones or none, and still start from the pretrained
# weights.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: parameters, time and accuracy are compared, with figures of the student's own table.
# 1 point: which transfers better, with a reason (general early layers, later ones adapt).
# 1 point: many images: train more layers.
# 1 point: other kind of images: freeze fewer layers; pretrained weights as a start.
# ### END MARK SCHEME

# %% [markdown]
# ## 5. Is it overfitting?
#
# Now all of AlexNet is trained on, on half of the training images, once as they are and once with
# augmentation. The learning rate is a tenth of that in Section 1: large steps would wreck what was
# learnt before.

# %%
# %%attempt
half = train_images.subset(range(0, len(train_images), 2), "train")
runs, tuned = {}, {}
for name, augment in (("plain", None), ("augmented", MILD)):
    tuned[name] = my_alexnet().requires_grad_(True)
    epochs = 12 if is_real else 5
    runs[name] = train_network(tuned[name], f"part4_all_{name}", epochs, 2e-4, half, augment)
    _, fair = evaluate(tuned[name], data.Batches(half, 256, **NORMAL), device)
    reached = runs[name].validation_accuracy[-1]
    print(f"{name:<10} train {fair:.3f}, validation {reached:.3f}, gap {fair - reached:+.3f}")
    results.number(
        f"part4_all_{name}",
        {"train": fair, "validation": reached},
        data=validation_images,
        seed=0,
        device=runs[name].device,
        seconds=sum(runs[name].seconds),
        note=course_net.source,
    )
picture = plots.training_curves(
    runs, source=f"{source}, half of train", title="All of AlexNet fine-tuned"
)
results.figure("part4_overfitting", picture.figure, alt=picture.alt)

# %% [markdown]
# Accuracy is one number. Where does the augmented network go wrong? Rows are the truth.

# %%
# %%attempt
from sklearn.metrics import confusion_matrix, f1_score

best = tuned["augmented"].eval()
guesses, truth = [], validation_images.labels
with torch.no_grad():
    for x, _ in data.Batches(validation_images, 256, **NORMAL):
        guesses.append(best(x.to(device)).argmax(dim=1).cpu())
guesses = torch.cat(guesses)
accuracy = float((guesses == truth).float().mean())
each = f1_score(truth, guesses, average=None, labels=range(len(classes)), zero_division=0)
print(f"accuracy {accuracy:.3f}, F1 (mean over the classes) {each.mean():.3f}")
for place in (*each.argsort()[:3], *each.argsort()[-2:]):
    print(f"  {classes[place]:<14} F1 {each[place]:.2f}")
counts = confusion_matrix(truth, guesses, labels=range(len(classes)))
picture = plots.confusions(
    counts, classes, source=validation_images.provenance.label, title="Fine-tuned AlexNet"
)
results.figure("part4_confusion", picture.figure, alt=picture.alt)
results.number("part4_f1", float(each.mean()), data=validation_images, seed=0)

# %% [markdown]
# **Question.** Is the model overfitting, without and with augmentation? Argue from the curves and
# from accuracies that were measured in eval mode. Which classes are confused with each other, and
# is that what you would confuse? When do accuracy and mean F1 differ?

# %% [markdown] question="is_it_overfitting"
# ### BEGIN SOLUTION
# Yes: in eval mode the network without augmentation is right in 0.87 of its training images and in
# 0.74 of validation, and the gap grows from epoch to epoch; in the curves it looks smaller than it
# is, because dropout handicaps training. With augmentation the gap is about half (0.81 and 0.74),
# because no image is seen twice in the same form. Validation is the same within noise after so few
# epochs; the augmented network could be trained longer before it stands still. What is confused
# looks alike: bedroom, living room, kitchen and office with each other, industrial with tall
# building, open country with coast. Accuracy weighs each image alike, mean F1 each class: they
# differ where classes have different numbers of images, or where some classes, here the rooms, are
# much worse than the others.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the gap without augmentation, in eval mode, with figures.
# 1 point: the effect of augmentation on gap and validation, with figures.
# 1 point: confused classes, read from the matrix, and a reason why.
# 1 point: accuracy weighs images, mean F1 classes.
# ### END MARK SCHEME

# %% [markdown]
# ## 6. What the features look like
#
# What goes into the last layer is a point in 1,024 dimensions for each image. t-SNE draws such
# points in two or three, so that neighbours stay neighbours; distances between far groups mean
# nothing. The same 150 training and 150 validation images, **before** fine-tuning (the pretrained
# network has never seen a scene) and **after** (all layers were trained, Section 5).

# %%
# %%attempt
from toolbox.analysis.embedding import tsne

chosen = np.random.default_rng(4)
sample = [
    images.subset(np.sort(chosen.choice(len(images), 150, replace=False)), split)
    for images, split in ((half, "train"), (validation_images, "validation"))
]
labels = torch.cat([images.labels for images in sample])
held_out = torch.arange(len(labels)) >= 150
before, after = (
    torch.cat([features_of(net, images, device=device, **NORMAL).features for images in sample])
    for net in (my_alexnet().to(device), best)
)
for dimensions in (2, 3):
    maps = {
        "before fine-tuning": tsne(before, dimensions),
        "after fine-tuning": tsne(after, dimensions),
    }
    picture = plots.feature_maps(
        maps,
        labels,
        held_out,
        classes,
        source=source,
        title=f"AlexNet's features in {dimensions} dimensions (t-SNE)",
    )
    results.figure(f"part4_tsne_{dimensions}d", picture.figure, alt=picture.alt)

# %% [markdown]
# A picture can deceive; here is the same in a number. For each validation image of the sample, the
# nearest training image in all 1,024 dimensions: is it of the same class?

# %%
# %%attempt
for name, points in (("before", before), ("after", after)):
    nearest = torch.cdist(points[held_out], points[~held_out]).argmin(dim=1)
    same = (labels[~held_out][nearest] == labels[held_out]).float().mean()
    print(f"{name:<6} fine-tuning the nearest training image is of the same class in {same:.3f}")
    results.number(f"part4_neighbours_{name}", float(same), data=validation_images, seed=0)

# %% [markdown]
# **Question.** What changes between before and after, for training images and for validation
# images? Which classes lie next to each other, and does that fit the confusion matrix? What may you
# *not* read from such a picture?

# %% [markdown] question="what_features_show"
# ### BEGIN SOLUTION
# Before fine-tuning classes with a texture of their own (forest, store) already form groups, while
# most others are mixed. Afterwards the groups are tighter and further apart.
# Training images do so more than validation images: some of these lie in a neighbour's group or
# between groups, and that is the overfitting of Section 5 seen from another side. Neighbouring
# groups are the classes that the confusion matrix confuses. What can't be read: the axes, the
# distances between far groups, the sizes and densities of groups; another seed or perplexity gives
# another picture.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: groups get tighter after fine-tuning, for training images more than for validation.
# 1 point: neighbouring groups are compared with the confusion matrix.
# 1 point: axes, far distances or sizes of groups aren't to be read; depends on seed and perplexity.
# ### END MARK SCHEME

# %% [markdown]
# ## 7. CUDA, MPS, CPU: the same code
#
# Nothing in your code names a device: `train_epoch`, `evaluate` and `extract_features` take one,
# and `fit` chooses. This cell trains a step and measures on every kind that is there.

# %%
# %%attempt
there = ["cpu"]
there += ["cuda"] * torch.cuda.is_available() + ["mps"] * torch.backends.mps.is_available()
some = validation_images.subset(range(64), "validation")
for kind in there:
    copied = my_alexnet().to(kind)
    steps = torch.optim.SGD([p for p in copied.parameters() if p.requires_grad], lr=1e-3)
    train_epoch(copied, data.Batches(some, 32, **NORMAL), steps, kind)
    loss, accuracy = evaluate(copied, data.Batches(some, 32, **NORMAL), kind)
    print(f"{kind}: trained two steps, then loss {loss:.3f} on 64 images")

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel and run all cells from the top: finished runs and features are taken from their
# files, so it takes seconds. How to look more closely at what a network gets wrong is Part 8.
