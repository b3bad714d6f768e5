"""Public tests of `student_code.theory_answers`: every answer is judged by your own numbers."""

import os

from student_code import theory_answers
from toolbox import questions
from toolbox.checks import expect, task


def check(topic: str, question: str) -> None:
    """The answer to `question` is there, has the right form and, where that is told, is right."""
    student = theory_answers.student_id()
    expect.true(
        isinstance(student, str) and student.strip() != "",
        "student_id()",
        expected="your student id as a text",
        got=student,
    )
    known = os.environ.get("COURSE_STUDENT_ID") or student  # set by whoever grades
    expect.true(
        questions.same_student(student, known),
        "student_id()",
        expected=f"{known!r}, whose questions are yours",
        got=student,
    )
    given = getattr(theory_answers, topic)()
    expect.instance(given, dict, f"{topic}()")
    called = f"{topic}()[{question!r}]"
    expect.true(question in given, called, expected="your answer", got="no answer yet")
    verdict = questions.judge(question, student, given[question])
    wanted = questions.question(question).said
    expect.true(verdict.accepted, called, expected=wanted, got=verdict.said)


@task("theory_answers.student_id")
def test_student_id_is_yours() -> None:
    """student_id gives your own id, as a text."""
    student = theory_answers.student_id()
    expect.instance(student, str, "student_id()")
    plain = student.strip().lower()
    placeholder = plain in {"", "id", "your id", "your-id", "student id", "student_id", "ab123"}
    expect.true(not placeholder, "student_id()", expected="your student id", got=student)
    known = os.environ.get("COURSE_STUDENT_ID") or student  # set by whoever grades
    expect.true(
        questions.same_student(student, known), "student_id()", expected=f"{known!r}", got=student
    )


# ------------------------------------------------------------------------------------------ losses


@task("theory_answers.losses")
def test_cross_entropy() -> None:
    """The cross-entropy of one prediction."""
    check("losses", "cross_entropy")


@task("theory_answers.losses")
def test_entropy_and_divergence() -> None:
    """Entropy, divergence and cross-entropy of two distributions."""
    check("losses", "entropy_and_divergence")


@task("theory_answers.losses")
def test_binary_cross_entropy() -> None:
    """The binary cross-entropy of four samples."""
    check("losses", "binary_cross_entropy")


@task("theory_answers.losses")
def test_l2_loss() -> None:
    """The loss with its L2 penalty."""
    check("losses", "l2_loss")


@task("theory_answers.losses")
def test_l2_update() -> None:
    """The step with an L2 penalty, as an expression."""
    check("losses", "l2_update")


# --------------------------------------------------------------------------------- backpropagation


@task("theory_answers.backpropagation")
def test_layer_shapes() -> None:
    """The shapes through a leaky ReLU layer and softmax."""
    check("backpropagation", "layer_shapes")


@task("theory_answers.backpropagation")
def test_softmax_by_its_own_score() -> None:
    """∂ŷ_k/∂z_k, as an expression."""
    check("backpropagation", "softmax_by_its_own_score")


@task("theory_answers.backpropagation")
def test_softmax_by_another_score() -> None:
    """∂ŷ_k/∂z_i, as an expression."""
    check("backpropagation", "softmax_by_another_score")


@task("theory_answers.backpropagation")
def test_loss_by_a_score() -> None:
    """∂L/∂z_i, as an expression."""
    check("backpropagation", "loss_by_a_score")


@task("theory_answers.backpropagation")
def test_small_expression() -> None:
    """The gradients of a small expression, by hand."""
    check("backpropagation", "small_expression")


@task("theory_answers.backpropagation")
def test_delta_rule() -> None:
    """The delta rule, as an expression."""
    check("backpropagation", "delta_rule")


@task("theory_answers.backpropagation")
def test_graph_partials() -> None:
    """The five partial derivatives of x·e^(y+z), as expressions."""
    check("backpropagation", "graph_partials")


# ------------------------------------------------------------------------------------ architecture


@task("theory_answers.architecture")
def test_layer_size() -> None:
    """The size that a convolution leaves."""
    check("architecture", "layer_size")


@task("theory_answers.architecture")
def test_conv_net_parameters() -> None:
    """The parameters of a net, layer by layer and in total."""
    check("architecture", "conv_net_parameters")


@task("theory_answers.architecture")
def test_vgg16_table() -> None:
    """VGG-16's activations and parameters."""
    check("architecture", "vgg16_table")


@task("theory_answers.architecture")
def test_lenet_first_layer() -> None:
    """Parameters and connections of LeNet's first layer."""
    check("architecture", "lenet_first_layer")


@task("theory_answers.architecture")
def test_lenet_c3() -> None:
    """The parameters of a layer whose maps see some inputs only."""
    check("architecture", "lenet_c3")


@task("theory_answers.architecture")
def test_inception_naive() -> None:
    """Maps and operations of a naive inception block."""
    check("architecture", "inception_naive")


@task("theory_answers.architecture")
def test_inception_reduced() -> None:
    """Maps and operations of an inception block with reductions."""
    check("architecture", "inception_reduced")


@task("theory_answers.architecture")
def test_stacks_of_seven() -> None:
    """Parameters and operations of five stacks."""
    check("architecture", "stacks_of_seven")


@task("theory_answers.architecture")
def test_receptive_field() -> None:
    """The receptive field of four layers."""
    check("architecture", "receptive_field")


# --------------------------------------------------------------------------------------- batchnorm


@task("theory_answers.batchnorm")
def test_normalised_batch() -> None:
    """A batch of four, normalised in training."""
    check("batchnorm", "normalised_batch")


@task("theory_answers.batchnorm")
def test_normalised_in_test() -> None:
    """One value, normalised in test."""
    check("batchnorm", "normalised_in_test")


@task("theory_answers.batchnorm")
def test_batch_of_one() -> None:
    """A batch of one, normalised in training."""
    check("batchnorm", "batch_of_one")


@task("theory_answers.batchnorm")
def test_dense_and_norm() -> None:
    """The parameters of a dense layer and its batch norm."""
    check("batchnorm", "dense_and_norm")


@task("theory_answers.batchnorm", share=0.5)
def test_true_or_false() -> None:
    """True or false: six answers, judged when graded."""
    check("batchnorm", "true_or_false")


# ---------------------------------------------------------------------------------------- learning


@task("theory_answers.learning", share=0.5)
def test_five_curves() -> None:
    """Which curve is which: five letters, judged when graded."""
    check("learning", "five_curves")


@task("theory_answers.learning")
def test_neighbours() -> None:
    """The label by 1, 3 and 5 neighbours."""
    check("learning", "neighbours")


@task("theory_answers.learning")
def test_exam() -> None:
    """A probability, and the hours for another."""
    check("learning", "exam")


@task("theory_answers.learning")
def test_learning_rate() -> None:
    """The learning rate after some iterations."""
    check("learning", "learning_rate")


@task("theory_answers.learning", share=0.5)
def test_decay_curves() -> None:
    """Which decay is which: four letters, judged when graded."""
    check("learning", "decay_curves")


@task("theory_answers.learning")
def test_early_stopping() -> None:
    """The epochs at which training stops."""
    check("learning", "early_stopping")


@task("theory_answers.learning")
def test_pseudolabels() -> None:
    """The three most similar sources."""
    check("learning", "pseudolabels")


@task("theory_answers.learning")
def test_leave_one_out() -> None:
    """The leave-one-out errors of a constant and a line."""
    check("learning", "leave_one_out")
