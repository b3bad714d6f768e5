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
# **You will learn** how a network computes with small whole numbers instead of floats: what a scale
# and a zero point are, where they come from, how a convolution runs on integers alone, and what all
# of it buys in size, speed and accuracy.
#
# **How long it takes**: about two and a half hours. The notebook itself runs in under two minutes
# on two cores; nothing is trained for long, and a GPU isn't needed.
#
# **Where it can go wrong**
# - A cast to int8 neither rounds nor clamps: 1.8 becomes 1, and 130 becomes −126. Nothing warns you.
# - Ranges are measured once, in eval mode, on training images. Measured in train mode, or on the
#   test images, they give figures that look fine and mean nothing.
# - The library may leave a layer in float without a word. Count the bytes, and compare the scores.

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

    colab.prepare(root, "part6_quantization", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part6_quantization")

# %% [markdown]
# ## 1. Real numbers on a ruler of 256 marks
#
# A weight takes 32 bits as a float. With 8 bits there are 256 different values, so we lay a ruler
# with 256 marks over the range that we need. Two numbers describe the ruler: the **scale** $s$ is the
# distance between two marks, the **zero point** $z$ is the mark at the real number 0.
#
# $$q = \text{clamp}\!\left(\text{round}\!\left(\frac{x}{s}\right) + z\right)
# \qquad\qquad \hat x = s\,(q - z)$$
#
# With `int8` the marks are called −128 to 127. Two kinds of rulers are in use:
#
# | | range | zero point | good for |
# | --- | --- | --- | --- |
# | **affine** | from the smallest to the largest value | any mark | activations: after a ReLU they are never negative |
# | **symmetric** | as far down as up | 0 | weights: the products get simpler, as you will see |
#
# The range always holds 0, whatever was measured: padding, ReLU and dropout make zeros all the
# time, and they should be exact. Write `quantization_params`.

# %% task="quantization.quantization_params"
checks.grade("quantization.quantization_params")

# %% [markdown]
# Now there and back: `quantize` and `dequantize`. In `dequantize`, mind what $q - z$ can be: with
# $q = 127$ and $z = -128$ it is 255, more than an int8 tensor holds.

# %% task="quantization.quantize"
checks.grade("quantization.quantize")

# %% task="quantization.dequantize"
checks.grade("quantization.dequantize")

# %% [markdown]
# To see the ruler, take very few marks: 3 bits, eight of them. How far off can a value be, at most,
# as long as it lies within the range?

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
# Never more than half a step: that is the whole error of rounding. The symmetric ruler has the
# wider steps here, since it spends marks on values below −1 that never come.
#
# ## 2. Weights: one range for all, or one for each channel?
#
# Let us look at a trained network: the course's AlexNet, whose last layer we train on the scenes now
# (the features are frozen, so it takes seconds).

# %%
# %%attempt
from toolbox.models.scene_alexnet import ColourBatches, scene_alexnet

train_images, validation_images = data.scenes("train"), data.scenes("validation")
source = validation_images.provenance.label
alexnet = scene_alexnet(train_images)
third = alexnet.features[6].weight.detach()
print(f"the third convolution's weights: {tuple(third.shape)}")
picture = plots.channel_ranges(third, title="Weights of AlexNet's third convolution")
results.figure("part6_channel_ranges", picture.figure, alt=picture.alt)

# %% [markdown]
# One range for all (**per tensor**) has to reach the largest weight of all; a channel whose weights
# are small uses few of the marks. One range for each output channel (**per channel**) costs one
# float a channel, and every channel uses all of its marks.

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
# ## 3. Activations: watch and remember
#
# Weights are there to be measured. The values that flow between the layers depend on the images, so
# some images are sent through the network and the smallest and largest values noted: this is
# **calibration**. Write `MinMaxObserver`.

# %% task="quantization.MinMaxObserver"
checks.grade("quantization.MinMaxObserver")

# %% [markdown]
# ## 4. A layer in whole numbers
#
# Put $x = s_x (q_x - z_x)$ and $w = s_w\, q_w$ (symmetric, so no zero point) into a linear layer:
#
# $$\sum_i w_i x_i + b = s_x s_w \sum_i q_{w,i}\,(q_{x,i} - z_x) + b$$
#
# The sum is over whole numbers alone. Each product needs 16 bits, and a sum of many needs more:
# hence **int32**. How many terms fit? A product is at most $127 \cdot 255$ in absolute value, and
# an int32 holds $2^{31} - 1$, so

# %%
print(f"{(2**31 - 1) // (127 * 255):,} terms at least, before a sum could overflow")
print("the longest sum in AlexNet is over 9,216 terms, in the course's AlexNet over 1,152")

# %% [markdown]
# Every output has its own $s_w$, which stands in front of the sum, so scales per channel cost
# nothing. Write `QuantizedLinear`: it takes a float layer and the observer of its inputs. Keep the
# weights in int8 **only**: a layer with a float copy inside is larger than before, and a test would
# have to look for it. (Ours does.)

# %% task="quantization.QuantizedLinear"
checks.grade("quantization.QuantizedLinear")

# %% [markdown]
# A convolution is the same sum at every place. One thing is new: it pads with zeros. A real 0 is
# the integer $z_x$, or 0 once $z_x$ was subtracted. Your own loop over the places of the kernel is
# fine: each place sees a shifted (and strided) picture. Write `QuantizedConv2d`.

# %% task="quantization.QuantizedConv2d"
checks.grade("quantization.QuantizedConv2d")

# %% [markdown]
# ## 5. Folding the batch norm
#
# In eval mode a batch norm multiplies each channel by a constant and adds another. So does the
# layer before it, with its weights and its bias: the two can be one. Work out on paper what weights
# and bias that one layer has; write `fold_batch_norm`.

# %% task="quantization.fold_batch_norm"
checks.grade("quantization.fold_batch_norm")

# %% [markdown]
# ## 6. A whole network
#
# `quantize_model` puts it together: copy, eval mode, fold, watch every layer's input while the
# calibration images go through, replace every layer. The float network stays as it was: you still
# need it to compare with.
#
# **On which images?** On some that the network may learn from. Test images must not choose the
# ranges: the quantized network would be fitted to the very images it is measured on. And once
# calibration is over, the ranges stand, whatever comes by.

# %% task="quantization.quantize_model"
checks.grade("quantization.quantize_model")

# %% [markdown]
# And two functions to say what it was good for: `model_size_bytes` and `compare`.

# %% task="quantization.model_size_bytes"
checks.grade("quantization.model_size_bytes")

# %% task="quantization.compare"
checks.grade("quantization.compare")

# %% [markdown]
# **Question.** Describe, in words and without code, the steps that turn a trained float network
# into one that computes in int8. Say for each step what it needs and why it is there: the weights,
# the batch norms, calibration, a layer's arithmetic, what happens to its output. In which mode and
# on which images is the network calibrated, and why?

# %% [markdown] question="steps_in_words"
# ### BEGIN SOLUTION
# Take a copy of the trained network in eval mode. Fold each batch norm into the layer before it, so
# that there is one multiplication less and one range less to keep. For each output channel, find
# the largest absolute weight: divided by 127 it is the scale, and the weights become the nearest
# multiples of it, kept as int8. Then send some training images through the network, in eval mode,
# because that is how it will be used (in train mode dropout and batch statistics would give other
# ranges), and note the smallest and largest value of each layer's input; widened to hold 0, they
# give its scale and zero point. The test images are not used: they would choose settings of the
# network that they are to judge. From then on each layer divides its input by the scale, rounds,
# adds the zero point and clamps to int8; takes off the zero point; multiplies and adds whole numbers
# in int32, which does not overflow; and multiplies each channel's sum by the input's scale times
# the weights', adds the bias, and hands on a float (or quantizes it at once for the next layer).
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: weights: a scale for each output channel from the largest absolute weight, rounded, int8.
# 1 point: calibration: ranges of the inputs, in eval mode, on training and not on test images, with
# reasons.
# 1 point: arithmetic: input to int8 by scale and zero point (round, clamp), sums in int32, rescaled
# by both scales, bias.
# 1 point: folding of batch norm, and why; the float network is kept for comparison.
# ### END MARK SCHEME

# %% [markdown]
# ## 7. AlexNet in eight bits
#
# Calibrated on every eighth training image, measured on the validation images. The size is that of
# the files, as `torch.save` writes them.

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
        print(f"{'':<10} {found['latency_ms']:.2f} ms an image")
    results.number(f"part6_alexnet_{name}", found, data=validation_images, seed=0)
print(f"{files['float'] / files['quantized']:.2f} times smaller")

# %% [markdown]
# Smaller by nearly four, and the accuracy hardly moves. But look at the time: the one by hand is
# several times **slower** than float. Each layer of ours walks over its pictures once for every
# place of the kernel, in plain tensors; the float layers run on code that was tuned for years. What
# int8 is worth in time, only code that uses the processor's integer instructions can show.
#
# A low number of bits is not free. The same network with its **weights** on ever fewer marks:

# %%
# %%attempt
import copy


def with_fewer_bits(network, bits):
    """A copy of the network whose weights were rounded to so many bits, channel by channel."""
    rounded = copy.deepcopy(network)
    for parameter in rounded.parameters():
        if parameter.ndim > 1:
            w = parameter.data
            ends = w.flatten(1).amin(dim=1), w.flatten(1).amax(dim=1)
            scale, zero_point = quantization_params(*ends, num_bits=bits, symmetric=True)
            q = quantize(w, scale, zero_point, num_bits=bits)
            parameter.data = dequantize(q, scale, zero_point)
    return rounded


for bits in (8, 6, 4, 3, 2):
    got = library_int8.accuracy(with_fewer_bits(alexnet, bits), validation)
    print(f"{bits} bits: validation accuracy {got:.3f}")

# %% [markdown]
# ## 8. The same by the library
#
# Of torch's ways to eight bits, two are on their way out: `torch.ao.quantization` in eager mode and
# with FX graphs is announced to be removed. What is meant to last is in the package **torchao**: the
# network is exported, `prepare_pt2e` puts observers into the exported graph, calibration images go
# through, `convert_pt2e` puts integers in, and `torch.compile` picks the processor's integer
# instructions. It is the same as yours, step for step. `toolbox/models/library_int8.py` does it in thirty
# lines. It needs `pip install torchao` and a C++ compiler; without them this part goes on.

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
    print(f"Without the library: {problem}. What it gave us is in docs/results.md.")
else:
    library = library_int8.quantize(alexnet, calibration)
    with tempfile.TemporaryDirectory() as folder:
        size = library_int8.file_bytes(library.state_dict(), Path(folder) / "model.pt")
    got = library_int8.accuracy(library, validation)
    table.append({"name": "int8 by torchao", "megabytes": size / 1e6, "accuracy": got})
for row in table:
    print(f"{row['name']:<16} {row['megabytes']:.3f} MB   accuracy {row['accuracy']:.4f}")

# %% [markdown]
# Times next: a batch of one image and a batch of 32, each the median of many calls. The first call
# compiles, which takes up to half a minute. (The course's own build leaves times out, because its
# outputs have to be the same each time.)

# %%
# %%attempt
if results.steady():
    print("Times are left out here; docs/results.md has them.")
else:
    print(f"this processor: {library_int8.instruction_set()}, {torch.get_num_threads()} threads")
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
picture = plots.trade(table, source=source, title="AlexNet in float and in eight bits")
results.figure("part6_trade", picture.figure, alt=picture.alt)

# %% [markdown]
# ## 9. Your SimpleNet in eight bits
#
# The network of Part 2, with the weights that you trained there if they are still in `results/`,
# else trained for a few epochs now.

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
    print("the weights of Part 2")
else:
    adam = get_optimizer(net, {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-4})
    learn = data.Batches(train_images, 32, shuffle=True, **same)
    history = fit(net, learn, grey, optimizer=adam, epochs=4, name="part6_simplenet", device="cpu")
some = train_images.subset(range(0, len(train_images), 8), "train")
small = quantize_model(net, data.Batches(some, 64, **same))
for name, found in compare(net, small, grey).items():
    print(f"{name:<10} {found['size_bytes']:>8,.0f} bytes, accuracy {found['accuracy']:.4f}")

# %% [markdown]
# **Question (size).** Compare the sizes of float and int8: by how many times is the file smaller,
# and why not by exactly four? For which kind of network would the ratio be worse?

# %% [markdown] question="compare_size"
# ### BEGIN SOLUTION
# 8.45 MB became 2.14 MB, 3.95 times smaller. Each weight takes one byte instead of four, but the
# biases stay float32, every output channel has a float scale that was not there before, every layer
# a scale and a zero point for its input, and the file has names and headers. The ratio is worse for
# networks with few weights for each channel (depthwise or 1x1 convolutions with few inputs), where
# scale and bias weigh more, and for very small networks, where the file's headers do.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the student's own figures with their ratio (near 3.9 to 4), and the reasons: scales,
# biases, headers.
# 1 point: few weights a channel, or a small network: the extra numbers weigh more.
# ### END MARK SCHEME

# %% [markdown]
# **Question (speed).** Compare the times of float, of your own int8 and of the library's, at batch
# 1 and at batch 32 (from your own run, or from `docs/results.md`). Why is yours slower than float
# although it moves a quarter of the bytes? What does the library have that yours hasn't? With what
# should one compare the compiled int8 network to be fair?

# %% [markdown] question="compare_speed"
# ### BEGIN SOLUTION
# By hand it is several times slower than float, by the library several times faster, more so at
# batch 32 than at batch 1. Ours widens everything to int32 before it multiplies, passes over the
# picture once for each place of the kernel, and goes back to float between any two layers; the
# float layers use tuned code. The library multiplies int8 with instructions that do many products
# and sums at once (AVX-512 VNNI here), keeps int8 between layers, and the compiler merges rounding,
# bias and ReLU into the convolution. At batch 1 fixed costs (starting each operation) weigh more,
# and compiling alone removes some of them: to be fair, int8 compiled is to be compared with float
# compiled, where it still wins, by less.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: figures at both batch sizes, in the right order.
# 1 point: why: int32 and many passes against tuned code with integer instructions and fusion.
# 1 point: the fair comparison is with the float network compiled in the same way.
# ### END MARK SCHEME

# %% [markdown]
# **Question (accuracy).** Compare the accuracies. How many images changed sides, and is the
# difference more than chance on so many images? From the table over bits: where does it break, and
# why there? Name two mistakes in quantizing that would leave the size as it is but ruin the
# accuracy.

# %% [markdown] question="compare_accuracy"
# ### BEGIN SOLUTION
# The accuracies differ by less than one percent: a handful of the 445 images. One standard error
# of an accuracy of 0.75 on 445 images is 0.02, so the difference says nothing, even where int8
# comes out ahead. Rounding to 8 bits changes a weight by at most half of 1/127 of the largest of
# its channel, less than the network's margin for nearly all images. The error doubles with every
# bit less; at 3 bits the accuracy falls, and at 2 bits, with three values for each weight, little
# is left. Ruinous without a change in size: cutting off instead of rounding, no clamping (values
# wrap round), one range for all channels, ranges from train mode or from a single batch, padding
# with the integer 0.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the student's own figures, put against the uncertainty of an accuracy on so many images.
# 1 point: where fewer bits break it, with the size of the rounding error as the reason.
# 1 point: two mistakes that keep the size and cost accuracy.
# ### END MARK SCHEME

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel and run all cells from the top. What you wrote here uses plain tensors and
# whole numbers alone: it will still run when today's libraries for it are gone.
