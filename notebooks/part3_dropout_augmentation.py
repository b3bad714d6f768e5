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
# # Part 3: Dropout and augmentation, the fight against overfitting
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part3_dropout_augmentation.ipynb)
#
# **You will learn** two remedies for a network that memorizes its training images: showing it a
# slightly different version of each image every time (augmentation), and keeping it from relying on
# any single activation (dropout). You will also learn how to find out what helps, by changing one
# thing at a time.
#
# **Time needed**: about three hours. All training takes two minutes on two cores with the synthetic
# images, and ten with the real ones. You don't need a GPU.
#
# **You need** from earlier parts: `get_fundamental_transforms` (Part 1), `SimpleNet`,
# `get_optimizer`, `train_epoch` and `evaluate` (Part 2), and what these call. While one of them is
# not implemented, the cells that use it say so, and the notebook continues. When your work is
# graded, the course's own module replaces a module of an earlier part that fails its tests, so a
# mistake there costs no points here. The exception is `get_fundamental_transforms`: its module,
# `data_transforms`, belongs to this part, too.
#
# **Common pitfalls**
# - Augmentation is only for training. Validation images are evaluated unchanged.
# - Both remedies lower the *training* accuracy. Look at the gap between training and validation,
#   and at the validation accuracy.
# - Dropout behaves differently in train mode and in eval mode. If you evaluate in train mode, you
#   measure noise.

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

    colab.prepare(root, "part3_dropout_augmentation", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part3_dropout_augmentation")

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
# ## 1. One image, many versions
#
# *About 60 minutes.*
#
# An image of a street is still a street if you mirror it, shift it by a few pixels, or take it on a
# cloudy day. The network doesn't know that: it has to see examples. Load the images and the
# statistics as in Part 2.

# %%
# %%attempt
train_images, validation_images = data.scenes("train"), data.scenes("validation")
mean, std = data.pixel_statistics(train_images)
classes = train_images.classes
source = train_images.provenance.label.rpartition(",")[0]
is_real = train_images.provenance.origin == "real"
print(
    f"{len(train_images)} training images, {len(validation_images)} validation images: {source}"
)

# %% [markdown]
# ### With torchvision
#
# Write `get_data_augmentation_transforms` in `student_code/data_transforms.py`: random changes
# first, then the fundamental transforms of Part 1. Choose changes that leave **the label correct**.

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
# Augmentation is not magic. Write three augmentations in `student_code/augmentation.py` for tensors
# of shape (C, H, W): `random_horizontal_flip`, `random_crop` and `cutout`. Each takes a
# `generator`: if you draw **every** random number from it, you can repeat a run exactly, bit for
# bit.

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
# The albumentations library is made for augmentation. It offers dozens of fast transforms, works on
# arrays instead of PIL images, and (useful in Part 5) can transform an image together with its
# mask. Write `get_albumentations_transforms`, with three or more random augmentations.

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
# **Question.** Which augmentations did you choose, and why does the label remain correct after each
# of them? Name one augmentation that would be wrong for scenes although it works for other images,
# and one that works here but would be wrong for handwritten digits. Why is the validation set not
# augmented?

# %% [markdown] question="which_augmentations"
# ### BEGIN SOLUTION
# I chose horizontal flips, small shifts, scales and rotations, and small changes of brightness and
# contrast. A photographer who stands a little further left, tilts the camera or comes back on
# another day takes exactly such an image, and the scene is the same. Vertical flips would be wrong
# for scenes, because no photo of a coast has the sea above the sky, while microscope images of
# cells have no up or down. Horizontal flips are fine for scenes and wrong for digits and letters: a
# mirrored 2 is not a 2. The validation set represents future images, so it is evaluated unchanged.
# With random changes, its metrics would be noisy, and worse than what users will experience.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: names the choice, with a reason why the label remains correct.
# 1 point: one augmentation that is wrong for scenes (upside down, strong rotation, inversion), with
# the reason.
# 1 point: one that is fine here and wrong for digits (mirroring, large rotation).
# 1 point: validation represents future images; no noise, comparable between runs.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: try the second remedy, which changes the network instead of the images.
#
# ## 2. Dropout
#
# *About 40 minutes.*
#
# During training, dropout sets each activation in a layer to zero with probability $p$. The choice
# is made separately for each image and each step. Because a neuron cannot rely on any other neuron
# being active, it has to learn features that are useful on their own. In eval mode, nothing is
# dropped, so the inputs of the next layer would be larger on average than during training.
# **Inverted** dropout compensates for this during training, so that eval mode has nothing to do.
# Which factor does that require? Write `InvertedDropout` in `student_code/dropout.py`.
#
# A small part of the points is for refusing impossible probabilities: with a $p$ of 1, the factor
# would be infinite.

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
        f"{name:<8} train mode: fraction of zeros {(dropped == 0).double().mean():.3f}, mean "
        f"{dropped.mean():.3f}; eval mode: mean {layer.eval()(ones).mean():.3f}"
    )

# %% [markdown]
# **Question.** Why are the values that are not dropped scaled, and by which factor? Derive it from
# the expectation of a value $x$ after dropout. What would go wrong in eval mode without the
# scaling, and where would you have to put the factor if training did not scale these values?

# %% [markdown] question="why_scale_dropout"
# ### BEGIN SOLUTION
# After dropout with scale s, a value is 0 with probability p and s·x with probability 1 − p, so its
# expectation is (1 − p)·s·x. It equals x for s = 1/(1 − p). Without the scale, the next layer would
# be trained on sums that are smaller by a factor of 1 − p on average. In eval mode, where nothing
# is dropped, its inputs would suddenly be larger by a factor of 1/(1 − p) than anything it was
# trained on, and activations and logits would shift. If training did not scale the values, eval
# mode would have to multiply them by 1 − p (or the weights of the next layer would be scaled once
# after training). The inverted form leaves eval mode, which runs in production, untouched.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the expectation (1 − p)·s·x is written down.
# 1 point: s = 1/(1 − p).
# 1 point: without it, the inputs of the next layer differ between train mode and eval mode.
# 1 point: the alternative: multiply by 1 − p in eval mode.
# ### END MARK SCHEME

# %% [markdown]
# Now write `SimpleNetDropout` in `student_code/simple_net_dropout.py`: SimpleNet, with dropout at
# the layer that holds most of its weights. Use `nn.Dropout` or your own implementation.

# %% task="simple_net_dropout.SimpleNetDropout"
checks.grade("simple_net_dropout.SimpleNetDropout")

# %% [markdown]
# **Next**: measure what each remedy does.
#
# ## 3. Each remedy alone, and both together
#
# *About 25 minutes, one of which is training (five with the real images).*
#
# Train four networks with the same seed, the same number of epochs and the same optimizer:
# SimpleNet as in Part 2, with augmentation, with dropout, and with both. For speed, the
# augmentation now comes from the toolbox: `data.Augment` flips, shifts and changes the brightness
# of a whole batch at once, with separate random choices for each image.

# %%
# %%attempt
from student_code.optimizer import get_optimizer
from student_code.simple_net import SimpleNet
from student_code.simple_net_dropout import SimpleNetDropout
from toolbox.training.trainer import fit, inference_seconds

ADAM = {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-4}
MILD = data.Augment(flip=0.5, shift=3, brightness=0.1, contrast=0.1)


def train_network(network, epochs, name, augment=None, images=None, optimizer=ADAM):
    """Train a new network and return its history. The validation set is never augmented."""
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
picture = plots.training_curves(runs, source=source, title="Each remedy alone, and both together")
results.figure("part3_comparison", picture.figure, alt=picture.alt)

# %% [markdown]
# The network with both remedies is graded by its accuracy on the test set, as in Part 2.

# %% trained="part3_both"
checks.grade_trained("part3_both")

# %% [markdown]
# A warning about the curves: with dropout and augmentation, the *training* accuracy is measured in
# train mode and on augmented images, which makes the task harder for the network. It can therefore
# be below the validation accuracy. For a fair comparison, measure in eval mode on the original
# images:

# %%
# %%attempt
from student_code.training import evaluate

for name, network in networks.items():
    device = next(network.parameters()).device
    as_they_are = data.Batches(train_images, 256, mean=mean, std=std)
    _, accuracy = evaluate(network, as_they_are, device)
    print(f"{name:<13} training images, eval mode, no augmentation: {accuracy:.3f}")

# %% [markdown]
# **Question.** Compare the four runs with each other and with Part 2. How did augmentation change
# the gap between training and validation, how did dropout, and how did both together? Did the
# validation accuracy improve, and was it worth the price? Quote your numbers.

# %% [markdown] question="what_helped"
# ### BEGIN SOLUTION
# Plain SimpleNet is far better on the training images than on the validation images: it has
# memorized many of them. Augmentation closes most of the gap, because no image appears twice in the
# same form, and the validation accuracy improves a little. Dropout closes part of the gap. With
# both, the gap measured during training is nearly zero or negative. Training has become so hard
# that the network has not finished learning after these epochs: it now underfits, and would benefit
# from more epochs or a larger network. The price is time: it takes more epochs to reach the same
# loss, although a single step costs hardly more.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the effect of augmentation on the gap, with the student's own numbers.
# 1 point: the effect of dropout, with numbers.
# 1 point: both together; underfitting or slower learning is recognized.
# 1 point: validation is what decides, and the price (epochs, time) is named.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: find out how much of each remedy is best.
#
# ## 4. Ablation studies
#
# *About 30 minutes.*
#
# An ablation study changes **one thing at a time** and keeps everything else fixed: the seed, the
# data, the number of epochs. `toolbox.training.ablation.run` saves each finished run, so you can
# interrupt it, and you can add configurations later without repeating the others. To save time, the
# studies use every sixth training image and few epochs; only the comparison matters here. Each
# study prints a table of all settings, the accuracies, the time of the training and the time of the
# inference, per image. Write down what you observe and what you conclude right after each study.

# %%
# %%attempt
from toolbox.training import ablation

few = train_images.subset(range(0, len(train_images), 6), "train")
EPOCHS = 40 if is_real else 15
FIXED = {"lr": 1e-3, "weight_decay": 1e-4, "batch_size": 32, "epochs": EPOCHS, "seed": 0}


def measured(network, name, settings, augment=None):
    """Train on a sixth of the images and return the values for the table."""
    optimizer = {"optimizer_type": "adam"} | {k: settings[k] for k in ("lr", "weight_decay")}
    run = f"part3_study_{name}"
    history = train_network(network, EPOCHS, run, augment, images=few, optimizer=optimizer)
    same = data.Batches(validation_images, 256, mean=mean, std=std)
    return {
        "train_accuracy": history.train_accuracy[-1],
        "validation_accuracy": history.validation_accuracy[-1],
        "seconds": sum(history.seconds),
        "inference_seconds": inference_seconds(network, same, history.device),
    }


def study(name, key, values, train):
    """Run a study of one setting, print its table, and plot it."""
    fixed = {name: value for name, value in FIXED.items() if name != key}
    configurations = [{key: value, **fixed} for value in values]
    found = ablation.run(name, configurations, train, version=few.provenance.fingerprint)
    print(found.table())
    picture = plots.study(found.rows, key, source=f"{source}, 1/6 of train", title=name)
    results.figure(f"part3_study_{name}", picture.figure, alt=picture.alt)
    results.number(f"part3_study_{name}", found.rows, data=few, seed=0)


# %% [markdown]
# **Study 1: how much dropout?** All dropout layers of your network get the same $p$.


# %%
# %%attempt
def with_dropout(settings):
    torch.manual_seed(settings["seed"])
    network = SimpleNetDropout(len(classes))
    for layer in network.modules():
        if hasattr(layer, "p"):
            layer.p = settings["p"]
    return measured(network, f"dropout_{settings['p']}", settings)


study("dropout", "p", [0.0, 0.3, 0.6], with_dropout)

# %% [markdown]
# **Question.** What did this study change, and what did it keep fixed? What do you observe (quote
# the table, both times included), and what do you conclude?

# %% [markdown] question="dropout_study"
# ### BEGIN SOLUTION
# Changed: p, from 0 to 0.6. Fixed: network, optimizer, learning rate, images, epochs and seed.
# Observation: the training accuracy falls as p grows, because it is measured with dropout on and
# learning is harder, so the gap shrinks. The validation accuracy changes little in so few epochs.
# Training takes about the same time, and so does inference: in eval mode, dropout does nothing.
# Conclusion: dropout reduces the overfitting and costs no time when the network is used. With a
# large p, the network begins to underfit and would need more epochs.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: what was changed and fixed, and the accuracies, with numbers from the table.
# 1 point: a conclusion that follows from them; inference takes the same time, because dropout is
# off in eval mode.
# ### END MARK SCHEME

# %% [markdown]
# **Study 2: how much augmentation?** The maximum distance by which images are shifted, in pixels.


# %%
# %%attempt
def with_shift(settings):
    torch.manual_seed(settings["seed"])
    augment = data.Augment(flip=0.5, shift=settings["shift"], brightness=0, contrast=0)
    return measured(SimpleNet(len(classes)), f"shift_{settings['shift']}", settings, augment)


study("shift", "shift", [0, 3, 8], with_shift)

# %% [markdown]
# An accuracy $a$ that was measured on $n$ images is itself uncertain, since other images would have
# given another one. Its **standard error** is $\sqrt{a (1 - a) / n}$.

# %% [markdown]
# **Question.** What do you observe in this study, and what do you conclude? One seed is weak
# evidence: with the number of validation images printed in Section 1, how large is the standard
# error of an accuracy, and which differences in your table are larger?

# %% [markdown] question="shift_study"
# ### BEGIN SOLUTION
# Observation (0, 3 and 8 pixels; all else fixed): the training accuracy falls with the distance,
# and the gap shrinks. A moderate shift does not hurt validation. With a large one, the network
# learns too slowly for this number of epochs. Conclusion: shift by a few pixels, and train longer
# if the shift is larger. The standard error of an accuracy a is the square root of a(1 − a)/N. With
# 445 validation images and an accuracy near 0.5 it is 0.024, so a difference between two runs needs
# to be about 0.05 or more. Differences of one or two points are within noise: I would train with
# several seeds and report a mean and a standard error.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the observation, with numbers from the table, and a conclusion; underfitting is named if
# it occurs.
# 1 point: the standard error is about 0.024, and the differences are compared with it (or: several
# seeds).
# ### END MARK SCHEME

# %% [markdown]
# **Study 3: the learning rate.** Everything else depends on it.


# %%
# %%attempt
def with_rate(settings):
    torch.manual_seed(settings["seed"])
    return measured(SimpleNet(len(classes)), f"rate_{settings['lr']:g}", settings)


study("learning_rate", "lr", [1e-4, 1e-3, 1e-2], with_rate)

# %% [markdown]
# **Question.** What do you observe in this study, and what do you conclude? Compare the size of the
# effect with those of the other two studies: which setting would you tune first?

# %% [markdown] question="learning_rate_study"
# ### BEGIN SOLUTION
# Observation (1e-4, 1e-3 and 1e-2; all else fixed): with 1e-4, the network has not made much
# progress after these epochs. 1e-3 is best. 1e-2 is too large, so training is unstable or stuck
# near chance. All three take the same time. Conclusion: the learning rate decides whether the
# network learns at all. Its effect is many times larger than a standard error and than the effects
# of p and of the shift, so it has to be tuned first, and again if the optimizer or the batch size
# changes.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the observation for all three rates, with numbers from the table.
# 1 point: the effect is larger than those of the other two studies, so the learning rate is tuned
# first.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: let the learning rate change during training.
#
# ## 5. Learning-rate decay
#
# *About 15 minutes.*
#
# A large learning rate makes fast progress, and a small one settles close to a minimum. With a
# **schedule** you get both: the learning rate starts high and decays. A common schedule divides the
# initial rate $\eta_0$ by a number that grows with the number $k$ of steps so far:
#
# $$\eta_k = \frac{\eta_0}{1 + d \cdot k}$$
#
# The decay $d$ sets how fast the learning rate falls. The cell below trains the same network four
# times from the same weights, with $d$ = 0.1, 0.01, 0.001 and 0.0001. It uses SGD with momentum and
# batches of 8, so that an epoch has many steps, and applies the schedule after each epoch. Before
# you run it, make a guess: how many steps does each decay take to divide the learning rate by two,
# and how many steps does the training have? The four runs are plotted as A, B, C and D, in another
# order.

# %%
# %%attempt
DECAYS = [0.1, 0.01, 0.001, 0.0001]
INITIAL_RATE = 0.01


def with_decay(decay):
    """Train SimpleNet with a decaying learning rate and return the history."""
    torch.manual_seed(0)
    network = SimpleNet(len(classes))
    batches = data.Batches(few, 8, shuffle=True, mean=mean, std=std)
    sgd = {"optimizer_type": "sgd", "lr": INITIAL_RATE, "weight_decay": 0, "momentum": 0.9}
    optimizer = get_optimizer(network, sgd)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda epoch: 1 / (1 + decay * epoch * len(batches))
    )
    return fit(
        network,
        batches,
        data.Batches(validation_images, 256, mean=mean, std=std),
        optimizer=optimizer,
        scheduler=schedule,
        epochs=20,
        name=f"part3_decay_{decay:g}",
    )


by_decay = {decay: with_decay(decay) for decay in DECAYS}
order = np.random.default_rng(5).permutation(len(DECAYS))
letters = dict(zip("ABCD", (DECAYS[number] for number in order), strict=True))
print(f"{len(by_decay[0.1])} epochs of {-(-len(few) // 8)} steps")
figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True)
ends = []
for number, (letter, decay) in enumerate(letters.items()):
    run = by_decay[decay]
    for one, values in zip(axes, (run.train_accuracy, run.validation_accuracy), strict=True):
        one.plot(range(1, len(run) + 1), values, color=plots.COLOURS[number], label=letter)
    ends.append(f"{letter} {run.train_accuracy[-1]:.2f} and {run.validation_accuracy[-1]:.2f}")
ticks = range(0, len(run) + 1, 5)
axes[0].set(xlabel="epoch", ylabel="accuracy", title="training", ylim=(0, 1), xticks=ticks)
axes[1].set(xlabel="epoch", title="validation", xticks=ticks)
axes[0].legend(loc="upper left")
figure.suptitle(f"Four decays of the learning rate   (data: {source}, 1/6 of train)", fontsize=10)
results.figure(
    "part3_decay_curves",
    figure,
    alt="Accuracy over 20 epochs for four decays of the learning rate, A to D, in training and in "
    f"validation. Training and validation accuracy at the end: {'; '.join(ends)}.",
)

# %% [markdown]
# **Question.** Which decay belongs to A, B, C and D? Give a reason for each. One decay is **too
# aggressive**: the network stops learning long before the end. Which one is it, how do you see that
# in *both* panels, and how does it differ from overfitting? Would more epochs help?

# %% [markdown] question="decay_curves"
# ### BEGIN SOLUTION
# A is 0.0001, B is 0.01, C is 0.001 and D is 0.1. A decay d divides the learning rate by two after
# 1/d steps: 10, 100, 1,000 and 10,000 steps, and the training has 1,060. D is the flattest curve:
# after the first epoch of 53 steps, its learning rate is a sixth of the initial one, and at the end
# less than a hundredth. B rises smoothly, but more slowly than C, and reaches 0.90 in training. C
# rises fastest and settles at the end, above 0.95. In A, the learning rate hardly falls, so the steps
# stay large, the accuracy jumps up and down, and the validation accuracy ends below those of B and
# C. The decay of 0.1 is too aggressive: both accuracies stop rising after about ten epochs, at 0.25
# in training and 0.17 in validation. This is not overfitting, where the training accuracy is high
# and the gap is large. Here, the network has not even learned the training images. More epochs
# hardly help, because the remaining steps are tiny and get smaller; a weaker decay does.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: all four curves are matched: the stronger the decay, the flatter the curve.
# 1 point: 0.1 is too aggressive; the training accuracy is flat, too, at a low value.
# 1 point: this is no overfitting (both accuracies are low, the gap is small), and more epochs hardly
# help, because the steps are too small.
# ### END MARK SCHEME

# %% [markdown]
# Check your answer. Each history has recorded the learning rate of every epoch.

# %%
# %%attempt
figure, axes = plt.subplots(figsize=(5, 2.8))
for number, (letter, decay) in enumerate(letters.items()):
    rates = by_decay[decay].learning_rate
    axes.plot(range(1, len(rates) + 1), rates, color=plots.COLOURS[number], label=letter)
    print(f"{letter}: the learning rate falls from {rates[0]:.2g} to {rates[-1]:.2g}")
axes.set(xlabel="epoch", ylabel="learning rate", yscale="log", xticks=ticks)
axes.legend()
results.figure(
    "part3_decay_rates",
    figure,
    alt="Learning rate over 20 epochs for the runs A to D, on a logarithmic axis. At the end: "
    + ", ".join(f"{x} {by_decay[d].learning_rate[-1]:.2g}" for x, d in letters.items())
    + ".",
)

# %% [markdown]
# **Next**: combine everything in one long run.
#
# ## 6. How far can training from scratch go?
#
# *About 10 minutes to read; the training is optional.*
#
# This section takes the tools of this part, plus one new idea, as far as they go.
# `toolbox/models/residual.py` contains a network of about a hundred lines that is worth reading. It
# consists of blocks of two convolutions with batch normalization. A shortcut around each block adds
# the block's input to its output, so that gradients reach the first layers undiminished. The
# training recipe adds crops at random scales, label smoothing of 0.1, AdamW, and a learning rate
# that rises in the first quarter of the run and then falls to zero. In eval mode, the network looks
# at four views of an image: the original and a view enlarged by a half, each also mirrored.
#
# On the real images, training takes about five minutes on two processor cores that compute fast in
# bfloat16, and up to twice as long on others. The network then recognizes more than 80% of the test
# images. The cell below skips the training unless you set `TRAIN_IT = True`.

# %%
# %%attempt
from toolbox.models.residual import RandomViews, ResidualNet

TRAIN_IT = False
RESIDUAL_EPOCHS = 62

if TRAIN_IT:
    torch.manual_seed(0)
    residual = ResidualNet(len(classes))
    adamw = torch.optim.AdamW(residual.parameters(), lr=3e-3, weight_decay=0.05)
    one_cycle = torch.optim.lr_scheduler.OneCycleLR(
        adamw, max_lr=3e-3, total_steps=RESIDUAL_EPOCHS, pct_start=0.25, cycle_momentum=False
    )
    same = {"mean": mean, "std": std}
    history = fit(
        residual,
        data.Batches(train_images, 64, shuffle=True, augment=RandomViews(), **same),
        data.Batches(validation_images, 256, **same),
        optimizer=adamw,
        scheduler=one_cycle,
        epochs=RESIDUAL_EPOCHS,
        name="residual",
    )
    plots.training_curves({"residual": history}, source=source, title="A small residual network")

# %% [markdown]
# **Next**: look back at this part.
#
# ## 7. What I learned
#
# *About 5 minutes.*

# %% [markdown]
# **Question.** Look back at this part. Which remedy against overfitting did you judge differently
# before you measured it, and which number of your notebook corrected you? Name one mistake that you
# made, with the way in which you found it, and one experiment that you would run next.

# %% [markdown] question="learned_regularization"
# ### BEGIN SOLUTION
# I expected dropout to raise the validation accuracy as much as augmentation. In my table,
# augmentation helped more, and dropout mainly lowered the training accuracy. My mistake was to
# scale the kept values in eval mode instead of train mode: the test on the mean of the outputs
# failed by the factor 2, which is 1 / (1 − p). Next I would run the best setting with five seeds,
# because some differences of my studies are as small as their standard errors.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: something specific that was learned, with evidence from the student's notebook.
# 1 point: a mistake with the way in which it was found, or a question that follows from the work.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: Part 4 starts from a network that was trained on other images.
#
# ## Before you hand in
#
# Restart the kernel and run all cells from top to bottom. Finished runs are loaded from their
# files, so this takes only seconds. A network that was first trained on millions of other images
# goes further than any remedy in this part.
