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
# # Part 3: dropout and augmentation, the fight against overfitting
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part3_dropout_augmentation.ipynb)
#
# **You will learn** two remedies for a network that learns its training images by heart: showing it
# each image a little differently every time (augmentation), and keeping it from relying on any one
# of its own numbers (dropout). And you will learn to find out what helps, by changing one thing at
# a time.
#
# **How long it takes**: about three hours. Training takes two minutes in all on two cores with the
# offline images, ten with the real ones; a GPU isn't needed.
#
# **Where it can go wrong**
# - Augmentation is for training alone. Validation images are measured as they are.
# - Both remedies make the *training* accuracy worse. What you look at is the gap, and validation.
# - Dropout behaves differently in train and eval mode. Whoever measures in train mode measures
#   noise.

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

    colab.prepare(root, "part3_dropout_augmentation", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part3_dropout_augmentation")

# %% [markdown]
# ## 1. One image, many ways
#
# An image of a street stays a street when you mirror it, move it by a few pixels, or take it on a
# cloudy day. The network doesn't know that; it has to see it. Here are the images and the
# statistics, as in Part 2.

# %%
# %%attempt
train_images, validation_images = data.scenes("train"), data.scenes("validation")
mean, std = data.pixel_statistics(train_images)
classes = train_images.classes
source = train_images.provenance.label.rpartition(",")[0]
is_real = train_images.provenance.origin == "real"
print(
    f"{len(train_images)} images to train on, {len(validation_images)} to validate with: {source}"
)

# %% [markdown]
# ### With torchvision
#
# Write `get_data_augmentation_transforms` in `student_code/data_transforms.py`: random changes
# first, then the fundamental transforms of Part 1. Choose changes after which **the label still
# fits**.

# %% task="data_transforms.get_data_augmentation_transforms"
checks.grade("data_transforms.get_data_augmentation_transforms")

# %%
# %%attempt
from PIL import Image
from student_code.data_transforms import get_data_augmentation_transforms

number = int((train_images.labels == classes.index("street")).nonzero()[3])
pixels = train_images.images[number, 0].numpy()
torch.manual_seed(0)
transform = get_data_augmentation_transforms((64, 64), mean, std)
many = [transform(Image.fromarray(pixels)) for _ in range(12)]
picture = plots.image_grid(many, source=source, title="One street, twelve times: torchvision")
results.figure("part3_torchvision", picture.figure, alt=picture.alt)

# %% [markdown]
# ### From scratch
#
# There is no magic in any of it. Write three augmentations in `student_code/augmentation.py`, on
# tensors of shape (C, H, W): `random_horizontal_flip`, `random_crop` and `cutout`. Each takes a
# `generator`: draw **every** random number from it, and a run can be repeated to the last bit.

# %% task="augmentation.random_horizontal_flip"
checks.grade("augmentation.random_horizontal_flip")

# %% task="augmentation.random_crop"
checks.grade("augmentation.random_crop")

# %% task="augmentation.cutout"
checks.grade("augmentation.cutout")

# %%
# %%attempt
from student_code.augmentation import cutout, random_crop, random_horizontal_flip

image = torch.from_numpy(pixels.copy())[None].float() / 255
shown, titles = [], []
for name, change in (
    ("flip", lambda img, chance: random_horizontal_flip(img, generator=chance)),
    ("crop", lambda img, chance: random_crop(img, 8, generator=chance)),
    ("cutout", lambda img, chance: cutout(img, 20, generator=chance)),
):
    chance = torch.Generator().manual_seed(1)
    shown += [change(image, chance) for _ in range(6)]
    titles += [name] * 6
picture = plots.image_grid(shown, titles, source=source, title="One street, from scratch")
results.figure("part3_from_scratch", picture.figure, alt=picture.alt)

# %% [markdown]
# ### With albumentations
#
# A library for nothing else: dozens of augmentations, fast, for arrays instead of PIL images, and
# (for Part 5) for images together with their masks. Write `get_albumentations_transforms`, with
# three or more random augmentations.

# %% task="augmentation.get_albumentations_transforms"
checks.grade("augmentation.get_albumentations_transforms")

# %%
# %%attempt
from student_code.augmentation import get_albumentations_transforms

transform = get_albumentations_transforms((64, 64), mean, std)
if hasattr(transform, "set_random_seed"):
    transform.set_random_seed(0)
many = [transform(image=pixels)["image"] for _ in range(12)]
picture = plots.image_grid(many, source=source, title="One street, twelve times: albumentations")
results.figure("part3_albumentations", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Which augmentations did you choose, and why does the label survive each of them?
# Name one that would be wrong for scenes although it is fine for other images, and one that would
# be fine here and wrong for handwritten digits. Why is the validation set not augmented?

# %% [markdown] question="which_augmentations"
# ### BEGIN SOLUTION
# Mirroring left to right, small shifts, scales and rotations, and small changes of brightness and
# contrast: a photographer who stands a little further left, tilts the camera or comes on another
# day takes just such an image, and the scene is the same. Turning upside down would be wrong for
# scenes, since nobody photographs a coast with the sea above, while images of cells under a
# microscope have no up and down. Mirroring is fine for scenes and wrong for digits and letters: a
# mirrored 2 is none. The validation set stands for the images that will come, so it is measured as
# it is; with random changes its figures would be noisy, and worse than what users will see.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the choice is named, with a reason why the label survives.
# 1 point: one that is wrong for scenes (upside down, strong rotation, inversion) with its reason.
# 1 point: one that is fine here and wrong for digits (mirroring, large rotation).
# 1 point: validation measures the images that will come; no noise, comparable between runs.
# ### END MARK SCHEME

# %% [markdown]
# ## 2. Dropout
#
# While training, dropout sets each number in a layer to zero with probability $p$, anew for each
# image and each step. No neuron can count on any other being there, so what they learn has to be
# useful by itself. In eval mode everything is there, and all numbers together would be larger than
# the next layer is used to. **Inverted** dropout takes care of that while training, so that eval
# mode has nothing to do. What factor does that take? Write `InvertedDropout` in
# `student_code/dropout.py`.

# %% task="dropout.InvertedDropout"
checks.grade("dropout.InvertedDropout")

# %%
# %%attempt
from student_code.dropout import InvertedDropout

torch.manual_seed(0)
ones = torch.ones(100_000)
for name, layer in (("yours", InvertedDropout(0.3)), ("torch's", torch.nn.Dropout(0.3))):
    dropped = layer.train()(ones)
    print(
        f"{name:<8} in train mode: {(dropped == 0).double().mean():.3f} are zero, the mean is "
        f"{dropped.mean():.3f}; in eval mode: the mean is {layer.eval()(ones).mean():.3f}"
    )

# %% [markdown]
# **Question.** Why are the values that stay scaled, and by which factor? Derive it from the
# expectation of a value $x$ after dropout. What would go wrong in eval mode without it, and where
# would you have to put the factor instead if training left the values as they are?

# %% [markdown] question="why_scale_dropout"
# ### BEGIN SOLUTION
# After dropout with scale s a value is 0 with probability p and s·x with probability 1 − p, so its
# expectation is (1 − p)·s·x. It equals x for s = 1/(1 − p). Without the scale the next layer would
# be trained on sums that are smaller by 1 − p on average; in eval mode, where nothing is dropped,
# its inputs would suddenly be larger by 1/(1 − p) than any it has learnt from, and activations and
# scores would shift. If training left the values alone, eval mode would have to multiply by 1 − p
# (or the next layer's weights would be scaled once after training). The inverted form leaves eval
# mode, which runs in production, untouched.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: expectation (1 − p)·s·x is written down.
# 1 point: s = 1/(1 − p).
# 1 point: without it, inputs of the next layer differ between train and eval mode.
# 1 point: the alternative: multiply by 1 − p in eval mode.
# ### END MARK SCHEME

# %% [markdown]
# Now `SimpleNetDropout` in `student_code/simple_net_dropout.py`: SimpleNet with dropout where most
# of its weights are. Take `nn.Dropout`, or your own.

# %% task="simple_net_dropout.SimpleNetDropout"
checks.grade("simple_net_dropout.SimpleNetDropout")

# %% [markdown]
# ## 3. Each, and both together
#
# Four runs with the same seed, the same number of epochs and the same optimizer: SimpleNet as in
# Part 2, with augmentation, with dropout, and with both. For speed the augmentation comes from the
# toolbox here: `data.Augment` flips, moves and relights a whole batch at once, each image by its
# own chance.

# %%
# %%attempt
from student_code.optimizer import get_optimizer
from student_code.simple_net import SimpleNet
from student_code.simple_net_dropout import SimpleNetDropout
from toolbox.training.trainer import fit, inference_seconds

ADAM = {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-4}
MILD = data.Augment(flip=0.5, shift=3, brightness=0.1, contrast=0.1)


def train_network(network, epochs, name, augment=None, images=None, optimizer=ADAM):
    """Train a network that was just made; returns its history. Validation is never augmented."""
    same = {"mean": mean, "std": std}
    images = train_images if images is None else images
    return fit(
        network,
        data.Batches(images, 32, shuffle=True, augment=augment, **same),
        data.Batches(validation_images, 256, **same),
        optimizer=get_optimizer(network, optimizer),
        epochs=epochs,
        name=name,
    )


# %%
# %%attempt
runs, networks = {}, {}
for name, kind, augment in (
    ("plain", SimpleNet, None),
    ("augmentation", SimpleNet, MILD),
    ("dropout", SimpleNetDropout, None),
    ("both", SimpleNetDropout, MILD),
):
    torch.manual_seed(0)
    networks[name] = kind(len(classes))
    epochs = 50 if is_real else 12
    runs[name] = train_network(networks[name], epochs, f"part3_{name}", augment)
    last = runs[name]
    print(
        f"{name:<13} train {last.train_accuracy[-1]:.3f}, "
        f"validation {last.validation_accuracy[-1]:.3f}, gap {last.gap:+.3f}"
    )
    results.number(
        f"part3_{name}",
        {"train": last.train_accuracy[-1], "validation": last.validation_accuracy[-1]},
        data=validation_images,
        seed=0,
        device=last.device,
        seconds=sum(last.seconds),
    )
picture = plots.training_curves(runs, source=source, title="Each, and both together")
results.figure("part3_comparison", picture.figure, alt=picture.alt)

# %% [markdown]
# The network with both is graded by its accuracy on the test images, as in Part 2.

# %% trained="part3_both"
checks.grade_trained("part3_both")

# %% [markdown]
# One warning about the curves: with dropout and augmentation, the *training* accuracy is measured
# while the network is handicapped, in train mode and on changed images. So it can lie below
# validation. Measured fairly, in eval mode on the images as they are:

# %%
# %%attempt
from student_code.training import evaluate

for name, network in networks.items():
    device = next(network.parameters()).device
    as_they_are = data.Batches(train_images, 256, mean=mean, std=std)
    _, accuracy = evaluate(network, as_they_are, device)
    print(f"{name:<13} train, in eval mode and without augmentation: {accuracy:.3f}")

# %% [markdown]
# **Question.** Compare the four runs with each other and with Part 2. What did augmentation do to
# the gap between training and validation, what did dropout, and what both together? Was validation
# better, and was that worth the price? Quote your figures.

# %% [markdown] question="what_helped"
# ### BEGIN SOLUTION
# Plain SimpleNet is far better on the training images than on validation: it has learnt many of
# them by heart. Augmentation closes most of the gap, since no image is seen twice in the same form,
# and validation gains a little. Dropout closes part of it. With both the gap as measured while
# training is nearly zero or negative, and training has become so hard that the network has not
# finished learning after these epochs: it now underfits, and would gain from more epochs or a
# larger network. The price is time: more epochs until the same loss is reached; a step itself costs
# hardly more.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the effect of augmentation on the gap, with figures of the student's own.
# 1 point: the effect of dropout, with figures.
# 1 point: both together; underfitting or slower learning is recognised.
# 1 point: validation is what decides, and the price (epochs, time) is named.
# ### END MARK SCHEME

# %% [markdown]
# ## 4. Ablation studies
#
# An ablation study changes **one thing at a time** and holds all else fixed: the seed, the data,
# the number of epochs. `toolbox.training.ablation.run` keeps each finished run, so you can interrupt it, and
# add configurations later without repeating the others. To be quick, the studies take every sixth
# training image and few epochs; what counts is the comparison. Inference time is that of one image.

# %%
# %%attempt
from toolbox.training import ablation

few = train_images.subset(range(0, len(train_images), 6), "train")
EPOCHS = 40 if is_real else 15


def measured(network, name, **settings):
    """Train on a sixth of the images; returns what the table shows."""
    history = train_network(network, EPOCHS, f"part3_study_{name}", images=few, **settings)
    same = data.Batches(validation_images, 256, mean=mean, std=std)
    return {
        "train_accuracy": history.train_accuracy[-1],
        "validation_accuracy": history.validation_accuracy[-1],
        "seconds": sum(history.seconds),
        "inference_seconds": inference_seconds(network, same, history.device),
    }


def study(name, key, values, train):
    """Run a study over one setting, print its table, and draw it."""
    configurations = [{key: value, "epochs": EPOCHS, "seed": 0} for value in values]
    found = ablation.run(name, configurations, train, version=few.provenance.fingerprint)
    print(found.table())
    picture = plots.study(found.rows, key, source=f"{source}, a sixth of train", title=name)
    results.figure(f"part3_study_{name}", picture.figure, alt=picture.alt)
    results.number(f"part3_study_{name}", found.rows, data=few, seed=0)


# %% [markdown]
# **The first study: how much dropout?** All dropout layers of your network get the same $p$.


# %%
# %%attempt
def with_dropout(settings):
    torch.manual_seed(settings["seed"])
    network = SimpleNetDropout(len(classes))
    for layer in network.modules():
        if hasattr(layer, "p"):
            layer.p = settings["p"]
    return measured(network, f"dropout_{settings['p']}")


study("dropout", "p", [0.0, 0.3, 0.6], with_dropout)

# %% [markdown]
# **The second: how much augmentation?** The distance by which images are moved, in pixels.


# %%
# %%attempt
def with_shift(settings):
    torch.manual_seed(settings["seed"])
    augment = data.Augment(flip=0.5, shift=settings["shift"], brightness=0, contrast=0)
    return measured(SimpleNet(len(classes)), f"shift_{settings['shift']}", augment=augment)


study("shift", "shift", [0, 3, 8], with_shift)

# %% [markdown]
# **The third: the learning rate.** Everything else depends on it.


# %%
# %%attempt
def with_rate(settings):
    torch.manual_seed(settings["seed"])
    optimizer = {**ADAM, "lr": settings["lr"]}
    return measured(SimpleNet(len(classes)), f"rate_{settings['lr']:g}", optimizer=optimizer)


study("learning_rate", "lr", [1e-4, 1e-3, 1e-2], with_rate)

# %% [markdown]
# **Question.** Write one paragraph on each study: what was changed and what was held fixed, what
# came out (quote the table), and what you conclude. One seed is little: which of the differences
# would you trust, and what would you do before you published the others?

# %% [markdown] question="ablation_findings"
# ### BEGIN SOLUTION
# Dropout (p from 0 to 0.6; network, optimizer, data, epochs and seed fixed): the training accuracy
# falls as p grows, since it is measured with dropout on and learning is harder; the gap shrinks.
# Validation changes little in so few epochs, and a large p begins to underfit. Shift (0, 3, 8
# pixels; all else fixed): the training accuracy falls with the distance, and the gap shrinks; a
# moderate shift does not hurt validation, a large one learns too slowly for these epochs. Learning
# rate (1e-4, 1e-3, 1e-2): 1e-4 has not got far after these epochs, 1e-3 is best, and 1e-2 is too
# large, unstable or stuck at chance. Inference takes the same time in all runs, because in eval
# mode dropout and augmentation are not there. The learning rate's differences are several times
# larger than what another seed changes and can be trusted; differences of one or two points in 440
# validation images are within noise (one standard error is about 0.024), and need several seeds, a
# mean and its error, before they are published.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point a study (3 in all): what was changed, what was fixed, with figures from the table.
# 1 point: conclusions that follow from the figures, underfitting named where it shows.
# 1 point: inference time doesn't change, and why.
# 1 point: noise: several seeds, or the standard error of an accuracy on so few images.
# ### END MARK SCHEME

# %% [markdown]
# ## 5. How far does training from scratch go?
#
# As far as the tools of this part and one idea more can take it. `toolbox/models/residual.py` is a network
# to read, a hundred lines: blocks of two convolutions with batch normalisation, and around each
# block a shortcut that adds the input to what comes out, so that gradients reach the first layers
# whole. With it come crops at random scales, labels smoothed by a tenth, AdamW, and a learning rate
# that rises in the first quarter of the run and then falls to zero. In eval mode it looks at four
# views of an image: as it is, enlarged by a half, and both in the mirror.
#
# On the real images it takes about five minutes on two processor cores of a kind that computes fast
# in bfloat16, on others up to twice as long; `docs/results.md` has what it reached. The cell below leaves it out unless you set `TRAIN_IT = True`.

# %%
# %%attempt
from toolbox.models.residual import RandomViews, ResidualNet

TRAIN_IT = False
EPOCHS = 62

if TRAIN_IT:
    torch.manual_seed(0)
    residual = ResidualNet(len(classes))
    adamw = torch.optim.AdamW(residual.parameters(), lr=3e-3, weight_decay=0.05)
    one_cycle = torch.optim.lr_scheduler.OneCycleLR(
        adamw, max_lr=3e-3, total_steps=EPOCHS, pct_start=0.25, cycle_momentum=False
    )
    same = {"mean": mean, "std": std}
    history = fit(
        residual,
        data.Batches(train_images, 64, shuffle=True, augment=RandomViews(), **same),
        data.Batches(validation_images, 256, **same),
        optimizer=adamw,
        scheduler=one_cycle,
        epochs=EPOCHS,
        name="residual",
    )
    plots.training_curves({"residual": history}, source=source, title="A small residual network")

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel and run all cells from the top: finished runs are taken from their files, so it
# takes seconds. A network that was trained on millions of other images first goes further than any
# remedy here: that is Part 4.
