"""Hidden tests of `student_code.simple_net_dropout`."""

from student_code import simple_net_dropout
from toolbox.checks import task
from unit_tests import networks

NAME = "SimpleNetDropout"


@task("simple_net_dropout.SimpleNetDropout")
def test_state_dict_holds_the_dropout_network() -> None:
    """A second network that loads the first one's state gives the same scores."""
    networks.check_state_is_complete(simple_net_dropout.SimpleNetDropout, NAME)


@task("simple_net_dropout.SimpleNetDropout")
def test_a_few_steps_with_dropout_lower_the_loss() -> None:
    """Training on one small batch lowers its loss, despite dropout."""
    networks.check_learns_a_batch(simple_net_dropout.SimpleNetDropout, NAME)
