"""Hidden tests of `student_code.simple_net`."""

import torch

from student_code import simple_net
from toolbox.checks import after, expect, task
from unit_tests import networks


@task("simple_net.SimpleNet")
def test_other_numbers_of_classes() -> None:
    """With 2 and 101 classes, the network returns 2 and 101 scores per image."""
    for classes in (2, 101):
        scores = simple_net.SimpleNet(num_classes=classes)(networks.images(5))
        expect.shape(scores, (5, classes), f"SimpleNet(num_classes={classes})(5 images)")


@task("simple_net.SimpleNet")
def test_state_dict_holds_the_whole_network() -> None:
    """A second network that loads the first one's state gives the same scores."""
    networks.check_state_is_complete(simple_net.SimpleNet, "SimpleNet")


@task("simple_net.SimpleNet")
def test_a_few_steps_lower_the_loss() -> None:
    """Training on one small batch lowers its loss."""
    networks.check_learns_a_batch(simple_net.SimpleNet, "SimpleNet")


@task("simple_net.SimpleNet")
def test_input_is_left_alone() -> None:
    """`forward` doesn't modify its input images."""
    x = networks.images(2)
    before = x.clone()
    simple_net.SimpleNet()(x)
    x = after(x)
    expect.true(torch.equal(x, before), "SimpleNet()(x); x", expected="x unchanged", got=x)
