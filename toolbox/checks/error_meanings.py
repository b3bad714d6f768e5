"""Say in one sentence what an error means, with the sizes that its message names."""

from __future__ import annotations

import re

# Of the errors that beginners meet most.
OF_TYPES = {
    "NameError": "A name is used before it is defined, or it is misspelled.",
    "AttributeError": "The object has no such attribute: is the name misspelled or not set yet?",
    "TypeError": "A value has the wrong type, or a call has the wrong number of arguments.",
    "IndexError": "An index is out of range for the list, array or tensor.",
    "KeyError": "The dictionary does not contain this key.",
    "ZeroDivisionError": "The code divides by zero: think of empty or constant input.",
    "RecursionError": "A function calls itself without ever stopping.",
    "MemoryError": "The code needs more memory than is available.",
    "UnboundLocalError": "A variable is read before it is set, on at least one path.",
    "SystemExit": "exit() ends the whole program: use return to leave a function.",
}
# Of messages of torch and NumPy, which raise the same type for everything.
OF_MESSAGES = {
    r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)": (
        r"The first matrix has \1 columns, but the second one \2 rows. If this is a linear layer: "
        r"it gets \1 numbers for each example, but expects \2."
    ),
    r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) .* dimension (\d+)": (
        r"Two tensors are combined element by element, but in dimension \3 they have different "
        r"sizes, \1 and \2."
    ),
    r"operands could not be broadcast together with shapes (\(.*?\)) (\(.*?\))": (
        r"Two arrays are combined element by element, but their shapes \1 and \2 do not fit."
    ),
    r"shape '(\[.*?\])' is invalid for input of size (\d+)": (
        r"Number of values: \2 in total, and the shape \1 does not fit."
    ),
    r"cannot reshape array of size (\d+) into shape (\(.*?\))": (
        r"Number of values: \1 in total, and the shape \2 does not fit."
    ),
    r"to have (\d+) channels, but got (\d+) channels": (
        r"A convolution expects \1 channels, but gets \2."
    ),
    r"Kernel size can't be greater than actual input size": (
        "The image or feature map is already smaller than the kernel of this layer."
    ),
    r"does not require grad and does not have a grad_fn": (
        "The loss does not depend on anything that requires a gradient. Was it detached, turned "
        "into a number, or computed without gradients?"
    ),
    r"a leaf Variable that requires grad is being used in an in-place operation": (
        "A tensor that gets a gradient is changed in place. Compute a new one: x = x * y instead "
        "of x *= y. An update of weights belongs into torch.no_grad()."
    ),
    r"Trying to backward through the graph a second time": (
        "backward() was called twice on the same computation. Does each step compute a new loss?"
    ),
    r"could not infer output dtype. Input dtype must be either a floating point": (
        "This operation is not defined for integers. Which step turns them into floats?"
    ),
    r"size mismatch \(got input: \[(.*?)\] , target: \[(.*?)\]": (
        r"The scores have the size \1, and the labels \2: every label needs scores at its place."
    ),
    r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)": (
        r"There are scores for \1 examples, but labels for \2."
    ),
    r"must have the same dtype, but got (\w+) and (\w+)": (
        r"Two tensors with different dtypes are combined: \1 and \2."
    ),
    r"truth value of an array|Boolean value of Tensor with more than one value": (
        "A condition must be one True or False, but here it has a value for each element."
    ),
}


def meaning(error: BaseException) -> str:
    """Return a sentence that explains the error, or "" if there is none for it."""
    try:
        text = str(error)
    except BaseException:  # the __str__ of a student's error may raise anything
        return ""
    for pattern, sentence in OF_MESSAGES.items():
        if found := re.search(pattern, text):
            return found.expand(sentence)
    return OF_TYPES.get(type(error).__name__, "")
