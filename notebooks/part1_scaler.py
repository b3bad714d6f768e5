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
# # Part 1: scaling images, and reading them from disk
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part1_scaler.ipynb)
#
# **You will learn** how a folder of images becomes tensors that a network can take: reading them
# lazily, computing the mean and deviation of more pixels than fit in memory, and standardising
# with them.
#
# **How long it takes**: about two hours. Nothing here trains, so every cell answers in seconds.
#
# **Where it can go wrong**
# - You edit files in `student_code/`, not this notebook. Save the file, then run the cell again:
#   your edits count at once.
# - Run the cells from the top. A cell marked `%%attempt` shows what your code does; where a function
#   is not written yet it says so and goes on.
# - Cells with `checks.grade(...)` run the public tests and end in your points. The instructor's
#   own tests add the rest when the part is graded.

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

    colab.prepare(root, "part1_scaler", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part1_scaler")

# %% [markdown]
# ## 1. The images
#
# The data set has 15 classes of scenes: one folder for each split, and in it one folder a class.
# The first call makes or finds the images and says where they came from; that origin is written on
# every plot. There are three splits. **Train** is what we learn from, **validation** is what we
# look at while we decide, and **test** is read once, at the end of the course.

# %%
# %%attempt
scenes = data.locate("scene15")
folders = data.split_folders("scene15")
for split in ("train", "validation", "test"):
    print(f"{split:<11}{len(list((folders / split).rglob('*.jpg'))):>5} images")

# %% [markdown]
# ## 2. A data set that reads from disk
#
# Write `ImageLoader` in `student_code/image_loader.py`. It lists the paths once, and opens an image
# only when it is asked for: 3,000 paths are small, 3,000 images are not.
#
# Two things to watch: the class ids come from the *alphabetical* order of the folders, so that they
# are the same on every machine; and `split` has to reach the path.

# %% task="image_loader.ImageLoader"
checks.grade("image_loader.ImageLoader")

# %%
# %%attempt
from student_code.image_loader import ImageLoader

train = ImageLoader(str(folders), split="train")
validation = ImageLoader(str(folders), split="validation")
print(f"{len(train)} images to train on, {len(validation)} to validate with")
image, label = train[0]
print(f"the first one is {image.size[0]} wide and {image.size[1]} high, of class {label}")

# %% [markdown]
# How many images does each class have? A class with three times as many images as another is
# three times as loud while we train, and a plain accuracy hides how the small ones fare.

# %%
# %%attempt
classes = list(train.class_dict)
counts = {
    split: np.bincount([label for _, label in loader.dataset], minlength=len(classes)).tolist()
    for split, loader in (("train", train), ("validation", validation))
}
picture = plots.class_distribution(counts, classes, scenes.label)
results.figure("part1_class_distribution", picture.figure, alt=picture.alt)

# %% [markdown]
# ## 3. Mean and deviation, one image at a time
#
# Networks learn faster and more steadily when their inputs have zero mean and unit deviation. For
# that we need the mean $\mu$ and the deviation $\sigma$ of **all training pixels**: hundreds of
# millions in a real data set, which never fit in memory together.
#
# Write `StreamingScaler` in `student_code/scaler.py`. It sees a batch of values, learns from it and
# forgets the values. What has to survive is three numbers: how many values there were ($n$), their
# mean ($\mu$) and the sum of squared distances from it ($M = \sum_i (x_i - \mu)^2$, so that the
# population variance is $M / n$). Two groups $a$ and $b$ join into one like this:
#
# $$n = n_a + n_b \qquad \delta = \mu_b - \mu_a \qquad \mu = \mu_a + \delta \frac{n_b}{n}
# \qquad M = M_a + M_b + \delta^2 \frac{n_a n_b}{n}$$
#
# Why not add up $x$ and $x^2$ and subtract at the end? Try it on values around $10^8$: the two
# sums agree in their first 16 digits, and those are all the digits that there are.

# %%
values = np.random.default_rng(0).normal(1e8, 1.0, 10_000)
naive = np.mean(values**2) - np.mean(values) ** 2
print(f"the variance is {values.var():.4f}; the difference of the two sums gives {naive:.4f}")

# %% task="scaler.StreamingScaler"
checks.grade("scaler.StreamingScaler")

# %% [markdown]
# The scaler at work: batches of any size and shape, two scalers that saw different halves, and the
# same answer each time.

# %%
# %%attempt
from student_code.scaler import StreamingScaler

pixels = np.random.default_rng(1).integers(0, 256, (7, 30, 40))
whole, left, right = StreamingScaler(), StreamingScaler(), StreamingScaler()
whole.partial_fit(pixels)
for number, picture in enumerate(pixels):
    (left if number < 3 else right).partial_fit(picture)
left.merge(right)
print(f"all at once:          mean {whole.mean_:.6f}, deviation {whole.std_:.6f}")
print(f"two halves, merged:   mean {left.mean_:.6f}, deviation {left.std_:.6f}")
print(f"numpy on everything:  mean {pixels.mean():.6f}, deviation {pixels.std():.6f}")

# %% [markdown]
# Now over a folder. `compute_mean_and_std` in the same file walks through all images under a
# folder, reads each as grayscale in [0, 1], and counts every pixel once. The mean of the images'
# means is something else, since images differ in size.

# %% task="scaler.compute_mean_and_std"
checks.grade("scaler.compute_mean_and_std")

# %% [markdown]
# The statistics come from the **training** images alone. Whatever is computed from validation or
# test images and then used while training has leaked: the score no longer says how well the network
# does on images that it has never met.

# %%
# %%attempt
from student_code.scaler import compute_mean_and_std

mean, std = compute_mean_and_std(str(folders / "train"))
print(f"mean {mean[0]:.4f}, deviation {std[0]:.4f} of the training pixels")

# %% [markdown]
# **Question.** `compute_mean_and_std` could read every image twice: once for the mean, and once
# more for the squared distances from it. Or it could load all pixels and call `numpy`. Why is a
# streaming scaler the better tool? Name two reasons, and say what `merge` makes possible that a
# loop over the data can't do.

# %% [markdown] question="why_streaming"
# ### BEGIN SOLUTION
# A streaming scaler reads every image once and keeps three numbers, so its memory does not grow
# with the data and the slow part, reading and decoding, is done once instead of twice. It can go
# on learning when new images arrive, without the old ones. With `merge`, several workers each take
# a share of the files, and their results are joined exactly: the work is spread over processes or
# machines, and a crashed worker only repeats its own share.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: constant memory, or data that does not fit in memory.
# 1 point: one pass instead of two, or learning from data that arrives later.
# 1 point: merge lets shares be computed apart (in parallel, on several machines) and joined exactly.
# ### END MARK SCHEME

# %% [markdown]
# **Question.** Your network runs in production. Images arrive from a new camera, and you keep
# standardising them. Describe one way in which the scaler itself can go wrong there, how you would
# notice, and what you would do.

# %% [markdown] question="what_breaks_in_production"
# ### BEGIN SOLUTION
# The new camera is brighter, so its images no longer have zero mean after the old statistics are
# applied, and the network sees inputs unlike any it learnt from. Fitting the scaler anew on the
# incoming images hides the change and breaks in another way: the network was trained with the old
# mean and deviation, which belong to its weights and have to be shipped with them. I would log the
# mean and deviation of what comes in and compare them with those of the training set, raise an
# alarm when they drift, and then retrain on images of both cameras rather than touch the scaler
# alone.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: a real failure: drift, statistics refitted on new data or on the test set, different
# decoding or range (0 to 255 against 0 to 1), loss of digits, a constant (black) image.
# 1 point: how it would be noticed: monitoring of input statistics, a check at load.
# 1 point: a remedy that keeps statistics and weights together (version them, retrain).
# ### END MARK SCHEME

# %% [markdown]
# ## 4. From image to tensor
#
# Write `get_fundamental_transforms` in `student_code/data_transforms.py`: resize, grayscale, to
# tensor, normalise. It is used for training *and* validation, so nothing in it may be random.

# %% task="data_transforms.get_fundamental_transforms"
checks.grade("data_transforms.get_fundamental_transforms")

# %%
# %%attempt
from student_code.data_transforms import get_fundamental_transforms

transform = get_fundamental_transforms((64, 64), mean, std)
chosen = [next(i for i, (_, c) in enumerate(train.dataset) if c == wanted) for wanted in (0, 4, 8, 13)]
originals = [train[number][0] for number in chosen]
tensors = [transform(image) for image in originals]
titles = [classes[train.dataset[number][1]] for number in chosen]
picture = plots.before_and_after(originals, tensors, titles, f"{scenes.label}, train")
results.figure("part1_before_and_after", picture.figure, alt=picture.alt)

# %%
# %%attempt
sample = [train[number][0] for number in range(0, len(train), 20)]
before = np.concatenate([np.asarray(image).ravel() / 255 for image in sample])
after = torch.stack([transform(image) for image in sample])
picture = plots.pixel_histograms(before, after, f"{scenes.label}, every 20th image of train")
results.figure("part1_pixel_histograms", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Why do we want inputs with zero mean and unit deviation? Think of a single neuron
# with weights $w$ and loss $L$: what is $\partial L / \partial w$ when all inputs are positive, and
# what happens to the step size when they are a hundred times larger?

# %% [markdown] question="why_standardise"
# ### BEGIN SOLUTION
# The gradient of each weight is its input times the error at the neuron. If all inputs are
# positive, the gradients of all weights of a neuron share one sign, so that a step can only raise
# or lower all of them together and the path to the minimum zigzags. If inputs are a hundred times
# larger, so are the gradients, and a learning rate that suited one scale diverges at another; with
# inputs of different scales the loss is a long narrow valley, in which no single learning rate
# suits all directions. Zero mean and unit deviation make the valley rounder, put activations where
# the usual initialisations expect them, and let one learning rate work for all weights. The
# statistics are those of the training set, so that validation images are treated like new ones.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the gradient of a weight is proportional to its input.
# 1 point: all-positive inputs give gradients of one sign, and a zigzag path.
# 1 point: scale: step sizes, conditioning, one learning rate for all weights.
# 1 point: initialisation or saturation, or why the statistics come from train alone.
# ### END MARK SCHEME

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel, run all cells from the top, and read what each check says. The written
# answers above should hold your own words. Well done: the network of Part 2 will thank you.
