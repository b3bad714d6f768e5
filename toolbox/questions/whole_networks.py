"""Questions on the parameters of complete networks: VGG-16 and a relative of LeNet-5."""

from __future__ import annotations

from toolbox.questions.answer_forms import Option, Row, Whole
from toolbox.questions.architecture import VGG16_BLOCKS, vgg16_numbers
from toolbox.questions.question import NumberedQuestion, Numbers
from toolbox.questions.variant import Draw

KINDS = ("convolution", "subsampling", "fully connected")
FULL_ROWS = (
    *(
        row
        for block, count in enumerate(VGG16_BLOCKS, start=1)
        for row in [*(f"conv{block}_{i + 1}" for i in range(count)), f"pool{block}"]
    ),
    *("fc6", "fc7", "fc8", "total"),
)


def _vgg_words(n: Numbers) -> str:
    return (
        f"For the VGG-16 of the question before (3 x {n['size']} x {n['size']} pixels, "
        f"{n['classes']} classes), write the complete table, with a row for each of the five "
        "poolings as well. For each row, give the number of activations it outputs, and the "
        "number of its weights **without** biases; the last row contains the sums of both columns."
    )


def _lenet(draw: Draw) -> Numbers:
    return {
        "maps": (draw.integer(4, 8), draw.integer(12, 20), draw.integer(80, 140)),
        "units": draw.choice([60, 84, 100, 300, 400, 500, 600]),
        "classes": draw.integer(5, 20),
    }


def _lenet_words(n: Numbers) -> str:
    c1, c3, c5 = n["maps"]
    return (
        f"A relative of LeNet-5 takes a gray image of 32 x 32. C1: {c1} maps; S2: subsampling; "
        f"C3: {c3} maps, each connected to all maps of S2; S4: subsampling; C5: {c5} maps; "
        f"F6: {n['units']} units; output: {n['classes']} units. The convolutions C1, C3 and C5 "
        "have kernels of 5 x 5, stride 1, no padding, and biases. Each map of S2 and S4 averages "
        "2 x 2 values, multiplies the average by one learned number and adds another. F6 and the "
        "output are fully connected, with biases. How many parameters do the three kinds of "
        "layers learn, if you count C5 as a convolution? Which kind learns the most if you go by "
        "the names of the layers, and which if you count C5 by its effect on an image of this size?"
    )


QUESTIONS = (
    NumberedQuestion(
        "vgg16_full_table",
        "architecture",
        vgg16_numbers,
        _vgg_words,
        (Row(("activations", "weights")),) * len(FULL_ROWS),
        FULL_ROWS,
        numbers_of="vgg16_table",
    ),
    NumberedQuestion(
        "lenet_layers",
        "architecture",
        _lenet,
        _lenet_words,
        (Whole(), Whole(), Whole(), Option(KINDS), Option(KINDS)),
        (*KINDS, "most by name", "most by effect"),
    ),
)
