"""Hidden tests of `student_code.transfer`."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import transfer
from toolbox.checks import expect, hand_over, task
from toolbox.checks.seeds import public_seeds, seed_for
from unit_tests.pretrained import (
    changed,
    images,
    last_linear,
    named,
    one_step,
    tiny_alexnet,
    tiny_resnet,
    trained,
)


def flat_network() -> nn.Sequential:
    """Return linear layers with batch normalization of vectors."""
    torch.manual_seed(seed_for(41))
    vectors = [nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU()]
    return nn.Sequential(nn.Sequential(*vectors), nn.Linear(8, 3))


@task("transfer.freeze")
def test_vectors_are_normalised_as_before() -> None:
    """Batch normalization of vectors stays frozen in every later epoch, too."""
    model = hand_over(flat_network())
    before = named(model)
    transfer.freeze(model[0])
    for seed in (42, 43, 44):
        model.eval()
        one_step(
            model,
            torch.randn(9, 6, generator=torch.Generator().manual_seed(seed_for(seed))),
            classes=3,
        )
    called = "freeze(the first block of a network), three steps: the tensors that changed"
    expect.equal(changed(model, before), ["1.weight", "1.bias"], called)


@task("transfer.freeze_first_layers")
def test_half_of_a_network_is_frozen() -> None:
    """A step changes nothing in the first n layers, and something in every other layer."""
    model = hand_over(flat_network())
    before = named(model)
    transfer.freeze_first_layers(model, 2)
    one_step(
        model, torch.randn(9, 6, generator=torch.Generator().manual_seed(seed_for(45))), classes=3
    )
    called = "freeze_first_layers(linear, batch norm, linear; 2), a step: changed tensors"
    expect.equal(changed(model, before), ["1.weight", "1.bias"], called)
    alexnet = hand_over(tiny_alexnet(seed=46))
    everything = trained(alexnet)
    transfer.freeze_first_layers(alexnet, 4)
    called = "freeze_first_layers(tiny AlexNet, 4): the parameters that require a gradient"
    expect.equal(trained(alexnet), everything[8:], called)


@task("transfer.build_feature_extractor")
def test_the_new_layer_learns_a_batch() -> None:
    """Thirty steps in train mode lower the loss on a small batch, and change nothing else."""
    with public_seeds():
        torch.manual_seed(seed_for(47))
        model = transfer.build_feature_extractor(tiny_resnet(seed=48), 3)
        x, y = images(6, seed=49), torch.arange(6) % 3
    before, head = named(model), last_linear(model)
    optimizer = torch.optim.Adam([head.weight, head.bias], lr=0.3)
    losses = []
    for _ in range(31):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model.train()(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    called = "build_feature_extractor(a ResNet, 3), 30 steps: last loss / first loss"
    ratio = losses[-1] / losses[0]
    # The reference gets below 0.9; a layer that isn't trained stays at 1.
    expect.true(ratio < 0.97, called, expected="less than 0.97", got=ratio)
    called = "build_feature_extractor(a ResNet, 3), 30 steps: number of changed tensors"
    expect.equal(len(changed(model, before)), 2, called)


class Kept(nn.Module):
    """A network that stays in the test's process, so that the test can observe its state."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.training = network.training

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network(x)


@task("transfer.extract_features")
def test_features_of_a_shuffled_loader_keep_their_labels() -> None:
    """Features and labels stay together, in whatever order the loader yields them."""
    torch.manual_seed(seed_for(50))
    x, y = images(9, seed=51), torch.arange(9)
    model = Kept(tiny_resnet(seed=52))
    with torch.no_grad():
        wanted = model.eval()(x)
    model.train()
    shuffled = DataLoader(TensorDataset(x, y), batch_size=4, shuffle=True)
    features, labels = transfer.extract_features(model, shuffled)
    expect.equal(sorted(labels.tolist()), list(range(9)), "extract_features(...): labels, sorted")
    # The same float32 operations; sums over a batch may be in a different order.
    called = "extract_features(model, shuffled loader): features"
    expect.close(features, wanted[labels], called, atol=1e-5)
