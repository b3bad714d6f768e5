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
# # Part 8: Reading a model's mistakes
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/your-organisation/vision-course/blob/main/notebooks/part8_analysis.ipynb)
#
# **You will learn** what an accuracy hides: which classes a network confuses, how confident it is
# when it is wrong, which metric answers which question, and how mistakes tell you what to improve
# next.
#
# **Time needed**: a little over two hours. You use the networks that you trained in Parts 2, 3 and
# 4. If their weights are missing, short training runs replace them, which takes about a minute.
#
# **You need** from Part 2 `SimpleNet`, `get_optimizer`, `train_epoch` and `evaluate`, from Part 3
# `SimpleNetDropout`, and from Part 4 `MyAlexNet`. Without them, the checks work, and the cells that
# use the three networks say what is missing. When your work is graded, the course's own module
# replaces a module of an earlier part that fails its tests, so a mistake there costs no points
# here.
#
# **Common pitfalls**
# - Rows are true classes, columns are predicted classes, as in scikit-learn, torchmetrics and
#   TensorFlow. Other texts swap the two, so label the axes, and read the labels first.
# - Study mistakes on the **validation** images. If you study the mistakes on the test set, sooner
#   or later you use what you learned, and then it is no longer a held-out test set. Use it once, at
#   the end.
# - A mean over classes and a mean over images are different metrics.

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

    colab.prepare(root, "part8_analysis", keep_on_drive=KEEP_ON_DRIVE)

import matplotlib.pyplot as plt
import numpy as np
import torch

from toolbox import checks, data, notebook, plots, results

notebook.setup("part8_analysis")

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
# ## 1. Three networks
#
# *About 10 minutes.*
#
# You compare SimpleNet from Part 2, the network with dropout and augmentation
# from Part 3, and the fine-tuned AlexNet from Part 4. Their weights are loaded from
# `results/checkpoints`, where the runs `part2_simplenet`, `part3_both` and `part4_alexnet` saved
# them. If a run is missing or no longer fits your class, the network is trained again for a few
# epochs. Each line below tells you which of the two happened.

# %%
# %%attempt
from student_code.my_alexnet import MyAlexNet
from student_code.optimizer import get_optimizer
from student_code.simple_net import SimpleNet
from student_code.simple_net_dropout import SimpleNetDropout
from toolbox.models.backbones import load_backbone
from toolbox.training.checkpoints import CheckpointError, load_weights
from toolbox.training.trainer import choose_device, fit, weights_file

images = {split: data.scenes(split) for split in ("train", "validation")}
mean, std = data.pixel_statistics(images["train"])
classes = images["train"].classes
source = images["train"].provenance.label.rpartition(",")[0]
is_real = images["train"].provenance.origin == "real"
backbone = load_backbone("alexnet", "course")
device = choose_device()

OWN = {"mean": mean, "std": std}
BACKBONES = {"mean": backbone.mean[:1], "std": backbone.std[:1]}
MILD = data.Augment(flip=0.5, shift=3, brightness=0.1, contrast=0.1)
ADAM = {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-4}


def trained(name, run, network, normal, epochs, augment=None):
    """Load the weights of an earlier run into the network, or train it for a few epochs."""
    try:
        load_weights(weights_file(run), network)
        print(f"{name}: loaded the weights of the run {run}")
    except CheckpointError:
        fit(
            network,
            data.Batches(images["train"], 32, shuffle=True, augment=augment, **normal),
            data.Batches(images["validation"], 256, **normal),
            optimizer=get_optimizer(network, ADAM),
            epochs=epochs,
            name=f"part8_{run}",
        )
        print(f"{name}: trained now for {epochs} epochs, because no run {run} fits the network")
    return network.to(device).eval()


torch.manual_seed(0)
networks = {
    "SimpleNet": (
        trained("SimpleNet", "part2_simplenet", SimpleNet(len(classes)), OWN, 8),
        OWN,
    ),
    "with dropout": (
        trained("with dropout", "part3_both", SimpleNetDropout(len(classes)), OWN, 12, MILD),
        OWN,
    ),
    "fine-tuned": (
        trained(
            "fine-tuned",
            "part4_alexnet",
            MyAlexNet(len(classes), backbone=backbone.model),
            BACKBONES,
            3,
        ),
        BACKBONES,
    ),
}

# %% [markdown]
# **Next**: you turn networks and images into tables of predictions.
#
# ## 2. Their predictions
#
# *About 15 minutes.*
#
# Everything below is based on three things: the true class, the predicted
# class, and the predicted probabilities. Write `predict` in `student_code/analysis.py`.

# %% task="analysis.predict"
checks.grade("analysis.predict")

# %%
# %%attempt
from student_code.analysis import predict

found = {
    name: predict(network, data.Batches(images["validation"], 256, **normal), device)
    for name, (network, normal) in networks.items()
}
for name, said in found.items():
    right = (said["y_true"] == said["y_pred"]).double().mean()
    sure = said["y_prob"].max(dim=1).values.mean()
    print(f"{name:<13} accuracy {right:.3f} on {len(said['y_true'])} images, confidence {sure:.3f}")

# %% [markdown]
# **Next**: you count which classes are confused with which.
#
# ## 3. Confusion matrices
#
# *About 20 minutes.*
#
# Write `generate_confusion_matrix`. With `normalize`, each row is divided by
# the number of images of its class: entry (i, j) answers "of all images that *belong to* class i,
# what fraction was predicted as class j?", and the diagonal contains the recalls. Dividing the
# columns would answer a different question, the one about precision: "of all images that were
# *predicted* as class j, what fraction belongs to class i?"
#
# A small part of the points is for labels that can't be counted: a label out of range, or lists of
# different lengths, raise a `ValueError`.

# %% task="analysis.generate_confusion_matrix"
checks.grade("analysis.generate_confusion_matrix")

# %%
# %%attempt
from sklearn.metrics import confusion_matrix

from student_code.analysis import generate_confusion_matrix

truth, guesses = [0, 0, 0, 1, 2], [1, 1, 0, 1, 0]
print("your matrix\n", generate_confusion_matrix(truth, guesses, 3))
print("scikit-learn's\n", confusion_matrix(truth, guesses))

# %% [markdown]
# The two agree: three images of class 0 are in the first row. Now the three networks:

# %%
# %%attempt
counts, shares = {}, {}
for name, said in found.items():
    both = said["y_true"], said["y_pred"], len(classes)
    counts[name] = generate_confusion_matrix(*both)
    shares[name] = generate_confusion_matrix(*both, normalize=True)
picture = plots.confusion_matrices(
    shares, classes, source=f"{source}, validation", title="Confusion matrices"
)
results.figure("part8_confusion", picture.figure, alt=picture.alt)

# %% [markdown]
# Look at the entries *off* the diagonal. Which mistakes do all three networks share? They tell you
# something about the classes. Which mistakes does only one network make? They tell you something
# about that network.
#
# **Next**: a matrix with 225 entries is too much for a comparison, so you summarize it.
#
# ## 4. One number, or several?
#
# *About 25 minutes.*
#
# For one class, let TP (true positives) be the number of images of the class
# that were recognized, FP (false positives) the number of images of other classes that were
# predicted as this class, and FN (false negatives) the number of images of the class that were
# predicted as another class.
#
# $$\text{precision} = \frac{TP}{TP + FP} \qquad \text{recall} = \frac{TP}{TP + FN} \qquad
# F_1 = \frac{2}{1/\text{precision} + 1/\text{recall}}$$
#
# Precision matters if acting on a false alarm is expensive, recall if missing a case is. The
# **macro** metrics are plain means over the classes: a rare class counts as much as a frequent one.
# Macro recall is also called balanced accuracy. Write `accuracy_precision_recall_f1`.

# %% task="analysis.accuracy_precision_recall_f1"
checks.grade("analysis.accuracy_precision_recall_f1")

# %% [markdown]
# To see why the difference matters, think of a test for a disease that affects one person in a
# hundred, and a "network" that predicts that everyone is healthy:

# %%
# %%attempt
from student_code.analysis import accuracy_precision_recall_f1

lazy = accuracy_precision_recall_f1(np.array([[990, 0], [10, 0]]))
for key in ("accuracy", "macro_precision", "macro_recall", "macro_f1"):
    print(f"{key:<16} {lazy[key]:.3f}")

# %% [markdown]
# Now evaluate the three networks. **Top-3** is the fraction of images whose true class is among the
# three most probable classes. It is the relevant metric if a person chooses from a list.

# %%
# %%attempt
from toolbox.analysis.metrics import reliability, top_k_accuracy

figures = {name: accuracy_precision_recall_f1(matrix) for name, matrix in counts.items()}
keys = ("accuracy", "macro_precision", "macro_recall", "macro_f1")
scores = {}
print(" " * 13, *(f"{key.replace('macro_', 'macro '):>16}" for key in keys), f"{'top-3':>8}")
for name, row in figures.items():
    top = top_k_accuracy(found[name]["y_true"], found[name]["y_prob"], 3)
    print(f"{name:<13}", *(f"{row[key]:>16.3f}" for key in keys), f"{top:>8.3f}")
    error = reliability(found[name]["y_true"], found[name]["y_prob"]).error
    scores[name] = {**{key: float(row[key]) for key in keys}, "top_3": top, "calibration_error": error}
results.number("part8_scores", scores, data=images["validation"], device=str(device))

best = max(figures, key=lambda name: figures[name]["macro_f1"])
print(f"\nmetrics for each class, {best}:")
print(f"{'':<14}{'images':>7}{'precision':>11}{'recall':>8}{'F1':>7}")
for place in np.argsort(figures[best]["f1"]):
    row = [figures[best][key][place] for key in ("precision", "recall", "f1")]
    print(f"{classes[place]:<14}{counts[best][place].sum():>7}{row[0]:>11.2f}{row[1]:>8.2f}{row[2]:>7.2f}")

# %% [markdown]
# **Question.** Which of these metrics would you report for this task, and why? Find a class in your
# table whose precision and recall are far apart, and explain what that tells you about the network.
# For which use of the network would you look at a different metric first?

# %% [markdown] question="which_metric"
# ### BEGIN SOLUTION
# The classes of the validation set differ in size (some are more than twice as large as others),
# and no class matters more than another. I would therefore report macro F1, or balanced accuracy,
# next to the accuracy: a small class that is never recognized hardly affects the accuracy, but it
# does affect the mean over classes. A class with high recall and low precision is one that the
# network predicts too readily: it recognizes nearly all of its images, but also assigns images of
# other classes to it. A class with low recall and high precision is one that the network predicts
# only when it is confident. For an album that suggests names from a list, top-3 is the right
# metric; for a filter that deletes what it finds, precision; for a search that must miss nothing,
# recall.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: a metric is chosen with a reason that refers to class sizes or to equal importance.
# 1 point: a class from the student's own table whose precision and recall differ, and what it means
# (predicted too readily, or too rarely).
# 1 point: a use for which another metric comes first, with the reason.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: besides its answers, a network reports how confident it is in them.
#
# ## 5. Does the network know how reliable it is?
#
# *About 15 minutes.*
#
# If a network predicts a class with a probability of 70% a hundred times, it
# should be right about seventy times. Then it is **calibrated**. The plots below group the
# predictions by confidence. Bars that reach the dashed diagonal are well calibrated; if they are
# below it, the network is overconfident, and if they are above it, the network is underconfident.
# The **calibration error** is the mean distance from the diagonal, where each bin is weighted by
# its number of images.

# %%
# %%attempt
bins = {name: reliability(said["y_true"], said["y_prob"]) for name, said in found.items()}
picture = plots.calibration(
    bins, source=f"{source}, validation", title="Confidence and accuracy"
)
results.figure("part8_calibration", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Which of your networks is overconfident, and which is closest to the diagonal? Why
# does a network that has memorized its training images become overconfident? What happens to the
# accuracy if you divide all logits by 2 before the softmax, and what happens to the calibration?

# %% [markdown] question="sure_and_wrong"
# ### BEGIN SOLUTION
# SimpleNet is overconfident: its bars are below the diagonal, and most of its predictions have a
# probability above 90% but are right less often. On the training images its answers are already
# right, so the loss can only fall further if these answers become more confident. The logits
# therefore grow, and on new images the mistakes come with equally large logits. With dropout and
# augmentation, the training images are never fully memorized, and the probabilities stay closer to
# the observed frequencies. The same is true for a single new layer on fixed features. Dividing all
# logits by 2 keeps their order, so the accuracy stays exactly the same. The probabilities become
# less extreme, and an overconfident network becomes better calibrated (this is called temperature
# scaling; the divisor is chosen on the validation images).
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: the networks are compared by their bars and errors, with the student's own numbers.
# 1 point: overfitting: the loss on memorized images falls because the logits grow, so mistakes are
# confident.
# 1 point: accuracy unchanged, because the order is; probabilities less extreme.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: you look at the mistakes themselves.
#
# ## 6. The most confused pairs
#
# *About 10 minutes.*
#
# Write `most_confused`.
#
# A small part of the points is for ties: equally frequent pairs come in the order of their classes,
# so that two people with the same matrix get the same list.

# %% task="analysis.most_confused"
checks.grade("analysis.most_confused")

# %%
# %%attempt
from student_code.analysis import most_confused

for name, matrix in counts.items():
    print(name)
    for truth, guess, times in most_confused(matrix, 4):
        of_class = matrix[truth].sum()
        print(f"    {times:>3.0f} of {of_class} {classes[truth]} predicted as {classes[guess]}")

# %% [markdown]
# Numbers tell you how often classes are confused, and pictures can tell you why. For the three most
# frequent confusions of the best network, the next cell shows confused images, the most confident
# mistakes first. Next to them it shows correctly classified images of the class that was predicted.

# %%
# %%attempt
said, shown, titles = found[best], [], []
for truth, guess, _ in most_confused(counts[best], 3):
    sure = said["y_prob"][:, guess]
    confused = (said["y_true"] == truth) & (said["y_pred"] == guess)
    right = (said["y_true"] == guess) & (said["y_pred"] == guess)
    for chosen, name in ((confused, f"true: {classes[truth]}"), (right, f"true: {classes[guess]}")):
        places = chosen.nonzero().flatten()
        places = places[sure[places].argsort(descending=True, stable=True)][:3]
        shown += [images["validation"].images[place] for place in places]
        titles += [f"{name}\n{float(sure[place]):.0%} {classes[guess]}" for place in places]
        missing = 3 - len(places)
        shown += [torch.full_like(images["validation"].images[0], 255)] * missing
        titles += ["\n"] * missing
picture = plots.image_grid(
    shown,
    titles,
    source=f"{source}, validation",
    title=f"{best}: confused images (left), the predicted class (right)",
)
results.figure("part8_confused_pairs", picture.figure, alt=picture.alt)

# %% [markdown]
# **Next**: from frequent mistakes to confident ones.
#
# ## 7. Confident and wrong
#
# *About 20 minutes.*
#
# A hesitant mistake can be bad luck. A confident mistake shows what the network
# has really learned. Write `misclassified`.

# %% task="analysis.misclassified"
checks.grade("analysis.misclassified")

# %% [markdown]
# Why was the network so confident? There is a simple way to find out: cover a patch of the image
# with gray, and see how the predicted probability changes. Where it drops (blue), the pixels
# supported the wrong class; where it rises (orange), they spoke against it.

# %%
# %%attempt
from student_code.analysis import misclassified
from toolbox.analysis.occlusion import occlusion_map

network, normal = networks[best]
shown, maps, titles = [], [], []
for place in misclassified(said, 6):
    x, _ = next(iter(data.Batches(images["validation"].subset([place], "validation"), 1, **normal)))
    guess, truth = int(said["y_pred"][place]), int(said["y_true"][place])
    maps.append(occlusion_map(network, x[0].to(device), guess))
    shown.append(images["validation"].images[place])
    titles.append(f"true: {classes[truth]}\n{said['y_prob'][place, guess]:.0%} {classes[guess]}")
    own = float(said["y_prob"][place, truth])
    rank = int((said["y_prob"][place] >= own).sum())
    print(f"{classes[truth]:<13} predicted as {classes[guess]:<13} true class: rank {rank}, {own:.1%}")
picture = plots.explained(
    shown,
    maps,
    titles,
    source=f"{source}, validation",
    title=f"{best}: its most confident mistakes, and which pixels supported them",
)
results.figure("part8_certain_mistakes", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** Choose two of the most confused pairs and two of the confident mistakes. For each,
# describe what you see in the images that explains it: what do the two classes have in common, what
# is lost at 64 x 64 pixels in gray, and is any of the labels doubtful? Is "a predicted as b" as
# frequent as "b predicted as a", and what does that tell you?

# %% [markdown] question="why_confused"
# ### BEGIN SOLUTION
# Coast and open country both show a wide sky over flat land with a horizon; what distinguishes
# them, the color and texture of water, is hardly visible in small gray images. Bedroom and living
# room (also kitchen and office) are rooms with the same walls, windows and furniture; the bed or
# the sofa is only a few pixels large. Tall building, street and inside city all have façades with
# rows of windows, and some images could have either label: whether a photograph of houses along a
# road is a street or the inside of a city is a matter of taste. For the confident mistakes, the map
# is blue on what the two classes have in common (the sky and the horizon, the windows), and orange
# on the object that would decide. If one direction is frequent and the other rare, the network has
# a preference: the class with more images, or with more variety, attracts the doubtful images of
# both.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point per pair (2 in all): what the classes have in common, or what is lost, as seen in the
# images.
# 1 point: confident mistakes are explained with the map: what supported the wrong class.
# 1 point: asymmetry: a preferred class, its size or variety; or doubtful labels are named.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: one measurement that you did not use for any decision.
#
# ## 8. The test set, once
#
# *About 15 minutes.*
#
# You have made all decisions. Now evaluate the network that was best on the
# validation set, and only that one, on the test set. Report this result, whatever it is.

# %%
# %%attempt
test = data.scenes("test")
final = predict(network, data.Batches(test, 256, **normal), device)
matrix = generate_confusion_matrix(final["y_true"], final["y_pred"], len(classes))
row = accuracy_precision_recall_f1(matrix)
row["top_3"] = top_k_accuracy(final["y_true"], final["y_prob"], 3)
row["calibration_error"] = reliability(final["y_true"], final["y_prob"]).error
once = {key: float(row[key]) for key in (*keys, "top_3", "calibration_error")}
# The standard error of an accuracy measured on n images is sqrt(accuracy (1 - accuracy) / n).
error = np.sqrt(once["accuracy"] * (1 - once["accuracy"]) / len(test))
results.number("part8_test", once, data=test, seed=0, device=str(device), note=f"network: {best}")
print(f"{best} on {len(test)} test images ({test.provenance.label}):")
for key, value in once.items():
    print(f"    {key.replace('_', ' '):<18} {value:.3f}" + (f" ± {error:.3f}" if key == "accuracy" else ""))

# %% [markdown]
# The mistakes above were picked because they are frequent or confident. To see what is *usual*,
# pick test images at random, six that are right and six that are wrong. The bars below each image
# show the five most probable classes, the true class in blue. You only look at them: after this,
# nothing about the network changes.

# %%
# %%attempt
right = final["y_true"] == final["y_pred"]
chance = torch.Generator().manual_seed(7)  # another seed picks other images
for chosen, name in ((right, "right"), (~right, "wrong")):
    places = chosen.nonzero().flatten()
    places = places[torch.randperm(len(places), generator=chance)[:6]].tolist()
    picture = plots.probability_bars(
        [test.images[place] for place in places],
        final["y_true"][places],
        final["y_prob"][places],
        classes,
        source=test.provenance.label,
        title=f"{best}: test images picked at random, of those that are {name}",
    )
    results.figure(f"part8_random_{name}", picture.figure, alt=picture.alt)

# %% [markdown]
# **Question.** What could improve the network? Name three changes. For each, explain which of the
# mistakes above it would address, what it costs, and how you would find out whether it helped: on
# which images, with which metric, and how large a difference would convince you.

# %% [markdown] question="what_could_improve"
# ### BEGIN SOLUTION
# (1) Larger images, or color images: coast and open country differ in the color and texture of
# water, and the bed in a room would be larger than a few pixels. The cost is a few times the
# computation, and this data set has no color. (2) Fine-tuning more layers of the network, with a
# small learning rate and augmentation: the features of the last convolutions would adapt to
# furniture and façades. The cost is training time, and overfitting has to be monitored. (3) More
# images of the classes with low recall, or a review of the labels on which two people would
# disagree: the cost is human work. Temperature scaling would improve the calibration at no cost,
# but would not correct any mistake. Each change is compared on the validation images with several
# seeds, by macro F1 and by the entries of the confused pair itself. With 443 images, one standard
# error of an accuracy is about 0.02, so a difference of one point with one seed is not convincing;
# three points that hold over three seeds are. The test set is not used for this.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point per change (3 in all): it addresses a mistake that was observed, and its cost is named.
# 1 point: measured on validation, compared with noise (standard error or several seeds), test set
# not used.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: look back before you do all of this on your own in Part 9.
#
# ## 9. What I learned
#
# *About 5 minutes.*

# %% [markdown]
# **Question.** What did the mistakes of your networks teach you that their
# accuracies did not? Name one plot or table that changed your opinion of a network and explain how,
# and one question about its mistakes that you could not answer.

# %% [markdown] question="learned_analysis"
# ### BEGIN SOLUTION
# By accuracy alone, I would have called SimpleNet "a bit worse". The calibration plot changed my
# opinion: its wrong answers are as confident as its right ones, so I could not use its
# probabilities to decide when to ask a person. The confusion matrix showed me that all networks
# confuse the same pairs, so a better network alone would not solve the problem. I could not find
# out whether some of the confident mistakes are wrong labels: for that, a second person would have
# to label these images without knowing the first label.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 1 point: a plot or table from the student's notebook that changed an opinion, and how.
# 1 point: an open question that follows from the work.
# ### END MARK SCHEME

# %% [markdown]
# **Next**: in Part 9, you do all of this for another data set, and you write most of the code.
#
# ## Before you hand in
#
# Restart the kernel and run all cells from top to bottom. The test set was used once: if you change
# a network now, don't choose by that result.
