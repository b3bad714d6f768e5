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
# # Part 2: SimpleNet, from raw scores to a trained network
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part2_simplenet.ipynb)
#
# **You will learn** what the raw outputs of a network mean, why a network learns from a loss rather
# than from the accuracy, and how gradient descent reduces that loss. At the end, you combine all of
# it in a training loop of twenty lines that you wrote yourself.
#
# **Time needed**: about three hours. Training takes less than a minute on two cores with the
# synthetic images, and two minutes with the real ones. You don't need a GPU.
#
# **You need** no function from Part 1: the toolbox reads the images.
#
# **Common pitfalls**
# - `CrossEntropyLoss` expects logits. If you apply a softmax first, the network learns slowly, and
#   no error message warns you.
# - `backward` *adds* to the existing gradients. You have to clear them before each step.
# - A finished training run is saved to disk and reused as long as your code stays the same. If you
#   edit anything in `student_code/`, the network is trained again.

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

    colab.prepare(root, "part2_simplenet", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part2_simplenet")

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
# ## 1. The data, in batches
#
# *About 10 minutes.*
#
# In Part 1, you read images one by one. Here the toolbox reads them all once and keeps the pixels
# in memory, so that an epoch does not have to decode any files. `data.Batches` yields pairs
# `(x, y)`: float32 images of shape (N, 1, 64, 64), standardized with the mean and standard
# deviation of the **training** pixels, and int64 labels of shape (N,).

# %%
# %%attempt
train_images, validation_images = data.scenes("train"), data.scenes("validation")
mean, std = data.pixel_statistics(train_images)
classes = train_images.classes
source = train_images.provenance.label.rpartition(",")[0]
is_real = train_images.provenance.origin == "real"


def loaders(batch_size=32, seed=0):
    """Return shuffled batches for training, and batches for validation."""
    same = {"mean": mean, "std": std}
    return (
        data.Batches(train_images, batch_size, shuffle=True, seed=seed, **same),
        data.Batches(validation_images, 256, **same),
    )


train, validation = loaders()
x, y = next(iter(train))
print(f"{len(train_images)} training images, {len(validation_images)} validation images")
print(f"a batch: images {tuple(x.shape)} {x.dtype}, labels {tuple(y.shape)} {y.dtype}")

# %% [markdown]
# **Next**: see what a network makes of such a batch.
#
# ## 2. From logits to probabilities to predictions
#
# *About 15 minutes.*
#
# A network that distinguishes K classes outputs K numbers for each image. They are called
# **logits**, or scores, and can be any real numbers. Two steps turn them into something useful:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \qquad\qquad \hat y = \arg\max_k z_k$$
#
# The **softmax** turns logits into probabilities: they are all positive and sum to 1. The
# **prediction** is the class with the highest logit. The exponential preserves the order of the
# logits, so you don't need a softmax to make a prediction.

# %%
scores = torch.tensor([[2.0, -1.0, 0.5], [1000.0, 1001.0, 999.0]])
print("probabilities:\n", scores.softmax(dim=1).numpy().round(3))
print("sum of each row:", scores.softmax(dim=1).sum(dim=1).tolist())
print("e to the power of 1000, computed directly:", torch.tensor(1000.0).exp().item())

# %% [markdown]
# The last line shows why the formula is not computed as written: $e^{1000}$ is too large for a
# float. If you subtract the highest logit of the row from all logits first, the result stays the
# same (try it on paper), and every exponent is 0 or below.
#
# Write `predict_labels` in `student_code/dl_utils.py`. Which dimension holds the classes?

# %% task="dl_utils.predict_labels"
checks.grade("dl_utils.predict_labels")

# %% [markdown]
# **Next**: find a number that says how good the predictions are.
#
# ## 3. A loss, and why we need one
#
# *About 25 minutes.*
#
# We want a high accuracy, so why not maximize it directly? The classifier below has a single
# weight. We vary this weight and look at the accuracy on 8 examples, next to the loss that we are
# about to define.

# %%
points = torch.tensor([-2.0, -1.2, -0.4, 0.3, 0.9, 1.4, 2.2, 3.0])
truth = torch.tensor([0, 0, 1, 0, 1, 1, 0, 1])
weights = torch.linspace(-3, 3, 121)
accuracies, losses = [], []
for weight in weights:
    two_scores = torch.stack([torch.zeros(8), weight * points], dim=1)
    accuracies.append((two_scores.argmax(dim=1) == truth).double().mean().item())
    losses.append(torch.nn.functional.cross_entropy(two_scores, truth).item())
plots.use_style()
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8))
left.plot(weights, accuracies, color=plots.COLOURS[0])
left.set(xlabel="weight", ylabel="accuracy", title="its accuracy", ylim=(0, 1))
right.plot(weights, losses, color=plots.COLOURS[1])
right.set(xlabel="weight", ylabel="loss", title="its loss")
results.figure(
    "part2_why_a_loss",
    figure,
    alt="Accuracy and loss of a classifier, plotted against its only weight. The accuracy jumps "
    "from 0.375 to 0.625 at a weight of 0 and is flat everywhere else. The loss is a smooth curve "
    "with a single minimum, at a weight between 0 and 1.",
)

# %% [markdown]
# Put your finger on both curves at a weight of 1, and move it a little to the left and to the
# right. What changes in the left plot, and what in the right one? Keep this in mind for the question
# below.
#
# Write `compute_loss` and `compute_accuracy` in `student_code/dl_utils.py`. The criterion belongs
# to the model, so your function must use the criterion of the model it receives.

# %% task="dl_utils.compute_loss"
checks.grade("dl_utils.compute_loss")

# %% task="dl_utils.compute_accuracy"
checks.grade("dl_utils.compute_accuracy")

# %% [markdown]
# **Question.** Two networks classify the same 100 images, and both get 80 right. Their losses are
# 0.6 and 2.1. How is that possible? Explain what the loss measures that the accuracy does not, and
# why gradient descent needs it.

# %% [markdown] question="why_a_loss"
# ### BEGIN SOLUTION
# The accuracy only checks whether the highest logit belongs to the right class. The loss measures
# how much probability the network gave to the right class. The second network is confident when it
# is wrong (or barely confident when it is right), so each of its 20 mistakes costs a lot. The loss
# changes with every small change of the logits, so it has a gradient almost everywhere. The
# accuracy is constant between its jumps, so its gradient is zero, and gradient descent would not
# know which way to go.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the loss measures the probability (confidence) given to the right class, so equal
# accuracies can come with different losses.
# 1 point: the accuracy is piecewise constant and its gradient is zero; the loss has a usable slope.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: find out where this loss comes from.
#
# ## 4. Why this loss: cross-entropy and the KL divergence
#
# *About 25 minutes.*
#
# Let $p$ be the true distribution over the classes for an image, and $q$ the distribution that the
# network predicts. Three quantities compare the two:
#
# | | | |
# | --- | --- | --- |
# | entropy | $H(p) = -\sum_k p_k \log p_k$ | how uncertain the truth itself is |
# | cross-entropy | $H(p, q) = -\sum_k p_k \log q_k$ | the average surprise if you believe $q$ |
# | KL divergence | $D(p \| q) = \sum_k p_k \log (p_k / q_k)$ | the avoidable part of that surprise |
#
# The KL divergence is never negative, and it is zero only if $q = p$, so this is the quantity that
# we want to be small. Here are all three, for one prediction that is wrong and for one that is
# perfect.

# %%
p = torch.tensor([0.7, 0.2, 0.1], dtype=torch.float64)
for name, q in (("wrong", torch.tensor([0.4, 0.4, 0.2], dtype=torch.float64)), ("perfect", p)):
    uncertainty = torch.special.entr(p).sum()  # entr(p) is -p log p
    surprise = torch.special.xlogy(p, q).sum().neg()
    avoidable = torch.nn.functional.kl_div(q.log(), p, reduction="sum")
    swapped = torch.nn.functional.kl_div(p.log(), q, reduction="sum")
    print(f"{name:<8} H(p) = {uncertainty:.4f}   H(p, q) = {surprise:.4f}   ", end="")
    print(f"D(p || q) = {avoidable:.4f}   D(q || p) = {swapped:.4f}")

# %% [markdown]
# The last column shows that swapping $p$ and $q$ gives a different value: the KL divergence is not
# a distance.

# %% [markdown]
# **Question.** Write the cross-entropy $H(p, q)$ in terms of the other two quantities: find the
# relation in the numbers above, then derive it from the definitions. Which of the three depend on
# the network? Why can we train with either of them, and what do they become if the labels are
# certain? What would change about *which* network is best if the labels were soft (say 0.9 and
# 0.1)? And what is the cross-entropy of a network that gives all 15 classes the same probability?

# %% [markdown] question="why_cross_entropy"
# ### BEGIN SOLUTION
# D(p‖q) = Σ p log (p/q) = Σ p log p − Σ p log q = H(p, q) − H(p), so H(p, q) = H(p) + D(p‖q); in
# the numbers above, 0.8018 + 0.1838 = 0.9856. H(p) belongs to the data and does not depend on the
# weights, so the other two have the same gradients and the same best network. If the labels are
# certain, H(p) = 0 and both equal −log q_y. With soft labels, the cross-entropy no longer reaches
# zero: its minimum is H(p), at q = p, while D reaches 0 there. The best network is still the same
# for both; it is the one that predicts 0.9 and 0.1, not the one that is certain. A network that
# gives every class 1/15 has a loss of log 15 = 2.71, and the loss of an untrained network should be
# close to that.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: H(p, q) = H(p) + D(p‖q) is derived, and H(p) is constant in the weights.
# 1 point: for certain labels both equal −log q_y; for soft labels the minimum is at q = p, where
# the cross-entropy is H(p).
# 1 point: log 15, about 2.71.
# ### END MARK SCHEME

# %% [markdown]
# An ordinary label is certain: $p$ is 1 for the class $y$ and 0 for all others, and only one term
# of the sum remains. This is the loss that `CrossEntropyLoss` computes from logits:
#
# $$L = -\log q_y = -z_y + \log \sum_j e^{z_j}$$
#
# Over a data set, the sum of these losses is the negative logarithm of the probability that the
# network gives to all labels together, so the lowest loss is the **maximum likelihood**. The
# gradient with respect to the logits is $q - p$. It could hardly be simpler, and it does not vanish
# while the network is wrong. The gradient of a squared error after a softmax does vanish, so a
# confident mistake would hardly be corrected.

# %%
confident_mistake = torch.tensor([[8.0, 0.0, 0.0]], requires_grad=True)  # the true class is 1
torch.nn.functional.cross_entropy(confident_mistake, torch.tensor([1])).backward()
print("gradient of the cross-entropy:", confident_mistake.grad.numpy().round(4))
confident_mistake.grad = None
wanted = torch.tensor([[0.0, 1.0, 0.0]])
((confident_mistake.softmax(dim=1) - wanted) ** 2).sum().backward()
print("gradient of the squared error:", confident_mistake.grad.numpy().round(4))

# %% [markdown]
# **Next**: use the gradient of a loss.
#
# ## 5. Gradient descent, by hand
#
# *About 35 minutes.*
#
# Think of the loss as a landscape: training walks downhill. Each step goes against the gradient,
# and the learning rate $\eta$ sets how far: $w \leftarrow w - \eta \frac{dL}{dw}$. Start with a
# landscape that you can see: $L(w) = w^2 - 10w + 25$, which is $(w - 5)^2$.
#
# Write `compute_quadratic_loss` and `gradient_descent_step` in `student_code/optimizer.py`. The
# second function has to get three things right: the gradient comes from the loss, torch does not
# record the step itself, and no gradient is left over from an earlier step.

# %% task="optimizer.compute_quadratic_loss"
checks.grade("optimizer.compute_quadratic_loss")

# %% task="optimizer.gradient_descent_step"
checks.grade("optimizer.gradient_descent_step")

# %% [markdown]
# Now try four learning rates, with twelve steps each, starting at $w = 0$. Before you run the cell,
# think: the gradient at 0 is −10. With which learning rate does the first step land exactly on the
# minimum?

# %%
# %%attempt
from student_code.optimizer import compute_quadratic_loss, gradient_descent_step

paths = {}
for rate in (0.05, 0.5, 0.95, 1.05):
    w = torch.tensor([0.0], requires_grad=True)
    path = [w.item()]
    for _ in range(12):
        gradient_descent_step(w, compute_quadratic_loss(w), lr=rate)
        path.append(w.item())
    paths[f"learning rate {rate}"] = path
    print(f"learning rate {rate}: w ends at {w.item():.3f}")
picture = plots.descent(lambda w: (w - 5) ** 2, paths, title="Twelve steps down a parabola")
results.figure("part2_descent", picture.figure, alt=picture.alt)

# %% [markdown]
# If the learning rate is too small, progress is slow. Here 0.5 is perfect, because the curvature is
# 2. Close to 1, the weight jumps from side to side; above 1, each jump is larger than the one
# before, and the loss explodes. A network has millions of directions, each with a different
# curvature, but only one learning rate.
#
# ### Optimizers in torch
#
# `torch.optim` provides the same step for any number of parameters, and improved versions of it:
# momentum, and Adam, which gives every weight a step of about the same size. Write `get_optimizer`.
#
# A small part of the points is for three details: only parameters that require a gradient belong to
# the optimizer (in Part 4 you will freeze some), an unknown type raises a `ValueError`, and the
# configuration is not modified, so that you can use it again.

# %% task="optimizer.get_optimizer"
checks.grade("optimizer.get_optimizer")

# %%
# %%attempt
from student_code.optimizer import get_optimizer


class OneWeight(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([0.0]))


for settings in (
    {"optimizer_type": "sgd", "lr": 0.05, "weight_decay": 0.0},
    {"optimizer_type": "sgd", "lr": 0.05, "weight_decay": 0.0, "momentum": 0.5},
    {"optimizer_type": "adam", "lr": 0.5, "weight_decay": 0.0},
):
    walker = OneWeight()
    stepper = get_optimizer(walker, settings)
    for _ in range(12):
        stepper.zero_grad()
        compute_quadratic_loss(walker.w).backward()
        stepper.step()
    print(f"after 12 steps w = {walker.w.item():.3f} with {settings}")

# %% [markdown]
# The first line matches your own twelve steps, because it is the same algorithm.
#
# **Next**: build a function with many weights.
#
# ## 6. The network
#
# *About 20 minutes.*
#
# Write `SimpleNet` in `student_code/simple_net.py`. It is a simple, classic architecture: a 5x5
# convolution with 10 channels, max pooling of 3, ReLU; a 5x5 convolution with 20 channels, max
# pooling of 3, ReLU; then a linear layer with 100 outputs, ReLU, and a linear layer with one output
# per class.
#
# A kernel of $k$ pixels fits into $n$ pixels at $n - k + 1$ positions. With a stride of $s$, only
# every $s$-th of them counts, so the output has $\lfloor (n - k) / s \rfloor + 1$ pixels along that
# side. The stride of a convolution is 1, and that of a max pooling is the size of its window, unless
# you set another one. Work out on paper how many numbers represent an image after the second
# pooling: the first linear layer needs this number.

# %% task="simple_net.SimpleNet"
checks.grade("simple_net.SimpleNet")

# %%
# %%attempt
from student_code.dl_utils import compute_accuracy, compute_loss, predict_labels
from student_code.simple_net import SimpleNet

torch.manual_seed(0)
net = SimpleNet(len(classes))
scores = net(x)
print(f"{sum(p.numel() for p in net.parameters()):,} parameters")
print(f"images {tuple(x.shape)} -> scores {tuple(scores.shape)}")
print(
    f"untrained: loss {compute_loss(net, scores, y).item():.2f}, "
    f"accuracy {compute_accuracy(scores, y):.2f} on the first batch"
)

# %% [markdown]
# Compare the loss with the last number of your answer in Section 4: before training, the network
# gives all classes about the same probability.
#
# **Next**: train it.
#
# ## 7. The training loop
#
# *About 25 minutes.*
#
# Write `train_epoch` and `evaluate` in `student_code/training.py`. For each batch, clear the
# gradients, compute the logits and the loss, run the backward pass, and take a step. The metrics
# you return are **means over examples**: the last batch is smaller than the others and must not
# count as much as a full one. When you evaluate, record no gradients, change no weights, and put
# the model back into the mode it was in.

# %% task="training.train_epoch"
checks.grade("training.train_epoch")

# %% task="training.evaluate"
checks.grade("training.evaluate")

# %% [markdown]
# **Next**: run your loop.
#
# ## 8. A first configuration, and a bad one
#
# *About 20 minutes, one of which is training.*
#
# `toolbox.training.trainer.fit` wraps your loop with what every training run needs: it selects the
# device, fixes the seeds, shows progress, saves checkpoints (interrupt it, run the cell again, and
# it resumes), and records the history. Here is a configuration that a previous user left behind.

# %%
# %%attempt
from toolbox.training.trainer import fit

first = {"optimizer_type": "sgd", "lr": 5e-5, "weight_decay": 0.5}


def train_simple_net(configuration, epochs, name):
    """Train a newly initialized SimpleNet and return it with its history."""
    torch.manual_seed(0)
    network = SimpleNet(len(classes))
    train, validation = loaders()
    history = fit(
        network,
        train,
        validation,
        optimizer=get_optimizer(network, configuration),
        epochs=epochs,
        name=name,
    )
    print(history.summary())
    return network, history


_, first_history = train_simple_net(first, epochs=3, name="part2_first")
picture = plots.training_curves(first_history, source=source, title="The first configuration")
results.figure("part2_first_configuration", picture.figure, alt=picture.alt)

# %% [markdown]
# The loss stays at about 2.7. You have seen that number before: it is the loss of a network that
# guesses. In the next cell, assign a repaired copy of `first` to the name `configuration`. Try your
# settings with `train_simple_net(configuration, 3, "part2_trial")` until the loss falls steadily.
# Change one setting at a time: the type of optimizer, the learning rate, and the weight decay, which
# pulls all weights towards zero.

# %% nbgrader={"grade": false, "grade_id": "part2_repair", "locked": false, "schema_version": 3, "solution": true, "task": false, "cell_type": "code"}
# %%attempt
# configuration = {"optimizer_type": ..., "lr": ..., "weight_decay": ...}
### BEGIN SOLUTION
configuration = {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-4}
### END SOLUTION

# %% [markdown]
# Now train the network properly, with your repaired configuration.

# %%
# %%attempt
net, history = train_simple_net(configuration, epochs=25 if is_real else 15, name="part2_simplenet")
picture = plots.training_curves(history, source=source, title="SimpleNet")
results.figure("part2_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# The weights of this run are in `results/checkpoints/part2_simplenet`. The next cell loads them
# into your `SimpleNet` and measures the accuracy on the held-out **test set**, which was not used
# for training. Run it when you are done, not to choose your settings. Hand in the weights file with
# your notebook.

# %% trained="part2_simplenet"
checks.grade_trained("part2_simplenet")

# %% [markdown]
# **Question.** What was wrong with the first configuration? Name each setting that you changed,
# describe how it affected the loss, and explain how you could tell from the curves. Then look at
# your own curves: what happens to the training loss and the validation loss in the last epochs, and
# what does that tell you?

# %% [markdown] question="repaired_configuration"
# ### BEGIN SOLUTION
# The learning rate of 5e-5 was far too small for SGD: in three epochs, the loss changed only in the
# third digit. The weight decay of 0.5 pulls each weight towards zero, far more strongly than the
# data push it away, once the learning rate is large enough to matter. The logits stay near zero and
# the loss near log 15. With Adam, a learning rate of 1e-3 and a weight decay of 1e-4, the loss
# falls from the first epoch on. In the last epochs, the training loss still falls and the training
# accuracy rises, while the validation loss has stopped falling. The network is starting to memorize
# the training images: it overfits.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the learning rate: far too small, visible in a loss that hardly changes.
# 1 point: the weight decay: far too large; it keeps the weights near zero and the loss near log 15.
# 1 point: overfitting is read from the student's own curves: a growing gap between training and
# validation.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: look at what the network has learned.
#
# ## 9. How good is it?
#
# *About 5 minutes.*
#
# Measure the final metrics in eval mode. They are saved together with the data set, the seed and
# the code that produced them.

# %%
# %%attempt
from student_code.training import evaluate

train, validation = loaders()
device = next(net.parameters()).device
for split, loader in (("train", train), ("validation", validation)):
    loss, accuracy = evaluate(net, loader, device)
    results.number(
        f"part2_{split}_accuracy",
        accuracy,
        data=loader.dataset,
        seed=0,
        device=str(device),
        seconds=sum(history.seconds),
    )
    print(f"{split:<11} loss {loss:.3f}, accuracy {accuracy:.3f}   ({source})")

# %% [markdown]
# What does the network see? Here are predictions for training and validation images, with the
# probability of the predicted class. The network is in **eval mode**. For SimpleNet, this makes no
# difference yet; in Part 3, it will.

# %%
# %%attempt
net.eval()
for split, images in (("train", train_images), ("validation", validation_images)):
    chosen = np.random.default_rng(2).choice(len(images), 12, replace=False)
    some = images.subset(chosen, split)
    x, y = next(iter(data.Batches(some, 12, mean=mean, std=std, device=device)))
    with torch.no_grad():
        scores = net(x)
    guesses = predict_labels(scores).cpu()
    sure = scores.softmax(dim=1).max(dim=1).values.cpu()
    picture = plots.predictions(
        some.images,
        y.cpu(),
        guesses,
        sure,
        classes,
        source=some.provenance.label,
        title=f"SimpleNet on {split} images",
    )
    results.figure(f"part2_predictions_{split}", picture.figure, alt=picture.alt)

# %% [markdown]
# **Next**: look back at this part.
#
# ## 10. What I learned
#
# *About 5 minutes.*

# %% [markdown]
# **Question.** Look back at this part. Name one thing about training that you understand now, with
# the result in your notebook that convinced you, and one mistake that you made, with the way in
# which you found it. Which question about SimpleNet is still open for you?

# %% [markdown] question="learned_simplenet"
# ### BEGIN SOLUTION
# I understand why the loss and not the accuracy is minimized: in the first plot, the accuracy is a
# staircase without a slope, and the loss is smooth. My mistake was a softmax at the end of the
# network. It raised no error; I found it because the loss of ten equal scores was right but the
# loss after the first epochs fell much more slowly than in the plot of the repaired configuration.
# It is still open for me how many layers would be best, since I only compared learning rates.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: something specific that was learned, with evidence from the student's notebook.
# 1 point: a mistake with the way in which it was found, or a question that follows from the work.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: Part 3 closes the gap between the two accuracies above.
#
# ## Before you hand in
#
# Restart the kernel and run all cells from top to bottom. The trained network is loaded from its
# checkpoint, so this takes only seconds.
