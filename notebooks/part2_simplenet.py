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
# **You will learn** what a network's scores mean, why it learns from a loss and not from the
# accuracy, how gradient descent finds its way down, and how all of it becomes a training loop of
# twenty lines that you wrote yourself.
#
# **How long it takes**: about three hours. Training takes less than a minute on two cores with the
# offline images, and two minutes with the real ones; a GPU isn't needed.
#
# **Where it can go wrong**
# - `CrossEntropyLoss` takes raw scores. A softmax of your own before it makes learning slow, and
#   nothing tells you.
# - `backward` *adds* to the gradients that are there. Somebody has to clear them.
# - A finished training is kept on disk and not repeated as long as your code stays the same. Edit
#   anything in `student_code/`, and it is trained anew.

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

    colab.prepare(root, "part2_simplenet", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part2_simplenet")

# %% [markdown]
# ## 1. The data, in batches
#
# In Part 1 you read images one by one. Here the toolbox does the same once and keeps the pixels in
# memory, so that an epoch doesn't decode a single file. `data.Batches` gives pairs `(x, y)`:
# float32 images of shape (N, 1, 64, 64), standardised with the mean and deviation of the
# **training** pixels, and int64 labels of shape (N,).

# %%
# %%attempt
train_images, validation_images = data.scenes("train"), data.scenes("validation")
mean, std = data.pixel_statistics(train_images)
classes = train_images.classes
source = train_images.provenance.label.rpartition(",")[0]
is_real = train_images.provenance.origin == "real"


def loaders(batch_size=32, seed=0):
    """Shuffled batches to train on, and batches to measure with."""
    same = {"mean": mean, "std": std}
    return (
        data.Batches(train_images, batch_size, shuffle=True, seed=seed, **same),
        data.Batches(validation_images, 256, **same),
    )


train, validation = loaders()
x, y = next(iter(train))
print(f"{len(train_images)} images to train on, {len(validation_images)} to validate with")
print(f"a batch: images {tuple(x.shape)} {x.dtype}, labels {tuple(y.shape)} {y.dtype}")

# %% [markdown]
# ## 2. From output to probability to prediction
#
# A network that tells K classes apart gives K numbers for each image, the **scores** (or logits). A
# score is any real number. Two steps make sense of them:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \qquad\qquad \hat y = \arg\max_k z_k$$
#
# The **softmax** turns scores into probabilities: all of them positive, 1 in all. The
# **prediction** is the class of the highest score. The exponential keeps the order, so the
# prediction needs no softmax at all.

# %%
scores = torch.tensor([[2.0, -1.0, 0.5], [1000.0, 1001.0, 999.0]])
print("probabilities:\n", scores.softmax(dim=1).numpy().round(3))
print("each row adds up to", scores.softmax(dim=1).sum(dim=1).tolist())
print("a score of 1000 by the formula as it stands:", torch.tensor(1000.0).exp().item())

# %% [markdown]
# The last line is why nobody computes the formula as it stands: $e^{1000}$ is too large for a
# float. Subtracting the highest score of the row from all of them changes nothing about the result
# (try it on paper), and keeps every exponent at 0 or below.
#
# Write `predict_labels` in `student_code/dl_utils.py`. Which dimension holds the classes?

# %% task="dl_utils.predict_labels"
checks.grade("dl_utils.predict_labels")

# %% [markdown]
# ## 3. A loss, and why we need one
#
# We want a high accuracy. Why not climb it directly? Below, a classifier has one weight. We turn it
# slowly and look at the accuracy on 8 examples, and at the loss that we are about to define.

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
left.set(xlabel="weight", ylabel="accuracy", title="flat almost everywhere", ylim=(0, 1))
right.plot(weights, losses, color=plots.COLOURS[1])
right.set(xlabel="weight", ylabel="loss", title="a slope to follow")
results.figure(
    "part2_why_a_loss",
    figure,
    alt="Accuracy and loss of a classifier over its only weight. The accuracy jumps from 0.375 "
    "to 0.625 where the weight is 0, and is flat elsewhere; the loss is a smooth curve with one "
    "lowest point, at a weight between 0 and 1.",
)

# %% [markdown]
# The accuracy is a staircase: a small step of the weight changes nothing, so its gradient is zero
# and says nothing about where to go. A loss answers three wishes at once: it is low where
# predictions are good, it has a slope, and it tells a narrow miss from a confident mistake.
#
# Write `compute_loss` and `compute_accuracy` in `student_code/dl_utils.py`. The criterion belongs
# to the model: your function uses the model's own, whichever it is.

# %% task="dl_utils.compute_loss"
checks.grade("dl_utils.compute_loss")

# %% task="dl_utils.compute_accuracy"
checks.grade("dl_utils.compute_accuracy")

# %% [markdown]
# **Question.** Two networks classify the same 100 images, and both get 80 right. Their losses are
# 0.6 and 2.1. How can that be? Say what the loss sees that the accuracy doesn't, and why gradient
# descent needs it.

# %% [markdown] question="why_a_loss"
# ### BEGIN SOLUTION
# The accuracy only asks whether the highest score is in the right place. The loss asks how much
# probability the right class was given: the second network is sure of itself where it is wrong (or
# barely sure where it is right), so its 20 mistakes cost a lot each. Since the loss moves with
# every small change of the scores, it has a gradient almost everywhere; the accuracy is constant
# between jumps, its gradient is zero, and gradient descent would not know where to go.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the loss measures the probability (confidence) given to the right class, so equal
# accuracies can come with different losses.
# 1 point: the accuracy is piecewise constant, its gradient zero; the loss has a usable slope.
# ### END MARK SCHEME

# %% [markdown]
# ## 4. Why this loss: cross-entropy and the KL divergence
#
# Let $p$ be the truth about an image and $q$ what the network says, both as probabilities over the
# classes. Three quantities compare them:
#
# | | | |
# | --- | --- | --- |
# | entropy | $H(p) = -\sum_k p_k \log p_k$ | how uncertain the truth itself is |
# | cross-entropy | $H(p, q) = -\sum_k p_k \log q_k$ | the surprise of one who believes $q$ |
# | KL divergence | $D(p \| q) = \sum_k p_k \log (p_k / q_k)$ | the surprise that could be spared |
#
# Split the logarithm of the fraction, and one is written in terms of the other:
#
# $$D(p \| q) = \sum_k p_k \log p_k - \sum_k p_k \log q_k = H(p, q) - H(p)
# \qquad\Longleftrightarrow\qquad H(p, q) = H(p) + D(p \| q)$$

# %%
p = torch.tensor([0.7, 0.2, 0.1], dtype=torch.float64)
q = torch.tensor([0.4, 0.4, 0.2], dtype=torch.float64)
uncertainty = torch.special.entr(p).sum()  # torch's own name for the terms of the entropy
surprise = torch.special.xlogy(p, q).sum().neg()
spared = torch.nn.functional.kl_div(q.log(), p, reduction="sum")
print(f"H(p) = {uncertainty:.4f}   H(p, q) = {surprise:.4f}   D(p || q) = {spared:.4f}")
print(f"H(p) + D(p || q) = {uncertainty + spared:.4f}")
print(f"D(p || p) = {torch.nn.functional.kl_div(p.log(), p, reduction='sum'):.4f}")
back = torch.nn.functional.kl_div(p.log(), q, reduction="sum")
print(f"D(q || p) = {back:.4f}: the other way round it is another number")

# %% [markdown]
# The KL divergence is never negative, and zero only where $q = p$: it is what we want to bring
# down. The entropy $H(p)$ doesn't depend on the network, so **bringing down the cross-entropy
# brings down the KL divergence**, with the same gradients. And a label is certain: $p$ is 1 for the
# class $y$ and 0 elsewhere, so $H(p) = 0$, the two are the same number, and one term of the sum is
# left:
#
# $$L = -\log q_y = -z_y + \log \sum_j e^{z_j}$$
#
# Over a data set, the sum of these is minus the logarithm of the probability that the network gives
# to all labels together: the lowest loss is the **maximum likelihood**. Its gradient with respect
# to the scores is $q - p$: as simple as gradients get, and it does not vanish while the network is
# wrong. A squared error behind a softmax has a gradient that does: a confident mistake would hardly
# be corrected.

# %%
confident_mistake = torch.tensor([[8.0, 0.0, 0.0]], requires_grad=True)  # the truth is class 1
torch.nn.functional.cross_entropy(confident_mistake, torch.tensor([1])).backward()
print("gradient of the cross-entropy:", confident_mistake.grad.numpy().round(4))
confident_mistake.grad = None
wanted = torch.tensor([[0.0, 1.0, 0.0]])
((confident_mistake.softmax(dim=1) - wanted) ** 2).sum().backward()
print("gradient of the squared error:", confident_mistake.grad.numpy().round(4))

# %% [markdown]
# **Question.** Write the cross-entropy $H(p, q)$ in terms of the KL divergence. Why may we train
# with either of them, and what do they become for labels that are certain? What would change about
# *which* network is best if labels were soft (say 0.9 and 0.1)? And what loss does a network have
# that gives all 15 classes the same probability?

# %% [markdown] question="why_cross_entropy"
# ### BEGIN SOLUTION
# H(p, q) = H(p) + D(p‖q). H(p) belongs to the data and does not depend on the weights, so both have
# the same gradients and the same best network. For certain labels H(p) = 0 and both are −log q_y.
# For soft labels the cross-entropy no longer reaches zero: its lowest value is H(p), at q = p,
# while D reaches 0 there. The best network is still the same for both; it is the one that says 0.9
# and 0.1, not the one that is certain. A network that gives every class 1/15 has a loss of log 15 =
# 2.71, which is what an untrained network should start near.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: H(p, q) = H(p) + D(p‖q), and H(p) is constant in the weights.
# 1 point: for certain labels both equal −log q_y; for soft ones the minimum is at q = p, with value
# H(p) for the cross-entropy.
# 1 point: log 15, about 2.71.
# ### END MARK SCHEME

# %% [markdown]
# ## 5. Gradient descent, by hand
#
# A loss is a landscape; training walks downhill. Each step goes against the gradient, as far as the
# learning rate $\eta$ says: $w \leftarrow w - \eta \frac{dL}{dw}$. First in a landscape that you
# can see: $L(w) = w^2 - 10w + 25$, which is $(w - 5)^2$.
#
# Write `compute_quadratic_loss` and `gradient_descent_step` in `student_code/optimizer.py`. In the
# second, three things have to be right: the loss finds the gradient, the step itself is no part of
# what torch records, and no gradient of an earlier step is left over.

# %% task="optimizer.compute_quadratic_loss"
checks.grade("optimizer.compute_quadratic_loss")

# %% task="optimizer.gradient_descent_step"
checks.grade("optimizer.gradient_descent_step")

# %% [markdown]
# Four learning rates, twelve steps each, from $w = 0$. Before you run the cell: the gradient at 0
# is −10. With which learning rate does the first step land exactly in the minimum?

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
# Too small, and it takes long; 0.5 is perfect here, because the curvature is 2; close to 1 it jumps
# from side to side; above 1 each jump is larger than the one before, and the loss explodes. A
# network has millions of directions, each with a curvature of its own, and one learning rate.
#
# ### torch's optimizer
#
# `torch.optim` has the same step for any number of parameters, and better ones: momentum, and Adam,
# which gives each weight a step of about the same length. Write `get_optimizer`.

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
# The first line agrees with your own twelve steps: it is the same thing.
#
# ## 6. The network
#
# Write `SimpleNet` in `student_code/simple_net.py`. A classic that works: convolution 5x5 with 10
# channels, max pooling of 3, ReLU; convolution 5x5 with 20 channels, max pooling of 3, ReLU; then a
# linear layer to 100 numbers, ReLU, and one to the classes. Work out on paper how many numbers an
# image has after the second pooling; the first linear layer has to know.

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
    f"untrained: loss {compute_loss(net, scores, y).item():.2f}, as log 15 is {np.log(15):.2f}; "
    f"accuracy {compute_accuracy(scores, y):.2f} of the first batch"
)

# %% [markdown]
# ## 7. The training loop
#
# Write `train_epoch` and `evaluate` in `student_code/training.py`. For each batch: clear the
# gradients, compute scores and loss, go backward, step. The figures are **means over examples**:
# the last batch is smaller than the others and must not count like a full one. When you only
# measure, nothing is recorded and nothing learns, and the model goes back to the mode in which it
# came.

# %% task="training.train_epoch"
checks.grade("training.train_epoch")

# %% task="training.evaluate"
checks.grade("training.evaluate")

# %% [markdown]
# ## 8. A first configuration, which is bad
#
# Around your loop, `toolbox.training.trainer.fit` does what every loop needs: it finds the device, fixes the
# seeds, shows progress, keeps checkpoints (interrupt it, run the cell again, and it goes on), and
# notes the history. Here is a configuration that somebody left behind.

# %%
# %%attempt
from toolbox.training.trainer import fit

first = {"optimizer_type": "sgd", "lr": 5e-5, "weight_decay": 0.5}


def train_simple_net(configuration, epochs, name):
    """A freshly initialised SimpleNet, trained; returns the network and its history."""
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
picture = plots.training_curves(first_history, source=source, title="The configuration left behind")
results.figure("part2_first_configuration", picture.figure, alt=picture.alt)

# %% [markdown]
# The loss stands at about 2.7. You know that number: it is the loss of one who has no idea. Change
# the configuration below until the loss falls steadily. Look at one thing at a time: the kind of
# optimizer, the learning rate, and the weight decay, which pulls all weights towards zero.

# %% nbgrader={"grade": false, "grade_id": "part2_repair", "locked": false, "schema_version": 3, "solution": true, "task": false, "cell_type": "code"}
# %%attempt
### BEGIN SOLUTION
configuration = {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-4}
### END SOLUTION

# %% [markdown]
# With the repaired configuration we train for real.

# %%
# %%attempt
net, history = train_simple_net(configuration, epochs=25 if is_real else 15, name="part2_simplenet")
picture = plots.training_curves(history, source=source, title="SimpleNet")
results.figure("part2_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# The weights of this run are in `results/checkpoints/part2_simplenet`. The next cell reads them,
# puts them into your `SimpleNet` and measures it on the **test** images, which no training saw. Run
# it when you are done, not to choose settings by it; hand the file in with your notebook.

# %% trained="part2_simplenet"
checks.grade_trained("part2_simplenet")

# %% [markdown]
# **Question.** What was wrong with the first configuration? Name each setting that you changed, say
# what it did to the loss, and how you could tell from the curves. Then look at your own curves:
# what do training and validation do in the last epochs, and what does that tell you?

# %% [markdown] question="repaired_configuration"
# ### BEGIN SOLUTION
# The learning rate of 5e-5 was far too small for SGD: the loss moved in the third digit in three
# epochs. The weight decay of 0.5 pulls each weight towards zero, by far more than the data push it,
# once the learning rate is large enough to matter: the scores stay near zero and the loss near log
# 15. With Adam, 1e-3 and a weight decay of 1e-4 the loss falls from the first epoch on. In the last
# epochs the training loss still falls and the training accuracy rises, while the validation loss
# has stopped falling: the network begins to learn the training images by heart. It overfits.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the learning rate: far too small, seen in a loss that hardly moves.
# 1 point: the weight decay: far too large, holds weights near zero and the loss near log 15.
# 1 point: overfitting is read from the student's own curves: a growing gap between training and
# validation.
# ### END MARK SCHEME

# %% [markdown]
# ## 9. How good is it?
#
# The final figures, measured in eval mode, and kept with the data set, the seed and the code that
# they belong to.

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
# What does it see? Predictions on training and on validation images, with the probability of the
# predicted class. The network is in **eval mode**: for SimpleNet it makes no difference yet, in
# Part 3 it will.

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
# ## Before you hand in
#
# Restart the kernel and run all cells from the top: the training is taken from its checkpoint, so
# it takes seconds. The gap between the two accuracies above is where Part 3 begins.
