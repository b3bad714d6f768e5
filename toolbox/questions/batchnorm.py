"""Questions on batch normalization."""

from __future__ import annotations

from toolbox.questions.answer_forms import Number, Option, Whole
from toolbox.questions.question import NumberedQuestion, Numbers
from toolbox.questions.variant import Draw

# Each variant asks six of these; only the instructor's files say which are true.
STATEMENTS = {
    "batch": "In training, each feature is normalized with the statistics of the current batch.",
    "test_batch": "At test time, each feature is normalized with the statistics of the test batch.",
    "two_each": "Batch norm learns two numbers for each feature.",
    "not_descent": "Gamma and beta are computed from the batch, not learned by gradient descent.",
    "bias_useless": "Right before batch norm, a layer's bias has no effect on the output.",
    "always_standard": "The output of batch norm always has mean 0 and variance 1.",
    "other_samples": "In training, a sample's output depends on the other samples in its batch.",
    "batch_of_one": "A dense layer's batch norm trains just as well with batches of one sample.",
    "larger_rates": "With batch norm, a network often tolerates larger learning rates.",
    "per_pixel": "After a convolution, batch norm keeps a mean and a variance for every pixel.",
    "constant": "Epsilon keeps the division safe if a feature is constant over the batch.",
    "backprop_statistics": "The running mean and variance are learned by backpropagation.",
}


def _column(draw: Draw) -> Numbers:
    while True:
        x = [draw.integer(-9, 9) for _ in range(4)]
        variance = 4 * sum(v * v for v in x) - sum(x) ** 2  # times 16
        # With a variance near 1, a missing square root would not show.
        if len(set(x)) == 4 and variance > 4 * 16 and all(4 * v != sum(x) for v in x):
            gamma, beta = draw.choice([0.5, 1.5, 2.0, 3.0]), draw.choice([-2.0, -1.0, 1.0, 2.0])
            return {"x": x, "gamma": gamma, "beta": beta}


def _column_words(n: Numbers) -> str:
    return (
        f"In training, one feature of a batch of four is {n['x']}; gamma = {n['gamma']}, "
        f"beta = {n['beta']}, epsilon = 0. What is the output of batch norm?"
    )


def _running(draw: Draw) -> Numbers:
    while True:
        mean, x = draw.integer(-20, 20), draw.integer(-60, 60)  # in tenths
        if abs(x - mean) > 10 and mean != 0:
            var, eps = draw.decimal(30, 90, 10), draw.choice([0.5, 1.0])
            gamma, beta = draw.choice([0.5, 1.5, 2.0, 3.0]), draw.choice([-2.0, -1.0, 1.0, 2.0])
            return {"x": x / 10, "mean": mean / 10, "var": var, "eps": eps} | {
                "gamma": gamma,
                "beta": beta,
            }


def _running_words(n: Numbers) -> str:
    return (
        f"At test time, a feature is {n['x']}; the running mean is {n['mean']}, the running "
        f"variance {n['var']}, epsilon = {n['eps']}, gamma = {n['gamma']}, beta = {n['beta']}. "
        "What is the output?"
    )


def _lonely(draw: Draw) -> Numbers:
    x = draw.choice([-1, 1]) * draw.decimal(31, 80, 10)
    gamma, beta = draw.choice([0.5, 1.5, 2.0, 3.0]), draw.choice([-1, 1]) * draw.decimal(2, 29, 10)
    return {"x": x, "gamma": gamma, "beta": beta, "eps": 0.01}


def _lonely_words(n: Numbers) -> str:
    return (
        f"In training, a batch of one sample has the feature {n['x']}; gamma = {n['gamma']}, "
        f"beta = {n['beta']}, epsilon = {n['eps']}. What is the output?"
    )


def _dense(draw: Draw) -> Numbers:
    inputs, outputs = draw.sample(range(20, 300), 2)
    return {"inputs": inputs, "outputs": outputs}


def _dense_words(n: Numbers) -> str:
    return (
        f"A dense layer without bias maps {n['inputs']} features to {n['outputs']}; batch norm "
        "follows. How many parameters do the two layers learn together?"
    )


def _statements(draw: Draw) -> Numbers:
    return {"statements": draw.sample(list(STATEMENTS), 6)}


def _statements_words(n: Numbers) -> str:
    listed = "\n".join(f"{i + 1}. {STATEMENTS[name]}" for i, name in enumerate(n["statements"]))
    return f"True or false?\n\n{listed}"


QUESTIONS = (
    NumberedQuestion(
        "normalised_batch",
        "batchnorm",
        _column,
        _column_words,
        (Number(),) * 4,
        ("1st", "2nd", "3rd", "4th"),
    ),
    NumberedQuestion("normalised_in_test", "batchnorm", _running, _running_words, (Number(),)),
    NumberedQuestion("batch_of_one", "batchnorm", _lonely, _lonely_words, (Number(),)),
    NumberedQuestion("dense_and_norm", "batchnorm", _dense, _dense_words, (Whole(),)),
    NumberedQuestion(
        "true_or_false",
        "batchnorm",
        _statements,
        _statements_words,
        (Option((True, False)),) * 6,
        tuple("123456"),
        told_at_once=False,
    ),
)
