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
# # Part 1: Scaling images and reading them from disk
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part1_scaler.ipynb)
#
# **You will learn** how to turn a folder of images into tensors that a network can use. You will
# load images lazily, compute the mean and standard deviation of more pixels than fit in memory, and
# standardize images with them.
#
# **Time needed**: about two hours. There is no training in this part, so every cell finishes within
# seconds.
#
# **You need** nothing from earlier parts: this is the first one. Later parts use what you write
# here.
#
# **Common pitfalls**
# - You edit files in `student_code/`, not this notebook. Save the file and run the cell again: your
#   changes take effect immediately.
# - Run the cells from top to bottom. A cell marked `%%attempt` shows what your code does. If a
#   function is not implemented yet, the cell reports that, and the notebook continues.
# - Cells with `checks.grade(...)` run the public tests and show your points. When the part is
#   graded, the instructor's hidden tests add the remaining points.

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

    colab.prepare(root, "part1_scaler", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part1_scaler")

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
# ## 1. The images
#
# *About 10 minutes.*
#
# The data set contains 15 classes of scenes. There is one folder for each split, and inside it one
# folder for each class. There are three splits. You learn from the **training set**, you make
# decisions with the **validation set**, and you use the **test set** only once, at the end of the
# course.

# %%
# %%attempt
scenes = data.locate("scene15")
folders = data.split_folders("scene15")
for split in ("train", "validation", "test"):
    print(f"{split:<11}{len(list((folders / split).rglob('*.jpg'))):>5} images")

# %% [markdown]
# **Next**: you read these files, one at a time.
#
# ## 2. A data set that loads from disk
#
# *About 35 minutes.*
#
# Write `ImageLoader` in `student_code/image_loader.py`. It lists the paths once
# and opens an image only when you ask for it: 3,000 paths take little memory, 3,000 images take a
# lot.
#
# Watch out for two things. Number the classes in the *alphabetical* order of their folders, so that
# the class ids are the same on every machine. And make sure that `split` becomes part of the path.
#
# A small part of the points is for a typing mistake: if the split doesn't exist, raise a
# `ValueError`. Otherwise, an empty data set would be noticed only much later. The images may have any
# extension.

# %% task="image_loader.ImageLoader"
checks.grade("image_loader.ImageLoader")

# %%
# %%attempt
from student_code.image_loader import ImageLoader

train = ImageLoader(str(folders), split="train")
validation = ImageLoader(str(folders), split="validation")
print(f"{len(train)} training images, {len(validation)} validation images")
image, label = train[0]
print(f"the first image is {image.size[0]} wide and {image.size[1]} high, its class is {label}")

# %% [markdown]
# How many images does each class have? A class with three times as many images as another has three
# times as much influence on training, and the overall accuracy hides how well the small classes do.

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
# **Next**: you summarize all pixels in two numbers.
#
# ## 3. Mean and standard deviation, one image at a time
#
# *About 40 minutes.*
#
# Networks learn faster and more stably when their inputs have zero mean and
# unit standard deviation. To get there, we need the mean $\mu$ and the standard deviation $\sigma$
# of **all training pixels**. A real data set has hundreds of millions of them, which never fit in
# memory together.
#
# Write `StreamingScaler` in `student_code/scaler.py`. It takes a batch of values, updates its
# statistics, and forgets the values. It only has to remember three numbers: the number of values
# ($n$), their mean ($\mu$), and the sum of their squared distances from the mean
# ($M = \sum_i (x_i - \mu)^2$, so the population variance is $M / n$). The statistics of two groups
# $a$ and $b$ combine like this:
#
# $$n = n_a + n_b \qquad \delta = \mu_b - \mu_a \qquad \mu = \mu_a + \delta \frac{n_b}{n}
# \qquad M = M_a + M_b + \delta^2 \frac{n_a n_b}{n}$$
#
# Why not sum up $x$ and $x^2$ and subtract at the end? Try it with values around $10^8$: the two
# sums agree in their first 16 digits, and a float has no more digits than that.
#
# A small part of the points is for having nothing to compute: an empty batch, and any use before the
# first value, raise a `ValueError`. A silent 0 or NaN would make all
# later results wrong.

# %%
values = np.random.default_rng(0).normal(1e8, 1.0, 10_000)
naive = np.mean(values**2) - np.mean(values) ** 2
print(f"the variance is {values.var():.4f}; subtracting the two sums gives {naive:.4f}")

# %% task="scaler.StreamingScaler"
checks.grade("scaler.StreamingScaler")

# %% [markdown]
# Here is the scaler at work. Batches of any size and shape, or two scalers that each saw part of
# the data, all give the same answer.

# %%
# %%attempt
from student_code.scaler import StreamingScaler

pixels = np.random.default_rng(1).integers(0, 256, (7, 30, 40))
whole, left, right = StreamingScaler(), StreamingScaler(), StreamingScaler()
whole.partial_fit(pixels)
for number, picture in enumerate(pixels):
    (left if number < 3 else right).partial_fit(picture)
left.merge(right)
print(f"all at once:          mean {whole.mean_:.6f}, standard deviation {whole.std_:.6f}")
print(f"two parts, merged:    mean {left.mean_:.6f}, standard deviation {left.std_:.6f}")
print(f"NumPy on all values:  mean {pixels.mean():.6f}, standard deviation {pixels.std():.6f}")

# %% [markdown]
# Now compute the statistics of a whole folder. `compute_mean_and_std` in the same file visits all
# images under a folder, reads each one as grayscale in [0, 1], and counts every pixel once.
# Averaging the means of the images gives a different result, because the images differ in size.
#
# A small part of the points is for a wrong path: a missing folder raises a `FileNotFoundError`, and a
# folder without images a `ValueError`. The images may have any extension that PIL can read.

# %% task="scaler.compute_mean_and_std"
checks.grade("scaler.compute_mean_and_std")

# %% [markdown]
# Compute the statistics from the **training** images alone. If anything computed from validation or
# test images is used during training, information has leaked: the score no longer tells you how
# well the network does on images it has never seen.

# %%
# %%attempt
from student_code.scaler import compute_mean_and_std

mean, std = compute_mean_and_std(str(folders / "train"))
print(f"training pixels: mean {mean[0]:.4f}, standard deviation {std[0]:.4f}")

# %% [markdown]
# **Question.** `compute_mean_and_std` could read every image twice: once for the mean, and once
# more for the squared distances from it. Or it could load all pixels and call `numpy`. Why is a
# streaming scaler the better tool? Name two reasons, and explain what `merge` makes possible that a
# single loop over the data cannot do.

# %% [markdown] question="why_streaming"
# ### BEGIN SOLUTION
# A streaming scaler reads every image once and keeps three numbers, so its memory use does not grow
# with the data. The slow part, reading and decoding the images, happens once instead of twice. When
# new images arrive, it can keep learning without the old ones. With `merge`, several workers can
# each process a share of the files, and their results combine exactly: the work can be spread over
# processes or machines, and a worker that crashes only has to repeat its own share.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: constant memory, or data that does not fit in memory.
# 1 point: one pass instead of two, or learning from data that arrives later.
# 1 point: merge lets shares be computed separately (in parallel, on several machines) and combined
# exactly.
# ### END MARK SCHEME

# %% [markdown]
# **Question.** Your network runs in production. Images start to arrive from a new camera, and you
# continue to standardize them. Describe one way in which the scaler itself can cause errors in this
# situation, how you would notice, and what you would do.

# %% [markdown] question="what_breaks_in_production"
# ### BEGIN SOLUTION
# The new camera takes brighter pictures, so its images no longer have zero mean after standardizing
# with the old statistics, and the network sees inputs unlike any it was trained on. Fitting the
# scaler again on the incoming images would hide this change and cause another problem: the network
# was trained with the old mean and standard deviation, which belong to its weights and must be
# shipped with them. I would log the mean and standard deviation of the incoming images, compare
# them with those of the training set, and raise an alert when they drift. Then I would retrain on
# images from both cameras rather than change only the scaler.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: a real failure: drift, statistics refitted on new data or on the test set, a different
# decoder or value range (0 to 255 versus 0 to 1), loss of precision, a constant (black) image.
# 1 point: how to notice it: monitoring the input statistics, a check at load time.
# 1 point: a remedy that keeps statistics and weights together (version them, retrain).
# ### END MARK SCHEME

# %% [markdown]
# **Next**: with these two numbers, you turn images into inputs of a network.
#
# ## 4. From image to tensor
#
# *About 30 minutes.*
#
# Write `get_fundamental_transforms` in `student_code/data_transforms.py`:
# resize, convert to grayscale, convert to a tensor, normalize. These transforms are used for
# training *and* validation, so they must not do anything random.

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
picture = plots.before_and_after(originals, tensors, titles, f"{scenes.label}, training set")
results.figure("part1_before_and_after", picture.figure, alt=picture.alt)

# %%
# %%attempt
sample = [train[number][0] for number in range(0, len(train), 20)]
before = np.concatenate([np.asarray(image).ravel() / 255 for image in sample])
after = torch.stack([transform(image) for image in sample])
picture = plots.pixel_histograms(before, after, f"{scenes.label}, every 20th training image")
results.figure("part1_pixel_histograms", picture.figure, alt=picture.alt)

# %% [markdown]
# Think of a single neuron, $z = w \cdot x + b$, in a network with the loss $L$. Training takes
# small steps against the gradient of the loss, and their size is the gradient times a **learning
# rate**. By the chain rule, $\partial L / \partial w = (\partial L / \partial z)\, x$: the error at
# the neuron times its inputs.

# %% [markdown]
# **Question.** Why do we want inputs with zero mean and unit standard deviation? What does this
# gradient say about the directions in which the weights move for one example when all of its inputs
# are positive, what about the mean over a batch, and what happens to the step size when the inputs
# are a hundred times larger?

# %% [markdown] question="why_standardise"
# ### BEGIN SOLUTION
# The gradient of each weight is its input times the error at the neuron. If all inputs of an
# example are positive, the gradients of all weights of a neuron have the same sign, that of the
# error: this example can only ask to raise all of them or to lower all of them. The mean over a
# batch can have different signs, if the errors do: the inputs (1, 3) and (3, 1) with the errors +1
# and -1 give the mean gradient (-1, +1). But all examples share the large positive part of their
# inputs, so the directions in which they pull are alike, and the path to the minimum zigzags. If
# the inputs are a hundred times larger, so are the gradients, and a learning rate that works at one
# scale diverges at the other. If inputs have different scales, the loss is a long, narrow valley in
# which no single learning rate suits all directions. Zero mean and unit standard deviation make the
# valley rounder, keep activations in the range that the usual initializations assume, and let one
# learning rate work for all weights. The statistics come from the training set, so validation
# images are treated like new images.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: argues with the gradient, which is proportional to the input.
# 1 point: all-positive inputs give gradients of one sign for one example (not for every batch), and
# a zigzag path.
# 1 point: scale: step sizes, conditioning, one learning rate for all weights.
# 1 point: initialization or saturation, or why the statistics come from the training set alone.
# ### END MARK SCHEME

# %% [markdown]
# Check your answer with numbers. Here are two examples with positive inputs, and the errors +1 and
# −1. The gradient of the weights is error times input:

# %%
inputs = torch.tensor([[1.0, 3.0], [3.0, 1.0]])
errors = torch.tensor([[1.0], [-1.0]])
gradients = errors * inputs
print("gradient of the first example ", gradients[0].tolist())
print("gradient of the second example", gradients[1].tolist())
print("mean over the batch           ", gradients.mean(dim=0).tolist())

# %% [markdown]
# **Next**: look back before you continue with Part 2, where a network learns from these tensors.
#
# ## 5. What I learned
#
# *About 5 minutes.*

# %% [markdown]
# **Question.** Look back at this part. Name one thing that you understand now,
# with a result of your notebook that convinced you, and one mistake that you made, with the way in
# which you found it. What would you like to know next?

# %% [markdown] question="learned_scaler"
# ### BEGIN SOLUTION
# I understand why the mean of the image means is not the mean of all pixels: my first
# `compute_mean_and_std` averaged over images, and the test with one small and one large image
# failed by 0.1. I found the mistake by writing both formulas next to each other for two images of 2
# and 6 pixels. The other surprise was the naive variance, which came out completely wrong although
# every step of it was correct on paper. Next, I would like to know whether a network could learn to
# standardize its inputs by itself.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: something specific that was learned, with evidence from the student's notebook.
# 1 point: a mistake with the way in which it was found, and a question that follows from the work.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: Part 2 trains a network on these tensors.
#
# ## Before you hand in
#
# Restart the kernel, run all cells from top to bottom, and read the result of each check. Make sure
# that you have answered the questions above in your own words. Well done: what you wrote here
# prepares the images for the network in Part 2.
