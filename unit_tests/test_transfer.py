"""Public tests of `student_code.transfer`."""

from functools import partial
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import transfer
from toolbox.checks import expect, hand_over, layers_shown, task
from toolbox.checks.seeds import seed_for
from unit_tests.pretrained import (
    batch_norms,
    changed,
    images,
    last_linear,
    named,
    one_step,
    tiny_alexnet,
    tiny_resnet,
    trained,
)

# The same float32 operations; batches may be summed in a different order: 1e-6.
EXACT = 1e-5


@task("transfer.freeze")
def test_nothing_in_it_requires_a_gradient() -> None:
    """No parameter in the module requires a gradient, at any depth."""
    model = hand_over(tiny_resnet())
    transfer.freeze(model)
    expect.equal(trained(model), [], "freeze(model): the parameters that require a gradient")


@task("transfer.freeze")
def test_the_rest_can_still_be_trained() -> None:
    """Only the module itself is frozen; a training step still changes the rest of the network."""
    model = hand_over(tiny_alexnet())
    wanted = [name for name in trained(model) if name.startswith("classifier")]
    before = named(model)
    transfer.freeze(model.features)
    called = "freeze(model.features): the parameters that require a gradient"
    expect.equal(trained(model), wanted, called)
    one_step(model, images(6), classes=15)
    called = "freeze(model.features), one step of training: the tensors that changed"
    expect.equal(changed(model, before), wanted, called)


@task("transfer.freeze", share=2)
def test_stored_statistics_stay() -> None:
    """Batch normalization keeps its stored statistics during training in train mode."""
    model = hand_over(tiny_resnet())
    before = named(model)
    transfer.freeze(model.layer1)
    transfer.freeze(model.bn1)
    model.train()
    for seed in (5, 6):
        one_step(model, images(8, seed=seed), classes=11)
    learnt = ["conv1.weight", "fc.weight", "fc.bias"]
    called = "freeze(model.layer1); freeze(model.bn1); two steps: the tensors that changed"
    expect.equal(changed(model, before), learnt, called)


@task("transfer.freeze", share=2)
def test_stored_statistics_are_used() -> None:
    """Batch normalization uses its stored statistics, even after a later `.train()`."""
    model, x = hand_over(tiny_resnet()), images(4)
    with torch.no_grad():
        wanted = model.eval()(x)
        transfer.freeze(model)
        got = model.train()(x)
    called = "freeze(model); model.train()(4 images), compared with model.eval() before"
    expect.close(got, wanted, called, atol=EXACT)


@task("transfer.freeze")
def test_gradients_flow_through() -> None:
    """Gradients still flow through the frozen module to the layers before it."""
    model, x = hand_over(tiny_alexnet().eval()), images(2).requires_grad_()
    transfer.freeze(model)
    scores = model(x)
    called = "freeze(model); model(x).requires_grad, for x that requires a gradient"
    expect.equal(scores.requires_grad, True, called)
    scores.sum().backward()
    grown = float(x.grad.abs().sum()) if x.grad is not None else 0.0
    called = "freeze(model); model(x).sum().backward(): the size of x.grad"
    expect.true(grown > 0, called, expected="more than 0", got=grown)


def first_layers(n: int) -> tuple[Any, dict[str, torch.Tensor]]:
    """Return a tiny ResNet after `freeze_first_layers(model, n)`, and its tensors before."""
    model = hand_over(tiny_resnet())
    before = named(model)
    transfer.freeze_first_layers(model, n)
    return model, before


LAYERS = (
    ("conv1.weight",),
    ("bn1.weight", "bn1.bias"),
    ("layer1.0.0.weight",),
    ("layer1.0.1.weight", "layer1.0.1.bias"),
    ("fc.weight", "fc.bias"),
)


@task("transfer.freeze_first_layers", share=2)
def test_the_first_layers_with_weights_are_frozen() -> None:
    """The first n layers that hold weights are frozen, weights and biases; the others train."""
    for n in (3, 1, 5, 0):
        model, _ = first_layers(n)
        wanted = [name for layer in LAYERS[n:] for name in layer]
        called = f"freeze_first_layers(tiny ResNet, {n}): the parameters that require a gradient"
        expect.equal(trained(model), wanted, called)


@task("transfer.freeze_first_layers")
def test_layers_without_weights_do_not_count() -> None:
    """Activations, pooling and dropout layers don't count."""
    model = hand_over(tiny_alexnet())
    everything = trained(model)
    transfer.freeze_first_layers(model, 3)
    called = "freeze_first_layers(tiny AlexNet, 3): the parameters that require a gradient"
    expect.equal(trained(model), everything[6:], called)


@task("transfer.freeze_first_layers")
def test_first_statistics_stay() -> None:
    """Batch normalization keeps its statistics in the first n layers, and updates them later on."""
    model, before = first_layers(2)
    one_step(model, images(8, seed=7), classes=11)
    moved = changed(model, before)
    called = (
        "freeze_first_layers(tiny ResNet, 2), a step: the tensors of conv1 and bn1 that changed"
    )
    expect.equal([name for name in moved if name.split(".")[0] in {"conv1", "bn1"}], [], called)
    called = "freeze_first_layers(tiny ResNet, 2), a step: layer1.0.1.running_mean changed"
    expect.equal("layer1.0.1.running_mean" in moved, True, called)


@task("transfer.freeze_first_layers")
def test_what_was_frozen_before_stays_frozen() -> None:
    """Layers after the first n stay unchanged, including frozen ones."""
    model = hand_over(tiny_alexnet())
    model.classifier[4].weight.requires_grad = False
    wanted = [name for name in trained(model) if not name.startswith("features.0")]
    transfer.freeze_first_layers(model, 1)
    called = "classifier[4].weight frozen, freeze_first_layers(model, 1): trainable parameters"
    expect.equal(trained(model), wanted, called)


@task("transfer.freeze_first_layers", share=0.5)
def test_impossible_numbers_of_layers_are_errors() -> None:
    """A negative n, or one larger than the number of such layers, raises `ValueError`."""
    for n in (-1, 6):
        model = hand_over(tiny_resnet())
        called = f"freeze_first_layers(a model of 5 layers with weights, {n})"
        run = partial(transfer.freeze_first_layers, model, n)
        expect.raises(ValueError, run, called)


BACKBONES = (("a ResNet", tiny_resnet, "fc", 5), ("an AlexNet", tiny_alexnet, "classifier.6", 12))


@task("transfer.build_feature_extractor")
def test_extractor_has_one_score_a_class() -> None:
    """ResNet-like and AlexNet-like backbones both give raw scores with one column per class."""
    for kind, make, _, _ in BACKBONES:
        model = transfer.build_feature_extractor(make(), 7)
        with layers_shown():
            scores = model.eval()(images(3))
            called = f"build_feature_extractor({kind}, 7)(3 images)"
            expect.shape(scores, (3, 7), called)
        head = last_linear(model)
        with torch.no_grad():
            head.bias.fill_(-5.0)
            head.weight.zero_()
        lowest = model(images(3)).max().item()
        called = f"build_feature_extractor({kind}, 7), all biases of the new layer -5: the scores"
        expect.close(lowest, -5.0, called, atol=EXACT)


@task("transfer.build_feature_extractor", share=2)
def test_extractor_trains_its_new_layer_alone() -> None:
    """Only the new layer's weight and bias are trainable; it has as many inputs as the old one."""
    for kind, make, _, inputs in BACKBONES:
        model = transfer.build_feature_extractor(make(), 7)
        learnt = [tuple(value.shape) for value in model.parameters() if value.requires_grad]
        called = f"build_feature_extractor({kind}, 7): shapes of the trainable parameters"
        expect.equal(learnt, [(7, inputs), (7,)], called)


@task("transfer.build_feature_extractor", share=2)
def test_extractor_keeps_the_features() -> None:
    """The new layer receives the same features that the old layer received."""
    for kind, make, name, _ in BACKBONES:
        backbone, x = make(), images(4)
        inputs: list[torch.Tensor] = []
        hook = backbone.get_submodule(name).register_forward_pre_hook(
            lambda layer, given, kept=inputs: kept.append(given[0].detach().clone())
        )
        backbone(x)
        hook.remove()
        model = transfer.build_feature_extractor(backbone, 7).eval()
        head = last_linear(model)
        wanted = inputs[0] @ head.weight.T + head.bias
        called = f"build_feature_extractor({kind}, 7).eval()(4 images), compared with its layers"
        expect.close(model(x), wanted, called, atol=EXACT)


@task("transfer.build_feature_extractor", share=2)
def test_training_the_extractor_changes_its_new_layer_alone() -> None:
    """A step in train mode changes the new layer, but neither the features nor the statistics."""
    for kind, make, name, _ in BACKBONES:
        torch.manual_seed(seed_for(13))
        model = transfer.build_feature_extractor(make(), 7)
        before = named(model)
        one_step(model, images(8), classes=7)
        called = f"build_feature_extractor({kind}, 7), a step: number of changed tensors"
        moved = changed(model, before)
        expect.equal(len(moved), 2, called)
        called = (
            f"build_feature_extractor({kind}, 7), a step: changed tensors outside the new {name}"
        )
        expect.equal([k for k in moved if before[k].shape[0] != 7], [], called)


@task("transfer.build_feature_extractor")
def test_extractor_is_new_for_as_many_classes() -> None:
    """The last layer is new, even if the number of classes is the same as before."""
    backbone = tiny_resnet(classes=11)
    old = named(backbone)["fc.weight"]
    head = last_linear(transfer.build_feature_extractor(backbone, 11))
    called = "build_feature_extractor(a ResNet of 11 classes, 11): the weight of its last layer"
    expect.shape(head.weight, (11, 5), called)
    expect.true(not torch.equal(head.weight, old), called, expected="new values", got=head.weight)


@task("transfer.build_feature_extractor", share=0.5)
def test_without_a_linear_layer_there_is_no_head() -> None:
    """A backbone without a linear layer raises `ValueError`."""
    convolutions = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
    called = "build_feature_extractor(only convolutions, 3)"
    expect.raises(ValueError, lambda: transfer.build_feature_extractor(convolutions, 3), called)


class Kept(nn.Module):
    """A network that stays in the test's process, so that the test can observe its state."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.training = network.training

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network(x)


def loader(count: int = 7, size: int = 3) -> DataLoader[Any]:
    """Return batches of 3, 3 and 1 images with labels 0, 1, 2, ..."""
    return DataLoader(TensorDataset(images(count), torch.arange(count)), batch_size=size)


@task("transfer.extract_features")
def test_features_of_every_image_in_order() -> None:
    """The features and labels of all images are returned in the order of the loader."""
    layers = tiny_alexnet().classifier[:4]
    model = Kept(nn.Sequential(nn.AdaptiveAvgPool2d((4, 3)), nn.Flatten(), layers))
    with torch.no_grad():
        wanted = torch.cat([model.eval()(x[None]) for x in images(7)])
    features, labels = transfer.extract_features(model, loader())
    expect.shape(features, (7, 10), "extract_features(model, 7 images in batches of 3): features")
    expect.equal(labels, torch.arange(7), "extract_features(model, 7 images): labels")
    expect.close(features, wanted, "extract_features(model, 7 images): features", atol=EXACT)


@task("transfer.extract_features")
def test_features_are_plain_float32() -> None:
    """The features are float32 without a gradient, the labels int64."""
    features, labels = transfer.extract_features(Kept(tiny_alexnet()), loader())
    expect.dtype(features, torch.float32, "extract_features(model, loader): features")
    expect.dtype(labels, torch.int64, "extract_features(model, loader): labels")
    called = "extract_features(model, loader): features.requires_grad"
    expect.equal(features.requires_grad, False, called)


@task("transfer.extract_features", share=2)
def test_features_in_eval_mode() -> None:
    """The model runs in eval mode: dropout is inactive, and no statistics change."""
    torch.manual_seed(seed_for(14))
    for kind, network in (("dropout", tiny_alexnet()), ("batch normalization", tiny_resnet())):
        model = Kept(network)
        before, x = named(model), images(7)
        with torch.no_grad():
            wanted = model.eval()(x)
        features, _ = transfer.extract_features(model.train(), loader())
        called = f"extract_features(a model in train mode, with {kind}, loader): features"
        expect.close(features, wanted, called, atol=EXACT)
        called = f"extract_features(a model with {kind}, loader): the tensors that changed"
        expect.equal(changed(model, before), [], called)


@task("transfer.extract_features")
def test_the_mode_comes_back() -> None:
    """After the extraction, the model is in its previous mode."""
    for mode in (True, False):
        model = Kept(tiny_alexnet()).train(mode)
        transfer.extract_features(model, loader(3))
        called = f"model.train({mode}); extract_features(model, loader); model.training"
        expect.equal(model.training, mode, called)


@task("transfer.extract_features")
def test_maps_are_flattened() -> None:
    """Feature maps of shape (N, C, h, w) are flattened to rows."""
    model = tiny_resnet()
    assert len(batch_norms(model)) == 2
    body = Kept(nn.Sequential(model.conv1, model.bn1))
    with torch.no_grad():
        wanted = body.eval()(images(4)).reshape(4, -1)
    features, _ = transfer.extract_features(body, loader(4))
    called = "extract_features(a convolution, 4 images): features"
    expect.close(features, wanted, called, atol=EXACT)
