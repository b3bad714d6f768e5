"""Hidden tests of `student_code.my_alexnet`."""

import torch

from student_code import my_alexnet
from toolbox.checks import expect, task
from toolbox.checks.seeds import public_seeds, seed_for
from unit_tests.pretrained import images, last_linear, named, one_step, tiny_alexnet, trained


@task("my_alexnet.MyAlexNet")
def test_another_backbone_is_taken_as_well() -> None:
    """A backbone of a different size is used completely, and only its last layer is replaced."""
    backbone = tiny_alexnet(seed=31, classes=4, width=3, hidden=6)
    gray = images(5, channels=1, seed=32)
    with torch.no_grad():
        pooled = backbone.avgpool(backbone.features(gray.repeat(1, 3, 1, 1)))
        hidden = backbone.classifier[:-1](torch.flatten(pooled, 1))
        model = my_alexnet.MyAlexNet(4, backbone).eval()
        last = last_linear(model.fc_layers)
        wanted = torch.nn.functional.linear(hidden, last.weight, last.bias)
        got = model(gray)
    # The same float32 operations; sums over a batch may be in a different order.
    expect.close(got, wanted, "MyAlexNet(4, backbone).eval()(5 images)", atol=1e-5)
    expect.equal(len(trained(model)), 2, "MyAlexNet(4, backbone): number of trainable tensors")


@task("my_alexnet.MyAlexNet")
def test_state_dict_holds_the_fine_tuned_network() -> None:
    """A second network that loads the first one's state gives the same scores."""
    first = my_alexnet.MyAlexNet(6, tiny_alexnet(seed=33))
    one_step(first, images(6, channels=1), classes=6)
    second = my_alexnet.MyAlexNet(6, tiny_alexnet(seed=34))
    second.load_state_dict(named(first))
    x = images(3, channels=1, seed=35)
    with torch.no_grad():
        got, wanted = second.eval()(x), first.eval()(x)
    # The same sums in the same order: at most float32 noise.
    expect.close(got, wanted, "scores of a second MyAlexNet with the first one's state", atol=1e-6)


@task("my_alexnet.MyAlexNet")
def test_the_last_layer_learns_a_batch() -> None:
    """Thirty steps on one small batch lower its loss."""
    with public_seeds():
        torch.manual_seed(seed_for(36))
        model = my_alexnet.MyAlexNet(3, tiny_alexnet(seed=37))
        x, y = 30 * images(6, channels=1, seed=38), torch.arange(6) % 3
    learnt = [value for value in model.parameters() if value.requires_grad]
    optimizer = torch.optim.Adam(learnt, lr=0.1)
    losses = []
    for _ in range(31):
        optimizer.zero_grad()
        loss = model.eval()(x).log_softmax(1)[torch.arange(6), y].neg().sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    called = "MyAlexNet(3, backbone), 30 steps on 6 images: last loss / first loss"
    # The reference reaches 0.6 or less; a layer that isn't trained stays at 1.
    ratio = losses[-1] / losses[0]
    expect.true(ratio < 0.9, called, expected="less than 0.9", got=ratio)
