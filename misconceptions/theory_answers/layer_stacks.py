"""Wrong answers to the questions about stacks that see equally many pixels."""

from __future__ import annotations

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code.theory import stack_cost
from student_code.theory_answers import architecture as right_architecture

SUMS = {11: (3, 3, 5), 13: (3, 3, 7), 15: (5, 5, 5), 17: (5, 5, 7), 19: (5, 7, 7)}


@wrong(
    "theory_answers.architecture",
    looks_like="the strides are ignored, so operations are ordered like parameters",
    hints=(
        "After a stride of 2, a layer has a quarter of the positions.",
        "At how many positions is each kernel applied?",
    ),
)
def stacks_compared__no_strides() -> Answers:
    right = right_architecture()
    most, fewest, _, _ = right["stacks_compared"]
    return {**right, "stacks_compared": (most, fewest, most, fewest)}


@wrong(
    "theory_answers.architecture",
    looks_like="most and fewest are swapped",
    hints=("The order is reversed.", "Which end of your sorted list is the largest cost?"),
)
def stacks_compared__swapped() -> Answers:
    right = right_architecture()
    most, fewest, slowest, fastest = right["stacks_compared"]
    return {**right, "stacks_compared": (fewest, most, fastest, slowest)}


@wrong(
    "theory_answers.architecture",
    looks_like="the cost of a stack is given instead of its letter",
    hints=(
        "The answer is a letter, not a number.",
        "Which letter does this stack have in the table?",
    ),
)
def stacks_compared__costs() -> Answers:
    numbers, right = given("stacks_compared"), right_architecture()
    places = ["ABCDE".index(letter) for letter in right["stacks_compared"]]
    kernels = [[kernel for kernel, _ in numbers["stacks"][place]] for place in places]
    costs = [
        stack_cost(kernels[i], numbers["channels"], *numbers["size"])[i // 2] for i in range(4)
    ]
    return {**right, "stacks_compared": tuple(costs)}


@wrong(
    "theory_answers.architecture",
    looks_like="the kernel sizes are added up",
    hints=(
        "The first layer already sees a kernel of pixels; each later layer adds less.",
        "How many pixels do two layers of 3 x 3 see?",
    ),
)
def own_stacks__kernels_added() -> Answers:
    right = right_architecture()
    first = [(kernel, 1) for kernel in SUMS[given("own_stacks")["field"]]]
    return {**right, "own_stacks": [first, *right["own_stacks"][1:]]}


@wrong(
    "theory_answers.architecture",
    looks_like="the same layers in another order are counted as another stack",
    hints=(
        "Two of the stacks have the same layers.",
        "Do [5, 3] and [3, 5] differ in what they cost?",
    ),
)
def own_stacks__reordered() -> Answers:
    right = right_architecture()
    four = right["own_stacks"][:4]
    mixed = next(stack for stack in four if len(set(stack)) > 1)
    return {**right, "own_stacks": [*four, mixed[::-1]]}


@wrong(
    "theory_answers.architecture",
    looks_like="a layer of stride 2 is used as if it had stride 1",
    hints=(
        "After a stride, each later kernel reaches further.",
        "By how much does a kernel of 3 extend the receptive field after a stride of 2?",
    ),
)
def own_stacks__stride_ignored() -> Answers:
    right = right_architecture()
    stacks = [list(stack) for stack in right["own_stacks"]]
    place = next(i for i, stack in enumerate(stacks) if len(stack) > 1)
    stacks[place][0] = (stacks[place][0][0], 2)
    return {**right, "own_stacks": stacks}
