"""Questions on a computational graph of vectors, and on the gradients of its inputs."""

from __future__ import annotations

from toolbox.questions.answer_forms import LetterSet, Number
from toolbox.questions.question import NumberedQuestion, Numbers, no_numbers
from toolbox.questions.variant import Draw

LENGTH = 4
NODES = ("a", "b", "c", "y")


def _vectors(draw: Draw) -> Numbers:
    while True:
        tenths = draw.sample(range(1, 11), LENGTH - 1)
        # One exponent is 0, as a power of 0 has no derivative by its base.
        tenths.insert(draw.integer(0, LENGTH - 1), 0)
        z = [draw.integer(-1, 2) for _ in tenths]
        left, right = draw.integer(7, 20), draw.integer(3, 5)
        bases = [t + 10 * (left % right + shift) for t, shift in zip(tenths, z, strict=True)]
        # The logarithm of a base must exist, and differ from 0.
        if all(5 <= base <= 40 and base != 10 for base in bases) and len(set(bases)) == LENGTH:
            return {
                "x": [t / 10 for t in tenths],
                "z": z,
                "modulo": (left, right),
                "power": draw.integer(2, 4),
                "factor": draw.integer(2, 6),
                "shift": draw.integer(1, 9),
            }


def formulas(n: Numbers) -> tuple[str, ...]:
    """Return the four steps of the graph, as Python would write them."""
    left, right = n["modulo"]
    return (
        f"a = x + {left} % {right} + z",
        f"b = a ** ({n['power']} * x)",
        f"c = {n['factor']} * (b + {n['shift']})",
        "y = mean(c)",
    )


def _vectors_words(n: Numbers) -> str:
    steps = "; ".join(f"`{step}`" for step in formulas(n))
    return (
        f"For x = {n['x']} and z = {n['z']}, the steps are {steps}. All but the mean work element "
        "by element. Compute by hand, backward along the graph, the gradient of y by each element "
        "of x and of z. (Torch checks them below.)"
    )


QUESTIONS = (
    NumberedQuestion(
        "graph_of_the_vectors",
        "backpropagation",
        no_numbers,
        lambda n: (
            "The next question has the steps a = x + (a constant) + z, b = a ** (a constant · x), "
            "c = (a constant) · (b + a constant), y = mean(c). Draw the graph: for each of a, b, "
            "c and y, name the variables from which an arrow leads to it. Constants get no arrow."
        ),
        (LetterSet("xzabc"),) * len(NODES),
        NODES,
    ),
    NumberedQuestion(
        "vector_gradients",
        "backpropagation",
        _vectors,
        _vectors_words,
        (Number(),) * (2 * LENGTH),
        tuple(f"{name}.grad[{i}]" for name in "xz" for i in range(LENGTH)),
    ),
)
