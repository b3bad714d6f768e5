"""Wrong implementations of `student_code.transfer`."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong
from student_code import transfer

FREEZE, FIRST = "transfer.freeze", "transfer.freeze_first_layers"
BUILD, EXTRACT = "transfer.build_feature_extractor", "transfer.extract_features"
# Keep the original functions, because an entry replaces the name in the module.
_freeze, _build = transfer.freeze, transfer.build_feature_extractor
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def _holding(model: Any) -> list[Any]:
    return [part for part in model.modules() if [*part.parameters(recurse=False)]]


@wrong(
    FREEZE,
    looks_like="the weights are frozen, but batch normalization still adapts to the batches",
    hints=(
        "The weights stay the same, but the running statistics change in train mode.",
        "Batch normalization stores more than its weight and bias. What updates it, and when?",
    ),
)
def weights_only(module: Any) -> None:
    module.requires_grad_(False)


@wrong(
    FREEZE,
    looks_like="eval mode is set once, and the next `.train()` reverts it",
    hints=(
        "After a later call of .train(), batch normalization adapts to the batches again.",
        "Which call sets the mode at the beginning of each epoch, after you have set it?",
    ),
)
def eval_once(module: Any) -> None:
    module.requires_grad_(False)
    module.eval()


@wrong(
    FREEZE,
    looks_like="the stored statistics stay the same, but those of the batch are used",
    hints=(
        "The stored statistics don't change, but the scores differ between train and eval mode.",
        "Which mean and variance does a layer use for normalization in train mode?",
    ),
)
def momentum_zero(module: Any) -> None:
    module.requires_grad_(False)
    for layer in module.modules():
        if isinstance(layer, NORMS):
            layer.momentum = 0.0
            layer.track_running_stats = False


@wrong(
    FREEZE,
    looks_like="the output of the module is detached from the gradients",
    hints=(
        "No gradient reaches the layers before the frozen module.",
        "The weights of a frozen module stay the same. Should gradients still pass through it?",
    ),
)
def cuts_gradients(module: Any) -> None:
    _freeze(module)
    module.register_forward_hook(lambda layer, given, out: out.detach())


@wrong(
    FREEZE,
    looks_like="only the module's direct parameters are frozen, but not those of nested layers",
    hints=(
        "Parameters of nested layers still require a gradient.",
        "A network contains layers that contain further layers. How deep does your loop go?",
    ),
)
def own_parameters_only(module: Any) -> None:
    for parameter in module.parameters(recurse=False):
        parameter.requires_grad = False


@wrong(
    FREEZE,
    looks_like="the biases are not frozen",
    hints=(
        "Biases still require a gradient.",
        "Which trainable tensors does a layer have?",
    ),
)
def biases_left(module: Any) -> None:
    biases = [p for name, p in module.named_parameters() if name.endswith("bias")]
    _freeze(module)
    for bias in biases:
        bias.requires_grad = True


@wrong(
    FREEZE,
    looks_like="an attribute that has no effect is set on the module",
    hints=(
        "All parameters still require a gradient.",
        "Is `requires_grad` an attribute of a module or of its parameters?",
    ),
)
def sets_attribute(module: Any) -> None:
    module.requires_grad = False


@wrong(
    FREEZE,
    looks_like="a copy is frozen instead of the module",
    hints=(
        "The given module is as trainable as before.",
        "The function returns nothing. Which object has to change, then?",
    ),
)
def freezes_a_copy(module: Any) -> None:
    _freeze(copy.deepcopy(module))


@wrong(
    FIRST,
    looks_like="the model's direct children are counted instead of the layers with weights",
    hints=(
        "The wrong number of layers is frozen.",
        "A child can be a whole block of layers, or it can have no weights. Which layers should "
        "count?",
    ),
)
def counts_children(model: Any, n: int) -> None:
    children = list(model.children())
    if n < 0 or n > len(_holding(model)):
        raise ValueError(n)
    for child in children[:n]:
        _freeze(child)


@wrong(
    FIRST,
    looks_like="weights and biases are counted separately",
    hints=(
        "Too few layers are frozen, because a layer with a weight and a bias counts twice.",
        "Is n a number of tensors or of layers?",
    ),
)
def counts_tensors(model: Any, n: int) -> None:
    if n < 0 or n > len(_holding(model)):
        raise ValueError(n)
    for parameter in list(model.parameters())[:n]:
        parameter.requires_grad = False


@wrong(
    FIRST,
    looks_like="activations and pooling layers are counted, too",
    hints=(
        "Too few layers are frozen.",
        "Does an activation have weights, and should it count?",
    ),
)
def counts_everything(model: Any, n: int) -> None:
    if n < 0 or n > len(_holding(model)):
        raise ValueError(n)
    leaves = [part for part in model.modules() if not list(part.children())]
    for leaf in leaves[:n]:
        _freeze(leaf)


@wrong(
    FIRST,
    looks_like="the last n layers are frozen",
    hints=(
        "Layers at the wrong end of the network are frozen.",
        "Which layers process the image first?",
    ),
)
def freezes_last(model: Any, n: int) -> None:
    layers = _holding(model)[::-1]
    if n < 0 or n > len(layers):
        raise ValueError(n)
    for layer in layers[:n]:
        _freeze(layer)


@wrong(
    FIRST,
    looks_like="one layer too many is frozen",
    hints=(
        "One more layer than requested is frozen.",
        "What happens for n = 0, and where does your slice end?",
    ),
)
def one_too_many(model: Any, n: int) -> None:
    layers = _holding(model)
    if n < 0 or n > len(layers):
        raise ValueError(n)
    for layer in layers[: n + 1]:
        _freeze(layer)


@wrong(
    FIRST,
    looks_like="batch normalization among the first layers still adapts to the batches",
    hints=(
        "The weights of the first layers stay the same, but their running statistics change.",
        "Which of your functions freezes a layer completely?",
    ),
)
def first_statistics_move(model: Any, n: int) -> None:
    layers = _holding(model)
    if n < 0 or n > len(layers):
        raise ValueError(n)
    for layer in layers[:n]:
        layer.requires_grad_(False)


@wrong(
    FIRST,
    looks_like="all layers after the first n are made trainable",
    hints=(
        "A layer that was frozen before is now trained.",
        "The other layers should not change. Do you set any of their attributes?",
    ),
)
def thaws_the_rest(model: Any, n: int) -> None:
    layers = _holding(model)
    if n < 0 or n > len(layers):
        raise ValueError(n)
    for number, layer in enumerate(layers):
        if number < n:
            _freeze(layer)
        else:
            layer.requires_grad_(True)


@wrong(
    FIRST,
    looks_like="an invalid n is accepted",
    hints=(
        "A negative n, or one that is too large, raises no error.",
        "What does a slice do with an index that is out of range?",
    ),
)
def takes_any_number(model: Any, n: int) -> None:
    for layer in _holding(model)[:n]:
        _freeze(layer)


def _heads(network: Any) -> list[Any]:
    return [
        (m, k, c)
        for m in network.modules()
        for k, c in m.named_children()
        if isinstance(c, nn.Linear)
    ]


def _with_head(backbone: Any, make: Any) -> Any:
    """Return a frozen copy whose last linear layer is `make(old one)`.

    Raises: ValueError if there is no linear layer.
    """
    network = copy.deepcopy(backbone)
    if not _heads(network):
        raise ValueError("no linear layer")
    _freeze(network)
    parent, key, old = _heads(network)[-1]
    setattr(parent, key, make(old))
    return network


@wrong(
    BUILD,
    looks_like="all layers are frozen, including the new one",
    hints=(
        "No parameter requires a gradient, so the network can't learn.",
        "In which order do you freeze the network and insert the new layer?",
    ),
)
def head_frozen(backbone: Any, num_classes: int) -> Any:
    network = _build(backbone, num_classes)
    _freeze(network)
    return network


@wrong(
    BUILD,
    looks_like="no layer is frozen",
    hints=(
        "The whole backbone requires a gradient.",
        "Which of your functions freezes the features?",
    ),
)
def features_train(backbone: Any, num_classes: int) -> Any:
    return _build(backbone, num_classes).requires_grad_(True)


@wrong(
    BUILD,
    looks_like="the weights of the features are frozen, but their statistics adapt to the batches",
    hints=(
        "The running statistics of the features change while the new layer is trained.",
        "Which of your functions handles batch normalization?",
    ),
)
def statistics_follow(backbone: Any, num_classes: int) -> Any:
    network = copy.deepcopy(backbone).requires_grad_(False)
    if not _heads(network):
        raise ValueError("no linear layer")
    parent, key, old = _heads(network)[-1]
    setattr(parent, key, nn.Linear(old.in_features, num_classes))
    return network


@wrong(
    BUILD,
    looks_like="the new layer is added after the old one",
    hints=(
        "The new layer gets the scores of the old classes.",
        "Print the network. Does it still contain the old last layer?",
    ),
)
def stacked_on_scores(backbone: Any, num_classes: int) -> Any:
    network = copy.deepcopy(backbone)
    if not _heads(network):
        raise ValueError("no linear layer")
    _freeze(network)
    return nn.Sequential(network, nn.Linear(_heads(network)[-1][2].out_features, num_classes))


@wrong(
    BUILD,
    looks_like="the new layer is always named `fc`, which doesn't exist in an AlexNet",
    hints=(
        "A ResNet works, but an AlexNet still returns the scores of the old classes.",
        "Does the forward of every network use a layer named fc?",
    ),
)
def always_fc(backbone: Any, num_classes: int) -> Any:
    network = copy.deepcopy(backbone)
    if not _heads(network):
        raise ValueError("no linear layer")
    inputs = _heads(network)[-1][2].in_features
    _freeze(network)
    network.fc = nn.Linear(inputs, num_classes)
    return network


@wrong(
    BUILD,
    looks_like="the old last layer is kept and cut to size",
    hints=(
        "The new layer has the weights of the old one.",
        "What do the old classes have to do with the new ones?",
    ),
)
def cuts_old_head(backbone: Any, num_classes: int) -> Any:
    def shortened(old: Any) -> Any:
        head = nn.Linear(old.in_features, num_classes)
        with torch.no_grad():
            head.weight[: old.out_features] = old.weight[:num_classes]
            head.bias[: old.out_features] = old.bias[:num_classes]
        return head

    return _with_head(backbone, shortened)


@wrong(
    BUILD,
    looks_like="the features are random instead of pretrained",
    hints=(
        "The inputs of the new layer differ from the features of the backbone.",
        "Do you copy the backbone's weights or only its architecture?",
    ),
)
def fresh_features(backbone: Any, num_classes: int) -> Any:
    network = _build(backbone, num_classes)
    for part in network.modules():
        if isinstance(part, nn.Conv2d):
            part.reset_parameters()
    return network


@wrong(
    BUILD,
    looks_like="a softmax follows the new layer",
    hints=(
        "Each row of the scores adds up to 1.",
        "The criterion applies its own softmax. What should the network return?",
    ),
)
def softmax_behind(backbone: Any, num_classes: int) -> Any:
    return nn.Sequential(_build(backbone, num_classes), nn.Softmax(dim=1))


@wrong(
    BUILD,
    looks_like="a backbone without a linear layer is accepted",
    hints=(
        "A network that consists only of convolutions raises no ValueError.",
        "What do you replace if there is no linear layer?",
    ),
)
def no_head_no_error(backbone: Any, num_classes: int) -> Any:
    return _build(backbone, num_classes) if _heads(backbone) else copy.deepcopy(backbone)


def _gather(model: Any, loader: Any, device: Any) -> Any:
    pairs = [(model(x.to(device)).flatten(1), y) for x, y in loader]
    return torch.cat([f for f, _ in pairs]), torch.cat([y for _, y in pairs])


@wrong(
    EXTRACT,
    looks_like="the model isn't put into eval mode",
    hints=(
        "With dropout or batch normalization, the features are those of train mode.",
        "Which mode is the model in while it processes the batches?",
    ),
)
def stays_in_train_mode(model: Any, loader: Any, device: Any = "cpu") -> Any:
    with torch.no_grad():
        return _gather(model, loader, device)


@wrong(
    EXTRACT,
    looks_like="the features keep their gradients",
    hints=(
        "The features require a gradient and keep their whole computation in memory.",
        "What can you switch off if nothing is learned?",
    ),
)
def keeps_gradients(model: Any, loader: Any, device: Any = "cpu") -> Any:
    was = model.training
    model.eval()
    found = _gather(model, loader, device)
    model.train(was)
    return found


@wrong(
    EXTRACT,
    looks_like="the model is left in eval mode",
    hints=(
        "A model that was in train mode is in eval mode after the call.",
        "Which mode was the model in before the call?",
    ),
)
def leaves_eval_mode(model: Any, loader: Any, device: Any = "cpu") -> Any:
    model.eval()
    with torch.no_grad():
        return _gather(model, loader, device)


@wrong(
    EXTRACT,
    looks_like="the model is left in train mode",
    hints=(
        "A model that was in eval mode is in train mode after the call.",
        "Which mode was the model in before the call?",
    ),
)
def leaves_train_mode(model: Any, loader: Any, device: Any = "cpu") -> Any:
    found = leaves_eval_mode(model, loader, device)
    model.train()
    return found


@wrong(
    EXTRACT,
    looks_like="only the last batch is returned",
    hints=(
        "The result has too few rows.",
        "What happens to the batches before the last one?",
    ),
)
def last_batch_only(model: Any, loader: Any, device: Any = "cpu") -> Any:
    was = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            found = model(x.to(device)).flatten(1), y
    model.train(was)
    return found


@wrong(
    EXTRACT,
    looks_like="an incomplete last batch is left out",
    hints=(
        "The last images are missing from the result.",
        "What happens to a batch that isn't full?",
    ),
)
def drops_the_rest(model: Any, loader: Any, device: Any = "cpu") -> Any:
    was = model.training
    model.eval()
    batches = list(loader)
    full = [pair for pair in batches if len(pair[0]) == len(batches[0][0])]
    with torch.no_grad():
        found = _gather(model, full, device)
    model.train(was)
    return found


@wrong(
    EXTRACT,
    looks_like="the feature maps are not flattened",
    hints=(
        "The features of a convolution come out as maps instead of rows.",
        "Which shape does the task ask for?",
    ),
)
def keeps_maps(model: Any, loader: Any, device: Any = "cpu") -> Any:
    was = model.training
    model.eval()
    with torch.no_grad():
        pairs = [(model(x.to(device)), y) for x, y in loader]
    model.train(was)
    return torch.cat([f for f, _ in pairs]), torch.cat([y for _, y in pairs])


@wrong(
    EXTRACT,
    looks_like="the predicted classes are returned instead of the labels",
    hints=(
        "The second result isn't the labels from the loader.",
        "Where do the labels come from?",
    ),
)
def predicts_labels(model: Any, loader: Any, device: Any = "cpu") -> Any:
    was = model.training
    model.eval()
    with torch.no_grad():
        found, _ = _gather(model, loader, device)
    model.train(was)
    return found, found.argmax(1)


@wrong(
    EXTRACT,
    looks_like="the features are averaged over each batch",
    hints=("The result has only one row per batch.", "Which dimension do you average over?"),
)
def averages_batches(model: Any, loader: Any, device: Any = "cpu") -> Any:
    was = model.training
    model.eval()
    with torch.no_grad():
        rows = [model(x.to(device)).flatten(1).mean(0) for x, _ in loader]
    model.train(was)
    return torch.stack(rows), torch.cat([y for _, y in loader])
