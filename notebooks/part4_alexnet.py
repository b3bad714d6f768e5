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
# # Part 4: Fine-tuning AlexNet, and what the features look like
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part4_alexnet.ipynb)
#
# **You will learn** to build on a network that someone else has trained: to reuse its layers,
# freeze them, put a new last layer on top, and decide how much of the network to train further. You
# will look at the features of such a network, and find out whether yours overfits.
#
# **Time needed**: about three hours. All training together takes two minutes on two cores with the
# synthetic images. You don't need a GPU; if there is one, it is used.
#
# **You need** from earlier parts: `get_optimizer`, `train_epoch` and `evaluate` (Part 2), and what
# these call. While one of them is not implemented, the cells that use it say so, and the notebook
# continues. When your work is graded, the course's own module replaces a module of an earlier part
# that fails its tests, so a mistake there costs no points here.
#
# **Common pitfalls**
# - A pretrained network expects images like those it was trained on: three channels, its image
#   size, its mean and standard deviation. `load_backbone` tells you these values.
# - Batch normalization changes even without gradients. Freezing it takes more than
#   `requires_grad = False`.
# - If you replace the last layer first and freeze the network afterwards, the new layer is frozen,
#   too.

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

    colab.prepare(root, "part4_alexnet", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part4_alexnet")

# %% [markdown]
# ## Real photographs or drawings?
#
# The next cell downloads the real photographs of this part once, if the network answers. Otherwise
# the course draws similar images, which are enough for every exercise. Plots and the report name
# the images that they are about. You can change the kind of images at any time, and the results
# with each kind are kept: run `data.get("scene15", "drawings")` or `data.get("scene15",
# "photographs")`.

# %%
# %%attempt
located = data.get("scene15")

# %% [markdown]
# ## 1. A network trained on other images
#
# *About 40 minutes.*
#
# AlexNet, trained on a million photographs of ImageNet, has convolutions that respond to edges,
# textures and parts of objects. These features are useful far beyond the ImageNet classes. If the
# ImageNet weights are not available on your machine, you use the course's own network instead: the
# layers of AlexNet, but narrower and for 64 x 64 pixels, trained on drawn pictures of 55 classes
# that do not include any of our fifteen scenes. The next cell tells you which of the two you have,
# and so does every plot made from it.

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
    f"{len(train_images)} training images, {len(validation_images)} validation images: {source}"
)

# %% [markdown]
# The network has three parts: `features` (convolutions), `avgpool`, and `classifier` (linear layers
# with dropout). The next cell shows the first 24 filters of the first layer, each as the gray
# pattern that it responds to most. With the ImageNet weights you see smooth stripes and spots. The
# filters of the course's network are rougher: they are five pixels wide and were trained on fewer
# pictures.

# %%
# %%attempt
print(pretrained.model.get_submodule("classifier"))
filters = next(pretrained.model.parameters()).detach().mean(dim=1, keepdim=True)[:24]
spread = filters.flatten(1).std(dim=1)[:, None, None, None]
picture = plots.image_grid(
    [*(filters / spread)],
    source=pretrained.source,
    title="Filters of the first layer",
    columns=8,
)
results.figure("part4_filters", picture.figure, alt=picture.alt)

# %% [markdown]
# ### MyAlexNet
#
# Write `MyAlexNet` in `student_code/my_alexnet.py`. It reuses all layers of the pretrained network
# except the last one, because that layer separates the old classes. Only the new last layer is
# trained. All others are **frozen**: training does not change their weights. Our images are gray,
# but the first convolution expects three channels.

# %% task="my_alexnet.MyAlexNet"
checks.grade("my_alexnet.MyAlexNet")

# %% [markdown]
# To start from trained weights, and to train all or some of them further, is called **fine-tuning**.

# %% [markdown]
# **Question.** What does fine-tuning keep from the old task, and what does it have to learn? Why do
# we *want* to freeze the convolutions and some of the linear layers here, and why *can* we?

# %% [markdown] question="why_freeze"
# ### BEGIN SOLUTION
# Fine-tuning keeps weights that were trained on another, larger task, and trains some or all of them
# further on ours, usually with a small learning rate. Only the last layer has to be learned from
# random weights. We want to freeze most layers because 2,500 images are few for millions of weights:
# what isn't trained can't overfit. Training also gets faster, because the frozen part needs no
# gradients and its outputs can be computed once. We can freeze them because the early layers respond
# to edges, textures and simple parts, which all images are made of; such features are the same for
# other classes. Only the last layer is specific to the old classes, so it has to be replaced.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: keeps trained weights, trains some of them further, and learns a new last layer.
# 1 point: want: few images, fewer weights to train, less overfitting.
# 1 point: want: less time and memory; features can be computed once.
# 1 point: can: early features are general (edges, textures), only the last layer is task-specific.
# ### END MARK SCHEME

# %% [markdown]
# ### Train the last layer
#
# This run always uses the course's own weights, even if you have the ImageNet weights, because it
# is graded by its accuracy on the test set. The file with the trained weights is small, because it
# does not contain the frozen ones. Only the 15,375 parameters of the last layer are trained.

# %%
# %%attempt
from student_code.my_alexnet import MyAlexNet
from student_code.optimizer import get_optimizer
from student_code.training import evaluate

# One channel is enough: the backbone's three channels share their mean and standard deviation.
NORMAL = {"mean": course_net.mean[:1], "std": course_net.std[:1]}
MILD = data.Augment(flip=0.5, shift=3, brightness=0.1, contrast=0.1)


def my_alexnet():
    """Build MyAlexNet from a copy of the course's pretrained network, always the same way."""
    torch.manual_seed(0)
    return MyAlexNet(len(classes), copy.deepcopy(course_net.model))


def train_network(network, name, epochs, lr, images=train_images, augment=None):
    """Train all parameters that are not frozen and return the history."""
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
# Here are the final accuracies, measured in eval mode. During training, dropout handicaps the
# network, so the training curve is below the training accuracy measured here.

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
# **Next**: write functions that do the same for other networks.
#
# ## 2. Tools for any network
#
# *About 45 minutes.*
#
# AlexNet is one pretrained network among many. The functions in `student_code/transfer.py` work
# with any of them: ResNet-18 with its `fc`, VGG-19 and AlexNet with their `classifier`.
#
# `freeze` keeps a network, or a part of one, unchanged. The parameters are the easy half. The other
# half is batch normalization, which ResNets use everywhere: in train mode it normalizes with the
# statistics of the batch and updates its running statistics, whether or not it has gradients.
# Switching it to eval mode once isn't enough, because `train_epoch` calls `.train()` on the whole
# network.
#
# A small part of the points of the next functions is for requests that make no sense: a negative
# number of layers, or more layers than there are, and a backbone without a linear layer raise a
# `ValueError`.

# %% task="transfer.freeze"
checks.grade("transfer.freeze")

# %% task="transfer.freeze_first_layers"
checks.grade("transfer.freeze_first_layers")

# %% task="transfer.build_feature_extractor"
checks.grade("transfer.build_feature_extractor")

# %% [markdown]
# **Next**: use the frozen layers only once.
#
# ## 3. Frozen features, computed once
#
# *About 20 minutes.*
#
# A frozen network produces the same output for an image in every epoch. So each image needs to pass
# through it only once. The output, about a thousand numbers per image, is all that the last layer
# ever sees. Write `extract_features`.

# %% task="transfer.extract_features"
checks.grade("transfer.extract_features")

# %% [markdown]
# `toolbox.analysis.features` caches extracted features on disk. The file name is built from a hash
# of the network's weights, a hash of the image pixels, and a hash of your code; if any of these
# changes, the features are computed again. The next cell compares the time of an epoch through the
# whole network with that of an epoch on cached features.

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
    """Return a new last layer for features, with the criterion that your functions expect."""
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
    f"training features {tuple(features[0].features.shape)}, "
    f"validation features {tuple(features[1].features.shape)}"
)
if not results.steady():
    print(f"features loaded from the cache in {opened:.2f} s; an epoch on them takes {short:.2f} s,")
    print(f"an epoch through all of AlexNet took {pixels_epoch:.2f} s (including validation)")

# %% [markdown]
# Forty epochs now cost next to nothing. If you have the ImageNet weights, this is where they pay
# off.

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
# **Next**: compare freezing more with freezing less.
#
# ## 4. How much should be frozen?
#
# *About 25 minutes.*
#
# Compare three ways of transfer with training from scratch: **features** (everything frozen except
# a new last layer), **first layers** (the first half of the layers frozen), **all** (every layer is
# trained further), and **scratch** (the same network, starting from random weights). Use 20 images
# per class, because pretrained features matter most when you have few images.
#
# `OTHER` names the network: "resnet18" or "vgg19" if you have the ImageNet weights and a GPU.
# Otherwise the cell tells you so and uses the course's own network, which takes seconds.

# %%
# %%attempt
from student_code.transfer import build_feature_extractor, freeze_first_layers
from toolbox.training import ablation
from toolbox.models.backbones import course_alexnet
from torchvision import models

OTHER = "resnet18"
compared, compared_name = course_net, "the course's AlexNet"
if device.type == "cpu":
    print(f"Without a GPU, {OTHER} is too slow at 224 x 224 pixels. Using {compared_name}.")
else:
    try:
        compared, compared_name = load_backbone(OTHER, "imagenet"), OTHER
    except RuntimeError as reason:
        print(f"{reason} Using {compared_name}.")

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
    """Return the network to train for one of the four ways."""
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
    """Train the network one way and return the values for the table."""
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
    found.rows, "way", source=f"{source}, 20 images per class", title=f"Four ways, {compared_name}"
)
results.figure("part4_ways", picture.figure, alt=picture.alt)
results.number("part4_ways", found.rows, data=few, seed=0, note=compared.source)

# %% [markdown]
# **Question.** Compare the four ways using your table: how many parameters does each train, how
# long does it take, and how accurate is it? Which transfers better here, and why? How would your
# choice change with 100 times as many images, and with images that look nothing like those used for
# pretraining?

# %% [markdown] question="which_transfers_better"
# ### BEGIN SOLUTION
# Feature extraction trains 15 thousand parameters, freezing the first half of the layers leaves 1.8
# million (most weights are in the linear layers), and training all layers means 2.1 million; the
# more parameters, the longer each step. All three beat the network trained from scratch by far,
# which has hardly begun to learn after these few epochs on 300 images. Freezing the first layers is
# best in my table: the later layers can adapt to the new classes, while the first ones, which
# detect edges and textures, suit any image without changes. Training all layers is no better and
# takes the most time: 300 images are too few to improve the first layers, and enough to make them
# worse. Features alone are close, and fastest. However, a difference of a few points on 445 images
# is within noise. With 100 times as many images I would train everything, since overfitting is no
# longer the danger. With images of a very different kind, fewer of the layers would fit, so I would
# freeze only the first ones or none, and still start from the pretrained weights.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: parameters, time and accuracy are compared, with numbers from the student's own table.
# 1 point: which transfers better, with a reason (early layers are general, later ones adapt).
# 1 point: many images: train more layers.
# 1 point: other kind of images: freeze fewer layers; pretrained weights as a start.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: check what training all layers does to unseen images.
#
# ## 5. Is it overfitting?
#
# *About 20 minutes.*
#
# Now train all layers of AlexNet on half of the training images, once without and once with
# augmentation. The learning rate is a tenth of that in Section 1, because large steps would destroy
# the pretrained weights.

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
# Accuracy is a single number. Where does the augmented network make its mistakes? In the confusion
# matrix below, each row is a true class and each column a predicted class. The cell also prints the
# **F1** of a class: with TP images of the class that were recognized, FP images of other classes
# that were predicted as it, and FN images of the class that were missed, it is
# $2\,TP / (2\,TP + FP + FN)$. It is 1 if there are no mistakes of either kind. The mean F1 is the
# mean over the classes.

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
# would you confuse them, too? When do accuracy and mean F1 differ?

# %% [markdown] question="is_it_overfitting"
# ### BEGIN SOLUTION
# Yes. In eval mode, the network without augmentation has an accuracy of 0.87 on its training images
# and 0.74 on validation, and the gap grows from epoch to epoch. In the curves it looks smaller than
# it is, because dropout handicaps the network during training. With augmentation the gap is about
# half as large (0.81 and 0.74), because no image appears twice in the same form. The validation
# accuracy is the same within noise after so few epochs; the augmented network could be trained
# longer before it stops improving. The confused classes look alike: bedroom, living room, kitchen
# and office with each other, industrial with tall building, open country with coast. Accuracy gives
# each image the same weight, mean F1 gives each class the same weight. They differ if classes have
# different numbers of images, or if some classes, here the indoor rooms, are much worse than the
# others.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the gap without augmentation, in eval mode, with numbers.
# 1 point: the effect of augmentation on gap and validation, with numbers.
# 1 point: confused classes, read from the matrix, and a reason why.
# 1 point: accuracy weighs images equally, mean F1 weighs classes equally.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: look at what the layers have learned.
#
# ## 6. What the features look like
#
# *About 20 minutes.*
#
# For each image, the input of the last layer is a point in 1,024 dimensions. t-SNE maps such points
# to two or three dimensions so that neighbors remain neighbors; the distances between groups that
# are far apart have no meaning. The plots show the same 150 training and 150 validation images
# **before** fine-tuning (the pretrained network has never seen a scene) and **after** it (all
# layers trained, Section 5).

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
# A picture can be misleading, so here is a number that measures the same thing. For each validation
# image of the sample, find the nearest training image in all 1,024 dimensions: does it belong to
# the same class?

# %%
# %%attempt
for name, points in (("before", before), ("after", after)):
    nearest = torch.cdist(points[held_out], points[~held_out]).argmin(dim=1)
    same = (labels[~held_out][nearest] == labels[held_out]).float().mean()
    print(f"{name:<6} fine-tuning: the nearest training image has the same class in {same:.3f}")
    results.number(f"part4_neighbours_{name}", float(same), data=validation_images, seed=0)

# %% [markdown]
# **Question.** What changes between before and after, for training images and for validation
# images? Which classes lie next to each other, and does that fit the confusion matrix? What can you
# *not* conclude from such a picture?

# %% [markdown] question="what_features_show"
# ### BEGIN SOLUTION
# Before fine-tuning, classes with a distinctive texture (forest, store) already form groups, while
# most others are mixed. Afterwards the groups are tighter and further apart. This holds more for
# the training images than for the validation images: some of the latter lie in a neighboring group
# or between groups, which is the overfitting of Section 5 seen from another side. Neighboring
# groups are the classes that the confusion matrix confuses. You cannot interpret the axes, the
# distances between groups that are far apart, or the sizes and densities of groups; another seed or
# perplexity gives another picture.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: groups get tighter after fine-tuning, for training images more than for validation
# images.
# 1 point: neighboring groups are compared with the confusion matrix.
# 1 point: axes, far distances or sizes of groups cannot be interpreted; depends on seed and
# perplexity.
# ### END MARK SCHEME

# %% [markdown]
# The report states which weights each section used:

# %%
# %%attempt
used = [
    {"run": "last layer trained (Section 1)", "weights": course_net.source},
    {"run": "frozen features (Section 3)", "weights": pretrained.source},
    {"run": f"four ways, {compared_name} (Section 4)", "weights": compared.source},
    {"run": "all layers trained (Sections 5 and 6)", "weights": course_net.source},
]
for row in used:
    print(f"{row['run']:<45} {row['weights']}")
results.number("part4_weights", used)

# %% [markdown]
# **Next**: run the same code on another device.
#
# ## 7. CUDA, MPS, CPU: the same code
#
# *About 10 minutes.*
#
# Your code does not name a device: `train_epoch`, `evaluate` and `extract_features` take one as an
# argument, and `fit` chooses one. The next cell trains and evaluates on every kind of device that
# your machine has.

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
# **Next**: look back at this part.
#
# ## 8. What I learned
#
# *About 5 minutes.*

# %% [markdown]
# **Question.** Look back at this part. What can a pretrained network do for you, and what can it
# not? Support both with a result from your notebook. Name one mistake that you made, with the way
# in which you found it.

# %% [markdown] question="learned_transfer"
# ### BEGIN SOLUTION
# Pretrained features recognize scenes with only a new last layer, in seconds, at an accuracy that
# the same network from scratch is far from after the same few epochs. They do not remove
# overfitting: with all layers trained and no augmentation, the gap between training and validation
# grows from epoch to epoch. My mistake was to freeze after replacing the last layer, so nothing was
# trained; I found it because the number of trainable weights in the table was 0.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: something specific that was learned, with evidence from the student's notebook.
# 1 point: a mistake with the way in which it was found, or a question that follows from the work.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: Part 5 gives every pixel a label, and Part 8 looks more closely at mistakes.
#
# ## Before you hand in
#
# Restart the kernel and run all cells from top to bottom. Finished runs and features are loaded
# from their files, so this takes only seconds.
