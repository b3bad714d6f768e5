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
# # Part 7: Theory with answers that are checked
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part7_theory.ipynb)
#
# **You will learn** why you train a classifier with cross-entropy and not with the squared error,
# how gradients flow back through them, what an architecture costs before you build it, what batch
# normalization does in training and at test time, and how to tell whether a model generalizes or
# only memorizes.
#
# **Time needed**: about four hours, preferably in five sittings, one for each section. Nothing is
# trained; every cell takes seconds.
#
# **How it works.** Each section has three kinds of tasks:
# - small functions in `student_code/theory.py`, which tests check by their return values;
# - numbered questions, which you answer in `student_code/theory_answers.py`. **Your questions have
#   individual numbers**, which are derived from your student id. You may round a number as the
#   question states, and you may write an expression in any equivalent form;
# - written questions, which you answer in this notebook and which a person grades.
#
# **Common pitfalls**
# - `log` is the natural logarithm throughout, and 0 · log 0 counts as 0.
# - Work out the numbered questions by hand first, then check them with your functions. If you only
#   call functions, you only learn to call functions.
# - Curves and true-or-false answers are graded only after you hand in, so guessing gives you no
#   information.

# %% setup=true
# Run this cell first. It locates the course folder. On Colab, it also downloads the course and
# keeps your files.
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

    colab.prepare(root, "part7_theory", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part7_theory")

# %% [markdown]
# First, enter your student id in `student_id` in `student_code/theory_answers.py`. It determines
# the numbers in your questions.

# %% task="theory_answers.student_id"
checks.grade("theory_answers.student_id")

# %%
# %%attempt
from student_code import theory_answers
from toolbox import theory_figures
from toolbox import questions

print(f"Your student id is {theory_answers.student_id()!r}.")

# %% [markdown]
# ## 1. Losses
#
# The **softmax** turns a network's logits into probabilities, and the loss compares these with the
# true distribution.
#
# $$\hat y_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \qquad H(p, q) = -\sum_k p_k \log q_k \qquad
# KL(p \,\|\, q) = \sum_k p_k \log \frac{p_k}{q_k}$$
#
# Write the functions of the first section of `student_code/theory.py`.

# %% task="theory.softmax"
checks.grade("theory.softmax")

# %% [markdown]
# **Question.** Show that the softmax gives the same result if you subtract a number c from every
# logit. Which c prevents overflow on a computer, and why can nothing else go wrong then?

# %% [markdown] question="stable_softmax"
# ### BEGIN SOLUTION
# e^(z_k − c) = e^(z_k) · e^(−c). The factor e^(−c) appears in the numerator and in every term of
# the sum in the denominator, so it cancels for any c. With c = max z, every exponent is 0 or below,
# so no power exceeds 1 and none overflows. The largest is exactly e^0 = 1, so the sum is at least 1
# and the division is safe. Powers that underflow to 0 belong to probabilities that are too small
# for a float to distinguish from 0.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the common factor e^(−c) cancels in numerator and denominator.
# 1 point: c is the largest logit; exponents are 0 or below, and the sum is at least 1.
# ### END MARK SCHEME

# %% task="theory.cross_entropy"
checks.grade("theory.cross_entropy")

# %% task="theory.binary_cross_entropy"
checks.grade("theory.binary_cross_entropy")

# %% [markdown]
# **Question.** For two classes, show that the cross-entropy of the pair (p, 1 − p) with a one-hot
# target is the binary cross-entropy. Then show that the softmax of two logits z₁, z₂ is the sigmoid
# of a single number, and name this number.

# %% [markdown] question="two_class_cross_entropy"
# ### BEGIN SOLUTION
# With the label y, the target is (y, 1 − y) and the prediction (p, 1 − p). The sum −Σ t_k log q_k
# has two terms: −[y log p + (1 − y) log(1 − p)], which is the binary cross-entropy. The softmax
# gives p = e^(z₁) / (e^(z₁) + e^(z₂)). Dividing numerator and denominator by e^(z₁) gives p = 1 /
# (1 + e^(−(z₁ − z₂))), the sigmoid of the difference z₁ − z₂. So one logit is enough for two
# classes.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: both terms of the sum are written out with (y, 1 − y) and (p, 1 − p).
# 1 point: the softmax of two logits is the sigmoid of their difference, derived and not only
# stated.
# ### END MARK SCHEME

# %% [markdown]
# Why not use the squared error, which is simpler? The plots below compare both losses for a single
# sigmoid unit with target 1. On the left you see the losses, on the right their slopes, which drive
# learning.

# %%
picture = theory_figures.squared_error_against_cross_entropy()
results.figure("part7_losses", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Why is the squared error a poor loss for a classifier that ends in a sigmoid or a
# softmax? Use the slopes in the plot, and explain how each loss treats confident mistakes.

# %% [markdown] question="why_not_squared_error"
# ### BEGIN SOLUTION
# The slope of the squared error with respect to the logit contains the factor p(1 − p), the slope
# of the sigmoid. For a prediction that is confident and wrong, p is near 0 and so is this factor,
# so the gradient vanishes exactly when learning is needed most. In the slope of the cross-entropy,
# this factor cancels: what remains is p − t, which is largest for the largest mistake. The squared
# error is also bounded by 1 for each sample, so a confident mistake costs hardly more than an
# undecided prediction, while the cross-entropy grows without bound; and it is not convex in the
# weights. The squared error corresponds to Gaussian noise on real-valued targets, but labels are
# not such values: cross-entropy is the negative log-likelihood of the labels.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the factor p(1 − p) makes the gradient vanish for confident mistakes; the gradient of the
# cross-entropy does not vanish.
# 1 point: a second reason: bounded cost of confident mistakes, not convex, or the wrong likelihood.
# ### END MARK SCHEME

# %% task="theory.kl_divergence"
checks.grade("theory.kl_divergence")

# %% task="theory.cross_entropy_from_kl"
checks.grade("theory.cross_entropy_from_kl")

# %% [markdown]
# **Question.** Prove that the cross-entropy of p and q is the entropy of p plus the divergence KL(p
# ‖ q). What follows for training, where p is given by the data?

# %% [markdown] question="entropy_plus_kl"
# ### BEGIN SOLUTION
# H(p) + KL(p ‖ q) = −Σ p log p + Σ p log(p / q) = −Σ p log p + Σ p log p − Σ p log q = −Σ p log q,
# which is H(p, q). Terms with p = 0 are 0 on both sides. In training, p does not depend on the
# weights, so H(p) is a constant: minimizing the cross-entropy minimizes the divergence, and both
# have the same gradient. The divergence is never below 0 and is 0 only for q = p, so the lowest
# possible cross-entropy is the entropy of the labels, which is 0 for one-hot labels.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: both definitions are written out.
# 1 point: the logarithm of the quotient is split, and the terms in p log p cancel.
# 1 point: H(p) is constant in the weights, so both have the same minimum (or the same gradient).
# ### END MARK SCHEME

# %% task="theory.l2_regularized_update"
checks.grade("theory.l2_regularized_update")

# %% [markdown]
# Now answer the numbered questions on losses, with your individual numbers. Enter your answers in
# `losses` in `student_code/theory_answers.py`.

# %%
# %%attempt
questions.show("losses", theory_answers.student_id())

# %% task="theory_answers.losses"
checks.grade("theory_answers.losses")

# %% [markdown]
# ## 2. Backpropagation
#
# Before you compute gradients, work out the shapes. In this section **each sample is a column**:
# $\hat Y = \mathrm{softmax}(W_2 \cdot \mathrm{lrelu}(W_1 X + b_1) + b_2)$.

# %% task="theory.leaky_relu_mlp_shapes"
checks.grade("theory.leaky_relu_mlp_shapes")

# %% [markdown]
# The softmax has K inputs and K outputs, so its derivative is a K x K matrix. Use the quotient rule
# to work out the entries on the diagonal and those off the diagonal separately. Then combine the
# result with the cross-entropy and see how much cancels.

# %% task="theory.softmax_jacobian"
checks.grade("theory.softmax_jacobian")

# %% task="theory.softmax_cross_entropy_gradient"
checks.grade("theory.softmax_cross_entropy_gradient")

# %% [markdown]
# The **delta rule** is gradient descent for a single sigmoid unit with output o, target t and
# inputs x, with the loss (t − o)²/2.

# %% task="theory.sigmoid_delta_rule"
checks.grade("theory.sigmoid_delta_rule")

# %%
picture = theory_figures.slope_of_the_sigmoid()
results.figure("part7_sigmoid_slope", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** When is the step of the delta rule zero or almost zero? Name every case, and say in
# which of them that is a problem.

# %% [markdown] question="vanishing_delta"
# ### BEGIN SOLUTION
# Δw = η (t − o) o (1 − o) x is 0 if one of its factors is 0. The error is 0 (o = t): the unit is
# right, and no step is needed. An input is 0: its weight did not contribute to the output, so it
# has no share in the error. The slope o(1 − o) goes to 0 as o goes to 0 or 1: a saturated unit
# hardly learns. That is fine if its output is right, and a problem if it is wrong (o near 1 with t
# = 0, or vice versa), because then the largest mistake gives the smallest step. (With η = 0,
# nothing is learned at all.)
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: all three: no error, no input, a saturated unit.
# 1 point: saturation with the wrong output is the problem; the other cases are as they should be.
# ### END MARK SCHEME

# %% [markdown]
# A computational graph breaks a formula into steps, and each edge has a local derivative. The chain
# rule multiplies the derivatives along a path and adds the results of all paths.

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
# torch computes gradients by traversing the same graph backwards. Do you get the same result?

# %%
# %%attempt
mine = theory_answers.backpropagation()["small_expression"]
a, b, c = (torch.tensor(float(small[name]), requires_grad=True) for name in "abc")
((a * b + c) * b).backward()
torchs = [leaf.grad.item() for leaf in (a, b, c)]
picture = theory_figures.small_expression_graph(**small, gradients=torchs)
results.figure("part7_small_expression_gradients", picture.figure, alt=picture.alt)
print("You and torch agree." if list(mine) == torchs else f"Your answer: {mine}, torch: {torchs}.")

# %% [markdown]
# ## 3. Architecture
#
# What does a network cost? You can count sizes, parameters and multiply-accumulate operations
# before you write a line of code.

# %% task="theory.conv_output_shape"
checks.grade("theory.conv_output_shape")

# %% task="theory.conv_parameters"
checks.grade("theory.conv_parameters")

# %% task="theory.linear_parameters"
checks.grade("theory.linear_parameters")

# %% task="theory.count_activations"
checks.grade("theory.count_activations")

# %% [markdown]
# LeNet-5's second convolution, C3, has only 1,516 parameters, because its feature maps are not
# connected to all inputs. Each column below stands for one of its 16 feature maps.

# %%
picture = theory_figures.lenet_connections(theory_figures.LENET_C3)
results.figure("part7_lenet_connections", picture.figure, alt=picture.alt)

# %% task="theory.lenet_c3_parameters"
checks.grade("theory.lenet_c3_parameters")

# %% [markdown]
# **Question.** LeNet-5's third convolution takes 16 feature maps of 5 x 5 with kernels of 5 x 5.
# Why can you call it a fully connected layer, and why is it still a convolution?

# %% [markdown] question="lenet_third_convolution"
# ### BEGIN SOLUTION
# The kernel is as large as its input, so it fits at only one position: each output is a single
# number that is connected to every input by a separate weight, and no weight is shared between
# positions. That is a fully connected layer. On a larger image, the same layer would slide and
# produce a map larger than 1 x 1, so it is defined as a convolution.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the kernel covers the whole input, so every output is connected to every input once (and,
# for a larger image, it would slide).
# ### END MARK SCHEME

# %% task="theory.receptive_field"
checks.grade("theory.receptive_field")

# %% [markdown]
# Here are five stacks of kernels with the same receptive field: one output at the top sees 7 pixels
# at the bottom.

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
# Three layers of 3 x 3. With C channels they have 27 C² weights, compared with 49 C² for one 7 x 7
# layer, and so they take 45 % fewer multiply-accumulate operations. They also have two more
# nonlinearities in between, so they can express more than one linear filter, and having fewer
# weights acts as regularization. What gets worse: there are more activations to store for the
# backward pass, more layers in sequence, and a deeper path for gradients.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: two advantages out of: fewer parameters, fewer operations, more nonlinearities (with a
# number or a formula for one of the first two).
# 1 point: one cost out of: memory for activations, more steps in sequence, depth for gradients.
# ### END MARK SCHEME

# %% [markdown]
# An inception block applies several kernel sizes in parallel. Reductions make that affordable.

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
# ## 4. Batch normalization
#
# In training, batch normalization uses the mean and variance of the batch; at test time, it uses
# its running statistics.

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
# **Question.** For each of your six statements, explain in one sentence why it is true or false.

# %% [markdown] question="batchnorm_reasons"
# ### BEGIN SOLUTION
# These are the reasons for all twelve statements that may be asked.
#
# - Statistics of the batch in training: true, that is its definition.
# - Statistics of the test batch at test time: false, the running statistics are used, so a
#   prediction does not depend on the other samples.
# - Two numbers for each feature: true, gamma and beta.
# - Gamma and beta computed from the batch: false, they are learned by gradient descent.
# - A bias before it has no effect: true, it shifts the mean by the same amount and is subtracted
#   again.
# - Always mean 0 and variance 1: false, gamma and beta change both (and at test time the statistics
#   are different ones).
# - A sample's output depends on the others: true, through the mean and variance of the batch.
# - Batches of one train as well: false, a batch of one has variance 0, and the output is beta for
#   any input.
# - Larger learning rates: true, activations keep their scale when weights grow.
# - Statistics for every pixel: false, there is one mean and one variance for each channel, over the
#   batch and all positions.
# - Epsilon for constant features: true, without it the division would be by 0.
# - Running statistics by backpropagation: false, they are moving averages and get no gradient.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 2 points: five or six of the six reasons are right. 1 point: three or four. A right verdict
# without a reason does not count here.
# ### END MARK SCHEME

# %% [markdown]
# **Question.** What is epsilon for, and what happens if it is large? What does batch normalization
# output in training for a batch of one sample after a dense layer, and what would you do about it?

# %% [markdown] question="batchnorm_corner_cases"
# ### BEGIN SOLUTION
# Epsilon is added to the variance under the square root, so that a feature that is (almost)
# constant over the batch does not cause a division by 0 and its noise is not amplified. A large
# epsilon shrinks the outputs: if it dominates the variance, their standard deviation is no longer
# near 1. A batch of one is its own mean, so x − mean is 0 and the output is beta for any input: no
# information passes through, and no gradient reaches the layers before. The running variance is
# also driven to 0. Remedies: larger batches, dropping a last batch of one, or normalizing over the
# features of each sample (layer norm, group norm).
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: epsilon guards the division, and a large one shrinks the outputs.
# 1 point: a batch of one gives beta for any input; one workable remedy.
# ### END MARK SCHEME

# %% [markdown]
# ## 5. Learning in general
#
# Models differ in how flexible they are. The first plot shows five quantities against flexibility;
# the numbered questions below ask you to identify them.
#
# A small part of the points is for ties, in `knn_predict` and `nearest_pseudolabels`: the docstrings
# say who wins, so that everybody gets the same answer.

# %%
# %%attempt
student = theory_answers.student_id()
picture = theory_figures.five_curves(**questions.numbers("five_curves", student))
results.figure("part7_five_curves", picture.figure, alt=picture.alt)
picture = theory_figures.decay_curves(**questions.numbers("decay_curves", student))
results.figure("part7_decay_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Explain the shape of each of the five curves in the first plot. Why can the test
# error not fall below one of them, while the training error can?

# %% [markdown] question="bias_and_variance"
# ### BEGIN SOLUTION
# The noise does not depend on the model: a horizontal line. The squared bias falls with
# flexibility, because the model can come closer to the truth. The variance rises, because a
# flexible model follows the random details of its training set. The test error is the sum of the
# three: it falls while the bias falls faster than the variance rises, and then it rises, which
# makes it U-shaped. The training error keeps falling, because a flexible model also fits noise.
# Noise in new data can't be predicted, so the expected test error stays above it; the noise of the
# training data can be memorized, so the training error can fall below it.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: bias falls, variance rises, noise is constant, and the test error is their sum (a U).
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
# With k folds, the seed decides which points share a fold, and therefore which models are fitted.
# With leave-one-out, every fold is a single point: there is only one way to do that, and shuffling
# changes only the order of the terms in the mean. A least-squares fit itself has no randomness.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: there is only one way to split N points into N folds, and the fit is deterministic.
# ### END MARK SCHEME

# %%
# %%attempt
questions.show("learning", theory_answers.student_id())

# %% task="theory_answers.learning"
checks.grade("theory_answers.learning")
