"""Public tests of `student_code.simple_net`."""

from torch import nn

from student_code import simple_net
from toolbox.checks import task
from unit_tests import networks


@task("simple_net.SimpleNet", share=2)
def test_scores_have_one_column_a_class() -> None:
    """N images give scores of shape (N, num_classes), with 15 classes by default."""
    networks.check_shape(simple_net.SimpleNet, "SimpleNet")


@task("simple_net.SimpleNet")
def test_a_single_image_is_a_batch() -> None:
    """A batch of one image gives scores of shape (1, 15)."""
    networks.check_single_image(simple_net.SimpleNet, "SimpleNet")


@task("simple_net.SimpleNet", share=2)
def test_scores_are_raw() -> None:
    """The scores are raw: of both signs and unbounded, not probabilities."""
    networks.check_raw_scores(simple_net.SimpleNet, "SimpleNet")


@task("simple_net.SimpleNet")
def test_images_do_not_mix() -> None:
    """The scores of an image depend on that image, and not on the rest of the batch."""
    networks.check_batch_independence(simple_net.SimpleNet, "SimpleNet")


@task("simple_net.SimpleNet")
def test_loss_adds_up_over_the_batch() -> None:
    """`loss_criterion` is the cross-entropy, summed over the batch."""
    networks.check_criterion(simple_net.SimpleNet, "SimpleNet")


@task("simple_net.SimpleNet")
def test_two_convolutions() -> None:
    """`conv_layers` contains two or more convolutions with a nonlinearity between them."""
    networks.check_layers(simple_net.SimpleNet, "SimpleNet", "conv_layers", nn.Conv2d)


@task("simple_net.SimpleNet")
def test_two_linear_layers() -> None:
    """`fc_layers` contains two or more linear layers with a nonlinearity between them."""
    networks.check_layers(simple_net.SimpleNet, "SimpleNet", "fc_layers", nn.Linear)


@task("simple_net.SimpleNet")
def test_every_layer_can_learn() -> None:
    """The gradient of the loss reaches the weights of every layer."""
    networks.check_everything_learns(simple_net.SimpleNet, "SimpleNet")
