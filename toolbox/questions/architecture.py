"""Questions on architectures."""

from __future__ import annotations

from toolbox.questions.answer_forms import Row, Whole
from toolbox.questions.question import NumberedQuestion, Numbers, table
from toolbox.questions.variant import Draw

VGG16_BLOCKS = (2, 2, 3, 3, 3)  # number of convolutions before each pooling
VGG16_LAYERS = (
    *(f"conv{b + 1}_{i + 1}" for b, count in enumerate(VGG16_BLOCKS) for i in range(count)),
    *("fc6", "fc7", "fc8"),
)
STACKS = ([7], [5, 3], [3, 5], [3, 3, 3], [3, 1, 5])


def _layer(draw: Draw) -> Numbers:
    while True:
        height, width = draw.sample(range(20, 60), 2)
        kernel, stride = draw.choice([3, 5, 7]), draw.choice([2, 3])
        padding, dilation = draw.integer(1, 3), draw.choice([1, 2])
        rest = [(n + 2 * padding - dilation * (kernel - 1) - 1) % stride for n in (height, width)]
        # If the stride divides evenly, rounding down and up give the same size; if the remainder is
        # large, padding on one side and on both sides do.
        if all(rest) and padding > min(rest):
            return {"size": (height, width), "kernel": kernel, "stride": stride} | {
                "padding": padding,
                "dilation": dilation,
            }


def _layer_words(n: Numbers) -> str:
    return (
        f"A convolution with kernel {n['kernel']}, stride {n['stride']}, padding {n['padding']} "
        f"and dilation {n['dilation']} is applied to a map of {n['size'][0]} x {n['size'][1]}. "
        "What is the size of its output?"
    )


def _conv_net(draw: Draw) -> Numbers:
    kernels = draw.sample([3, 5, 7], 2)
    # Chosen backwards, so that both poolings divide evenly and no pixels are lost.
    last = [draw.integer(2, 5), draw.integer(6, 8)]
    size = tuple((2 * n + kernels[1] - 1) * 2 + kernels[0] - 1 for n in last)
    maps = [draw.choice([6, 8, 10, 12]), draw.choice([16, 20, 24])]
    return {"size": size, "channels": draw.choice([1, 3]), "kernels": kernels} | {
        "maps": maps,
        "classes": draw.integer(4, 15),
    }


def _conv_net_words(n: Numbers) -> str:
    (first, second), (k1, k2) = n["maps"], n["kernels"]
    return (
        f"An image of {n['channels']} x {n['size'][0]} x {n['size'][1]} passes through a "
        f"convolution to {first} maps (kernel {k1}), 2 x 2 pooling, a convolution to {second} maps "
        f"(kernel {k2}), 2 x 2 pooling, and a fully connected layer to {n['classes']} classes. The "
        "convolutions have stride 1 and no padding; all layers have biases. How many parameters "
        "does each layer learn, and how many are there in total?"
    )


def vgg16_numbers(draw: Draw) -> Numbers:
    """Draw the size of the image and the number of classes."""
    # Not 224, since tables for that size are easy to find.
    return {"size": 32 * draw.choice([2, 3, 4, 5, 6, 8, 9]), "classes": draw.integer(5, 200)}


def _vgg_words(n: Numbers) -> str:
    return (
        f"VGG-16 takes an image of 3 x {n['size']} x {n['size']} and ends in {n['classes']} "
        "classes. All its convolutions are 3 x 3 with padding 1; conv1_2, conv2_2, conv3_3, "
        "conv4_3 and conv5_3 are followed by 2 x 2 pooling; fc6 and fc7 have 4,096 units. For each "
        "layer with weights, give the number of activations it outputs (before any pooling) and "
        "the number of its parameters, including biases."
    )


def _lenet_first(draw: Draw) -> Numbers:
    return {
        "size": draw.integer(24, 40),
        "maps": draw.integer(4, 10),
        "kernel": draw.choice([3, 5]),
    }


def _lenet_first_words(n: Numbers) -> str:
    return (
        f"The first layer of a network like LeNet-5 computes {n['maps']} maps from a gray image of "
        f"{n['size']} x {n['size']} with a kernel of {n['kernel']} and no padding. How many "
        "parameters does it learn, and how many connections (to pixels and to the bias, counted "
        "at every position) does it have?"
    )


def _lenet_c3(draw: Draw) -> Numbers:
    inputs = sorted(draw.sample([2, 3, 4, 5, 6], 3))
    return {"groups": [(draw.integer(2, 8), seen) for seen in inputs], "kernel": 5}


def _lenet_c3_words(n: Numbers) -> str:
    groups = table(["maps", "each sees"], [[maps, f"{seen} inputs"] for maps, seen in n["groups"]])
    return (
        "A layer like LeNet-5's second convolution has three groups of maps. How many parameters "
        f"does it learn, with {n['kernel']} x {n['kernel']} kernels and one bias per map?" + groups
    )


def _inception(draw: Draw) -> Numbers:
    return {
        "in_channels": draw.choice([160, 192, 224, 256]),
        "out": (draw.choice([48, 64, 80]), draw.choice([96, 112, 128]), draw.choice([24, 32, 40])),
        "reduced": (draw.choice([16, 24, 36]), draw.choice([12, 18, 20]), draw.choice([30, 34])),
        "size": tuple(draw.sample(range(12, 30), 2)),
    }


def _inception_words(n: Numbers, reduced: bool) -> str:
    one, three, five = n["out"]
    to_three, to_five, pooled = n["reduced"]
    shape = f"{n['in_channels']} x {n['size'][0]} x {n['size'][1]}"
    naive = (
        f"An inception block passes {shape} to four branches: 1 x 1 to {one} maps; 3 x 3 to "
        f"{three}; 5 x 5 to {five}; 3 x 3 max pooling. All keep the size."
    )
    reduction = (
        f" Now 1 x 1 convolutions reduce the maps: to {to_three} before the 3 x 3, to {to_five} "
        f"before the 5 x 5, and to {pooled} after the pooling."
    )
    asked = " How many maps does it output, and how many multiply-accumulates does it need?"
    return naive + (reduction if reduced else "") + asked


def _stacks(draw: Draw) -> Numbers:
    return {"channels": draw.integer(8, 64), "size": tuple(draw.sample(range(10, 60), 2))}


def _stacks_words(n: Numbers) -> str:
    stacks = ", ".join(str(stack) for stack in STACKS)
    return (
        f"Five stacks of kernels each see 7 x 7 pixels: {stacks}. Every layer maps "
        f"{n['channels']} channels to {n['channels']} channels of {n['size'][0]} x {n['size'][1]} "
        "(stride 1, padded, with biases). Give the parameters and the multiply-accumulates of each "
        "stack."
    )


def _field(draw: Draw) -> Numbers:
    while True:
        kernels = [draw.choice([2, 3, 5, 7]) for _ in range(4)]
        strides = [draw.choice([1, 2, 2, 3]) for _ in range(4)]
        # Two strides before the last layer, other than 2 and 2, distinguish products from sums.
        early = [s for s in strides[:3] if s > 1]
        if len(early) >= 2 and sum(early) not in (4,) and strides[:2] != [1, 1]:
            return {"layers": list(zip(kernels, strides, strict=True))}


def _field_words(n: Numbers) -> str:
    layers = table(
        ["layer", "kernel", "stride"], [[i + 1, *layer] for i, layer in enumerate(n["layers"])]
    )
    return (
        "How many pixels, along one side, does one output of these layers see? The first layer "
        "is the closest to the image." + layers
    )


COST = Row(("parameters", "multiply-accumulates"))
QUESTIONS = (
    NumberedQuestion(
        "layer_size", "architecture", _layer, _layer_words, (Row(("height", "width")),)
    ),
    NumberedQuestion(
        "conv_net_parameters",
        "architecture",
        _conv_net,
        _conv_net_words,
        (Whole(),) * 4,
        ("conv1", "conv2", "fc", "total"),
    ),
    NumberedQuestion(
        "vgg16_table",
        "architecture",
        vgg16_numbers,
        _vgg_words,
        (Row(("activations", "parameters")),) * len(VGG16_LAYERS),
        VGG16_LAYERS,
    ),
    NumberedQuestion(
        "lenet_first_layer",
        "architecture",
        _lenet_first,
        _lenet_first_words,
        (Whole(), Whole()),
        ("parameters", "connections"),
    ),
    NumberedQuestion("lenet_c3", "architecture", _lenet_c3, _lenet_c3_words, (Whole(),)),
    NumberedQuestion(
        "inception_naive",
        "architecture",
        _inception,
        lambda n: _inception_words(n, reduced=False),
        (Whole(), Whole()),
        ("maps", "multiply-accumulates"),
        numbers_of="inception",
    ),
    NumberedQuestion(
        "inception_reduced",
        "architecture",
        _inception,
        lambda n: _inception_words(n, reduced=True),
        (Whole(), Whole()),
        ("maps", "multiply-accumulates"),
        numbers_of="inception",
    ),
    NumberedQuestion(
        "stacks_of_seven",
        "architecture",
        _stacks,
        _stacks_words,
        (COST,) * len(STACKS),
        tuple(str(stack) for stack in STACKS),
    ),
    NumberedQuestion("receptive_field", "architecture", _field, _field_words, (Whole(),)),
)
