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
# # Part 5: semantic segmentation, one label a pixel
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part5_segmentation.ipynb)
#
# **You will learn** what it takes to give every pixel of a street a class, how to measure that
# without fooling yourself, and (for extra credit) what PSPNet changes about a classifier so that it
# sees both the detail and the whole.
#
# **How long it takes**: about four hours. The two trainings take a few minutes in all on two cores,
# with a small backbone; a GPU isn't needed, and section 8 says what to change if you have one.
#
# **Where it can go wrong**
# - A mask is no image. Interpolate it, and classes come up that were never there.
# - Void (255) is not a class. It must not enter the loss, nor a single figure.
# - `(H, W)` is height first. Images here are wider than high, so a mix-up shows.
# - A finished training is kept on disk and not repeated while your code stays the same.

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

    colab.prepare(root, "part5_segmentation", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part5_segmentation")

# %% [markdown]
# ## 1. Streets, and what is in them
#
# CamVid is film from a car, 480 x 360 pixels a frame, and somebody has painted a class over every
# pixel: 11 classes, and void where nobody could or would say. Its files count the classes in another
# order than the course does; `data.driving` maps them: 0 Building, 1 Tree, 2 Sky, 3 Car,
# 4 SignSymbol, 5 Road, 6 Pedestrian, 7 Fence, 8 Column_Pole, 9 Sidewalk, 10 Bicyclist, 255 void.
# Without the real set you work with drawn streets that have the same classes and pitfalls. We use
# half the size.

# %%
# %%attempt
SIZE = (180, 240)
train_set, validation_set = data.driving("train", SIZE), data.driving("validation", SIZE)
classes = train_set.classes
mean, std = data.pixel_statistics(train_set)
source = train_set.provenance.label.rpartition(",")[0]
print(f"{len(train_set)} frames to train on, {len(validation_set)} to validate with ({source})")
print(f"images {tuple(train_set.images.shape)} {train_set.images.dtype}")
print(f"masks  {tuple(train_set.masks.shape)} {train_set.masks.dtype}")
if validation_set.provenance.note:
    print(validation_set.provenance.note)

# %% [markdown]
# ## 2. Masks in colour
#
# Write `colorize_mask` in `student_code/segmentation_metrics.py`. The palette has a row for each
# class; void has none, and stays black.

# %% task="segmentation_metrics.colorize_mask"
checks.grade("segmentation_metrics.colorize_mask")

# %%
# %%attempt
from student_code.segmentation_metrics import colorize_mask

chosen = [5, len(train_set) // 2, len(train_set) - 20]
picture = plots.label_maps(
    {
        "image": [train_set.images[i].permute(1, 2, 0) for i in chosen],
        "truth": [colorize_mask(train_set.masks[i], plots.SEGMENT_COLOURS) for i in chosen],
    },
    classes,
    source=train_set.provenance.label,
    title="Frames and their masks",
)
results.figure("part5_masks", picture.figure, alt=picture.alt)

# %% [markdown]
# One class at a time, in the frame that shows the most classes:

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
# A network that knows nothing but road, building, tree and sky already gets most pixels right. So
# the accuracy won't do.
#
# ## 3. One table, and all figures from it
#
# Count, over the **whole data set**, how many pixels of class $t$ were said to be $p$: the
# confusion matrix $C$, rows for the truth. With $TP_k = C_{kk}$, the row sum $R_k$ (what there is)
# and the column sum $S_k$ (what was said):
#
# $$\text{IoU}_k = \frac{TP_k}{R_k + S_k - TP_k} \qquad \text{Dice}_k = \frac{2\,TP_k}{R_k + S_k}
# \qquad \text{precision}_k = \frac{TP_k}{S_k} \qquad \text{recall}_k = \frac{TP_k}{R_k}$$
#
# The recall of a class is also called its accuracy, and F1, the harmonic mean of precision and
# recall, is the same number as Dice. A class that is neither there nor said to be has no IoU: NaN,
# and the mean leaves it out. Pixels whose **target** is void are not counted at all.

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

# %% task="segmentation_metrics.mean_iou"
checks.grade("segmentation_metrics.mean_iou")

# %% [markdown]
# Why not work out the IoU of each image, and take the mean of those? Here are two images. In the
# first a pedestrian fills 1,000 pixels and is found but for 100. In the second there are 2 pixels of
# a pedestrian far away, and they are missed.

# %%
# %%attempt
from student_code.segmentation_metrics import confusion_counts, iou_per_class, mean_iou

near = torch.tensor([[9000, 0], [100, 900]])  # rows: other, pedestrian
far = torch.tensor([[9998, 0], [2, 0]])
each = [iou_per_class(table)[1].item() for table in (near, far)]
print(f"IoU of the pedestrian in each image: {each[0]:.3f} and {each[1]:.3f}")
print(f"the mean over the images:            {sum(each) / 2:.3f}")
print(f"from one table of both:              {iou_per_class(near + far)[1].item():.3f}")

# %% [markdown]
# **Question.** Which of the two is the better summary, and why? What would the mean over images do
# with a third image that shows no pedestrian at all, and what if the network there says
# "pedestrian" for a single pixel? And why is the mean IoU a harder figure than the pixel accuracy?

# %% [markdown] question="why_one_table"
# ### BEGIN SOLUTION
# The one table: it weighs each pixel alike, so 2 missed pixels don't outweigh 900 found ones. In the
# mean over images each image weighs alike, whatever it shows of the class. Without a pedestrian the
# IoU of the third image is 0/0: it must be left out, or is set to 0 or 1 by convention, and each
# convention gives another figure; one wrong pixel turns it into 0, and pulls the mean down by a
# third. In one table that pixel adds 1 to a union of about a thousand. The mean IoU counts every
# class alike, so that a pole counts as much as the road, and it punishes false alarms as well as
# misses; the accuracy is ruled by road, building and sky.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: images weigh alike in one, pixels in the other; the tiny object dominates.
# 1 point: 0/0 where the class is absent, and a single false pixel makes it 0.
# 1 point: the mean IoU counts rare classes like frequent ones (or: false alarms count too).
# ### END MARK SCHEME

# %% [markdown]
# ## 4. Image and mask in step
#
# When the image is flipped, scaled or cut, its mask must be flipped, scaled and cut by the same
# numbers. torchvision's `transforms.v2` does that when it is told what is what: wrap the image in
# `tv_tensors.Image` and the mask in `tv_tensors.Mask`, and one call transforms both. Images are
# interpolated; masks take the nearest pixel. Here is what happens when somebody forgets to wrap.

# %%
# %%attempt
from torchvision import tv_tensors
from torchvision.transforms import v2

mask = train_set.masks[richest]
as_mask = v2.functional.resize(tv_tensors.Mask(mask[None]), [45, 60])
as_image = v2.functional.resize(tv_tensors.Image(mask[None]), [45, 60])
print("ids before:               ", mask.unique().tolist())
print("resized as a mask:        ", as_mask.unique().tolist())
print("resized as if an image:   ", as_image.unique().tolist()[:14], "...")

# %% [markdown]
# albumentations has the same idea in other words, `transform(image=..., mask=...)`:

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
# Write `get_train_transform` and `get_val_transform` in `student_code/segmentation_training.py`,
# with whichever of the two you like.

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
# ## 5. The simplest network
#
# Take a ResNet, cut off its head, and put a 1x1 convolution on its last map: a score for each class
# at each of its places. The map is 32 times smaller than the image, so enlarge the scores. That is
# `SimpleSegmentationNet`, in `student_code/simple_segmentation_net.py`.
#
# The backbone can be handed in. ResNet-50 with ImageNet's weights is the best start where it can be
# had; on a processor we use the course's small one, with ResNet's parts under ResNet's names, from
# scratch.

# %% task="simple_segmentation_net.SimpleSegmentationNet"
checks.grade("simple_segmentation_net.SimpleSegmentationNet")

# %% [markdown]
# ## 6. Training
#
# The learning rate falls as a power of what is left to do. Write `poly_learning_rate` in
# `student_code/segmentation_training.py`.

# %% task="segmentation_training.poly_learning_rate"
checks.grade("segmentation_training.poly_learning_rate")

# %%
# %%attempt
from student_code.segmentation_training import poly_learning_rate

figure, axes = plt.subplots(figsize=(5, 2.6))
for number, power in enumerate((0.5, 0.9, 2.0)):
    rates = [poly_learning_rate(0.01, i, 100, power) for i in range(101)]
    axes.plot(rates, color=plots.COLOURS[number], label=f"power {power}")
axes.set(xlabel="iteration of 100", ylabel="learning rate")
axes.legend()
results.figure(
    "part5_poly",
    figure,
    alt="Learning rate over 100 iterations for powers 0.5, 0.9 and 2: all fall from 0.01 to 0, "
    "with 0.9 almost along a straight line, with 0.5 late and with 2 early.",
)

# %% [markdown]
# `toolbox.segmentation.train` goes over the images with random flips, scales and crops, asks your
# network for its losses, and measures the mean IoU in validation after each epoch.

# %%
# %%attempt
from student_code.simple_segmentation_net import SimpleSegmentationNet
from toolbox.segmentation import RecipeSettings, measure, small_backbone, train

simple_settings = RecipeSettings(epochs=14, optimizer="adamw", base_lr=3e-3, weight_decay=1e-2)
torch.manual_seed(0)
simple = SimpleSegmentationNet(pretrained=False, backbone=small_backbone(seed=0))
simple_history = train(
    simple, train_set, validation_set, simple_settings, name="part5_segmentation"
)
print(simple_history.summary().replace("accuracy", "mean IoU"))
picture = plots.training_curves(
    simple_history, source=source, title="SimpleSegmentationNet (accuracy: mean IoU)"
)
results.figure("part5_simple_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# ### The table
#
# The test frames, read once, in the order of classes that the report wants.

# %%
# %%attempt
test_set = data.driving("test", SIZE)


def report(network, name, epochs):
    """Counts on the test frames, printed as a table and kept as a result."""
    device = str(next(network.parameters()).device)
    counts = measure(network, test_set, mean=mean, std=std, device=device)
    ious = iou_per_class(counts)
    print(f"{name}, {epochs} epochs, {test_set.provenance.label}")
    for number, (label, iou) in enumerate(zip(classes, ious.tolist(), strict=True)):
        print(f"{number:>3} {label:<12} {iou:.3f}")
    print(f"    mean IoU     {mean_iou(counts):.3f}")
    if test_set.provenance.note:
        print(test_set.provenance.note)
    key = name.lower().replace("segmentationnet", "")
    results.number(
        f"part5_{key}_mean_iou", mean_iou(counts), data=test_set, seed=0, device=device
    )
    results.number(f"part5_{key}_epochs", epochs)
    results.number(
        f"part5_{key}_ious",
        {label: float(np.nan_to_num(iou)) for label, iou in zip(classes, ious.tolist(), strict=True)},
        data=test_set,
        seed=0,
        device=device,
    )
    return ious


simple_ious = report(simple, "SimpleSegmentationNet", len(simple_history))

# %%
# %%attempt
from toolbox.segmentation import predict

frames = [len(test_set) // 8, len(test_set) // 2, len(test_set) - 15]


def compare(network, name):
    """Three test frames: the truth above what the network says."""
    some = test_set.subset(frames, "test")
    device = next(network.parameters()).device
    x, _ = next(iter(data.Batches(some, 3, mean=mean, std=std, device=device)))
    network.eval()
    with torch.no_grad():
        said = predict(network, x, SIZE).cpu()
    picture = plots.label_maps(
        {
            "truth": [colorize_mask(ids, plots.SEGMENT_COLOURS) for ids in some.masks],
            "prediction": [colorize_mask(ids, plots.SEGMENT_COLOURS) for ids in said],
        },
        classes,
        source=test_set.provenance.label,
        title=name,
    )
    key = name.lower().replace("segmentationnet", "")
    results.figure(f"part5_{key}_predictions", picture.figure, alt=picture.alt)
    return said


said = compare(simple, "SimpleSegmentationNet")

# %% [markdown]
# The weights of this run are in `results/checkpoints/part5_segmentation`. The next cell puts them
# into your `SimpleSegmentationNet` on the small backbone, and grades the mean IoU on test frames.

# %% trained="part5_segmentation"
checks.grade_trained("part5_segmentation")

# %% [markdown]
# Which class is worst? Here it is, in the test frame that shows the most of it.

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
    title=f"{classes[worst]}: image, truth, prediction",
)
results.figure("part5_worst_class", picture.figure, alt=picture.alt)
taken = confusion_counts(there, truth, len(classes))[worst]
print(f"{classes[worst]} is {area[example] / truth.numel():.1%} of this frame, and was taken for:")
for k in taken.argsort(descending=True)[:3].tolist():
    print(f"  {classes[k]:<12} {taken[k] / taken.sum():.0%}")

# %% [markdown]
# **Question.** Which classes are worst, and why? Name two reasons that the figures above bear out
# (think of the size of the map, and of the counts in section 1), and show with the example what the
# network takes the class for. What would you change first?

# %% [markdown] question="worst_classes"
# ### BEGIN SOLUTION
# The thin and rare classes: poles, signs, pedestrians, bicyclists, while road, sky and building are
# good. First, the deepest map is 32 times smaller than the image: a pole of two or three pixels
# falls between its places, and what is enlarged again is a blur. Second, they are rare: the poles
# are about one pixel in a hundred, and the mean loss over pixels hardly notices when they are
# missed. In the example the pole is taken for what stands behind it, mostly building or tree. I
# would first keep a larger map (dilation instead of stride, or a decoder with skips), then weigh
# rare classes more in the loss, then train on larger images.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: names the worst classes from the table.
# 1 point: thin objects are lost in a map 32 times smaller.
# 1 point: rare classes hardly count in the loss (class imbalance), with a figure.
# 1 point: the example, and a change that fits the reason.
# ### END MARK SCHEME

# %% [markdown]
# ## 7. Extra credit: PSPNet
#
# Two ideas. **Dilation**: take the stride out of layer3 and layer4, and spread the taps of their
# 3x3 convolutions apart instead (by 2 and by 4), so that they see as far as before, on a map that
# is an eighth of the image and not a 32nd. Not a weight changes. **A pyramid**: average the last map
# over grids of 1, 2, 3 and 6 cells a side, and tell every pixel what is in the whole picture. Beside
# it, a second head on layer3 has a loss of its own, which helps the first layers learn.
#
# Write `PPM` in `student_code/ppm.py`, and `PSPNet` in `student_code/pspnet.py`.

# %% task="ppm.PPM"
checks.grade("ppm.PPM")

# %% task="pspnet.PSPNet"
checks.grade("pspnet.PSPNet")

# %%
# %%attempt
from student_code.pspnet import PSPNet

psp_settings = RecipeSettings(
    epochs=9,
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
print(psp_history.summary().replace("accuracy", "mean IoU"))
psp_ious = report(pspnet, "PSPNet", len(psp_history))

# %%
# %%attempt
compare(pspnet, "PSPNet")
picture = plots.class_ious(
    {"SimpleSegmentationNet": simple_ious.tolist(), "PSPNet": psp_ious.tolist()},
    classes,
    source=test_set.provenance.label,
)
results.figure("part5_ious", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question (extra credit).** Where did PSPNet gain most, and which of its ideas explains that? Why
# does dilation need no new weights? What does the pyramid add that dilation can't?

# %% [markdown] question="what_pspnet_gains"
# ### BEGIN SOLUTION
# It gains where detail counts: cars, poles, signs, people and the edges of the sidewalk, since its
# last map has sixteen times as many places. Dilation uses the same nine taps of each convolution,
# farther apart, so that each weight still sees what it was trained to see at the old stride. The
# pyramid adds the context of the whole image, averages over coarse grids, which no convolution of
# limited reach has: what is likely in a street, and where.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: gains from the student's own table, explained by the finer map.
# 1 point: dilation moves taps apart with the same weights; the pyramid adds global context.
# ### END MARK SCHEME

# %% [markdown]
# ## 8. With a GPU
#
# Everything is configuration: a pretrained ResNet-50, the full size, larger crops, bfloat16 (which
# `precision="auto"` takes on a GPU by itself), the new layers ten times as fast as the backbone:
#
# ```python
# train_set, validation_set = data.driving("train", (360, 480)), data.driving("validation", (360, 480))
# settings = RecipeSettings(epochs=50, batch_size=16, base_lr=0.01, head_factor=10.0, crop=(360, 480))
# network = PSPNet(layers=50, pretrained=True)
# train(network, train_set, validation_set, settings, name="part5_pspnet_gpu")
# ```
#
# The graded run above stays the one on the small backbone.
#
# ## Before you hand in
#
# Restart the kernel and run all cells from the top: the trainings are taken from their checkpoints.
# Hand in `results/checkpoints/part5_segmentation/weights.pt` with your notebook.
