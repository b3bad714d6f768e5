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
# # Part 6: Quantization, eight bits from first principles
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part6_quantization.ipynb)
#
# **You will learn** how a network computes with small integers instead of floats: what a scale and
# a zero point are, where they come from, how a convolution runs on integers alone, and what you
# gain in size, speed and accuracy.
#
# **Time needed**: about three hours. The notebook itself runs in under two minutes on two cores.
# Nothing is trained for long, and you don't need a GPU.
#
# **You need** from earlier parts, for Section 9 only: `SimpleNet`, `get_optimizer`, `train_epoch`
# and `evaluate` (Part 2). While one of them is not implemented, that section reports it, and the
# rest works. When your work is graded, the course's own module replaces a module of an earlier part
# that fails its tests, so a mistake there costs no points here.
#
# **Common pitfalls**
# - A cast to int8 neither rounds nor clamps: 1.8 becomes 1, and 130 becomes −126. Nothing warns
#   you.
# - Ranges are measured once, in eval mode, on training images. If you measure them in train mode or
#   on the test set, you get plausible numbers that mean nothing.
# - The library may silently leave a layer in float. Count the bytes, and compare the logits.

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

    colab.prepare(root, "part6_quantization", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part6_quantization")

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
# ## 1. Real numbers on a ruler with 256 marks
#
# *About 30 minutes.*
#
# A float weight takes 32 bits. With 8 bits, there are only 256 different
# values, so imagine a ruler with 256 marks that covers the range we need. Two numbers describe the
# ruler: the **scale** $s$ is the distance between two neighboring marks, and the **zero point** $z$
# is the mark at the real number 0.
#
# $$q = \text{clamp}\!\left(\text{round}\!\left(\frac{x}{s}\right) + z\right)
# \qquad\qquad \hat x = s\,(q - z)$$
#
# With `int8`, the marks are numbered from −128 to 127. Two kinds of quantization are in use:
#
# | | range | zero point | good for |
# | --- | --- | --- | --- |
# | **affine** | from the smallest to the largest value | any mark | activations: after a ReLU they are never negative |
# | **symmetric** | the same distance below and above 0 | 0 | weights: the products get simpler, as you will see |
#
# The range always includes 0, whatever values you measured: padding and ReLU produce zeros all the
# time, and these should be represented exactly. (Dropout is no reason. It makes zeros only in train
# mode, and a quantized network is used in eval mode, in which dropout changes nothing.)

# %%
torch.manual_seed(0)
values, dropout = torch.randn(10_000), torch.nn.Dropout(0.5)
for name, result in (
    ("ReLU", torch.relu(values)),
    ("dropout in train mode", dropout.train()(values)),
    ("dropout in eval mode", dropout.eval()(values)),
):
    print(f"{name:<22} {(result == 0).float().mean():.0%} zeros")

# %% [markdown]
# Write `quantization_params`.
#
# A small part of the points, here and below, is for having nothing to measure: a range that is none,
# an observer without values, and a loader without batches raise a `ValueError`.

# %% task="quantization.quantization_params"
checks.grade("quantization.quantization_params")

# %% [markdown]
# Now convert in both directions: write `quantize` and `dequantize`. In `dequantize`, consider how
# large $q - z$ can become: with $q = 127$ and $z = -128$ it is 255, which does not fit in an int8
# tensor.

# %% task="quantization.quantize"
checks.grade("quantization.quantize")

# %% task="quantization.dequantize"
checks.grade("quantization.dequantize")

# %% [markdown]
# To see the effect, use very few marks: 3 bits give eight of them. What is the largest possible
# error of a value inside the range?

# %%
# %%attempt
from student_code.quantization import dequantize, quantization_params, quantize

x = torch.linspace(-1.0, 3.0, 801)
back = {}
for name, symmetric in (("affine", False), ("symmetric", True)):
    scale, zero_point = quantization_params(-1.0, 3.0, num_bits=3, symmetric=symmetric)
    back[name] = dequantize(quantize(x, scale, zero_point, num_bits=3), scale, zero_point)
    print(f"{name}: scale {float(scale):.3f}, zero point {int(zero_point)}")
picture = plots.round_trip(x, back)
results.figure("part6_round_trip", picture.figure, alt=picture.alt)

# %% [markdown]
# The error is never more than half a step: that is the entire rounding error. Here the steps of
# symmetric quantization are wider, because it wastes marks on values below −1 that never occur.
#
# **Next**: the weights of a trained network.
#
# ## 2. Weights: one range for all, or one for each channel?
#
# *About 10 minutes.*
#
# Look at a trained network: the course's AlexNet. The next cell trains its last
# layer on the scenes (the features are frozen, so it takes seconds).

# %%
# %%attempt
from toolbox.models.scene_alexnet import ColourBatches, scene_alexnet

train_images, validation_images = data.scenes("train"), data.scenes("validation")
source = validation_images.provenance.label
alexnet = scene_alexnet(train_images)
third = alexnet.features[6].weight.detach()
print(f"weights of the third convolution: {tuple(third.shape)}")
picture = plots.channel_ranges(third, title="Weights of AlexNet's third convolution")
results.figure("part6_channel_ranges", picture.figure, alt=picture.alt)

# %% [markdown]
# A single range for all weights (**per tensor**) has to reach the largest weight, so a channel with
# small weights uses only a few of the marks. A separate range for each output channel (**per
# channel**) costs one float per channel, and every channel uses all of its marks.

# %%
# %%attempt
rows = third.flatten(1)
for name, low, high in (
    ("per tensor", third.min(), third.max()),
    ("per channel", rows.amin(dim=1), rows.amax(dim=1)),
):
    scale, zero_point = quantization_params(low, high, symmetric=True)
    kept = dequantize(quantize(third, scale, zero_point), scale, zero_point)
    off = (kept - third).flatten(1).norm(dim=1) / rows.norm(dim=1)
    print(f"{name:<12} relative error: mean {off.mean():.4f}, worst channel {off.max():.4f}")

# %% [markdown]
# **Next**: the values between the layers, which depend on the image.
#
# ## 3. Activations: observe and record
#
# *About 10 minutes.*
#
# You can measure weights directly. The activations between the layers depend on
# the images, so you send some images through the network and record the smallest and largest
# values. This is called **calibration**. Write `MinMaxObserver`.

# %% task="quantization.MinMaxObserver"
checks.grade("quantization.MinMaxObserver")

# %% [markdown]
# **Next**: with the ranges of weights and inputs, a layer can compute.
#
# ## 4. A layer in integer arithmetic
#
# *About 40 minutes.*
#
# Insert $x = s_x (q_x - z_x)$ and $w = s_w\, q_w$ (symmetric, so there is no
# zero point) into a linear layer:
#
# $$\sum_i w_i x_i + b = s_x s_w \sum_i q_{w,i}\,(q_{x,i} - z_x) + b$$
#
# The sum contains only integers. Each product needs 16 bits, and a sum of many products needs more,
# hence **int32**. How many terms fit? The absolute value of a product is at most $127 \cdot 255$,
# and the largest int32 is $2^{31} - 1$, so

# %%
print(f"a sum of {(2**31 - 1) // (127 * 255):,} terms can never overflow")
print("the longest sum has 9,216 terms in AlexNet, and 1,152 in the course's AlexNet")

# %% [markdown]
# Every output has a separate $s_w$, which is a factor in front of the sum, so per-channel scales
# cost nothing. Write `QuantizedLinear`: it takes a float layer and the observer of its inputs.
# Store the weights in int8 **only**: a layer that also keeps a float copy is larger than the
# original. (A test checks this.)

# %% task="quantization.QuantizedLinear"
checks.grade("quantization.QuantizedLinear")

# %% [markdown]
# A convolution computes the same sum at every position. One thing is new: it pads with zeros. A
# real 0 is the integer $z_x$, or 0 after subtracting $z_x$. You can loop over the positions of the
# kernel: each position sees a shifted (and strided) image. Write `QuantizedConv2d`.

# %% task="quantization.QuantizedConv2d"
checks.grade("quantization.QuantizedConv2d")

# %% [markdown]
# **Next**: one kind of layer needs no separate range.
#
# ## 5. Folding batch normalization into the layer before it
#
# *About 15 minutes.*
#
# In eval mode, batch normalization subtracts from each channel the mean that it recorded during
# training, $\mu$, divides by the recorded standard deviation, and applies a learned scale and shift:
#
# $$y = \gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta$$
#
# torch calls these numbers `running_mean`, `running_var` ($\sigma^2$), `eps`, `weight` ($\gamma$) and
# `bias` ($\beta$). All of them are constants, so each channel is multiplied by a number, and another
# one is added. The layer before it also multiplies (with its weights) and adds (its bias), so you
# can merge the two into one layer. Work out the weights and the bias of the merged layer on paper,
# then write `fold_batch_norm`.

# %% task="quantization.fold_batch_norm"
checks.grade("quantization.fold_batch_norm")

# %% [markdown]
# **Next**: you have all the pieces.
#
# ## 6. A whole network
#
# *About 20 minutes.*
#
# `quantize_model` combines all steps: copy the network, switch to eval mode,
# fold the batch normalization, observe the inputs of every layer while the calibration images pass
# through, and replace every layer. The float network must stay unchanged, because you still need it
# for comparison.
#
# **Which images should you use?** Images that the network may learn from. The test set must not
# determine the ranges: you would be fitting the quantized network to the very images you evaluate
# it on. After calibration, the ranges are fixed, whatever inputs follow.

# %% task="quantization.quantize_model"
checks.grade("quantization.quantize_model")

# %% [markdown]
# Write two more functions to measure the benefit: `model_size_bytes` and `compare`.

# %% task="quantization.model_size_bytes"
checks.grade("quantization.model_size_bytes")

# %% task="quantization.compare"
checks.grade("quantization.compare")

# %% [markdown]
# **Question.** Describe, in words and without code, the steps that turn a trained float network
# into one that computes in int8. For each step, explain what it needs and why it is necessary: the
# weights, the batch normalization layers, calibration, the arithmetic of a layer, and what happens
# to its output. In which mode and on which images do you calibrate the network, and why?

# %% [markdown] question="steps_in_words"
# ### BEGIN SOLUTION
# Make a copy of the trained network and switch it to eval mode. Fold each batch normalization into
# the layer before it, which saves one multiplication and one range. For each output channel, find
# the largest absolute weight: divided by 127 it is the scale, and the weights become the nearest
# multiples of it, stored as int8. Then send some training images through the network in eval mode,
# because that is how it will be used (in train mode, dropout and batch statistics would give
# different ranges), and record the smallest and largest value of each layer's input. Extended to
# include 0, they give its scale and zero point. Don't use the test set: it would determine settings
# of the network that it is supposed to evaluate. From then on, each layer divides its input by the
# scale, rounds, adds the zero point and clamps to int8; subtracts the zero point; multiplies and
# adds integers in int32, which does not overflow; multiplies the sum of each channel by the input
# scale times the weight scale; adds the bias; and passes on a float (or quantizes it immediately
# for the next layer).
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: weights: a scale for each output channel from the largest absolute weight, rounded, int8.
# 1 point: calibration: ranges of the inputs, in eval mode, on training images and not on test
# images, with reasons.
# 1 point: arithmetic: input to int8 by scale and zero point (round, clamp), sums in int32, rescaled
# by both scales, bias.
# 1 point: folding of batch normalization, and why; the float network is kept for comparison.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: does it work? You compare both networks.
#
# ## 7. AlexNet in eight bits
#
# *About 15 minutes.*
#
# Calibrate on every eighth training image and evaluate on the validation
# images. The size is the size of the files that `torch.save` writes.

# %%
# %%attempt
import tempfile

from student_code.quantization import compare, model_size_bytes, quantize_model
from toolbox.models import library_int8

calibration = ColourBatches(train_images.subset(range(0, len(train_images), 8), "train"), 64)
validation = ColourBatches(validation_images, 64)
by_hand = quantize_model(alexnet, calibration)
figures = compare(alexnet, by_hand, validation)
files = {}
with tempfile.TemporaryDirectory() as folder:
    for name, model in (("float", alexnet), ("quantized", by_hand)):
        files[name] = library_int8.file_bytes(model.state_dict(), Path(folder) / "model.pt")
for name, found in figures.items():
    print(f"{name:<10} {files[name]:>9,} bytes on disk, accuracy {found['accuracy']:.4f}")
    if not results.steady():
        print(f"{'':<10} {found['latency_ms']:.2f} ms per image")
    results.number(f"part6_alexnet_{name}", found, data=validation_images, seed=0)
print(f"{files['float'] / files['quantized']:.2f} times smaller")

# %% [markdown]
# The network is almost four times smaller, and the accuracy hardly changes. But look at the time:
# your int8 network is several times **slower** than the float network. Each of your layers makes
# one pass over its input for every position of the kernel, in plain tensor operations, while the
# float layers run code that has been optimized for years. Only code that uses the processor's
# integer instructions can show how much faster int8 can be.
#
# ### Did the outcome change?
#
# Two accuracies that are almost equal can hide many changes: some images may have become right and
# as many others wrong. Since both networks see the **same** images, compare them image by image.
# Only the images on which exactly one network is right tell you which one is better. If both were
# equally good, each of these images would be a coin toss, so the number of tosses that one side
# wins follows a binomial distribution. This is **McNemar's test**. Comparing the accuracies with
# their standard errors would treat the images as two independent samples, and miss most of what the
# pairs tell you.

# %%
# %%attempt
from toolbox.analysis.comparisons import correct, paired_outcomes

right_in_float = correct(alexnet, validation)
pairs = paired_outcomes(right_in_float, correct(by_hand, validation))
print("first: float, second: int8")
print(pairs.table())
print(f"{pairs.changed} outcomes changed, McNemar's p-value {pairs.p_value:.3f}")
counts = {
    "both_right": pairs.both_right,
    "only_float": pairs.only_first,
    "only_quantized": pairs.only_second,
    "both_wrong": pairs.both_wrong,
    "p_value": pairs.p_value,
}
results.number("part6_paired", [counts], data=validation_images, seed=0)

# %% [markdown]
# Fewer bits come at a price. Here is the same network with fewer and fewer bits for its
# **weights**:

# %%
# %%attempt
import copy


def with_fewer_bits(network, bits):
    """Return a copy of the network with its weights rounded to `bits` bits, per channel."""
    rounded = copy.deepcopy(network)
    for parameter in rounded.parameters():
        if parameter.ndim > 1:
            w = parameter.data
            ends = w.flatten(1).amin(dim=1), w.flatten(1).amax(dim=1)
            scale, zero_point = quantization_params(*ends, num_bits=bits, symmetric=True)
            q = quantize(w, scale, zero_point, num_bits=bits)
            parameter.data = dequantize(q, scale, zero_point)
    return rounded


rows_of_bits = []
for bits in (8, 6, 4, 3, 2):
    outcomes = correct(with_fewer_bits(alexnet, bits), validation)
    pairs = paired_outcomes(right_in_float, outcomes)
    rows_of_bits.append(
        {
            "bits": bits,
            "accuracy": float(outcomes.mean()),
            "changed": pairs.changed,
            "p_value": pairs.p_value,
        }
    )
    print(
        f"{bits} bits: validation accuracy {outcomes.mean():.3f}, {pairs.changed:>3} outcomes changed "
        f"(lost {pairs.only_first}, gained {pairs.only_second}), p = {pairs.p_value:.2g}"
    )
results.number("part6_bits", rows_of_bits, data=validation_images, seed=0)

# %% [markdown]
# **Next**: the same steps, with code that uses the integer instructions of your processor.
#
# ## 8. The same with a library
#
# *About 15 minutes.*
#
# torch has several approaches to 8-bit quantization, and two of them are about
# to disappear: `torch.ao.quantization` in eager mode and with FX graphs has been announced for
# removal. Its designated successor is in the package **torchao**: the network is exported,
# `prepare_pt2e` inserts observers into the exported graph, the calibration images pass through,
# `convert_pt2e` inserts integer operations, and `torch.compile` selects the integer instructions of
# the processor. These are the same steps as yours. `toolbox/models/library_int8.py` implements them
# in thirty lines. It needs `pip install torchao` and a C++ compiler; without them, the notebook
# skips the library and continues.

# %%
# %%attempt
table = [
    {"name": "float", "megabytes": files["float"] / 1e6, "accuracy": figures["float"]["accuracy"]},
    {
        "name": "int8 by hand",
        "megabytes": files["quantized"] / 1e6,
        "accuracy": figures["quantized"]["accuracy"],
    },
]
library = None
if problem := library_int8.missing():
    print(f"Skipping the library: {problem}. Compare float with your own int8.")
else:
    library = library_int8.quantize(alexnet, calibration)
    with tempfile.TemporaryDirectory() as folder:
        size = library_int8.file_bytes(library.state_dict(), Path(folder) / "model.pt")
    got = library_int8.accuracy(library, validation)
    table.append({"name": "int8 by torchao", "megabytes": size / 1e6, "accuracy": got})
for row in table:
    print(f"{row['name']:<16} {row['megabytes']:.3f} MB   accuracy {row['accuracy']:.4f}")

# %% [markdown]
# Now measure times: for a batch of one image and a batch of 32, each as the median of many calls.
# The first call compiles the network, which takes up to half a minute. (The course's own build
# skips the timings, because its outputs must be the same each time.)

# %%
# %%attempt
if results.steady():
    print("Timings are skipped in this run.")
else:
    print(f"processor: {library_int8.instruction_set()}, {torch.get_num_threads()} threads")
    runs = {"float": alexnet, "int8 by hand": by_hand}
    if library is not None:
        runs["float, compiled"] = library_int8.compiled(alexnet)
        runs["int8 by torchao"] = library_int8.compiled(library)
    for size in (1, 32):
        images = next(iter(ColourBatches(validation_images, size)))[0]
        for name, run in runs.items():
            taken = library_int8.latency_ms(run, images, repeats=5 if "hand" in name else 30)
            print(f"batch {size:>2}: {name:<16} {taken:8.2f} ms")
            for row in table:
                if row["name"] == name and size == 32:
                    row["latency_ms"] = taken / size

# %%
# %%attempt
picture = plots.trade(table, source=source, title="AlexNet in float32 and in int8")
results.figure("part6_trade", picture.figure, alt=picture.alt)

# %% [markdown]
# **Next**: a network that you trained yourself.
#
# ## 9. Your SimpleNet in eight bits
#
# *About 15 minutes.*
#
# This is the network of Part 2. If the weights that you trained there are still
# in `results/`, they are used; otherwise the network is trained for a few epochs now.

# %%
# %%attempt
from student_code.optimizer import get_optimizer
from student_code.simple_net import SimpleNet
from toolbox.training.trainer import fit, weights_file

mean, std = data.pixel_statistics(train_images)
same = {"mean": mean, "std": std}
torch.manual_seed(0)
net = SimpleNet(len(train_images.classes))
kept = weights_file("part2_simplenet")
grey = data.Batches(validation_images, 256, **same)
if kept.is_file():
    net.load_state_dict(torch.load(kept, map_location="cpu", weights_only=True))
    print("loaded the weights of Part 2")
else:
    adam = get_optimizer(net, {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-4})
    learn = data.Batches(train_images, 32, shuffle=True, **same)
    history = fit(net, learn, grey, optimizer=adam, epochs=4, name="part6_simplenet", device="cpu")
some = train_images.subset(range(0, len(train_images), 8), "train")
small = quantize_model(net, data.Batches(some, 64, **same))
for name, found in compare(net, small, grey).items():
    print(f"{name:<10} {found['size_bytes']:>8,.0f} bytes, accuracy {found['accuracy']:.4f}")

# %% [markdown]
# **Question.** Compare the sizes of the float and int8 networks: how many times smaller is
# the file, and why not exactly four times? For which kind of network would the ratio be worse?

# %% [markdown] question="compare_size"
# ### BEGIN SOLUTION
# 8.45 MB became 2.14 MB, which is 3.95 times smaller. Each weight takes one byte instead of four,
# but the biases stay float32, every output channel has an additional float scale, every layer has a
# scale and a zero point for its input, and the file contains names and headers. The ratio is worse
# for networks with few weights per channel (depthwise or 1x1 convolutions with few inputs), where
# scale and bias matter more, and for very small networks, where the file headers do.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the student's own numbers with their ratio (near 3.9 to 4), and the reasons: scales,
# biases, headers.
# 1 point: few weights per channel, or a small network: the extra numbers matter more.
# ### END MARK SCHEME

# %% [markdown]
# **Question.** Compare the times of float, your own int8 and, if you could run it, the library's
# int8, at batch size 1 and at batch size 32. Why is yours slower than float although it moves a
# quarter of the bytes? What does the library do that your code doesn't? What would be a fair
# comparison for the compiled int8 network?

# %% [markdown] question="compare_speed"
# ### BEGIN SOLUTION
# My implementation is several times slower than float, the library is several times faster, and its
# advantage is larger at batch 32 than at batch 1. My code widens everything to int32 before it
# multiplies, makes one pass over the image for each position of the kernel, and converts back to
# float between any two layers; the float layers use optimized code. The library multiplies int8
# with instructions that compute many products and sums at once (AVX-512 VNNI here), keeps int8
# between layers, and the compiler fuses rounding, bias and ReLU into the convolution. At batch 1,
# fixed costs (starting each operation) matter more, and compilation alone removes some of them. To
# be fair, compiled int8 should be compared with compiled float, and it still wins, by a smaller
# margin.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: times at both batch sizes, in the right order.
# 1 point: why: int32 and many passes versus optimized code with integer instructions and fusion.
# 1 point: the fair comparison is with the float network compiled in the same way.
# ### END MARK SCHEME

# %% [markdown]
# **Question.** Compare the accuracies of float and int8. For how many images did the
# outcome change, in which direction, and what does McNemar's p-value say about the difference? Why
# is the standard error of a single accuracy the wrong yardstick here? Look at the table for fewer
# bits: from how many bits on is the network worse beyond doubt, at how many does it break down, and
# why there? Name two quantization mistakes that would leave the size unchanged but ruin the
# accuracy.

# %% [markdown] question="compare_accuracy"
# ### BEGIN SOLUTION
# Float reaches 0.753 and int8 0.762: 8 of the 445 outcomes changed, 2 from right to wrong and 6
# from wrong to right. McNemar's p-value is 0.29: eight coin tosses often split 2 to 6 or more
# unevenly, so int8 is neither better nor worse, as far as these images can tell. The standard error
# of one accuracy is 0.02, or nine images. It describes how much the accuracy would vary with other
# images, but both networks see the same ones and agree on 437 of them. Rounding to 8 bits changes a
# weight by at most half of 1/127 of the largest weight of its channel, which is less than the
# network's margin for nearly all images. The error doubles with every bit you remove. With 6 bits,
# 6 images are lost and 8 gained (p = 0.79); with 4 bits, 38 images are lost and 20 gained (p =
# 0.025), which is probably a loss; with 3 bits, 135 are lost (p = 2e-23), which is beyond doubt; at
# 2 bits, with three values for each weight, little is left. Mistakes that ruin the accuracy without
# changing the size: truncating instead of rounding, no clamping (values wrap around), one range for
# all channels, ranges from train mode or from a single batch, padding with the integer 0.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the number of changed outcomes in each direction and the p-value, from the student's own
# table, with the conclusion that fits them.
# 1 point: both networks see the same images, so only the changed outcomes count; an unpaired
# standard error is far too large.
# 1 point: at how many bits it is worse and breaks down, with the size of the rounding error as the
# reason.
# 1 point: two mistakes that keep the size and cost accuracy.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: look back at the whole way from float to int8.
#
# ## 10. What I learned
#
# *About 10 minutes.*

# %% [markdown]
# **Question.** Look back at this part. Which step of quantization did you
# understand differently before you wrote it, and which number in your notebook corrected you? Where
# would you use eight bits, where would you not, and what would you measure first?

# %% [markdown] question="learned_quantization"
# ### BEGIN SOLUTION
# I thought that a zero point is needed to represent negative numbers. It is needed to represent the
# real 0 exactly if the range is not symmetric; the round trip of a ReLU's zeros corrected me, which
# gave 0.004 instead of 0 in my first version. I also expected fewer bytes to mean less time, and my
# own int8 network was slower than float. I would use eight bits on a phone, where the size matters
# and integer instructions exist, and not for a network that still has to be trained. First, I would
# compare the outcomes image by image on validation images, and measure the time on the device
# itself.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: a step that was understood differently, with the result that corrected it.
# 1 point: a use with reasons, and what to measure first.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: Part 7 explains the formulas behind the layers that you folded and rounded.
#
# ## Before you hand in
#
# Restart the kernel and run all cells from top to bottom. Your implementation uses only plain
# tensors and integers: it will still run when today's quantization libraries are gone.
