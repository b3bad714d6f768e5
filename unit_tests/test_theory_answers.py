"""Public tests of `student_code.theory_answers`: every answer is checked with your own numbers."""

import os

import numpy as np

from student_code import theory_answers
from toolbox import questions
from toolbox.checks import expect, task


def check(topic: str, question: str) -> None:
    """Check that the answer to `question` is given, well-formed and, if told at once, correct."""
    student = theory_answers.student_id()
    expect.true(
        isinstance(student, str) and student.strip() != "",
        "student_id()",
        expected="your student id as a string",
        got=student,
    )
    known = os.environ.get("COURSE_STUDENT_ID") or student  # set by the grader
    expect.true(
        questions.same_student(student, known),
        "student_id()",
        expected=f"{known!r}, the id of your questions",
        got=student,
    )
    given = getattr(theory_answers, topic)()
    expect.instance(given, dict, f"{topic}()")
    called = f"{topic}()[{question!r}]"
    expect.answered(question in given, called)
    verdict = questions.judge(question, student, given[question])
    wanted = questions.question(question).said
    expect.true(verdict.accepted, called, expected=wanted, got=verdict.got)


@task("theory_answers.student_id")
def test_student_id_is_yours() -> None:
    """`student_id` returns your own id as a string."""
    student = theory_answers.student_id()
    expect.instance(student, str, "student_id()")
    plain = student.strip().lower()
    placeholder = plain in {"", "id", "your id", "your-id", "student id", "student_id", "ab123"}
    expect.true(not placeholder, "student_id()", expected="your student id", got=student)
    known = os.environ.get("COURSE_STUDENT_ID") or student  # set by the grader
    expect.true(
        questions.same_student(student, known), "student_id()", expected=f"{known!r}", got=student
    )


# ------------------------------------------------------------------------------------------ losses


@task("theory_answers.losses")
def test_cross_entropy() -> None:
    """The cross-entropy of one prediction is correct."""
    check("losses", "cross_entropy")


@task("theory_answers.losses")
def test_entropy_and_divergence() -> None:
    """Entropy, divergence and cross-entropy of two distributions are correct."""
    check("losses", "entropy_and_divergence")


@task("theory_answers.losses")
def test_binary_cross_entropy() -> None:
    """The binary cross-entropy of four samples is correct."""
    check("losses", "binary_cross_entropy")


@task("theory_answers.losses")
def test_l2_loss() -> None:
    """The loss with its L2 penalty is correct."""
    check("losses", "l2_loss")


@task("theory_answers.losses")
def test_l2_update() -> None:
    """The update step with an L2 penalty is a correct expression."""
    check("losses", "l2_update")


# --------------------------------------------------------------------------------- backpropagation


@task("theory_answers.backpropagation")
def test_layer_shapes() -> None:
    """The shapes in a network of a leaky ReLU layer and a softmax are correct."""
    check("backpropagation", "layer_shapes")


@task("theory_answers.backpropagation")
def test_softmax_by_its_own_score() -> None:
    """The expression for ∂ŷ_k/∂z_k is correct."""
    check("backpropagation", "softmax_by_its_own_score")


@task("theory_answers.backpropagation")
def test_softmax_by_another_score() -> None:
    """The expression for ∂ŷ_k/∂z_i is correct."""
    check("backpropagation", "softmax_by_another_score")


@task("theory_answers.backpropagation")
def test_loss_by_a_score() -> None:
    """The expression for ∂L/∂z_i is correct."""
    check("backpropagation", "loss_by_a_score")


@task("theory_answers.backpropagation")
def test_small_expression() -> None:
    """The gradients of a small expression are correct."""
    check("backpropagation", "small_expression")


@task("theory_answers.backpropagation")
def test_delta_rule() -> None:
    """The expression for the delta rule is correct."""
    check("backpropagation", "delta_rule")


@task("theory_answers.backpropagation")
def test_graph_partials() -> None:
    """The expressions for the five partial derivatives of x·e^(y+z) are correct."""
    check("backpropagation", "graph_partials")


@task("theory_answers.backpropagation")
def test_graph_of_the_vectors() -> None:
    """The arrows of the computational graph of four vectors are correct."""
    check("backpropagation", "graph_of_the_vectors")


@task("theory_answers.backpropagation")
def test_vector_gradients() -> None:
    """The gradients of the two inputs of that graph are correct."""
    check("backpropagation", "vector_gradients")


# ------------------------------------------------------------------------------------ architecture


@task("theory_answers.architecture")
def test_layer_size() -> None:
    """The output size of a convolution is correct."""
    check("architecture", "layer_size")


@task("theory_answers.architecture")
def test_conv_net_parameters() -> None:
    """The numbers of parameters of a network are correct, layer by layer and in total."""
    check("architecture", "conv_net_parameters")


@task("theory_answers.architecture")
def test_vgg16_table() -> None:
    """The activations and parameters of VGG-16 are correct."""
    check("architecture", "vgg16_table")


@task("theory_answers.architecture")
def test_vgg16_full_table() -> None:
    """The complete table of VGG-16, with poolings, total and no biases, is correct."""
    check("architecture", "vgg16_full_table")


@task("theory_answers.architecture")
def test_lenet_first_layer() -> None:
    """The parameters and connections of LeNet's first layer are correct."""
    check("architecture", "lenet_first_layer")


@task("theory_answers.architecture")
def test_lenet_c3() -> None:
    """The number of parameters of a layer whose maps see only some inputs is correct."""
    check("architecture", "lenet_c3")


@task("theory_answers.architecture")
def test_lenet_layers() -> None:
    """The parameters of the three kinds of layers, and the largest kind, are correct."""
    check("architecture", "lenet_layers")


@task("theory_answers.architecture")
def test_inception_naive() -> None:
    """The maps and operations of a naive inception block are correct."""
    check("architecture", "inception_naive")


@task("theory_answers.architecture")
def test_inception_reduced() -> None:
    """The maps and operations of an inception block with reductions are correct."""
    check("architecture", "inception_reduced")


@task("theory_answers.architecture")
def test_stacks_of_seven() -> None:
    """The parameters and operations of five stacks are correct."""
    check("architecture", "stacks_of_seven")


@task("theory_answers.architecture")
def test_receptive_field() -> None:
    """The receptive field of four layers is correct."""
    check("architecture", "receptive_field")


@task("theory_answers.architecture", share=0.5)
def test_stacks_compared() -> None:
    """All four stacks have a letter; grading checks whether it is the right one."""
    check("architecture", "stacks_compared")


@task("theory_answers.architecture")
def test_own_stacks() -> None:
    """Your five stacks have the given receptive field, and no two have the same layers."""
    check("architecture", "own_stacks")


# --------------------------------------------------------------------------------------- batchnorm


@task("theory_answers.batchnorm")
def test_normalised_batch() -> None:
    """A batch of four, normalized in training, is correct."""
    check("batchnorm", "normalised_batch")


@task("theory_answers.batchnorm")
def test_normalised_in_test() -> None:
    """One value, normalized at test time, is correct."""
    check("batchnorm", "normalised_in_test")


@task("theory_answers.batchnorm")
def test_batch_of_one() -> None:
    """A batch of one, normalized in training, is correct."""
    check("batchnorm", "batch_of_one")


@task("theory_answers.batchnorm")
def test_dense_and_norm() -> None:
    """The number of parameters of a dense layer and its batch norm is correct."""
    check("batchnorm", "dense_and_norm")


@task("theory_answers.batchnorm", share=0.5)
def test_true_or_false() -> None:
    """All six true-or-false statements are answered; grading checks whether correctly."""
    check("batchnorm", "true_or_false")


# ---------------------------------------------------------------------------------------- learning


@task("theory_answers.learning", share=0.5)
def test_five_curves() -> None:
    """All five curves have a letter; grading checks whether it is the right one."""
    check("learning", "five_curves")


@task("theory_answers.learning")
def test_neighbours() -> None:
    """The labels predicted by 1, 3 and 5 neighbors are correct."""
    check("learning", "neighbours")


@task("theory_answers.learning")
def test_three_features() -> None:
    """The six distances, and the labels predicted by 1 and 3 neighbors, are correct."""
    check("learning", "three_features")


@task("theory_answers.learning")
def test_exam() -> None:
    """The probability, and the hours for another probability, are correct."""
    check("learning", "exam")


@task("theory_answers.learning")
def test_learning_rate() -> None:
    """The learning rate after some iterations is correct."""
    check("learning", "learning_rate")


@task("theory_answers.learning", share=0.5)
def test_decay_curves() -> None:
    """All four decay curves have a letter; grading checks whether it is the right one."""
    check("learning", "decay_curves")


@task("theory_answers.learning")
def test_early_stopping() -> None:
    """The epochs at which training stops are correct."""
    check("learning", "early_stopping")


@task("theory_answers.learning", share=0.5)
def test_stopping_curve() -> None:
    """All four marks have a letter; grading checks whether it is the right one."""
    check("learning", "stopping_curve")


@task("theory_answers.learning")
def test_pseudolabels() -> None:
    """The three most similar sources are correct."""
    check("learning", "pseudolabels")


@task("theory_answers.learning")
def test_leave_one_out() -> None:
    """The leave-one-out errors of a constant and a line are correct."""
    check("learning", "leave_one_out")


# ------------------------------------------------------------------------------------------ sketch

CURVES = ("noise", "squared bias", "variance", "training error", "test error")


@task("theory_answers.bias_variance_sketch")
def test_sketch_of_five_curves() -> None:
    """The sketch has all five curves, with equally many heights; grading checks their shapes."""
    sketch = theory_answers.bias_variance_sketch()
    expect.instance(sketch, dict, "bias_variance_sketch()")
    expect.equal(sorted(sketch), sorted(CURVES), "sorted(bias_variance_sketch())")
    lengths = [len(sketch[name]) for name in CURVES]
    called = "the lengths of the five curves"
    expect.true(len(set(lengths)) == 1, called, expected="equal lengths", got=lengths)
    expect.true(5 <= lengths[0] <= 50, called, expected="from 5 to 50", got=lengths)
    for name in CURVES:
        heights = np.asarray(sketch[name], dtype=float)
        good = heights.ndim == 1 and bool(np.isfinite(heights).all()) and heights.min() >= 0
        called = f"bias_variance_sketch()[{name!r}]"
        expect.true(good, called, expected="finite heights, 0 or above", got=heights)
