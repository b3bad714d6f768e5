"""Correct answers in other forms: rounded, as arrays or lists, rearranged, or built with SymPy."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import sympy

from misconceptions.catalogue import right
from student_code.theory_answers import architecture as right_architecture
from student_code.theory_answers import backpropagation as right_backpropagation
from student_code.theory_answers import batchnorm as right_batchnorm
from student_code.theory_answers import learning as right_learning
from student_code.theory_answers import losses as right_losses
from student_code.theory_answers import student_id
from toolbox import questions

Answers = dict[str, Any]


@right("theory_answers.student_id")
def student_id__in_capitals() -> str:
    return (os.environ.get("COURSE_STUDENT_ID") or "reference").upper()


@right("theory_answers.student_id")
def student_id__with_spaces() -> str:
    return f" {os.environ.get('COURSE_STUDENT_ID') or 'reference'} "


def rounded(value: Any, digits: int) -> Any:
    """Round the numbers exactly as far as the question asks."""
    if isinstance(value, (tuple, list)):
        return [rounded(part, digits) for part in value]
    return round(value, digits) if isinstance(value, float) else value


@right("theory_answers.losses")
def losses__rounded() -> Answers:
    expanded = "w - eta*g - eta*lam*w"
    return {**{k: rounded(v, 3) for k, v in right_losses().items()}, "l2_update": expanded}


@right("theory_answers.losses")
def losses__through_numpy_and_sympy() -> Answers:
    w, g, eta, lam = sympy.symbols("w g eta lam", positive=True)
    step = sympy.factor(w * (1 - eta * lam) - eta * g)
    arrays = {k: np.array(v) for k, v in right_losses().items() if k != "l2_update"}
    return {**arrays, "l2_update": step}


@right("theory_answers.backpropagation")
def backpropagation__rearranged() -> Answers:
    texts = {
        "softmax_by_its_own_score": "yk - yk^2",
        "softmax_by_another_score": "(-yi) * yk",
        "loss_by_a_score": "-(ti - yi)",
        "delta_rule": "x*o*eta*(1-o)*t - x*o**2*eta*(1-o)",
        "graph_partials": ["e**(y+z)", "x", "exp(z)*exp(y)", "1", "x*e^y*e^z"],
        "graph_of_the_vectors": ["z, x", "a x", "B", "c"],
    }
    right_ones = right_backpropagation()
    shapes = [list(pair) for pair in right_ones["layer_shapes"]]
    return {**right_ones, **texts, "layer_shapes": shapes}


@right("theory_answers.backpropagation")
def backpropagation__derived_by_sympy() -> Answers:
    x, y, z = sympy.symbols("x y z", real=True)
    graph = x * sympy.exp(y + z)
    power = sympy.exp(y + z)
    o, t, eta, inputs = sympy.symbols("o t eta x")
    partials = (sympy.diff(graph, x), x, power, sympy.Integer(1), sympy.diff(graph, y))
    delta = sympy.diff(-((t - o) ** 2) / 2, o) * o * (1 - o) * eta * inputs
    small = np.array(right_backpropagation()["small_expression"], dtype=float)
    gradients = np.round(right_backpropagation()["vector_gradients"], 3)
    answers = {"graph_partials": partials, "delta_rule": delta, "small_expression": small}
    answers["vector_gradients"] = gradients
    return {**right_backpropagation(), **answers}


@right("theory_answers.architecture")
def architecture__as_lists_of_floats() -> Answers:
    table = np.array(right_architecture()["vgg16_table"], dtype=np.int64)
    return {**right_architecture(), "vgg16_table": table, "lenet_c3": float(_lenet())}


def _lenet() -> int:
    return right_architecture()["lenet_c3"]


@right("theory_answers.architecture")
def architecture__as_arrays() -> Answers:
    found = right_architecture()
    mixed = {"lenet_layers", "stacks_compared", "own_stacks"}
    arrays = {k: np.array(v) for k, v in found.items() if k not in mixed}
    return {**found, **arrays}


@right("theory_answers.architecture")
def architecture__other_stacks() -> Answers:
    found = right_architecture()
    small_kernels = [3] * ((questions.numbers("own_stacks", student_id())["field"] - 1) // 2)
    stacks = [small_kernels, *([list(layer) for layer in s] for s in found["own_stacks"][:4])]
    letters = [letter.lower() for letter in found["stacks_compared"]]
    *counts, by_name, by_effect = found["lenet_layers"]
    kinds = (by_name.upper(), f" {by_effect} ")
    return {
        **found,
        "own_stacks": stacks,
        "stacks_compared": letters,
        "lenet_layers": [*counts, *kinds],
    }


@right("theory_answers.batchnorm")
def batchnorm__rounded() -> Answers:
    return {k: rounded(v, 3) for k, v in right_batchnorm().items()}


@right("theory_answers.batchnorm")
def batchnorm__as_arrays() -> Answers:
    truths = list(right_batchnorm()["true_or_false"])
    return {k: np.array(v) for k, v in right_batchnorm().items()} | {"true_or_false": truths}


@right("theory_answers.learning")
def learning__rounded() -> Answers:
    found = right_learning()
    probability, hours = found["exam"]
    return {
        **found,
        "exam": (round(probability, 3), round(hours, 2)),
        "learning_rate": round(found["learning_rate"], 4),
        "leave_one_out": rounded(found["leave_one_out"], 2),
        "five_curves": [letter.lower() for letter in found["five_curves"]],
        "stopping_curve": [letter.lower() for letter in found["stopping_curve"]],
        "three_features": rounded(found["three_features"], 3),
    }


@right("theory_answers.learning")
def learning__spelled_otherwise() -> Answers:
    found = right_learning()
    return {
        **found,
        "pseudolabels": ", ".join(found["pseudolabels"].lower()),
        "neighbours": [name.capitalize() + " " for name in found["neighbours"]],
        "exam": np.array(found["exam"], dtype=np.float32),
    }


@right("theory_answers.bias_variance_sketch")
def sketch__of_five_heights() -> dict[str, Any]:
    return {
        "noise": [1, 1, 1, 1, 1],
        "squared bias": [4, 2, 1, 0.5, 0],
        "variance": [0, 0.2, 0.6, 2, 5],
        "training error": [5, 2.5, 1.5, 0.6, 0],
        "test error": [5, 3.2, 2.6, 3.5, 6],
    }


@right("theory_answers.bias_variance_sketch")
def sketch__as_arrays() -> dict[str, Any]:
    x = np.linspace(1, 3, 40)
    noise, bias, variance = np.full(40, 0.1), 1 / x**4, 0.05 * (x - 1) ** 3 + 0.05 * x
    training = 1.1 / x**3
    return {
        "test error": noise + bias + variance,
        "training error": training,
        "variance": variance,
        "squared bias": bias,
        "noise": noise,
    }
