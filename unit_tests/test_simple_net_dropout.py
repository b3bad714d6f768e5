"""Public tests of `student_code.simple_net_dropout`."""

import torch
from torch import nn

from student_code import simple_net_dropout
from toolbox.checks import expect, task
from toolbox.checks.seeds import seed_for
from unit_tests import networks

NAME = "SimpleNetDropout"


@task("simple_net_dropout.SimpleNetDropout")
def test_dropout_scores_have_one_column_a_class() -> None:
    """N images give scores of shape (N, num_classes), with 15 classes by default."""
    networks.check_shape(simple_net_dropout.SimpleNetDropout, NAME)
    networks.check_single_image(simple_net_dropout.SimpleNetDropout, NAME)


@task("simple_net_dropout.SimpleNetDropout")
def test_dropout_scores_are_raw() -> None:
    """The scores are raw: of both signs and unbounded, not probabilities."""
    networks.check_raw_scores(simple_net_dropout.SimpleNetDropout, NAME)


@task("simple_net_dropout.SimpleNetDropout", share=2)
def test_train_mode_drops_at_random() -> None:
    """In train mode the same image gets different scores each time."""
    torch.manual_seed(seed_for(51))
    model = simple_net_dropout.SimpleNetDropout().train()
    with torch.no_grad():
        scores = model(networks.images(1).repeat(64, 1, 1, 1))
    different = len({tuple(row) for row in scores.tolist()})
    called = "SimpleNetDropout().train()(64 times the same image): number of different scores"
    # 64 masks over 10 or more channels or units with 0.1 <= p <= 0.9: fewer than 2 different
    # masks occur with probability 0.35^63 or less.
    expect.true(different > 1, called, expected="more than one", got=different)
    spread = scores.std(0).max().item()
    called = "SimpleNetDropout().train()(64 times the same image): std of the scores"
    # Sums in a different order differ by 1e-7; the effect of dropout is 1e-2.
    expect.true(spread > 1e-5, called, expected="a std above 0", got=spread)


@task("simple_net_dropout.SimpleNetDropout", share=2)
def test_eval_mode_drops_nothing() -> None:
    """In eval mode the same image gets the same scores each time."""
    torch.manual_seed(seed_for(52))
    model, x = simple_net_dropout.SimpleNetDropout().eval(), networks.images(8)
    with torch.no_grad():
        first, second = model(x), model(x)
    called = "SimpleNetDropout().eval()(8 images), twice"
    # The same sums twice: at most float32 noise.
    expect.close(second, first, called, atol=1e-6)
    networks.check_batch_independence(simple_net_dropout.SimpleNetDropout, NAME)


@task("simple_net_dropout.SimpleNetDropout")
def test_dropout_loss_adds_up() -> None:
    """`loss_criterion` is the cross-entropy, summed over the batch."""
    networks.check_criterion(simple_net_dropout.SimpleNetDropout, NAME)


@task("simple_net_dropout.SimpleNetDropout")
def test_layers_as_in_simple_net() -> None:
    """`conv_layers` and `fc_layers` each contain two or more layers with a nonlinearity between."""
    network = simple_net_dropout.SimpleNetDropout
    networks.check_layers(network, NAME, "conv_layers", nn.Conv2d)
    networks.check_layers(network, NAME, "fc_layers", nn.Linear)


@task("simple_net_dropout.SimpleNetDropout")
def test_every_layer_learns_with_dropout() -> None:
    """The gradient of the loss reaches the weights of every layer."""
    networks.check_everything_learns(simple_net_dropout.SimpleNetDropout, NAME)
