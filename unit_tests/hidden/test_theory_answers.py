"""Hidden tests of `student_code.theory_answers`: answers are checked by formulas, not by hashes."""

import math
import os
from typing import Any

import numpy as np

from student_code import theory_answers
from toolbox import questions
from toolbox.checks import expect, task
from toolbox.questions.expressions import equivalent

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
        same = equivalent(given, right, names)
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
        same = equivalent(part, text, ("x", "y", "z"))
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


@task("theory_answers.backpropagation")
def test_vectors_by_autograd() -> None:
    """The arrows are those of the formulas, and the gradients those that torch computes."""
    import torch

    given, _ = answer("backpropagation", "graph_of_the_vectors")
    arrows = [sorted(set(filter(str.isalpha, str(part).lower()))) for part in given]
    called = "backpropagation()['graph_of_the_vectors']"
    expect.equal(arrows, [["x", "z"], ["a", "x"], ["b"], ["c"]], called)
    given, n = answer("backpropagation", "vector_gradients")
    x = torch.tensor(n["x"], dtype=torch.float64, requires_grad=True)
    z = torch.tensor(n["z"], dtype=torch.float64, requires_grad=True)
    a = x + n["modulo"][0] % n["modulo"][1] + z
    (n["factor"] * (a ** (n["power"] * x) + n["shift"])).mean().backward()
    assert x.grad is not None
    assert z.grad is not None
    right = torch.cat([x.grad, z.grad]).numpy()
    expect.close(given, right, "backpropagation()['vector_gradients']", atol=ROUNDED)


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
def test_whole_networks_by_building_them() -> None:
    """The complete table of VGG-16 and the kinds of LeNet's layers are those of torch's layers."""
    from torch import nn

    given, n = answer("architecture", "vgg16_full_table")
    maps, side, rows = 3, n["size"], []
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layer = nn.Conv2d(maps, width, 3, device="meta")
            rows.append((width * side * side, layer.weight.numel()))
            maps = width
        side //= 2
        rows.append((width * side * side, 0))
    features = maps * side * side
    for units in (4096, 4096, n["classes"]):
        rows.append((units, nn.Linear(features, units, device="meta").weight.numel()))
        features = units
    rows.append((sum(a for a, _ in rows), sum(w for _, w in rows)))
    expect.equal([tuple(row) for row in given], rows, "architecture()['vgg16_full_table']")
    given, n = answer("architecture", "lenet_layers")
    first, second, third = n["maps"]
    sizes = ((1, first), (first, second), (second, third))
    convolutions = [nn.Conv2d(a, b, 5) for a, b in sizes]
    dense = [nn.Linear(third, n["units"]), nn.Linear(n["units"], n["classes"])]
    c1, c3, c5, f6, out = (sum(p.numel() for p in m.parameters()) for m in convolutions + dense)
    by_name = "convolution" if c1 + c3 + c5 > f6 + out else "fully connected"
    right = [c1 + c3 + c5, 2 * (first + second), f6 + out, by_name, "fully connected"]
    found = [v.strip().lower() if isinstance(v, str) else v for v in given]
    expect.equal(found, right, "architecture()['lenet_layers']")


@task("theory_answers.architecture")
def test_compared_stacks_by_formula() -> None:
    """The cheapest and the most expensive stacks are named."""
    given, n = answer("architecture", "stacks_compared")
    c, (height, width) = n["channels"], n["size"]
    parameters, operations = [], []
    for stack in n["stacks"]:
        shrunk = np.cumprod([stride for _, stride in stack])
        weights = [kernel**2 * c**2 for kernel, _ in stack]
        pairs = zip(weights, shrunk, strict=True)
        parameters.append(sum(weights) + c * len(stack))
        operations.append(sum(w * (height // s) * (width // s) for w, s in pairs))
    ends = [(p.index(max(p)), p.index(min(p))) for p in (parameters, operations)]
    right = ["ABCDE"[i] for pair in ends for i in pair]
    found = [str(part).strip().upper() for part in given]
    expect.equal(found, right, "architecture()['stacks_compared']")


@task("theory_answers.architecture")
def test_own_stacks_by_formula() -> None:
    """Five different stacks have the given receptive field."""
    given, n = answer("architecture", "own_stacks")
    expect.equal(len(given), 5, "len(architecture()['own_stacks'])")
    called, seen = "architecture()['own_stacks']", []
    for stack in given:
        layers = [tuple(p) if isinstance(p, (tuple, list)) else (p, 1) for p in stack]
        good = all(k in (3, 5, 7) and s in (1, 2) for k, s in layers) and layers[-1][1] == 1
        said = "kernels 3, 5, 7; strides 1, 2; last stride 1"
        expect.true(good, called, expected=said, got=str(layers))
        field = 1
        for kernel, stride in reversed(layers):
            field = stride * (field - 1) + kernel
        expect.equal(field, n["field"], f"the receptive field of {layers}")
        seen.append(sorted(layers))
    different = [stack for i, stack in enumerate(seen) if stack not in seen[:i]]
    expect.equal(len(different), 5, "the number of different stacks")


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
def test_marks_are_told_apart() -> None:
    """All four epochs have the right mark."""
    given, n = answer("learning", "stopping_curve")
    errors, marks, (low, high) = n["errors"], n["marks"], n["thresholds"]
    lowest = [min(errors[: i + 1]) for i in range(len(errors))]
    over = [100 * (e - b) / b for e, b in zip(errors, lowest, strict=True)]
    stops = [next(i for i, v in enumerate(over) if v > t) for t in (low, high)]
    final = lowest.index(lowest[-1])
    late = next(i for i, v in enumerate(over) if v > low and i > final)
    right = ["ABCDEF"[marks.index(epoch)] for epoch in (*stops, late, final)]
    found = [str(part).strip().upper() for part in given]
    expect.equal(found, right, "learning()['stopping_curve']")


@task("theory_answers.learning")
def test_three_features_by_formula() -> None:
    """Six distances and two labels agree with their definitions."""
    given, n = answer("learning", "three_features")
    away = [math.dist(point, n["asked"]) for point in n["points"]]
    near = [n["labels"][i] for i in sorted(range(6), key=away.__getitem__)]
    votes = [near[0], max(near[:3], key=near[:3].count)]
    expect.equal(len(given), 8, "len(learning()['three_features'])")
    distances, labels = list(given)[:6], [str(v).strip().lower() for v in list(given)[6:]]
    called = "learning()['three_features']"
    expect.close([float(d) for d in distances], away, called, atol=ROUNDED)
    expect.equal(labels, votes, called)


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


def sketched() -> dict[str, np.ndarray]:
    """Return the curves of the student's sketch."""
    sketch = theory_answers.bias_variance_sketch()
    names = ["noise", "squared bias", "test error", "training error", "variance"]
    expect.equal(sorted(sketch), names, "sorted(bias_variance_sketch())")
    lengths = {len(curve) for curve in sketch.values()}
    expect.equal(len(lengths), 1, "the number of different lengths of the five curves")
    return {name: np.asarray(curve, dtype=float) for name, curve in sketch.items()}


@task("theory_answers.bias_variance_sketch")
def test_sketch_of_the_three_parts() -> None:
    """The noise is constant, the squared bias falls, and the variance rises."""
    curves = sketched()
    noise, bias, variance = (curves[name] for name in ("noise", "squared bias", "variance"))
    # A sketch by hand may wobble by 5 percent of its height.
    flat = np.ptp(noise) <= 0.05 * noise.max()
    expect.true(flat, "the noise in your sketch", expected="a constant", got=noise)
    falls = np.diff(bias).max() <= 0.05 * bias.max() and bias[-1] < bias[0] / 2
    expect.true(falls, "the squared bias in your sketch", expected="a falling curve", got=bias)
    rises = np.diff(variance).min() >= -0.05 * variance.max() and variance[0] < variance[-1] / 2
    expect.true(rises, "the variance in your sketch", expected="a rising curve", got=variance)


@task("theory_answers.bias_variance_sketch")
def test_sketch_of_the_two_errors() -> None:
    """The test error falls, turns above the noise and rises; the training error keeps falling."""
    curves = sketched()
    noise, train, test = (curves[name] for name in ("noise", "training error", "test error"))
    lowest, clear = int(np.argmin(test)), 0.05 * test.max()
    turns = min(test[0], test[-1]) > test[lowest] + clear and 0 < lowest < len(test) - 1
    expect.true(turns, "the test error in your sketch", expected="it falls and rises", got=test)
    called = "the test error in your sketch"
    expect.true((test >= noise).all(), called, expected="it stays above the noise", got=test)
    falls = np.diff(train).max() <= 0.05 * train.max() and train[-1] < train[0] / 2
    expect.true(falls, "the training error in your sketch", expected="it falls", got=train)
    below = train[-1] < noise.min() and (train <= test + clear).all()
    said = "it stays below the test error, and ends below the noise"
    expect.true(below, "the training error in your sketch", expected=said, got=train)
