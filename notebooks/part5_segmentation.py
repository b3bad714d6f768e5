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
# # Part 5: Semantic segmentation, one label per pixel
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part5_segmentation.ipynb)
#
# **You will learn** how to assign a class to every pixel of a street image, how to evaluate the
# result without fooling yourself, and (for extra credit) how PSPNet changes a classifier so that it
# sees both the details and the whole image.
#
# **Time needed**: about four hours. The two training runs take a few minutes in total on two cores,
# with a small backbone. You don't need a GPU; Section 8 explains what to change if you have one.
#
# **You need** no function from an earlier part: this part starts from empty files.
#
# **Common pitfalls**
# - A mask is not an ordinary image. If you interpolate it, you create classes that were never
#   there.
# - Void (255) is not a class. It must not affect the loss or any metric.
# - `(H, W)` means height first. The images here are wider than they are high, so a mix-up is easy
#   to spot.
# - A finished training run is saved to disk and reused as long as your code stays the same.

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

    colab.prepare(root, "part5_segmentation", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part5_segmentation")

# %% [markdown]
# ## Real photographs or drawings?
#
# The next cell downloads the real photographs of this part once, if the network answers. Otherwise
# the course draws similar images, which are enough for every exercise. Plots and the report name
# the images that they are about. You can change the kind of images at any time, and the results
# with each kind are kept: run `data.get("camvid", "drawings")` or `data.get("camvid",
# "photographs")`.

# %%
# %%attempt
located = data.get("camvid")

# %% [markdown]
# ## 1. Street scenes and their classes
#
# *About 10 minutes.*
#
# CamVid consists of video frames recorded from a car, 960 x 720 pixels each. The course uses the
# copy that was made for the network SegNet, which has half as many pixels in each direction: 480 x
# 360. Every pixel was labeled by hand with one of 11 classes, or as void if the annotators could
# not or did not assign a class. The files number the classes in a different order than the course;
# `data.driving` converts them: 0 Building, 1 Tree, 2 Sky, 3 Car, 4 SignSymbol, 5 Road, 6
# Pedestrian, 7 Fence, 8 Column_Pole, 9 Sidewalk, 10 Bicyclist, 255 void. If you don't have the real
# data set, you work with synthetic street images that have the same size, classes and pitfalls.
# `data.driving` halves the size once more.

# %%
# %%attempt
from PIL import Image

SIZE = (180, 240)
train_set, validation_set = data.driving("train", SIZE), data.driving("validation", SIZE)
classes = train_set.classes
mean, std = data.pixel_statistics(train_set)
source = train_set.provenance.label.rpartition(",")[0]
is_real = train_set.provenance.origin == "real"
print(f"{len(train_set)} training frames, {len(validation_set)} validation frames ({source})")
print(f"images {tuple(train_set.images.shape)} {train_set.images.dtype}")
print(f"masks  {tuple(train_set.masks.shape)} {train_set.masks.dtype}")
with Image.open(data.locate("camvid").path / train_set.paths[0]) as frame:
    print(f"a file has {frame.width} x {frame.height} pixels; a frame of the video had 960 x 720")
if validation_set.provenance.note:
    print(validation_set.provenance.note)

# %% [markdown]
# **Next**: make these masks visible.
#
# ## 2. Masks in color
#
# *About 20 minutes.*
#
# Write `colorize_mask` in `student_code/segmentation_metrics.py`. The palette has one row per
# class. Void has no row, and stays black.

# %% task="segmentation_metrics.colorize_mask"
checks.grade("segmentation_metrics.colorize_mask")

# %%
# %%attempt
from student_code.segmentation_metrics import colorize_mask

chosen = [5, len(train_set) // 2, len(train_set) - 20]
picture = plots.label_maps(
    {
        "image": [train_set.images[i].permute(1, 2, 0) for i in chosen],
        "ground truth": [colorize_mask(train_set.masks[i], plots.SEGMENT_COLOURS) for i in chosen],
    },
    classes,
    source=train_set.provenance.label,
    title="Frames and their masks",
)
results.figure("part5_masks", picture.figure, alt=picture.alt)

# %% [markdown]
# A legend of eleven colors is hard to read. It is easier to look at one class at a time: below,
# only the pixels of one class have their color. For each class you see the two training frames that
# show most of it, and the share of the frame that it covers.

# %%
# %%attempt
from toolbox.segmentation import example_frames

picture = plots.class_examples(
    train_set.images,
    train_set.masks,
    example_frames(train_set.masks, len(classes)),
    classes,
    source=train_set.provenance.label,
    title="Two frames for each class",
)
results.figure("part5_class_examples", picture.figure, alt=picture.alt)

# %% [markdown]
# And here are all classes of a single frame, the one with the most of them:

# %%
# %%attempt
kinds = [len(set(mask.unique().tolist()) - {255}) for mask in train_set.masks]
richest = int(np.argmax(kinds))
picture = plots.one_class_at_a_time(
    train_set.images[richest],
    train_set.masks[richest],
    classes,
    source=train_set.provenance.label,
)
results.figure("part5_one_class_at_a_time", picture.figure, alt=picture.alt)

# %% [markdown]
# How rare is each class? Count all training pixels.

# %%
# %%attempt
pixels = torch.bincount(train_set.masks.flatten().long(), minlength=256)
print(f"void: {pixels[255] / pixels.sum():.1%} of all pixels")
picture = plots.pixel_shares(
    pixels[: len(classes)].tolist(), classes, source=train_set.provenance.label
)
results.figure("part5_pixel_shares", picture.figure, alt=picture.alt)

# %% [markdown]
# A network that only knows road, building, tree and sky already gets most pixels right, so pixel
# accuracy is not a good enough metric.
#
# **Next**: write better ones.
#
# ## 3. One table for all metrics
#
# *About 60 minutes.*
#
# Count, over the **whole data set**, how many pixels of class $t$ were predicted as class $p$. This
# is the confusion matrix $C$, with one row per true class. From it you get $TP_k = C_{kk}$, the row
# sum $R_k$ (pixels that belong to class k), and the column sum $S_k$ (pixels that were predicted as
# class k):
#
# $$\text{IoU}_k = \frac{TP_k}{R_k + S_k - TP_k} \qquad \text{Dice}_k = \frac{2\,TP_k}{R_k + S_k}
# \qquad \text{precision}_k = \frac{TP_k}{S_k} \qquad \text{recall}_k = \frac{TP_k}{R_k}$$
#
# IoU stands for intersection over union. F1, the harmonic mean of precision and recall, is the same
# as Dice. A class that neither occurs nor is predicted has no IoU: its value is NaN, and the mean
# ignores it. Pixels whose **target** is void are not counted at all.
#
# **Class accuracy** has two meanings, so always say which one you report. Some papers use it for
# the recall $TP_k / R_k$: of the pixels that belong to the class, how many were found? Others ask
# of *every* pixel whether it belongs to the class, and count the correct answers. Then the pixels
# that neither belong to the class nor were predicted as it, the true negatives $TN_k$, count as
# well:
#
# $$\text{pixel accuracy}_k = \frac{TP_k + TN_k}{N}$$
#
# Here, $N$ is the number of all counted pixels. `pixel_accuracy_per_class` computes this accuracy,
# and `pixel_accuracy` the fraction of all pixels that were predicted correctly.

# %% task="segmentation_metrics.confusion_counts"
checks.grade("segmentation_metrics.confusion_counts")

# %% task="segmentation_metrics.iou_per_class"
checks.grade("segmentation_metrics.iou_per_class")

# %% task="segmentation_metrics.dice_per_class"
checks.grade("segmentation_metrics.dice_per_class")

# %% task="segmentation_metrics.precision_recall_f1"
checks.grade("segmentation_metrics.precision_recall_f1")

# %% task="segmentation_metrics.pixel_accuracy"
checks.grade("segmentation_metrics.pixel_accuracy")

# %% task="segmentation_metrics.pixel_accuracy_per_class"
checks.grade("segmentation_metrics.pixel_accuracy_per_class")

# %% task="segmentation_metrics.mean_iou"
checks.grade("segmentation_metrics.mean_iou")

# %% [markdown]
# Why not compute the IoU of each image and take the mean? Here are two images. In the first, a
# pedestrian covers 1,000 pixels, and all but 100 of them are found. In the second, a distant
# pedestrian covers 2 pixels, and both are missed.

# %%
# %%attempt
from student_code.segmentation_metrics import confusion_counts, iou_per_class, mean_iou

near = torch.tensor([[9000, 0], [100, 900]])  # rows: other, pedestrian
far = torch.tensor([[9998, 0], [2, 0]])
each = [iou_per_class(table)[1].item() for table in (near, far)]
print(f"IoU of the pedestrian in each image: {each[0]:.3f} and {each[1]:.3f}")
print(f"mean over the images:                {sum(each) / 2:.3f}")
print(f"from a single table for both:        {iou_per_class(near + far)[1].item():.3f}")

# %% [markdown]
# **Question.** Which of the two is the better summary, and why? What would the mean over images do
# with a third image that shows no pedestrian at all, and what if the network predicts "pedestrian"
# for a single pixel there? And why is a high mean IoU harder to reach than a high pixel accuracy?

# %% [markdown] question="why_one_table"
# ### BEGIN SOLUTION
# The single table: it gives each pixel the same weight, so 2 missed pixels don't outweigh 900 found
# ones. The mean over images gives each image the same weight, no matter how much of the class it
# shows. Without a pedestrian, the IoU of the third image is 0/0. It must be left out, or set to 0
# or 1 by convention, and each convention gives a different result. One wrong pixel turns it into 0
# and pulls the mean down by a third. In the single table, that pixel adds 1 to a union of about a
# thousand. The mean IoU gives every class the same weight, so a pole counts as much as the road,
# and it penalizes false alarms as well as misses. Pixel accuracy is dominated by road, building and
# sky.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: one gives equal weight to images, the other to pixels; the tiny object dominates.
# 1 point: 0/0 if the class is absent, and a single false pixel makes it 0.
# 1 point: the mean IoU counts rare classes as much as frequent ones (or: false alarms count too).
# ### END MARK SCHEME

# %% [markdown]
# **Next**: prepare images and masks for training.
#
# ## 4. Transforming image and mask together
#
# *About 35 minutes.*
#
# When you flip, scale or crop an image, you must flip, scale or crop its mask with the same random
# numbers. torchvision's `transforms.v2` does that if you tell it what each tensor is: wrap the
# image in `tv_tensors.Image` and the mask in `tv_tensors.Mask`, and one call transforms both.
# Images are interpolated; each pixel of a mask takes the value of its nearest neighbor. Here is
# what happens if you wrap a mask as an image.

# %%
# %%attempt
from torchvision import tv_tensors
from torchvision.transforms import v2

mask = train_set.masks[richest]
as_mask = v2.functional.resize(tv_tensors.Mask(mask[None]), [45, 60])
as_image = v2.functional.resize(tv_tensors.Image(mask[None]), [45, 60])
print("ids before:               ", mask.unique().tolist())
print("resized as a mask:        ", as_mask.unique().tolist())
print("resized as an image:      ", as_image.unique().tolist()[:14], "...")

# %% [markdown]
# albumentations offers the same with another syntax, `transform(image=..., mask=...)`:

# %%
# %%attempt
import os

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
import albumentations as A

pair = A.Compose([A.HorizontalFlip(p=1.0), A.RandomCrop(90, 120)])(
    image=train_set.images[richest].permute(1, 2, 0).numpy(), mask=mask.numpy()
)
print(pair["image"].shape, pair["mask"].shape, sorted(set(np.unique(pair["mask"]).tolist())))

# %% [markdown]
# Write `get_train_transform` and `get_val_transform` in `student_code/segmentation_training.py`.
# Use either of the two libraries.

# %% task="segmentation_training.get_train_transform"
checks.grade("segmentation_training.get_train_transform")

# %% task="segmentation_training.get_val_transform"
checks.grade("segmentation_training.get_val_transform")

# %%
# %%attempt
from student_code.segmentation_training import get_train_transform

torch.manual_seed(3)
transform = get_train_transform((120, 160), mean.tolist(), std.tolist())
one = tv_tensors.Image(train_set.images[richest]), tv_tensors.Mask(train_set.masks[richest])
views = [transform(*one) for _ in range(4)]
shown = [(view * std[:, None, None] + mean[:, None, None]).clamp(0, 1) for view, _ in views]
picture = plots.label_maps(
    {
        "image": [torch.as_tensor(view).permute(1, 2, 0) for view in shown],
        "mask": [colorize_mask(torch.as_tensor(ids), plots.SEGMENT_COLOURS) for _, ids in views],
    },
    classes,
    source=train_set.provenance.label,
    title="Four views of one frame",
)
results.figure("part5_views", picture.figure, alt=picture.alt)

# %% [markdown]
# **Next**: build a network that predicts such masks.
#
# ## 5. The simplest network
#
# *About 30 minutes.*
#
# Take a ResNet, remove its head, and put a 1x1 convolution on its last feature map. This gives
# logits for each class at every position of the feature map. The map is 32 times smaller than the
# image, so enlarge the logits to the size of the image. This is `SimpleSegmentationNet`, in
# `student_code/simple_segmentation_net.py`.
#
# The backbone can be passed as an argument. If you can get it, a ResNet-50 with ImageNet weights is
# the best starting point. On a CPU, we use the course's small backbone, which has the same parts
# and layer names as a ResNet, and train it from scratch.
#
# A small part of the points is for a batch in which all pixels are void: their mean would be 0 / 0,
# and one NaN in the loss ruins all weights. The loss of such a batch is 0.

# %% task="simple_segmentation_net.SimpleSegmentationNet"
checks.grade("simple_segmentation_net.SimpleSegmentationNet")

# %% [markdown]
# **Next**: train it.
#
# ## 6. Training
#
# *About 40 minutes, three of which are training.*
#
# The learning rate decays as a power of the remaining fraction of training. Write
# `poly_learning_rate` in `student_code/segmentation_training.py`.

# %% task="segmentation_training.poly_learning_rate"
checks.grade("segmentation_training.poly_learning_rate")

# %%
# %%attempt
from student_code.segmentation_training import poly_learning_rate

figure, axes = plt.subplots(figsize=(5, 2.6))
for number, power in enumerate((0.5, 0.9, 2.0)):
    rates = [poly_learning_rate(0.01, i, 100, power) for i in range(101)]
    axes.plot(rates, color=plots.COLOURS[number], label=f"power {power}")
axes.set(xlabel="iteration (of 100)", ylabel="learning rate")
axes.legend()
results.figure(
    "part5_poly",
    figure,
    alt="Learning rate over 100 iterations for the powers 0.5, 0.9 and 2. All curves fall from "
    "0.01 to 0: 0.9 almost in a straight line, 0.5 mostly at the end, 2 mostly at the start.",
)

# %% [markdown]
# `toolbox.segmentation.train` iterates over the images with random flips, scales and crops, asks
# your network for its losses, and measures the mean IoU on the validation set after each epoch.

# %%
# %%attempt
from student_code.simple_segmentation_net import SimpleSegmentationNet
from toolbox.segmentation import RecipeSettings, measure, small_backbone, train

# Photographs need more epochs than drawings.
simple_settings = RecipeSettings(
    epochs=14 if is_real else 8, optimizer="adamw", base_lr=3e-3, weight_decay=1e-2
)
torch.manual_seed(0)
simple = SimpleSegmentationNet(pretrained=False, backbone=small_backbone(seed=0))
simple_history = train(
    simple, train_set, validation_set, simple_settings, name="part5_segmentation"
)
print(simple_history.summary())
picture = plots.training_curves(simple_history, source=source, title="SimpleSegmentationNet")
results.figure("part5_simple_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# ### Results on the test set
#
# Evaluate the test frames once. Your metrics turn the counts into a table with one row per class,
# in the class order that the report uses. A dash means that a metric is not defined for a class,
# because the class neither occurs in the frames nor was predicted. This is not the same as 0, so
# the mean leaves it out. The last column is the pixel accuracy $(TP + TN) / N$ of the class.

# %%
# %%attempt
from student_code.segmentation_metrics import (
    dice_per_class,
    pixel_accuracy,
    pixel_accuracy_per_class,
    precision_recall_f1,
)
from toolbox.segmentation import class_rows, class_text

test_set = data.driving("test", SIZE)


def report(network, name, epochs):
    """Evaluate the network, print the metrics of each class, and save the results."""
    key = name.lower().replace("segmentationnet", "")
    device = str(next(network.parameters()).device)
    same = {"seed": 0, "device": device}
    for split, frames in (("validation", validation_set), ("test", test_set)):
        counts = measure(network, frames, mean=mean, std=std, device=device)
        print(f"{name}, {epochs} epochs, {split}: mean IoU {mean_iou(counts):.3f}")
        results.number(f"part5_{key}_{split}_mean_iou", mean_iou(counts), data=frames, **same)
    precision, recall, f1 = precision_recall_f1(counts)
    ious = iou_per_class(counts)
    rows = class_rows(
        classes,
        {
            "IoU": ious,
            "Dice": dice_per_class(counts),
            "precision": precision,
            "recall": recall,
            "F1": f1,
            "pixel accuracy": pixel_accuracy_per_class(counts),
        },
    )
    print(f"\n{test_set.provenance.label}\n{class_text(rows)}")
    print(f"\npixel accuracy over all classes: {pixel_accuracy(counts):.3f}")
    if test_set.provenance.note:
        print(test_set.provenance.note)
    results.number(f"part5_{key}_classes", rows, data=test_set, **same)
    results.number(f"part5_{key}_accuracy", pixel_accuracy(counts), data=test_set, **same)
    results.number(f"part5_{key}_epochs", epochs)
    return ious


simple_ious = report(simple, "SimpleSegmentationNet", len(simple_history))

# %% [markdown]
# **Question.** Find a class in your table whose pixel accuracy is above 0.95 although its recall is
# below 0.5 (if there is none, take the class with the largest difference). How is that possible?
# Which of the two class accuracies would you report for such a class, and what does it leave out?

# %% [markdown] question="two_class_accuracies"
# ### BEGIN SOLUTION
# The pole: its pixel accuracy is 0.99, but its recall is near 0, since the network finds almost
# none of its pixels. Poles cover 1% to 2% of the frames, so nearly all other pixels are true
# negatives, whatever the network does with the poles. A network that never predicts a pole has a
# recall of 0 and still a pixel accuracy of 0.98 or 0.99. For a rare class, I would report the
# recall, since it looks only at the pixels that belong to the class. It leaves out the false
# alarms: a network that predicts "pole" everywhere has a recall of 1. So I would report the
# precision next to it, or the IoU, which counts misses and false alarms.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the true negatives dominate the pixel accuracy of a rare class, with the student's own
# numbers.
# 1 point: the recall (or the IoU) is reported, and the recall leaves out false alarms.
# ### END MARK SCHEME

# %%
# %%attempt
from toolbox.segmentation import predict

frames = [len(test_set) // 8, len(test_set) // 2, len(test_set) - 15]


def compare(network, name):
    """Plot the ground truth of three test frames above the network's predictions."""
    some = test_set.subset(frames, "test")
    device = next(network.parameters()).device
    x, _ = next(iter(data.Batches(some, 3, mean=mean, std=std, device=device)))
    network.eval()
    with torch.no_grad():
        said = predict(network, x, SIZE).cpu()
    picture = plots.label_maps(
        {
            "ground truth": [colorize_mask(ids, plots.SEGMENT_COLOURS) for ids in some.masks],
            "prediction": [colorize_mask(ids, plots.SEGMENT_COLOURS) for ids in said],
        },
        classes,
        source=test_set.provenance.label,
        title=name,
    )
    key = name.lower().replace("segmentationnet", "")
    results.figure(f"part5_{key}_predictions", picture.figure, alt=picture.alt)


compare(simple, "SimpleSegmentationNet")

# %% [markdown]
# Look at each class separately, too: in the two test frames that show most of it, which of its
# pixels were found, which were missed, and where are the false alarms?


# %%
# %%attempt
def compare_classes(network, name):
    """Plot for each class which of its pixels the network finds in two test frames."""
    chosen = example_frames(test_set.masks, len(classes))
    numbers = sorted({number for frames in chosen for number in frames})
    some = test_set.subset(numbers, "test")
    device = next(network.parameters()).device
    said = []
    network.eval()
    with torch.no_grad():
        for x, _ in data.Batches(some, 8, mean=mean, std=std, device=device):
            said.append(predict(network, x, SIZE).cpu())
    picture = plots.class_examples(
        some.images,
        some.masks,
        [[numbers.index(number) for number in frames] for frames in chosen],
        classes,
        source=test_set.provenance.label,
        title=f"{name}: each class in two test frames, with its IoU there",
        predictions=torch.cat(said),
    )
    key = name.lower().replace("segmentationnet", "")
    results.figure(f"part5_{key}_class_examples", picture.figure, alt=picture.alt)


compare_classes(simple, "SimpleSegmentationNet")

# %% [markdown]
# The weights of this run are in `results/checkpoints/part5_segmentation`. The next cell loads them
# into your `SimpleSegmentationNet` with the small backbone and grades the mean IoU on the test
# frames.

# %% trained="part5_segmentation"
checks.grade_trained("part5_segmentation")

# %% [markdown]
# Which class is the worst? The next cell shows it in the test frame that contains the most of it.

# %%
# %%attempt
worst = int(np.nanargmin(simple_ious.numpy()))
area = (test_set.masks == worst).sum(dim=(1, 2))
example = int(area.argmax())
frame = test_set.subset([example], "test")
x, _ = next(iter(data.Batches(frame, 1, mean=mean, std=std, device=next(simple.parameters()).device)))
with torch.no_grad():
    there = predict(simple, x, SIZE).cpu()[0]
truth = frame.masks[0]
only = {"truth": truth == worst, "prediction": there == worst}
picture = plots.label_maps(
    {
        "": [
            frame.images[0].permute(1, 2, 0),
            *(colorize_mask(torch.where(m, worst, 255), plots.SEGMENT_COLOURS) for m in only.values()),
        ]
    },
    classes,
    source=test_set.provenance.label,
    title=f"{classes[worst]}: image, ground truth, prediction",
    black="anything else",
)
results.figure("part5_worst_class", picture.figure, alt=picture.alt)
taken = confusion_counts(there, truth, len(classes))[worst]
print(f"{classes[worst]} covers {area[example] / truth.numel():.1%} of this frame. Predicted as:")
for k in taken.argsort(descending=True)[:3].tolist():
    print(f"  {classes[k]:<12} {taken[k] / taken.sum():.0%}")

# %% [markdown]
# **Question.** Which classes are worst, and why? Name two reasons that the results above support
# (think of the size of the feature map and of the pixel counts in Section 2), and use the example
# to show what the network confuses the class with. What would you change first?

# %% [markdown] question="worst_classes"
# ### BEGIN SOLUTION
# The worst classes are the thin and rare ones: poles, signs, pedestrians, bicyclists, while road,
# sky and building are good. First, the deepest feature map is 32 times smaller than the image: a
# pole of two or three pixels falls between its positions, and enlarging the map only gives a blur.
# Second, they are rare: poles make up about one pixel in a hundred, and the mean loss over pixels
# hardly changes when they are missed. In the example, the pole is mistaken for what is behind it,
# mostly building or tree. I would first keep a larger feature map (dilation instead of stride, or a
# decoder with skip connections), then give rare classes more weight in the loss, then train on
# larger images.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: names the worst classes from the table.
# 1 point: thin objects are lost in a feature map 32 times smaller.
# 1 point: rare classes hardly count in the loss (class imbalance), with a number.
# 1 point: the example, and a change that fits the reason.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: build a network with a finer feature map, if you want extra credit.
#
# ## 7. Extra credit: PSPNet
#
# *About 40 minutes, three of which are training.*
#
# PSPNet adds two ideas. **Dilation**: remove the stride from layer3 and layer4, and instead spread
# the taps of their 3x3 convolutions apart (by 2 and by 4). They see as far as before, but the
# feature map is an eighth of the image size rather than a 32nd. No weight changes. **A pyramid**:
# average the last feature map over grids of 1, 2, 3 and 6 cells per side, so that every pixel gets
# information about the whole picture. In addition, a second head on layer3 has a separate loss,
# which helps the first layers learn.
#
# Write `PPM` in `student_code/ppm.py`, and `PSPNet` in `student_code/pspnet.py`.
#
# As before, a small part of the points is for a batch in which all pixels are void.

# %% task="ppm.PPM"
checks.grade("ppm.PPM")

# %% task="pspnet.PSPNet"
checks.grade("pspnet.PSPNet")

# %%
# %%attempt
from student_code.pspnet import PSPNet

psp_settings = RecipeSettings(
    epochs=9 if is_real else 6,
    optimizer="adamw",
    base_lr=3e-3,
    weight_decay=1e-2,
    aux_weight=0.4,
    crop=(144, 192),
    scale=(0.8, 1.2),
)
torch.manual_seed(0)
pspnet = PSPNet(pretrained=False, backbone=small_backbone(seed=0))
psp_history = train(pspnet, train_set, validation_set, psp_settings, name="part5_pspnet")
print(psp_history.summary())
psp_ious = report(pspnet, "PSPNet", len(psp_history))

# %%
# %%attempt
compare(pspnet, "PSPNet")
compare_classes(pspnet, "PSPNet")
picture = plots.class_ious(
    {"SimpleSegmentationNet": simple_ious.tolist(), "PSPNet": psp_ious.tolist()},
    classes,
    source=test_set.provenance.label,
)
results.figure("part5_ious", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** For extra credit: where did PSPNet gain most, and which of its ideas explains that? Why
# does dilation need no new weights? What does the pyramid add that dilation can't?

# %% [markdown] question="what_pspnet_gains"
# ### BEGIN SOLUTION
# It gains most for signs (an IoU of 0.22 instead of 0.09), then at the edges of the sky, trees, cars
# and the sidewalk, because its last feature map has sixteen times as many positions. Pedestrians,
# poles and bicyclists stay near 0 with both networks: they are so rare that a finer map alone does
# not help in so few epochs. Dilation uses the same nine taps of each convolution, only further
# apart, so each weight still sees what it was trained to see at the old stride. The pyramid adds
# the context of the whole image through averages over coarse grids, which no convolution with a
# limited receptive field has: what is likely to appear in a street, and where.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: gains from the student's own table, explained by the finer feature map.
# 1 point: dilation moves taps apart with the same weights; the pyramid adds global context.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: run the same code at full size.
#
# ## 8. With a GPU
#
# *About 5 minutes to read.*
#
# You only have to change the configuration: a pretrained ResNet-50, the full image size, larger
# crops, bfloat16 (which `precision="auto"` selects on a GPU), and a learning rate for the new
# layers that is ten times that of the backbone:
#
# ```python
# train_set, validation_set = data.driving("train", (360, 480)), data.driving("validation", (360, 480))
# settings = RecipeSettings(epochs=50, batch_size=16, base_lr=0.01, head_factor=10.0, crop=(360, 480))
# network = PSPNet(layers=50, pretrained=True)
# train(network, train_set, validation_set, settings, name="part5_pspnet_gpu")
# ```
#
# The graded run is still the one above, with the small backbone.

# %% [markdown]
# **Next**: look back at this part.
#
# ## 9. What I learned
#
# *About 5 minutes.*

# %% [markdown]
# **Question.** Look back at this part. Why is a single number not enough to judge a segmentation,
# and which table or picture of your notebook shows it best? Name one mistake that you made, with
# the way in which you found it, and one change that you would try next.

# %% [markdown] question="learned_segmentation"
# ### BEGIN SOLUTION
# The pixel accuracy looks good although thin classes such as poles are hardly ever found, because
# road, sky and buildings cover most pixels. The table of IoUs of each class shows it best. My
# mistake was to resize the masks with interpolation: there were ids that no class has, and the
# first assertion on the range of the mask found it. Next I would give rare classes a larger weight
# in the loss, and compare the IoUs of all classes, since the frequent ones may lose.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: something specific that was learned, with evidence from the student's notebook.
# 1 point: a mistake with the way in which it was found, or a question that follows from the work.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: Part 6 makes a trained network four times smaller.
#
# ## Before you hand in
#
# Restart the kernel and run all cells from top to bottom: the trained networks are loaded from
# their checkpoints. Hand in `results/checkpoints/part5_segmentation/weights.pt` with your notebook.
