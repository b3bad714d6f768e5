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
# how gradients flow back through a network, what an architecture costs before you build it, what
# batch normalization does in training and at test time, and how to tell whether a model generalizes
# or only memorizes.
#
# **Time needed**: about eight hours, preferably in five sittings, one for each topic. Nothing is
# trained; every cell takes seconds.
#
# | section | time | useful before |
# | --- | --- | --- |
# | 1. Losses | 75 minutes | Part 2 |
# | 2. Backpropagation | 2 hours | Part 2 |
# | 3. Sizes and costs of layers | 2 hours | Part 2 |
# | 4. Batch normalization | 50 minutes | Part 6 |
# | 5. Choosing and training a model | 105 minutes | Part 3 |
# | 6. What I learned | 10 minutes | |
#
# The sections don't depend on each other: you can do each one when you need it.
#
# **From earlier parts**, this notebook uses nothing. The functions of this part are in one module,
# and no check needs a function that you have not written, unless your own code calls it.
#
# **How it works.** Each topic is explained with a figure and a worked example. Then there are three
# kinds of tasks:
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
# - Answers that can be guessed, such as letters of curves and true or false, are graded only after
#   you hand in.

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
from toolbox import questions, theory_figures

# %%
# %%attempt
from student_code import theory_answers

print(f"Your student id is {theory_answers.student_id()!r}.")

# %% [markdown]
# ## 1. Losses
#
# *About 75 minutes.* Read this section before you train a classifier (Part 2).
#
# A classifier computes one number for each class, the **logits** $z_1, \dots, z_K$. This section
# turns them into probabilities, and then measures how far these are from the truth.
#
# ### From logits to probabilities
#
# The **softmax** makes all logits positive with the exponential function and divides by their sum:
#
# $$\hat y_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$
#
# **Worked example.** For z = (1, 2, 3) the powers are e¹ = 2.718, e² = 7.389 and e³ = 20.086. Their
# sum is 30.193, so the probabilities are 0.090, 0.245 and 0.665. The figure shows them next to two
# other rows of logits: one with 2 added to each logit, and one with each logit multiplied by 2.

# %%
picture = theory_figures.softmax_of_logits(((1, 2, 3), (3, 4, 5), (2, 4, 6)))
results.figure("part7_softmax", picture.figure, alt=picture.alt)

# %% [markdown]
# Adding the same number to all logits changes nothing; multiplying them makes the prediction more
# confident. The first property matters in practice: e^1000 is too large for a float, and your
# function has to work for logits of 1000. Write `softmax` in `student_code/theory.py`.

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

# %% [markdown]
# ### Cross-entropy
#
# Let $p$ be the true distribution over the classes, and $q$ the predicted one. The
# **cross-entropy** weights the surprise −log q of each class with its true probability:
#
# $$H(p, q) = -\sum_k p_k \log q_k$$
#
# **Worked example.** The prediction is q = (0.7, 0.2, 0.1). If the image shows the first class, p =
# (1, 0, 0), and the loss is −log 0.7 = 0.357. If it shows the third, the loss is −log 0.1 = 2.303.
# A target can also be *soft*: with p = (0.8, 0.1, 0.1), the loss is 0.8 · 0.357 + 0.1 · 1.609 + 0.1
# · 2.303 = 0.677.

# %%
picture = theory_figures.loss_of_one_prediction((0.7, 0.2, 0.1))
results.figure("part7_surprise", picture.figure, alt=picture.alt)

# %% task="theory.cross_entropy"
checks.grade("theory.cross_entropy")

# %% [markdown]
# With two classes, labels y are 0 or 1, and p is the predicted probability of label 1. The
# **binary cross-entropy** of one sample is −[y log p + (1 − y) log(1 − p)], and the loss of a batch
# is the mean over its samples.
#
# **Worked example.** The labels are 1 and 0, the predictions 0.9 and 0.2. The first sample costs
# −log 0.9 = 0.105, the second −log 0.8 = 0.223, and the loss is their mean, 0.164.

# %% task="theory.binary_cross_entropy"
checks.grade("theory.binary_cross_entropy")

# %% [markdown]
# **Question.** For two classes, show that the cross-entropy of the pair (p, 1 − p) with a one-hot
# target is the binary cross-entropy. Then show that the softmax of two logits z₁, z₂ is the sigmoid
# 1 / (1 + e^(−a)) of a single number a, and name this number.

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
# Why not use the squared error (1 − p)², which is simpler? The plots below compare both losses for
# a single sigmoid unit with target 1. On the left you see the losses, on the right their slopes,
# which drive learning.

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

# %% [markdown]
# ### Entropy and divergence
#
# Two more quantities belong to the cross-entropy. The **entropy** H(p) = −Σ p log p measures how
# uncertain the truth itself is. The **Kullback–Leibler divergence** compares two distributions:
#
# $$KL(p \,\|\, q) = \sum_k p_k \log \frac{p_k}{q_k}$$
#
# Split the logarithm of the quotient, and the three are connected:
#
# $$KL(p \,\|\, q) = \sum_k p_k \log p_k - \sum_k p_k \log q_k = H(p, q) - H(p)$$
#
# **Worked example.** Let p = (1/2, 1/2, 0) and q = (1/4, 1/2, 1/4). The terms of the divergence are
# 1/2 · log 2 = 0.347, 1/2 · log 1 = 0, and 0 for the third class, where p is 0. The entropy of p is
# log 2 = 0.693, and the cross-entropy is 1/2 · log 4 + 1/2 · log 2 = 1.040, which is 0.693 + 0.347.

# %%
picture = theory_figures.divergence_in_terms((0.5, 0.5, 0.0), (0.25, 0.5, 0.25))
results.figure("part7_divergence", picture.figure, alt=picture.alt)

# %% [markdown]
# Write both functions. The second one computes the cross-entropy from the other two quantities; you
# can use it to check the first one.

# %% task="theory.kl_divergence"
checks.grade("theory.kl_divergence")

# %% task="theory.cross_entropy_from_kl"
checks.grade("theory.cross_entropy_from_kl")

# %% [markdown]
# **Question.** For every u > 0, log u ≤ u − 1, with equality only for u = 1. Use this to show that
# KL(p ‖ q) is never below 0, and say when it is 0. Which cross-entropy can a network reach at best
# if the target is one-hot, and which if the target is (0.933, 0.033, 0.033), rounded from label
# smoothing? Compute the second number.

# %% [markdown] question="divergence_is_never_negative"
# ### BEGIN SOLUTION
# −KL(p ‖ q) = Σ p_k log(q_k / p_k), over the classes with p_k > 0. With u = q_k / p_k, each term is
# at most p_k (q_k / p_k − 1) = q_k − p_k. The sum of these is Σ q_k − 1, which is at most 0, so KL
# is at least 0. Equality needs u = 1 in every term, that is q = p. Since H(p, q) = H(p) + KL(p ‖
# q) and H(p) doesn't depend on the network, the lowest cross-entropy is H(p), for q = p. It is 0
# for a one-hot target. For the smoothed target it is −0.933 log 0.933 − 2 · 0.033 log 0.033, about
# 0.29: a training loss that stays near 0.29 is perfect there.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the inequality is applied to each term with u = q/p, and the sum is at most 0.
# 1 point: 0 only for q = p; the lowest cross-entropy is the entropy of the target, 0 for one-hot.
# 1 point: about 0.29 for the smoothed target.
# ### END MARK SCHEME

# %% [markdown]
# ### A penalty on the weights
#
# **L2 regularization** adds a penalty to the loss L of the data that grows with the weights:
#
# $$L(w) + \frac{\lambda}{2} \lVert w \rVert^2, \qquad \lVert w \rVert^2 = \sum_i w_i^2$$
#
# Gradient descent then follows the gradient of the *sum*. What the penalty contributes to it is the
# derivative of a square, which you know.
#
# **Worked example.** The weights are (3, −1), λ = 0.2 and the loss of the data is 1.5. Then ‖w‖² =
# 10, and the loss with its penalty is 1.5 + 0.1 · 10 = 2.5. The figure shows what the penalty does
# to a weight that the data does not care about: each step takes away the same share of it.

# %%
picture = theory_figures.weights_under_a_penalty(4.0, (0.02, 0.05, 0.1))
results.figure("part7_penalty", picture.figure, alt=picture.alt)

# %% task="theory.l2_regularized_update"
checks.grade("theory.l2_regularized_update")

# %% [markdown]
# Now answer the numbered questions on losses, with your individual numbers. Work them out by hand,
# and enter the answers in `losses` in `student_code/theory_answers.py`.

# %%
# %%attempt
questions.show("losses", theory_answers.student_id())

# %% task="theory_answers.losses"
checks.grade("theory_answers.losses")

# %% [markdown]
# **What next**: you know what a network minimizes. Section 2 shows how the gradient of that loss
# reaches every weight.
#
# ## 2. Backpropagation
#
# *About 120 minutes.* Read this section before or after your first training run (Part 2).
#
# ### Shapes first
#
# Before you compute gradients, work out the shapes. A matrix of shape (r, k) times one of shape (k,
# c) has the shape (r, c): the inner sizes have to be equal, and they disappear. In this section
# **each sample is a column**. A bias is a single column that is added to every column.
#
# **Worked example.** A layer has 3 inputs and 2 units and processes 5 samples. X has the shape (3,
# 5), so W needs the shape (2, 3). W · X has the shape (2, 5), and the bias (2, 1).

# %%
picture = theory_figures.shapes_of_a_layer(3, 2, 5)
results.figure("part7_shapes", picture.figure, alt=picture.alt)

# %% [markdown]
# Your task has two layers: $\hat Y = \mathrm{softmax}(W_2 \cdot \mathrm{lrelu}(W_1 X + b_1) +
# b_2)$. The **leaky ReLU** keeps a positive number and multiplies a negative one by a small
# constant. It works on each element, and so it keeps the shape, as the softmax does.

# %% task="theory.leaky_relu_mlp_shapes"
checks.grade("theory.leaky_relu_mlp_shapes")

# %% [markdown]
# ### The chain rule on a graph
#
# A **computational graph** breaks a formula into steps. Each edge has a **local derivative**: by
# how much the end of the edge changes if its start changes. The chain rule multiplies the
# derivatives along a path, and adds up the products of all paths.
#
# **Worked example.** f = (u + v) · v at u = 2 and v = 3. With s = u + v = 5, the value is f = 15.
# The local derivatives are ∂s/∂u = 1, ∂s/∂v = 1, ∂f/∂s = v = 3, and, along the direct edge, ∂f/∂v =
# s = 5. One path leads from u to f: ∂f/∂u = 1 · 3 = 3. Two paths lead from v to f: ∂f/∂v = 1 · 3 +
# 5 = 8.

# %%
picture = theory_figures.worked_graph(2, 3)
results.figure("part7_worked_graph", picture.figure, alt=picture.alt)

# %% [markdown]
# The next graph has letters instead of numbers. You only need that the derivative of e^A by A is
# e^A itself.

# %%
picture = theory_figures.exponential_graph()
results.figure("part7_exponential_graph", picture.figure, alt=picture.alt)

# %% task="theory.computational_graph_partials"
checks.grade("theory.computational_graph_partials")

# %% [markdown]
# Now two graphs with your own numbers. The first one is drawn for you.

# %%
# %%attempt
student = theory_answers.student_id()
questions.show("backpropagation", student, "layer_shapes", "graph_partials", "small_expression")
small = questions.numbers("small_expression", student)
picture = theory_figures.small_expression_graph(**small)
results.figure("part7_small_expression", picture.figure, alt=picture.alt)

# %% [markdown]
# The second one works on vectors, and you draw it. It needs three more rules.
#
# - In Python, `10 % 4` is the remainder of a division, here 2. It is computed before sums, as a
#   product is.
# - The mean of n numbers changes by 1/n if one of them grows by 1.
# - A power $a^m$ has two derivatives, since both $a$ and $m$ may depend on x. By its base:
#   $\partial a^m / \partial a = m \, a^{m-1}$. By its exponent, since $a^m = e^{m \ln a}$:
#   $\partial a^m / \partial m = a^m \ln a$.
#
# **Worked example.** h = (x + 1)^(3x) at x = 1. The base is 2 and the exponent 3, so h = 8. Along
# the base, the derivative is 3 · 2² · 1 = 12; along the exponent, it is 8 · ln 2 · 3 = 16.636. The
# sum is 28.636.

# %%
# %%attempt
questions.show("backpropagation", student, "graph_of_the_vectors", "vector_gradients")

# %% [markdown]
# This cell draws the graph from your answer, with the steps of your question. Check that you can
# follow every path from x to y.

# %%
# %%attempt
from toolbox.questions.vector_graph import NODES, formulas

given = questions.numbers("vector_gradients", student)
arrows = dict(zip(NODES, theory_answers.backpropagation()["graph_of_the_vectors"], strict=True))
texts = dict(zip(NODES, formulas(given), strict=True))
picture = theory_figures.graph_of_arrows(arrows, texts)
results.figure("part7_vector_graph", picture.figure, alt=picture.alt)

# %% [markdown]
# torch computes gradients by traversing the same graphs backward. Do you get the same results?

# %%
# %%attempt
answered = theory_answers.backpropagation()
mine, yours = answered["small_expression"], answered["vector_gradients"]
a, b, c = (torch.tensor(float(small[name]), requires_grad=True) for name in "abc")
((a * b + c) * b).backward()
torchs = [leaf.grad.item() for leaf in (a, b, c)]
picture = theory_figures.small_expression_graph(**small, gradients=torchs)
results.figure("part7_small_expression_gradients", picture.figure, alt=picture.alt)
print("You and torch agree." if list(mine) == torchs else f"Your answer: {mine}, torch: {torchs}.")

x = torch.tensor(given["x"], dtype=torch.float64, requires_grad=True)
z = torch.tensor(given["z"], dtype=torch.float64, requires_grad=True)
base = x + given["modulo"][0] % given["modulo"][1] + z
power = base ** (given["power"] * x)
(given["factor"] * (power + given["shift"])).mean().backward()
print(f"{'':<10}{'x.grad':>10}{'yours':>10}{'z.grad':>12}{'yours':>10}")
for i in range(len(x)):
    row = x.grad[i], yours[i], z.grad[i], yours[i + len(x)]
    print(f"element {i} " + "{:>10.3f}{:>10.3f}{:>12.3f}{:>10.3f}".format(*map(float, row)))

# %% [markdown]
# ### The delta rule
#
# A **sigmoid unit** computes o = σ(a) with a = Σ wᵢ xᵢ and σ(a) = 1 / (1 + e^(−a)). By the quotient
# rule,
#
# $$\sigma'(a) = \frac{e^{-a}}{(1 + e^{-a})^2} = \frac{1}{1 + e^{-a}} \cdot
# \frac{e^{-a}}{1 + e^{-a}} = o \, (1 - o)$$

# %%
picture = theory_figures.slope_of_the_sigmoid()
results.figure("part7_sigmoid_slope", picture.figure, alt=picture.alt)

# %% [markdown]
# The **delta rule** is gradient descent for a single unit with the loss E = (t − o)²/2, where t is
# the target.
#
# **Worked example.** Take a *linear* unit first, without a sigmoid: o = w₁x₁ + w₂x₂. The chain rule
# goes from E to o and from o to w₁: ∂E/∂o = −(t − o) and ∂o/∂w₁ = x₁. So the step against the
# gradient is Δw₁ = η (t − o) x₁. With w = (1, 2), x = (3, −1), t = 2 and η = 0.1, the output is 1
# and the error 1, so Δw = (0.3, −0.1).

# %% [markdown]
# **Question.** Derive the delta rule of the first weight w₁ of a *sigmoid* unit with several
# inputs. Name the intermediate quantities, write down the derivative of each step, and end with
# ∂E/∂w₁ and Δw₁.

# %% [markdown] question="derive_delta_rule"
# ### BEGIN SOLUTION
# The path is w₁ → a → o → E, with a = Σ wᵢ xᵢ, o = σ(a) and E = (t − o)²/2. The derivatives of the
# steps: ∂E/∂o = (t − o) · (−1) = −(t − o), by the chain rule on the square. ∂o/∂a = σ'(a) = o (1 −
# o). ∂a/∂w₁ = x₁, since the other terms of the sum don't contain w₁. The product is ∂E/∂w₁ = −(t −
# o) o (1 − o) x₁. Gradient descent subtracts η times the gradient, so Δw₁ = η (t − o) o (1 − o) x₁.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the path is split into its steps, with ∂E/∂o = −(t − o), including the sign.
# 1 point: ∂o/∂a = o(1 − o) and ∂a/∂w₁ = x₁, the latter with a reason.
# 1 point: the product, and Δw₁ with the sign turned by gradient descent.
# ### END MARK SCHEME

# %% task="theory.sigmoid_delta_rule"
checks.grade("theory.sigmoid_delta_rule")

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
# ### The derivatives of the softmax
#
# The softmax has K inputs and K outputs, so its derivative is a K x K matrix, the **Jacobian**: row
# k, column i contains ∂ŷ_k/∂z_i. You derive it in a moment. Practice on a simpler function with the
# same structure, the plain shares s_k = z_k / S with S = Σ z_j.
#
# **Worked example.** Use the quotient rule, and mind that every z_i is part of S.
# - For i = k, the numerator depends on z_i, too: ∂s_k/∂z_k = (1 · S − z_k · 1) / S² = (1 − s_k) / S.
# - For i ≠ k, only S does: ∂s_k/∂z_i = (0 · S − z_k · 1) / S² = −s_k / S.
#
# For z = (1, 1, 2), S = 4 and s = (1/4, 1/4, 1/2). The first row of the Jacobian is (3/16, −1/16,
# −1/16), the last one is (−1/8, −1/8, 1/8). The shares always add up to 1, so each column adds up
# to 0.

# %%
picture = theory_figures.share_derivatives((1, 1, 2))
results.figure("part7_share_derivatives", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Derive the derivatives ∂ŷ_k/∂z_i of the softmax ŷ_k = e^(z_k) / Σ_j e^(z_j) with the
# quotient rule, for i = k and for i ≠ k. Express both results by ŷ alone, and write both cases as
# one formula.

# %% [markdown] question="derive_softmax_jacobian"
# ### BEGIN SOLUTION
# Let S = Σ_j e^(z_j), so ∂S/∂z_i = e^(z_i) for every i. For i = k: ∂ŷ_k/∂z_k = (e^(z_k) S − e^(z_k)
# e^(z_k)) / S² = ŷ_k − ŷ_k² = ŷ_k (1 − ŷ_k). For i ≠ k, the numerator e^(z_k) is a constant: ∂ŷ_k/∂z_i
# = (0 · S − e^(z_k) e^(z_i)) / S² = −ŷ_k ŷ_i. With δ_ki = 1 for i = k and 0 otherwise, both are
# ∂ŷ_k/∂z_i = ŷ_k (δ_ki − ŷ_i). The matrix is symmetric, and its rows and columns add up to 0.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the quotient rule for i = k, with both terms, and ŷ_k (1 − ŷ_k).
# 1 point: the quotient rule for i ≠ k, where only the denominator contains z_i, and −ŷ_k ŷ_i.
# 1 point: both results in terms of ŷ, and one formula for both (with δ or as diag(ŷ) − ŷŷᵀ).
# ### END MARK SCHEME

# %% task="theory.softmax_jacobian"
checks.grade("theory.softmax_jacobian")

# %% [markdown]
# The loss of a classifier is L = −Σ_k t_k log ŷ_k. Each logit z_i reaches it through *all* K
# probabilities, so the chain rule has K paths.

# %% [markdown]
# **Question.** Derive ∂L/∂z_i for the cross-entropy of a softmax, with targets that sum to 1. Write
# down the derivative of L by ŷ_k, insert your Jacobian, and simplify.

# %% [markdown] question="derive_cross_entropy_gradient"
# ### BEGIN SOLUTION
# ∂L/∂ŷ_k = −t_k / ŷ_k. The chain rule adds all paths: ∂L/∂z_i = Σ_k (−t_k / ŷ_k) · ŷ_k (δ_ki − ŷ_i)
# = −Σ_k t_k (δ_ki − ŷ_i). The ŷ_k cancel. The first part of the sum has a single term that isn't 0:
# −t_i. The second part is +ŷ_i Σ_k t_k = ŷ_i, because the targets sum to 1. So ∂L/∂z_i = ŷ_i − t_i:
# prediction minus target.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: ∂L/∂ŷ_k = −t_k/ŷ_k, and the sum over all k.
# 1 point: both cases of the Jacobian are inserted, and ŷ_k cancels.
# 1 point: Σ t_k = 1 is used, with the result ŷ_i − t_i.
# ### END MARK SCHEME

# %% task="theory.softmax_cross_entropy_gradient"
checks.grade("theory.softmax_cross_entropy_gradient")

# %%
# %%attempt
names = "softmax_by_its_own_score", "softmax_by_another_score", "loss_by_a_score", "delta_rule"
questions.show("backpropagation", student, *names)

# %% [markdown]
# This check covers all numbered questions on backpropagation.

# %% task="theory_answers.backpropagation"
checks.grade("theory_answers.backpropagation")

# %% [markdown]
# **What next**: `loss.backward()` in Part 2 does all of this for millions of weights. Section 3
# counts these weights.
#
# ## 3. Sizes and costs of layers
#
# *About 120 minutes.* Read this section before you build a network (Part 2).
#
# What does a network cost? You can count sizes, parameters and operations before you write a line
# of code.
#
# ### The size of an output
#
# A kernel slides over its input and computes one output at each position. Count the positions along
# one side. The input has n pixels, and p zeros of **padding** on both sides, n + 2p in total. The
# kernel spans some of these pixels, its **reach**. Its last start is n + 2p − reach, and with a
# **stride** s only every s-th start counts:
#
# $$\text{output} = \left\lfloor \frac{n + 2p - \text{reach}}{s} \right\rfloor + 1$$
#
# The brackets round down, because a kernel must not extend beyond the padded input. The + 1 counts
# the position at the very start. A plain kernel of size k has a reach of k. With **dilation** d,
# its neighboring weights are d pixels apart; work out the reach from the number of gaps.
#
# **Worked example.** n = 7, k = 3, s = 2, p = 1: (7 + 2 − 3) / 2 = 3, plus 1, gives 4 outputs. With
# n = 8, the quotient is 3.5, which is rounded down: 4 again, and the last pixel is not used.

# %%
picture = theory_figures.kernel_positions(7, 3, stride=2, padding=1)
results.figure("part7_kernel_positions", picture.figure, alt=picture.alt)

# %% [markdown]
# Pooling follows the same rule. Height and width are independent of each other.

# %% task="theory.conv_output_shape"
checks.grade("theory.conv_output_shape")

# %% [markdown]
# ### Parameters and activations
#
# Each output map of a convolution has its own kernel, which reaches through *all* input maps: one
# slice of k x k weights for each input map. It adds one bias. All positions share these numbers.

# %%
picture = theory_figures.convolution_counts(3, 2, 3)
results.figure("part7_convolution_counts", picture.figure, alt=picture.alt)

# %% [markdown]
# In a fully connected layer, each output has one weight for every input, and a bias. The
# **activations** of a layer are the numbers that it outputs.
#
# **Worked example.** A small network for images of 1 x 12 x 12:
#
# | layer | output | activations | weights | biases |
# | --- | --- | --- | --- | --- |
# | convolution 3 x 3 to 2 maps | 2 x 10 x 10 | 200 | 2 · 1 · 9 = 18 | 2 |
# | pooling 2 x 2, stride 2 | 2 x 5 x 5 | 50 | 0 | 0 |
# | fully connected to 3 classes | 3 | 3 | 3 · 50 = 150 | 3 |
# | total | | 253 | 168 | 5 |
#
# The convolution also has **connections**: each of its 200 outputs is connected to 9 pixels and a
# bias, which makes 2,000. Sharing reduces them to 20 parameters.
#
# These are three small functions; you need them for everything that follows.

# %% task="theory.conv_parameters"
checks.grade("theory.conv_parameters")

# %% task="theory.linear_parameters"
checks.grade("theory.linear_parameters")

# %% task="theory.count_activations"
checks.grade("theory.count_activations")

# %% [markdown]
# **VGG-16** is such a table, only longer: five blocks of 3 x 3 convolutions, each followed by a
# pooling, and three fully connected layers. A short loop over a list of layers fills it.

# %%
# %%attempt
student = theory_answers.student_id()
names = "layer_size", "conv_net_parameters", "vgg16_table", "vgg16_full_table"
questions.show("architecture", student, *names)

# %% [markdown]
# ### LeNet-5
#
# LeNet-5 is a convolutional network of 1998 for handwritten digits. Its layers are named after
# their kind: C1, C3 and C5 are convolutions, S2 and S4 subsampling layers, F6 is fully connected.
# Each map of a **subsampling** layer averages 2 x 2 values, multiplies the average by a learned
# number and adds another one.
#
# Its second convolution, C3, has 16 maps. Fifteen of them are connected to only three or four of
# the six maps of S2, and the sixteenth to all six. Each column below stands for one map of C3.

# %%
picture = theory_figures.lenet_connections(theory_figures.LENET_C3)
results.figure("part7_lenet_connections", picture.figure, alt=picture.alt)

# %% [markdown]
# **Worked example.** Count the parameters group by group. Four maps that each see two inputs, with
# kernels of 3 x 3, have 2 slices of 9 weights and a bias each: 4 · (2 · 9 + 1) = 76.

# %% task="theory.lenet_c3_parameters"
checks.grade("theory.lenet_c3_parameters")

# %%
# %%attempt
questions.show("architecture", student, "lenet_first_layer", "lenet_c3", "lenet_layers")

# %% [markdown]
# **Question.** LeNet-5's third convolution, C5, takes 16 maps of 5 x 5 with kernels of 5 x 5 and
# computes 120 maps. Why is it in fact a fully connected layer, and why is it still called a
# convolution? Which type of layer holds the most trainable parameters in LeNet-5, and how does the
# answer depend on what you call C5? (F6 has 84 units, and the output layer 10.)

# %% [markdown] question="lenet_third_convolution"
# ### BEGIN SOLUTION
# The kernel is as large as its input, so it fits at only one position: each output is a single
# number that is connected to every input by a separate weight, and no weight is shared between
# positions. That is a fully connected layer. On a larger image, the same layer would slide and
# produce maps larger than 1 x 1, so it is defined as a convolution. C5 has 120 · (16 · 25 + 1) =
# 48,120 parameters, F6 has 84 · 121 = 10,164, the output 10 · 85 = 850, C1 156, C3 1,516, and the
# subsampling layers 12 and 32. By name, the convolutions hold the most, 49,792. By effect, the
# fully connected layers do: C5, F6 and the output hold 59,134, the real convolutions only 1,672.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the kernel covers the whole input, so every output is connected to every input once; on
# a larger image it would slide.
# 1 point: C5 alone holds most of the parameters (48,120); convolutions lead by name, fully
# connected layers by effect.
# ### END MARK SCHEME

# %% [markdown]
# ### Receptive fields
#
# The **receptive field** of an output is the set of pixels that affect it; along one side, it is a
# number r. Start with r = 1, a pixel that sees itself, and let j be the distance of neighboring
# cells of the current layer in pixels of the image, at first 1. A layer with kernel k adds k − 1
# cells to the one it had, each j pixels further; then its stride s increases the distance:
#
# $$r \leftarrow r + (k - 1) \cdot j \qquad\text{and then}\qquad j \leftarrow j \cdot s$$
#
# **Worked example.** A kernel of 3 with stride 2, then another kernel of 3. The first layer: r = 1
# + 2 · 1 = 3, then j = 2. The second layer: r = 3 + 2 · 2 = 7. Without the stride, it would be 5.

# %%
picture = theory_figures.field_with_strides([(3, 2), (3, 1)])
results.figure("part7_field", picture.figure, alt=picture.alt)

# %% [markdown]
# You can also *measure* a receptive field: backpropagate from one output, and count the pixels
# whose gradient is not 0.

# %%
from toolbox.analysis.seen_pixels import count_seen_pixels

for layers in ([(3, 2), (3, 1)], [(3, 1), (3, 1)]):
    print(layers, "sees", count_seen_pixels(layers), "pixels")

# %% task="theory.receptive_field"
checks.grade("theory.receptive_field")

# %% [markdown]
# Different stacks can see equally many pixels. Here are five whose outputs see 7.

# %%
picture = theory_figures.stacks_of_seven(([7], [5, 3], [3, 5], [3, 3, 3], [3, 1, 5]))
results.figure("part7_stacks", picture.figure, alt=picture.alt)

# %% [markdown]
# They do not cost the same. A **multiply-accumulate** multiplies a weight and an input, and adds
# the product to a sum. A convolution needs one for every weight at every position of its output.
#
# **Worked example.** Two layers of 3 x 3 from 4 channels to 4 channels, on maps of 10 x 10, with
# padding. Each layer has 4 · 4 · 9 = 144 weights and 4 biases, so the stack has 2 · 148 = 296
# parameters and needs 2 · 144 · 100 = 28,800 multiply-accumulates. A single layer of 5 x 5 sees as
# many pixels, with 404 parameters and 40,000 multiply-accumulates.

# %% task="theory.stack_cost"
checks.grade("theory.stack_cost")

# %% [markdown]
# **Question.** Which of the five stacks above would you choose, and why? Name two advantages over
# the single large kernel, and one thing that gets worse.

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
# Now with your own numbers. In the last question you are the architect: invent five stacks, and let
# `receptive_field` and `stack_cost` check and compare them.

# %%
# %%attempt
names = "receptive_field", "stacks_of_seven", "stacks_compared", "own_stacks"
questions.show("architecture", student, *names)

# %% [markdown]
# This cell compares the stacks that you invented, with 64 channels and an input of 32 x 32. After a
# stride, a layer computes fewer outputs. Which stack is the cheapest by parameters, which by
# operations?

# %%
# %%attempt
from student_code import theory

for stack in theory_answers.architecture()["own_stacks"]:
    layers = [layer if isinstance(layer, (tuple, list)) else (layer, 1) for layer in stack]
    side, parameters, operations = 32, 0, 0
    for kernel, stride in layers:
        side = side // stride
        cost = theory.stack_cost([kernel], 64, side, side)
        parameters, operations = parameters + cost[0], operations + cost[1]
    field = theory.receptive_field([tuple(layer) for layer in layers])
    print(f"sees {field:>2} pixels, {parameters:>9,} parameters, {operations:>13,} operations: {stack}")

# %% [markdown]
# ### Inception blocks
#
# An **inception block** applies several kernel sizes in parallel and stacks the maps of all
# branches. Convolutions of 1 x 1 make that affordable: they reduce the number of maps before the
# large kernels.
#
# **Worked example.** A branch gets 8 maps of 10 x 10 and computes 4 maps with a kernel of 3 x 3,
# which takes 8 · 4 · 9 · 100 = 28,800 multiply-accumulates. If a 1 x 1 convolution first reduces
# the 8 maps to 2, the branch takes 8 · 2 · 100 = 1,600 and 2 · 4 · 9 · 100 = 7,200, 8,800 in total.
# Its output has 4 maps in both cases.

# %%
picture = theory_figures.inception_blocks()
results.figure("part7_inception", picture.figure, alt=picture.alt)

# %% task="theory.inception_cost"
checks.grade("theory.inception_cost")

# %%
# %%attempt
questions.show("architecture", student, "inception_naive", "inception_reduced")

# %% [markdown]
# This check covers all numbered questions on sizes and costs.

# %% task="theory_answers.architecture"
checks.grade("theory_answers.architecture")

# %% [markdown]
# **What next**: you can plan the networks of Parts 2 to 5 on paper now. Section 4 is about a layer
# with few parameters and a large effect.
#
# ## 4. Batch normalization
#
# *About 50 minutes.* Read this section before you fold batch normalization into a layer (Part 6).
#
# Each layer of a network works with what the layers before it compute, and that changes in scale
# and offset while these learn. **Batch normalization** gives each feature a fixed mean and
# variance. For a batch x₁, …, x_N of one feature,
#
# $$\mu = \frac1N \sum_n x_n, \qquad v = \frac1N \sum_n (x_n - \mu)^2, \qquad
# y_n = \gamma \cdot \frac{x_n - \mu}{\sqrt{v + \epsilon}} + \beta$$
#
# The scale γ and the shift β are learned, one of each for every feature. They let the network
# choose another mean and variance where that is better.
#
# **Worked example.** A batch of four values is (2, 4, 6, 8). The mean is 5 and the variance (9 + 1
# + 1 + 9) / 4 = 5. With ε = 0, the normalized values are (−3, −1, 1, 3) / √5 = (−1.342, −0.447,
# 0.447, 1.342). With γ = 2 and β = 1, the output is (−1.683, 0.106, 1.894, 3.683).

# %%
picture = theory_figures.normalized_batch((2, 4, 6, 8), gamma=2, beta=1)
results.figure("part7_normalized_batch", picture.figure, alt=picture.alt)

# %% [markdown]
# A prediction should not depend on which other images happen to be in the batch. Therefore training
# keeps **running statistics**, and the layer uses these at test time. After each batch, with a
# **momentum** m,
#
# $$\text{running} \leftarrow (1 - m) \cdot \text{running} + m \cdot \text{batch}$$
#
# **Worked example, continued.** With m = 0.1, the running mean goes from 0 to 0.9 · 0 + 0.1 · 5 =
# 0.5, and the running variance from 1 to 0.9 · 1 + 0.1 · 5 = 1.4. At test time, x = 2 then gives 2 ·
# (2 − 0.5) / √1.4 + 1 = 3.535, while the same x gave −1.683 in the training batch.
#
# After a convolution, a feature is a whole map: its mean and variance are taken over the batch and
# all positions. (torch keeps the running variance with N − 1 instead of N in the denominator; this
# section uses N throughout.)

# %% task="theory.batchnorm_forward"
checks.grade("theory.batchnorm_forward")

# %% task="theory.batchnorm_parameters"
checks.grade("theory.batchnorm_parameters")

# %% [markdown]
# What does it do for a deep network? The plots show an untrained network of twelve layers with
# three scales of its initial weights.

# %%
picture = theory_figures.layers_with_and_without((0.5, 1.0, 4.0))
results.figure("part7_layers_with_batchnorm", picture.figure, alt=picture.alt)

# %% [markdown]
# Without batch normalization, small weights make the signal fade away, layer by layer, and large
# ones drive the tanh into saturation. With it, the scale of the weights hardly matters, and each
# layer gets inputs of the same scale.

# %% [markdown]
# **Question.** Four claims about batch normalization. For each one, decide whether it is true,
# and correct it if it is not, or not as it stands.
#
# 1. It makes each batch faster to process.
# 2. It weakens the coupling between the parameters of different layers.
# 3. It makes the values of a layer more uniform. (Say what is meant, and what is not.)
# 4. It removes the dependence of training on the initialization.

# %% [markdown] question="batchnorm_four_claims"
# ### BEGIN SOLUTION
# 1. False. Each batch takes longer, since means, variances and the normalization are computed in
# addition, forward and backward. Training often needs fewer batches, so it may be faster as a
# whole.
# 2. True. If earlier layers change the scale or the offset of a feature, the normalization removes
# this change, so the next layer doesn't have to follow it. (It is weakened, not removed: the shape
# of the distribution and the relations between features still change.)
# 3. True in one sense only. Every feature gets the same mean and variance over the batch, so the
# features of a layer, and the batches during training, have a uniform scale. The values do not get
# a uniform distribution and are not made equal: a linear map of each feature keeps the shape of its
# histogram. And γ and β change mean and variance again.
# 4. False. It reduces the dependence: the output doesn't change if the weights before it are
# multiplied by a positive number. The direction of the weights still matters, and so does symmetry:
# units with equal initial weights stay equal.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: false; more work per batch, but fewer batches.
# 1 point: true, because changes of scale and offset in earlier layers are removed.
# 1 point: same mean and variance, not a uniform distribution or equal values.
# 1 point: false; reduced (scale), not removed (direction, symmetry, or another valid example).
# ### END MARK SCHEME

# %% [markdown]
# Now your numbered questions. The verdicts on the statements are checked after you hand in.

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
# **What next**: at test time, batch normalization is a fixed scale and shift for each feature; Part
# 6 merges these into the layer before it. Section 5 asks which model to train at all.
#
# ## 5. Choosing and training a model
#
# *About 105 minutes.* Read this section before you fight overfitting (Part 3).
#
# ### Bias and variance
#
# Train the same kind of model on many training sets, and let each of them predict the same input.
# The expected squared error of a new observation has three parts:
#
# - the **noise**: the variance of the observation itself around the true value;
# - the **squared bias**: how far the *mean* prediction is from the true value;
# - the **variance**: how much the predictions of the models scatter around their mean.
#
# $$\text{expected test error} = \text{noise} + \text{bias}^2 + \text{variance}$$
#
# **Worked example.** The true value is 5. Models from three training sets predict 2, 2.5 and 4.5.
# Their mean is 3, so the squared bias is (3 − 5)² = 4. The variance is (1 + 0.25 + 2.25) / 3 =
# 1.167. If observations have a variance of 0.5, the expected squared error is 0.5 + 4 + 1.167 =
# 5.667.

# %%
picture = theory_figures.spread_of_predictions(5, (2, 2.5, 4.5))
results.figure("part7_spread", picture.figure, alt=picture.alt)

# %% [markdown]
# A model is **flexible** if it can take many shapes: a polynomial of high degree, a large network,
# a nearest-neighbor classifier with K = 1. What happens to the noise, the squared bias, the
# variance, the training error and the test error if you make a model more flexible? Think first,
# and sketch the five curves: write heights for each of them in `bias_variance_sketch` in
# `student_code/theory_answers.py`. Only the shapes count. The cell below draws your sketch.

# %%
# %%attempt
sketch = theory_answers.bias_variance_sketch()
picture = theory_figures.sketched_curves(sketch)
results.figure("part7_sketch", picture.figure, alt=picture.alt)

# %% task="theory_answers.bias_variance_sketch"
checks.grade("theory_answers.bias_variance_sketch")

# %% [markdown]
# **Question.** Explain the shape of each of your five curves. Why can the test error not fall below
# one of them, while the training error can?

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

# %% [markdown]
# Here are five such curves of another model, with letters instead of names.

# %%
# %%attempt
student = theory_answers.student_id()
questions.show("learning", student, "five_curves")
picture = theory_figures.five_curves(**questions.numbers("five_curves", student))
results.figure("part7_five_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# ### Nearest neighbors
#
# The simplest classifier has no training: it keeps all examples, and predicts for a new point the
# label that most of its K nearest examples have. Near means a small **Euclidean distance**, the
# square root of the sum of the squared differences, with one difference for each feature.
#
# **Worked example.** The examples are (0, 0) cat, (2, 2) dog and (3, 0) dog; the new point is (1,
# 0). Its distances are √(1 + 0) = 1, √(1 + 4) = 2.236 and √(4 + 0) = 2. With K = 1, the first one
# decides: cat. With K = 3, two of three votes are for dog.
#
# A small part of the points is for ties: if several labels have equally many votes, the one of the
# nearest example wins.

# %%
three = ((0, 0), (2, 2), (3, 0))
picture = theory_figures.neighbors_of_a_point(three, ("cat", "dog", "dog"), (1, 0), (1, 3))
results.figure("part7_neighbors", picture.figure, alt=picture.alt)

# %% task="theory.knn_predict"
checks.grade("theory.knn_predict")

# %%
# %%attempt
questions.show("learning", student, "neighbours", "three_features")

# %% [markdown]
# **Question.** For your six examples with three features: give the reason for your label with K = 1
# and for the one with K = 3, naming the examples that vote. If the true boundary between two
# classes is very irregular, would you expect the best K to be small or large, and why?

# %% [markdown] question="why_these_neighbors"
# ### BEGIN SOLUTION
# With K = 1, only the example with the smallest of the six distances votes, and its label is the
# prediction. With K = 3, the three smallest distances vote; two of these examples have the other
# label, so the majority overrules the nearest one. For a very irregular boundary, a small K is
# better: the prediction can then change over short distances (little bias, more variance). A large
# K averages over a wide neighborhood, which makes the boundary smooth, almost linear.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the voting examples are named for both K, with their distances or ranks and labels.
# 1 point: small, because a large K averages over a neighborhood that is wider than the details of
# the boundary (bias and variance).
# ### END MARK SCHEME

# %% [markdown]
# ### Logistic regression
#
# Logistic regression is a single sigmoid unit: the probability of class 1 is the sigmoid of a
# score, β₀ + β₁x₁ + β₂x₂ + …, where β₀ is the **intercept**. To find the input for a given
# probability p, invert the sigmoid: p = 1 / (1 + e^(−score)) means e^(−score) = (1 − p) / p, so
#
# $$\text{score} = \log \frac{p}{1 - p},$$
#
# which is called the **log-odds** of p.
#
# **Worked example.** With one feature and β = (−3, 0.1), x = 20 has the score −3 + 2 = −1 and the
# probability 1 / (1 + e) = 0.269. The probability 0.75 has the log-odds log 3 = 1.099, so −3 + 0.1
# · x = 1.099, and x = 40.99.

# %%
picture = theory_figures.logistic_curve((-3, 0.1), (20, 40.99))
results.figure("part7_logistic", picture.figure, alt=picture.alt)

# %% task="theory.logistic_probability"
checks.grade("theory.logistic_probability")

# %% [markdown]
# The next function has two features, the hours of study and the GPA (the average grade). One of
# them is known, and you solve for the other.

# %% task="theory.hours_for_probability"
checks.grade("theory.hours_for_probability")

# %%
# %%attempt
questions.show("learning", student, "exam")

# %% [markdown]
# ### Leave-one-out cross-validation
#
# How good is a model on new data, if you have no data to spare? **Leave-one-out** omits one point,
# fits the model to all others, and measures the squared error at the omitted point. It does so for
# every point, and takes the mean.
#
# **Worked example.** The points are (0, 1), (1, 2) and (2, 6), and the model is the best constant,
# which is the mean. Without the first point it is 4, with an error of (1 − 4)² = 9; without the
# second 3.5, with (2 − 3.5)² = 2.25; without the third 1.5, with (6 − 1.5)² = 20.25. The mean is
# 10.5. The training error of the constant 3 is only (4 + 1 + 9) / 3 = 4.667.

# %%
picture = theory_figures.left_out_points((0, 1, 2), (1, 2, 6))
results.figure("part7_left_out", picture.figure, alt=picture.alt)

# %% [markdown]
# `loocv_mse` does this for a polynomial of any degree. `np.polyfit` fits one to points, and
# `np.polyval` evaluates it.

# %% task="theory.loocv_mse"
checks.grade("theory.loocv_mse")

# %% [markdown]
# An experiment: y = x − 2x² plus noise from N(0, 1), for 100 points with x from N(0, 1). Suppose
# that you don't know the formula. Which degree would you choose?

# %%
noisy = np.random.default_rng(7)
x = noisy.normal(size=100)
y = x - 2 * x**2 + noisy.normal(size=100)
picture = theory_figures.points_and_curve(x, y, lambda v: v - 2 * v**2, "x − 2x²")
results.figure("part7_loocv_points", picture.figure, alt=picture.alt)

# %% [markdown]
# The next cell computes the leave-one-out error of the degrees 1 to 4 with your function, and
# checks it with scikit-learn. Then it shuffles the points with another seed and repeats everything.
# For comparison, it does the same with ten folds of ten points each.

# %%
# %%attempt
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, LeaveOneOut, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from student_code import theory


def error_in_folds(x, y, degree, folds):
    powers = PolynomialFeatures(degree)
    fit = make_pipeline(powers, LinearRegression())
    scores = cross_val_score(fit, x[:, None], y, cv=folds, scoring="neg_mean_squared_error")
    return -scores.mean()


compared = {}
for degree in (1, 2, 3, 4):
    row = {}
    for seed in (1, 2):
        order = np.random.default_rng(seed).permutation(len(x))
        row[f"leave-one-out, seed {seed}"] = theory.loocv_mse(x[order], y[order], degree)
        folds = KFold(10, shuffle=True, random_state=seed)
        row[f"ten folds, seed {seed}"] = error_in_folds(x, y, degree, folds)
    row["leave-one-out, scikit-learn"] = error_in_folds(x, y, degree, LeaveOneOut())
    compared[f"degree {degree}"] = {name: float(error) for name, error in row.items()}

print(f"{'':<28}", *(f"{name:>10}" for name in compared))
for name in compared["degree 1"]:
    print(f"{name:<28}", *(f"{row[name]:>10.4f}" for row in compared.values()))
results.number("part7_loocv", compared)

# %% [markdown]
# **Question.** Which degree has the smallest leave-one-out error, and was that to be expected? Why
# are the errors of higher degrees only a little larger, while that of degree 1 is much larger?

# %% [markdown] question="which_degree_wins"
# ### BEGIN SOLUTION
# Degree 2, as expected: the points come from a polynomial of degree 2 plus noise, and an error near
# 1 is the variance of that noise. A straight line can't follow the parabola, so its error contains
# a large squared bias. Degrees 3 and 4 contain the parabola, so they have no bias; their additional
# coefficients only fit noise, which adds a little variance, and 100 points keep it small.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: degree 2, because the true function has degree 2 (the error is near the noise variance).
# 1 point: degree 1 has a large bias; degrees 3 and 4 have no bias and only slightly more variance.
# ### END MARK SCHEME

# %% [markdown]
# **Question.** The error with ten folds changes a little with the seed that shuffles the points;
# the leave-one-out error of a polynomial fit doesn't change at all. Why?

# %% [markdown] question="why_the_seed_does_not_matter"
# ### BEGIN SOLUTION
# With k folds, the seed decides which points share a fold, and therefore which models are fitted.
# With leave-one-out, every fold is a single point: there is only one way to do that, and shuffling
# changes only the order of the terms in the mean. A least-squares fit itself has no randomness.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: there is only one way to split N points into N folds, and the fit is deterministic.
# ### END MARK SCHEME

# %% [markdown]
# ### Learning rates that decay
#
# Large steps are useful at the start of training, and small ones at the end. A common **schedule**
# divides the initial rate α₀ by a number that grows with the iteration t, counted from 0: α₀ / (1 +
# decay · t).
#
# **Worked example.** With α₀ = 0.6 and a decay of 0.5, the rate at t = 4 is 0.6 / (1 + 2) = 0.2.

# %%
picture = theory_figures.rates_in_time(0.6, 0.5, marked=4)
results.figure("part7_rates", picture.figure, alt=picture.alt)

# %% task="theory.learning_rate_schedule"
checks.grade("theory.learning_rate_schedule")

# %%
# %%attempt
questions.show("learning", student, "learning_rate", "decay_curves")
picture = theory_figures.decay_curves(**questions.numbers("decay_curves", student))
results.figure("part7_decay_curves", picture.figure, alt=picture.alt)

# %% [markdown]
# ### Early stopping
#
# The validation error of a network falls at first and rises when the network starts to overfit. On
# the way, it also goes up and down by chance. The **generalization loss** of an epoch is the number
# of percent by which its validation error exceeds the lowest one so far:
#
# $$GL(t) = 100 \cdot \left( \frac{E(t)}{\min_{t' \le t} E(t')} - 1 \right)$$
#
# Training stops at the first epoch whose generalization loss exceeds a threshold.
#
# **Worked example.** The errors are 0.50, 0.40, 0.42, 0.36 and 0.45, from epoch 0 on. The lowest so
# far are 0.50, 0.40, 0.40, 0.36 and 0.36, so the losses are 0, 0, 5, 0 and 25 percent. A threshold
# of 4 percent stops at epoch 2. That is a **false alarm**, since the error reaches a new minimum
# later. A threshold of 20 percent stops at epoch 4.

# %%
picture = theory_figures.stopping_curve((0.50, 0.40, 0.42, 0.36, 0.45))
results.figure("part7_early_stopping", picture.figure, alt=picture.alt)

# %% task="theory.generalization_loss"
checks.grade("theory.generalization_loss")

# %% task="theory.early_stopping_epoch"
checks.grade("theory.early_stopping_epoch")

# %% [markdown]
# First with numbers, then with a curve. You can read the curve from the plot, and check your
# reading with `questions.numbers("stopping_curve", student)["errors"]`.

# %%
# %%attempt
questions.show("learning", student, "early_stopping", "stopping_curve")
picture = theory_figures.stopping_curve(**questions.numbers("stopping_curve", student))
results.figure("part7_stopping_curve", picture.figure, alt=picture.alt)

# %% [markdown]
# ### Labels from similar features
#
# A network turns an image into a vector of features. An image without a label can borrow one from
# labeled **sources** with similar features: a *pseudolabel*. Similar means that the vectors point
# in the same direction, whatever their lengths are. The **cosine similarity** is the dot product
# divided by both lengths: 1 for the same direction, 0 for a right angle, −1 for opposite vectors.
#
# **Worked example.** The feature is f = (3, 4), of length 5. For A = (4, 3): (12 + 12) / (5 · 5) =
# 0.96. For B = (0, 2): 8 / (5 · 2) = 0.8. For C = (−3, −1): −13 / (5 · 3.162) = −0.822. The order is
# A, B, C.
#
# A small part of the points is for ties: equally similar sources keep the order in which they are
# given.

# %%
sources = {"A": (4, 3), "B": (0, 2), "C": (-3, -1)}
picture = theory_figures.directions((3, 4), sources)
results.figure("part7_directions", picture.figure, alt=picture.alt)

# %% task="theory.nearest_pseudolabels"
checks.grade("theory.nearest_pseudolabels")

# %%
# %%attempt
questions.show("learning", student, "pseudolabels", "leave_one_out")

# %% [markdown]
# This check covers all numbered questions of the section. The letters of curves and marks are
# checked after you hand in.

# %% task="theory_answers.learning"
checks.grade("theory_answers.learning")

# %% [markdown]
# **What next**: look back at what you worked out.
#
# ## 6. What I learned
#
# *About 10 minutes.*

# %% [markdown]
# **Question.** Which result of this part surprised you, and which of your numbers or derivations
# convinced you? Name one thing in a network of another part that you understand better now, or that
# you would do differently.

# %% [markdown] question="learned_theory"
# ### BEGIN SOLUTION
# I expected the gradient of a softmax with cross-entropy to be complicated. In my derivation, the
# probabilities cancel and only prediction minus target remains, and my check with torch agreed. It
# also surprised me that two layers of 3 x 3 need fewer parameters than one of 5 x 5 and see as many
# pixels. In Part 2, I now understand why the loss takes logits: a softmax in front of it would bring
# back the small slopes of a saturated unit. I would count the parameters of a network before I
# train it, since the first fully connected layer held most of them.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: a result that surprised, with the number or derivation that convinced.
# 1 point: a connection to a network of another part, with a reason.
# ### END MARK SCHEME

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel and run all cells from top to bottom. Compare the student id at the top with
# yours: your answers are checked with its numbers. If you did this part last, look again at your
# report of Part 3, and say which of its curves show bias and which show variance.
