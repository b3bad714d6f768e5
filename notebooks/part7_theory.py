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
# # Part 7: theory with answers that are checked
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part7_theory.ipynb)
#
# **You will learn** why networks learn from the losses they do, how gradients flow back through
# them, what an architecture costs before you build it, what batch normalisation does in training
# and in test, and how to tell whether a model has learnt or only remembered.
#
# **How long it takes**: about four hours, best in five sittings, one for each section. Nothing is
# trained; every cell takes seconds.
#
# **How it works.** Each section has three kinds of tasks:
# - small functions in `student_code/theory.py`, checked by what they return;
# - numbered questions, answered in `student_code/theory_answers.py`. **Their numbers are your
#   own**: they follow from your student id. A number may be rounded as the question says, an
#   expression may be written in any way that means the same;
# - questions in words, answered in this notebook and read by a person.
#
# **Where it can go wrong**
# - `log` is the natural logarithm throughout, and 0 · log 0 counts as 0.
# - Work the numbered questions out by hand first and check them with your functions after: whoever
#   only calls functions learns only to call functions.
# - Curves and true-or-false answers are judged when the part is graded, so that trying out says
#   nothing.

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

    colab.prepare(root, "part7_theory", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part7_theory")

# %% [markdown]
# Write your student id into `student_id` in `student_code/theory_answers.py` first. It decides
# which numbers your questions have.

# %% task="theory_answers.student_id"
checks.grade("theory_answers.student_id")

# %%
# %%attempt
from student_code import theory_answers
from toolbox import theory_figures
from toolbox import questions

print(f"You are {theory_answers.student_id()!r}.")

# %% [markdown]
# ## 1. Losses
#
# A network's scores become probabilities by **softmax**, and the loss compares them with the truth.
#
# $$\hat y_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \qquad H(p, q) = -\sum_k p_k \log q_k \qquad
# KL(p \,\|\, q) = \sum_k p_k \log \frac{p_k}{q_k}$$
#
# Write the functions of the first section of `student_code/theory.py`.

# %% task="theory.softmax"
checks.grade("theory.softmax")

# %% [markdown]
# **Question.** Show that softmax gives the same result when a number c is taken off every score.
# Which c keeps a computer from overflowing, and why can nothing else go wrong then?

# %% [markdown] question="stable_softmax"
# ### BEGIN SOLUTION
# e^(z_k − c) = e^(z_k) · e^(−c). The factor e^(−c) stands above the fraction bar and in every term
# of the sum below it, so it cancels, whatever c is. With c = max z every exponent is 0 or below, so
# no power exceeds 1 and none overflows. The largest is exactly e^0 = 1, so the sum is at least 1
# and the division is safe; powers that underflow to 0 belong to probabilities that are 0 for all
# that a float can tell.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the common factor e^(−c) cancels above and below.
# 1 point: c is the largest score; exponents are 0 or below, and the sum is at least 1.
# ### END MARK SCHEME

# %% task="theory.cross_entropy"
checks.grade("theory.cross_entropy")

# %% task="theory.binary_cross_entropy"
checks.grade("theory.binary_cross_entropy")

# %% [markdown]
# **Question.** For two classes, show that the cross-entropy of the pair (p, 1 − p) under a one-hot
# target is the binary cross-entropy. Then show that softmax over two scores z₁, z₂ is a sigmoid of
# one number, and say which.

# %% [markdown] question="two_class_cross_entropy"
# ### BEGIN SOLUTION
# With the label y, the target is (y, 1 − y) and the prediction (p, 1 − p). The sum −Σ t_k log q_k
# has two terms: −[y log p + (1 − y) log(1 − p)], which is the binary cross-entropy. Softmax gives
# p = e^(z₁) / (e^(z₁) + e^(z₂)). Dividing above and below by e^(z₁) gives p = 1 / (1 + e^(−(z₁ −
# z₂))), the sigmoid of the difference z₁ − z₂. So one score is enough for two classes.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: both terms of the sum are written out with (y, 1 − y) and (p, 1 − p).
# 1 point: softmax of two scores is the sigmoid of their difference, derived and not only stated.
# ### END MARK SCHEME

# %% [markdown]
# Why not the squared error, which is simpler? The figure compares both for one sigmoid unit whose
# target is 1. On the left are the losses, on the right what learning is driven by: their slopes.

# %%
picture = theory_figures.squared_error_against_cross_entropy()
results.figure("part7_losses", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Why is the squared error a poor loss for a classifier that ends in a sigmoid or a
# softmax? Use the slopes in the figure, and say what the loss says about confident mistakes.

# %% [markdown] question="why_not_squared_error"
# ### BEGIN SOLUTION
# The slope of the squared error by the score holds the factor p(1 − p), the sigmoid's own slope.
# For a prediction that is certain and wrong, p is near 0 and this factor too, so that the gradient
# vanishes where learning is needed most. In the slope of the cross-entropy that factor cancels:
# what is left is p − t, largest where the mistake is largest. The squared error is also bounded by
# 1 for each sample, so a confident mistake costs hardly more than an undecided one, while the
# cross-entropy grows without bound; and it is not convex in the weights. It fits Gaussian noise on
# numbers, and labels are no such numbers: cross-entropy is the negative log-likelihood of the
# labels.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the factor p(1 − p) makes the gradient vanish for confident mistakes; cross-entropy's
# does not.
# 1 point: a second reason: bounded cost of confident mistakes, not convex, or the wrong likelihood.
# ### END MARK SCHEME

# %% task="theory.kl_divergence"
checks.grade("theory.kl_divergence")

# %% task="theory.cross_entropy_from_kl"
checks.grade("theory.cross_entropy_from_kl")

# %% [markdown]
# **Question.** Prove that the cross-entropy of q under p is the entropy of p plus the divergence
# KL(p ‖ q). What follows for training, where p is fixed by the data?

# %% [markdown] question="entropy_plus_kl"
# ### BEGIN SOLUTION
# H(p) + KL(p ‖ q) = −Σ p log p + Σ p log(p / q) = −Σ p log p + Σ p log p − Σ p log q = −Σ p log q,
# which is H(p, q). Terms with p = 0 are 0 on both sides. In training p does not depend on the
# weights, so H(p) is a constant: minimising the cross-entropy is minimising the divergence, and
# both have the same gradient. The divergence is never below 0 and is 0 only for q = p, so the
# lowest possible cross-entropy is the entropy of the labels, which is 0 for one-hot labels.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: both definitions are written out.
# 1 point: the logarithm of the quotient is split, and the terms in p log p cancel.
# 1 point: H(p) is constant in the weights, so both have the same minimum (or the same gradient).
# ### END MARK SCHEME

# %% task="theory.l2_regularized_update"
checks.grade("theory.l2_regularized_update")

# %% [markdown]
# Now the numbered questions on losses, with your numbers. Your answers go into `losses` in
# `student_code/theory_answers.py`.

# %%
# %%attempt
questions.show("losses", theory_answers.student_id())

# %% task="theory_answers.losses"
checks.grade("theory_answers.losses")

# %% [markdown]
# ## 2. Backpropagation
#
# Before gradients come shapes. In this section **each sample is a column**:
# $\hat Y = \mathrm{softmax}(W_2 \cdot \mathrm{lrelu}(W_1 X + b_1) + b_2)$.

# %% task="theory.leaky_relu_mlp_shapes"
checks.grade("theory.leaky_relu_mlp_shapes")

# %% [markdown]
# Softmax has K inputs and K outputs, so its derivative is a K x K matrix. Work out its diagonal and
# the rest apart, with the quotient rule; then combine it with the cross-entropy and see how much
# cancels.

# %% task="theory.softmax_jacobian"
checks.grade("theory.softmax_jacobian")

# %% task="theory.softmax_cross_entropy_gradient"
checks.grade("theory.softmax_cross_entropy_gradient")

# %% [markdown]
# The **delta rule** is gradient descent for a single sigmoid unit with output o, target t and
# inputs x, on the loss (t − o)²/2.

# %% task="theory.sigmoid_delta_rule"
checks.grade("theory.sigmoid_delta_rule")

# %%
picture = theory_figures.slope_of_the_sigmoid()
results.figure("part7_sigmoid_slope", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** When is the step of the delta rule 0, or almost? Name every case, and say in which
# of them that is a problem.

# %% [markdown] question="vanishing_delta"
# ### BEGIN SOLUTION
# Δw = η (t − o) o (1 − o) x is 0 if one of its factors is. The error is 0 (o = t): the unit is
# right, as it should be. An input is 0: its weight took no part, so it has no share in the error.
# The slope o(1 − o) goes to 0 as o goes to 0 or 1: a saturated unit hardly learns. That is good
# where it is right, and a problem where it is wrong (o near 1 with t = 0, or the other way round),
# since the largest mistake then gives the smallest step. (η = 0 is no learning at all.)
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: all three: no error, no input, a saturated unit.
# 1 point: saturation with the wrong output is the problem; the other cases are as they should be.
# ### END MARK SCHEME

# %% [markdown]
# A computational graph writes a formula as steps, and each edge has a derivative of its own. The
# chain rule multiplies along a path and adds over paths.

# %%
picture = theory_figures.exponential_graph()
results.figure("part7_exponential_graph", picture.figure, alt=picture.alt)

# %% task="theory.computational_graph_partials"
checks.grade("theory.computational_graph_partials")

# %%
# %%attempt
questions.show("backpropagation", theory_answers.student_id())
small = questions.numbers("small_expression", theory_answers.student_id())
picture = theory_figures.small_expression_graph(**small)
results.figure("part7_small_expression", picture.figure, alt=picture.alt)

# %% task="theory_answers.backpropagation"
checks.grade("theory_answers.backpropagation")

# %% [markdown]
# Torch walks the same graph backwards. Do you agree?

# %%
# %%attempt
mine = theory_answers.backpropagation()["small_expression"]
a, b, c = (torch.tensor(float(small[name]), requires_grad=True) for name in "abc")
((a * b + c) * b).backward()
torchs = [leaf.grad.item() for leaf in (a, b, c)]
picture = theory_figures.small_expression_graph(**small, gradients=torchs)
results.figure("part7_small_expression_gradients", picture.figure, alt=picture.alt)
print("You and torch agree." if list(mine) == torchs else f"You say {mine}, torch says {torchs}.")

# %% [markdown]
# ## 3. Architecture
#
# What does a network cost? Sizes, parameters and multiply-accumulates can be counted before a line
# of it is built.

# %% task="theory.conv_output_shape"
checks.grade("theory.conv_output_shape")

# %% task="theory.conv_parameters"
checks.grade("theory.conv_parameters")

# %% task="theory.linear_parameters"
checks.grade("theory.linear_parameters")

# %% task="theory.count_activations"
checks.grade("theory.count_activations")

# %% [markdown]
# LeNet-5's second convolution, C3, learns only 1,516 parameters, because its maps don't see all
# inputs. Each column below is one of its 16 maps.

# %%
picture = theory_figures.lenet_connections(theory_figures.LENET_C3)
results.figure("part7_lenet_connections", picture.figure, alt=picture.alt)

# %% task="theory.lenet_c3_parameters"
checks.grade("theory.lenet_c3_parameters")

# %% [markdown]
# **Question.** LeNet-5's third convolution takes 16 maps of 5 x 5 with kernels of 5 x 5. Why may
# one call it a fully connected layer, and why is it a convolution all the same?

# %% [markdown] question="lenet_third_convolution"
# ### BEGIN SOLUTION
# The kernel is as large as its input, so it fits at one place only: each output is one number that
# is connected to every input with a weight of its own, and no weight is shared between places. That
# is a fully connected layer. On a larger image the same layer would slide and give a map of more
# than 1 x 1, so it is defined as a convolution.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the kernel covers the whole input, so that every output is connected to every input once
# (and, for a larger image, it would slide).
# ### END MARK SCHEME

# %% task="theory.receptive_field"
checks.grade("theory.receptive_field")

# %% [markdown]
# Five stacks of kernels, one receptive field: one output at the top sees 7 pixels at the bottom.

# %%
picture = theory_figures.stacks_of_seven(([7], [5, 3], [3, 5], [3, 3, 3], [3, 1, 5]))
results.figure("part7_stacks", picture.figure, alt=picture.alt)

# %% task="theory.stack_cost"
checks.grade("theory.stack_cost")

# %% [markdown]
# **Question.** Which of the five stacks would you choose, and why? Name two advantages over the
# single large kernel, and one thing that gets worse.

# %% [markdown] question="why_small_kernels"
# ### BEGIN SOLUTION
# Three layers of 3 x 3. With C channels they have 27 C² weights where one 7 x 7 has 49 C², and so
# they take 45 % fewer multiply-accumulates. Between them stand two more nonlinearities, so that
# they express more than one linear filter, and fewer weights regularise. What gets worse: there are
# more activations to keep for the backward pass, more layers in sequence, and a deeper path for
# gradients.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: two advantages out of: fewer parameters, fewer operations, more nonlinearities (with a
# figure or a formula for one of the first two).
# 1 point: one cost out of: memory of activations, more steps in sequence, depth for gradients.
# ### END MARK SCHEME

# %% [markdown]
# An inception block asks several kernels at once. Reductions make that affordable.

# %%
picture = theory_figures.inception_blocks()
results.figure("part7_inception", picture.figure, alt=picture.alt)

# %% task="theory.inception_cost"
checks.grade("theory.inception_cost")

# %%
# %%attempt
questions.show("architecture", theory_answers.student_id())

# %% task="theory_answers.architecture"
checks.grade("theory_answers.architecture")

# %% [markdown]
# ## 4. Batch normalisation
#
# In training, batch norm takes mean and variance from the batch; in test, from what it remembered.

# %% task="theory.batchnorm_forward"
checks.grade("theory.batchnorm_forward")

# %% task="theory.batchnorm_parameters"
checks.grade("theory.batchnorm_parameters")

# %%
# %%attempt
questions.show("batchnorm", theory_answers.student_id())

# %% task="theory_answers.batchnorm"
checks.grade("theory_answers.batchnorm")

# %% [markdown]
# **Question.** For each of your six statements, say in one sentence why it is true or false.

# %% [markdown] question="batchnorm_reasons"
# ### BEGIN SOLUTION
# The reasons, for all twelve statements that may be asked.
#
# - Statistics of the batch in training: true, that is its definition.
# - Statistics of the test batch in test: false, the running ones are used, so that a prediction
#   does not depend on the other samples.
# - Two numbers for each feature: true, gamma and beta.
# - Gamma and beta computed from the batch: false, they are learnt by gradient descent.
# - A bias before it has no effect: true, it moves the mean by as much and is taken off again.
# - Always mean 0 and variance 1: false, gamma and beta move both (and in test the statistics are
#   others).
# - A sample's output depends on the others: true, through the batch's mean and variance.
# - Batches of one train as well: false, a batch of one has variance 0 and beta comes out whatever
#   went in.
# - Larger learning rates: true, activations keep their scale when weights grow.
# - Statistics for every pixel: false, one mean and variance for each channel, over batch and
#   places.
# - Epsilon for constant features: true, otherwise the division would be by 0.
# - Running statistics by backpropagation: false, they are moving averages and get no gradient.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 2 points: five or six of the six reasons are right. 1 point: three or four. A right verdict
# without a reason does not count here.
# ### END MARK SCHEME

# %% [markdown]
# **Question.** What is epsilon for, and what happens if it is chosen large? What does batch norm
# put out in training for a batch of one sample after a dense layer, and what would you do about it?

# %% [markdown] question="batchnorm_corner_cases"
# ### BEGIN SOLUTION
# Epsilon is added to the variance under the root, so that a feature that is (almost) constant over
# the batch is not divided by 0 and its noise not blown up. A large epsilon shrinks the outputs:
# where it dominates the variance, they no longer have a deviation near 1. A batch of one is its own
# mean, so x − mean is 0 and beta comes out whatever the input was: nothing passes, and no gradient
# reaches the layers before. The running variance is driven to 0 too. Remedies: larger batches,
# dropping a last batch of one, or a normalisation over the features of each sample (layer norm,
# group norm).
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: epsilon guards the division, and a large one shrinks the outputs.
# 1 point: a batch of one gives beta, whatever the input; one workable remedy.
# ### END MARK SCHEME

# %% [markdown]
# ## 5. Learning in general
#
# Models differ in how flexible they are. The figure shows five quantities against flexibility; the
# numbered questions below ask which is which.

# %%
# %%attempt
student = theory_answers.student_id()
picture = theory_figures.five_curves(**questions.numbers("five_curves", student))
results.figure("part7_five_curves", picture.figure, alt=picture.alt)
picture = theory_figures.decay_curves(**questions.numbers("decay_curves", student))
results.figure("part7_decay_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Explain the shape of each of the five curves in the first figure. Why can the test
# error not fall below one of them, while the training error can?

# %% [markdown] question="bias_and_variance"
# ### BEGIN SOLUTION
# The noise does not depend on the model: a level line. Squared bias falls with flexibility, since
# the model can come closer to the truth. Variance rises, since a flexible model follows the
# accidents of its training set. The test error is the sum of the three: it falls while the bias
# falls faster than the variance rises, and then rises, a U. The training error falls all the way,
# as a flexible model fits noise too. Noise in new data can't be predicted by anyone, so the
# expected test error stays above it; the noise of the training data is there to be memorised, so
# the training error can pass below.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: bias falls, variance rises, noise is level, and the test error is their sum (a U).
# 1 point: the training error keeps falling below the noise because noise is fitted; new noise can't
# be.
# ### END MARK SCHEME

# %% task="theory.knn_predict"
checks.grade("theory.knn_predict")

# %% task="theory.logistic_probability"
checks.grade("theory.logistic_probability")

# %% task="theory.hours_for_probability"
checks.grade("theory.hours_for_probability")

# %% task="theory.learning_rate_schedule"
checks.grade("theory.learning_rate_schedule")

# %% task="theory.generalization_loss"
checks.grade("theory.generalization_loss")

# %% task="theory.early_stopping_epoch"
checks.grade("theory.early_stopping_epoch")

# %% task="theory.nearest_pseudolabels"
checks.grade("theory.nearest_pseudolabels")

# %% task="theory.loocv_mse"
checks.grade("theory.loocv_mse")

# %% [markdown]
# **Question.** A k-fold error changes a little with the seed that shuffles the points; the
# leave-one-out error of a polynomial fit doesn't change at all. Why?

# %% [markdown] question="why_the_seed_does_not_matter"
# ### BEGIN SOLUTION
# With k folds the seed decides which points share a fold, and so which fits are made. Leaving one
# out makes every fold a single point: there is one way only to do so, and shuffling changes nothing
# but the order of the terms of the mean. A least-squares fit itself has no randomness.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: there is only one way to split N points into N folds, and the fit is deterministic.
# ### END MARK SCHEME

# %%
# %%attempt
questions.show("learning", theory_answers.student_id())

# %% task="theory_answers.learning"
checks.grade("theory_answers.learning")
