"""Hidden tests of `student_code.theory_answers`: answers are checked by formulas, not by hashes."""

import math
import os
from typing import Any

import numpy as np

from student_code import theory_answers
from toolbox import questions
from toolbox.checks import expect, task

# Answers need 3 decimal places, so half a unit of the third may be missing.
ROUNDED = 5.01e-4

TRUE_ONES = {"batch", "two_each", "bias_useless", "other_samples", "larger_rates", "constant"}


def answer(topic: str, question: str) -> tuple[Any, dict[str, Any]]:
    """Return the student's answer to a question, and the question's numbers."""
    said = theory_answers.student_id()
    student = os.environ.get("COURSE_STUDENT_ID") or said  # set by the grader
    given = getattr(theory_answers, topic)()
    called = f"{topic}()[{question!r}]"
    expect.true(question in given, called, expected="an answer", got="no answer")
    return given[question], questions.numbers(question, student)


def expression(topic: str, question: str, right: str, *names: str) -> None:
    """Check that the answer is equivalent to `right` in the symbols `names`."""
    given, _ = answer(topic, question)
    try:
        same = questions.equivalent(given, right, names)
    except ValueError as refused:
        given, same = str(refused), False
    expect.true(same, f"{topic}()[{question!r}]", expected="an equivalent expression", got=given)


@task("theory_answers.student_id")
def test_student_id_stays_the_same() -> None:
    """`student_id` returns the same id on every call."""
    first = theory_answers.student_id()
    expect.equal(theory_answers.student_id(), first, "student_id() twice")
    variant = questions.variant_of(first)
    expect.true(0 <= variant < questions.VARIANTS, "student_id()", expected="an id", got=first)


@task("theory_answers.losses")
def test_losses_by_formula() -> None:
    """The cross-entropies agree with their formulas."""
    given, n = answer("losses", "cross_entropy")
    right: Any = -math.log(n["prediction"][n["right"]])
    expect.close(given, right, "losses()['cross_entropy']", atol=ROUNDED)
    given, n = answer("losses", "binary_cross_entropy")
    y, p = np.array(n["labels"]), np.array(n["predictions"])
    right = -np.log(np.abs(1 - y - p)).mean()
    expect.close(given, right, "losses()['binary_cross_entropy']", atol=ROUNDED)
    given, n = answer("losses", "entropy_and_divergence")
    p, q = np.array(n["p"]), np.array(n["q"])
    right = -(p @ np.log(p)), p @ np.log(p / q), -(p @ np.log(q))
    expect.close(given, right, "losses()['entropy_and_divergence']", atol=ROUNDED)


@task("theory_answers.losses")
def test_penalty_by_formula() -> None:
    """The L2 penalty is correct in the loss and in the update step."""
    given, n = answer("losses", "l2_loss")
    right = n["loss"] + n["lam"] * np.square(n["weights"]).sum() / 2
    expect.close(given, right, "losses()['l2_loss']", atol=ROUNDED)
    expression("losses", "l2_update", "(1 - eta*lam)*w - eta*g", "w", "g", "eta", "lam")


@task("theory_answers.backpropagation")
def test_gradients_by_formula() -> None:
    """The expressions are equivalent to the correct ones, in whatever form they are written."""
    expression("backpropagation", "softmax_by_its_own_score", "yk - yk**2", "yk")
    expression("backpropagation", "softmax_by_another_score", "-(yi*yk)", "yk", "yi")
    expression("backpropagation", "loss_by_a_score", "yi - ti", "yi", "ti")
    names = ("eta", "t", "o", "x")
    expression("backpropagation", "delta_rule", "x*eta*(o - o**2)*(t - o)", *names)


@task("theory_answers.backpropagation")
def test_graphs_by_formula() -> None:
    """The five partial derivatives, the small expression and the shapes are correct."""
    given, _ = answer("backpropagation", "graph_partials")
    called = "backpropagation()['graph_partials']"
    expect.equal(len(given), 5, f"len({called})")
    wanted = ("e**y*e**z", "x", "e**(y + z)", "1", "x*e**y*e**z")
    for part, text in zip(given, wanted, strict=True):
        same = questions.equivalent(part, text, ("x", "y", "z"))
        expect.true(same, called, expected="equivalent expressions", got=part)
    given, n = answer("backpropagation", "small_expression")
    right: Any = n["b"] ** 2, 2 * n["a"] * n["b"] + n["c"], n["b"]
    # Small integers: any rounding is far below.
    expect.close(given, right, "backpropagation()['small_expression']", atol=1e-6)
    given, n = answer("backpropagation", "layer_shapes")
    sizes = [n["d_in"], n["d_hidden"], n["classes"], n["m"]]
    order = [(0, 3), (1, 0), (1, None), (1, 3), (2, 1), (2, None), (2, 3)]
    right = [(sizes[r], 1 if c is None else sizes[c]) for r, c in order]
    expect.equal([tuple(pair) for pair in given], right, "backpropagation()['layer_shapes']")


@task("theory_answers.architecture")
def test_nets_by_building_them() -> None:
    """Sizes and parameters are those of the layers that torch builds."""
    from torch import nn

    given, n = answer("architecture", "conv_net_parameters")
    (first, second), (k1, k2) = n["maps"], n["kernels"]
    side = [((s - k1 + 1) // 2 - k2 + 1) // 2 for s in n["size"]]
    layers: list[nn.Module] = [nn.Conv2d(n["channels"], first, k1), nn.Conv2d(first, second, k2)]
    layers.append(nn.Linear(second * side[0] * side[1], n["classes"]))
    counts = [sum(p.numel() for p in layer.parameters()) for layer in layers]
    called = "architecture()['conv_net_parameters']"
    expect.equal(list(given), [*counts, sum(counts)], called)
    given, n = answer("architecture", "lenet_first_layer")
    parameters = n["maps"] * (n["kernel"] ** 2 + 1)
    right: Any = (parameters, parameters * (n["size"] - n["kernel"] + 1) ** 2)
    expect.equal(tuple(given), right, "architecture()['lenet_first_layer']")
    given, n = answer("architecture", "lenet_c3")
    right = sum(maps + 25 * maps * seen for maps, seen in n["groups"])
    expect.equal(given, right, "architecture()['lenet_c3']")
    given, n = answer("architecture", "layer_size")
    reach = n["dilation"] * (n["kernel"] - 1)
    right = tuple(len(range(0, s + 2 * n["padding"] - reach, n["stride"])) for s in n["size"])
    expect.equal(tuple(given), right, "architecture()['layer_size']")


@task("theory_answers.architecture")
def test_vgg_row_by_row() -> None:
    """The table of VGG-16 is correct, row by row."""
    given, n = answer("architecture", "vgg16_table")
    maps, side, rows = 3, n["size"], []
    blocks = zip((2, 2, 3, 3, 3), (64, 128, 256, 512, 512), strict=True)
    for block, (count, width) in enumerate(blocks):
        for _ in range(count):
            rows.append((width * (side >> block) ** 2, width * (9 * maps + 1)))
            maps = width
    features = maps * (side >> 5) ** 2
    for units in (4096, 4096, n["classes"]):
        rows.append((units, units * (features + 1)))
        features = units
    expect.equal([tuple(row) for row in given], rows, "architecture()['vgg16_table']")


@task("theory_answers.architecture")
def test_costs_by_formula() -> None:
    """The operations of inception blocks and stacks, and a receptive field, are correct."""
    given, n = answer("architecture", "inception_naive")
    (one, three, five), c, places = n["out"], n["in_channels"], math.prod(n["size"])
    right: Any = one + three + five + c, places * c * (one + 9 * three + 25 * five)
    expect.equal(tuple(given), right, "architecture()['inception_naive']")
    given, n = answer("architecture", "inception_reduced")
    a, b, d = n["reduced"]
    operations = c * (one + a + b + d) + 9 * a * three + 25 * b * five
    right = one + three + five + d, places * operations
    expect.equal(tuple(given), right, "architecture()['inception_reduced']")
    given, n = answer("architecture", "stacks_of_seven")
    squares, depths = (49, 34, 34, 27, 35), (1, 2, 2, 3, 3)
    weights = [n["channels"] ** 2 * s for s in squares]
    parameters = [w + n["channels"] * d for w, d in zip(weights, depths, strict=True)]
    right = [(p, w * math.prod(n["size"])) for p, w in zip(parameters, weights, strict=True)]
    expect.equal([tuple(row) for row in given], right, "architecture()['stacks_of_seven']")
    given, n = answer("architecture", "receptive_field")
    field = 1
    for kernel, stride in reversed(n["layers"]):
        field = stride * (field - 1) + kernel
    expect.equal(given, field, "architecture()['receptive_field']")


@task("theory_answers.batchnorm")
def test_statements() -> None:
    """The six true-or-false answers are correct."""
    given, n = answer("batchnorm", "true_or_false")
    right = [name in TRUE_ONES for name in n["statements"]]
    expect.equal([bool(part) for part in given], right, "batchnorm()['true_or_false']")


@task("theory_answers.batchnorm")
def test_normalisation_by_formula() -> None:
    """The normalized values and the parameters agree with their formulas."""
    given, n = answer("batchnorm", "normalised_batch")
    x = np.array(n["x"], dtype=float)
    right = n["gamma"] * (x - x.mean()) / x.std() + n["beta"]
    expect.close(given, right, "batchnorm()['normalised_batch']", atol=ROUNDED)
    given, n = answer("batchnorm", "normalised_in_test")
    right = n["gamma"] * (n["x"] - n["mean"]) / math.sqrt(n["var"] + n["eps"]) + n["beta"]
    expect.close(given, right, "batchnorm()['normalised_in_test']", atol=ROUNDED)
    given, n = answer("batchnorm", "batch_of_one")
    expect.close(given, n["beta"], "batchnorm()['batch_of_one']", atol=ROUNDED)
    given, n = answer("batchnorm", "dense_and_norm")
    right = n["outputs"] * (n["inputs"] + 2)
    expect.equal(given, right, "batchnorm()['dense_and_norm']")


@task("theory_answers.learning")
def test_five_curves_are_told_apart() -> None:
    """All five curves have the right letter."""
    given, n = answer("learning", "five_curves")
    expect.equal([str(g).upper() for g in given], n["letters"], "learning()['five_curves']")


@task("theory_answers.learning")
def test_decays_are_told_apart() -> None:
    """All four decay curves have the right letter."""
    given, n = answer("learning", "decay_curves")
    expect.equal([str(g).upper() for g in given], n["letters"], "learning()['decay_curves']")


@task("theory_answers.learning")
def test_early_stopping_and_rates_by_formula() -> None:
    """Epochs, rates, probabilities and hours agree with their formulas."""
    given, n = answer("learning", "early_stopping")
    best, losses = math.inf, []
    for error in n["errors"]:
        best = min(best, error)
        losses.append(100 * (error - best) / best)
    stops = [next((i for i, v in enumerate(losses) if v > t), None) for t in n["thresholds"]]
    expect.equal(list(given), stops, "learning()['early_stopping']")
    given, n = answer("learning", "learning_rate")
    right = n["initial"] / (1 + n["decay"] * n["iteration"])
    expect.close(given, right, "learning()['learning_rate']", atol=ROUNDED / 10)
    given, n = answer("learning", "exam")
    b0, b1, b2 = n["beta"]
    score = b0 + b1 * n["hours"] + b2 * n["gpa"]
    hours = (math.log(n["wanted"] / (1 - n["wanted"])) - b0 - b2 * n["gpa"]) / b1
    expect.equal(len(given), 2, "len(learning()['exam'])")
    called = "learning()['exam']"
    expect.close(given[0], 1 / (1 + math.exp(-score)), called + "[0]", atol=ROUNDED)
    expect.close(given[1], hours, called + "[1]", atol=10 * ROUNDED)


@task("theory_answers.learning")
def test_neighbours_and_fits_by_formula() -> None:
    """Neighbors, similar sources and leave-one-out errors agree with their definitions."""
    given, n = answer("learning", "neighbours")
    away = [math.dist(point, n["asked"]) for point in n["points"]]
    near = [n["labels"][i] for i in sorted(range(len(away)), key=away.__getitem__)]
    right = [max(set(near[:k]), key=near[:k].count) for k in (1, 3, 5)]
    expect.equal([str(g).strip().lower() for g in given], right, "learning()['neighbours']")
    given, n = answer("learning", "pseudolabels")
    cosine = {m: np.dot(v, n["feature"]) / math.hypot(*v) for m, v in n["sources"].items()}
    ranked = "".join(sorted(cosine, key=cosine.__getitem__, reverse=True)[:3])
    said = "".join(filter(str.isalpha, str(given))).upper()
    expect.equal(said, ranked, "learning()['pseudolabels']")
    given, n = answer("learning", "leave_one_out")
    x, y = np.array(n["x"], dtype=float), np.array(n["y"], dtype=float)
    rights = []
    for degree in (0, 1):
        design = np.vander(x, degree + 1)
        hat = design @ np.linalg.pinv(design)
        rights.append(np.mean(((y - hat @ y) / (1 - np.diag(hat))) ** 2))
    expect.close(given, rights, "learning()['leave_one_out']", atol=10 * ROUNDED)
