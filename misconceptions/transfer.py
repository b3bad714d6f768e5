"""Wrong ways to write `student_code.transfer`."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong
from student_code import transfer

FREEZE, FIRST = "transfer.freeze", "transfer.freeze_first_layers"
BUILD, EXTRACT = "transfer.build_feature_extractor", "transfer.extract_features"
# The originals: an entry takes the place of the name in the module.
_freeze, _build = transfer.freeze, transfer.build_feature_extractor
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def _holding(model: Any) -> list[Any]:
    return [part for part in model.modules() if [*part.parameters(recurse=False)]]


@wrong(
    FREEZE,
    looks_like="the weights are frozen, but batch normalisation still follows the batches",
    hints=(
        "The weights stay, but running statistics move in train mode.",
        "Batch normalisation stores more than its weight and bias. What updates it, and when?",
    ),
)
def weights_only(module: Any) -> None:
    module.requires_grad_(False)


@wrong(
    FREEZE,
    looks_like="eval mode is set once, and the next `.train()` undoes it",
    hints=(
        "After a later call of .train(), batch normalisation follows the batches again.",
        "Who sets the mode in each epoch, and after you did?",
    ),
)
def eval_once(module: Any) -> None:
    module.requires_grad_(False)
    module.eval()


@wrong(
    FREEZE,
    looks_like="the statistics stay, but those of the batch are used",
    hints=(
        "The stored statistics don't move, but in train mode the scores aren't those of eval mode.",
        "With which mean and variance does a layer normalise in train mode?",
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
    looks_like="what comes out of the module is cut off from the gradients",
    hints=(
        "No gradient reaches what lies before the frozen module.",
        "Frozen means that its own weights stay. Must nothing pass through them?",
    ),
)
def cuts_gradients(module: Any) -> None:
    _freeze(module)
    module.register_forward_hook(lambda layer, given, out: out.detach())


@wrong(
    FREEZE,
    looks_like="the module's own parameters are frozen, but not those of the layers in it",
    hints=(
        "Parameters of layers inside of the module still require a gradient.",
        "A network holds layers that hold layers. How deep does your loop look?",
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
        "Which tensors of a layer are trained?",
    ),
)
def biases_left(module: Any) -> None:
    biases = [p for name, p in module.named_parameters() if name.endswith("bias")]
    _freeze(module)
    for bias in biases:
        bias.requires_grad = True


@wrong(
    FREEZE,
    looks_like="an attribute is set on the module that nobody reads",
    hints=(
        "Everything still requires a gradient.",
        "Is `requires_grad` an attribute of a module, or of its parameters?",
    ),
)
def sets_attribute(module: Any) -> None:
    module.requires_grad = False


@wrong(
    FREEZE,
    looks_like="a copy is frozen instead of the module",
    hints=(
        "The module that was given is as trainable as before.",
        "The function returns nothing. So which object has to change?",
    ),
)
def freezes_a_copy(module: Any) -> None:
    _freeze(copy.deepcopy(module))


@wrong(
    FIRST,
    looks_like="the model's direct children are counted, not the layers with weights",
    hints=(
        "The wrong number of layers is frozen.",
        "A child can be a whole block of layers, or hold no weights. What should count?",
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
    looks_like="weights and biases are counted one by one",
    hints=(
        "Too few layers are frozen: one with a weight and a bias counts twice.",
        "Is n a number of tensors, or of layers?",
    ),
)
def counts_tensors(model: Any, n: int) -> None:
    if n < 0 or n > len(_holding(model)):
        raise ValueError(n)
    for parameter in list(model.parameters())[:n]:
        parameter.requires_grad = False


@wrong(
    FIRST,
    looks_like="activations and pools are counted too",
    hints=(
        "Too few layers are frozen.",
        "Has an activation weights? Does it count?",
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
        "The layers at the wrong end are frozen.",
        "Which layers see the image first?",
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
    hints=("One layer too many is frozen.", "Check the case of n = 0, and where your slice ends."),
)
def one_too_many(model: Any, n: int) -> None:
    layers = _holding(model)
    if n < 0 or n > len(layers):
        raise ValueError(n)
    for layer in layers[: n + 1]:
        _freeze(layer)


@wrong(
    FIRST,
    looks_like="batch normalisation among the first layers still follows the batches",
    hints=(
        "The weights of the first layers stay, but statistics among them move.",
        "Which of your functions freezes a layer with all that belongs to it?",
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
    looks_like="all layers after the first n are thawed",
    hints=(
        "A layer that was frozen before trains now.",
        "The others stay as they are. Do you set anything on them?",
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
    looks_like="an impossible n is taken without a word",
    hints=(
        "A negative n, or one that is too large, raises no error.",
        "What does a slice do with a number that is out of range?",
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
    """A frozen copy whose last linear layer is `make(old one)`; a ValueError without any."""
    network = copy.deepcopy(backbone)
    if not _heads(network):
        raise ValueError("no linear layer")
    _freeze(network)
    parent, key, old = _heads(network)[-1]
    setattr(parent, key, make(old))
    return network


@wrong(
    BUILD,
    looks_like="everything is frozen, the new layer too",
    hints=(
        "Nothing requires a gradient, so nothing can learn.",
        "In which order do you freeze, and put in the new layer?",
    ),
)
def head_frozen(backbone: Any, num_classes: int) -> Any:
    network = _build(backbone, num_classes)
    _freeze(network)
    return network


@wrong(
    BUILD,
    looks_like="nothing is frozen",
    hints=(
        "All of the backbone requires a gradient.",
        "Which of your functions keeps the features as they are?",
    ),
)
def features_train(backbone: Any, num_classes: int) -> Any:
    return _build(backbone, num_classes).requires_grad_(True)


@wrong(
    BUILD,
    looks_like="the features' weights are frozen, but their statistics follow the batches",
    hints=(
        "Running statistics of the features move while the new layer is trained.",
        "Which of your functions takes care of batch normalisation?",
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
    looks_like="the new layer is put behind the old one",
    hints=(
        "The new layer reads the scores of the old classes.",
        "Print the network: is the old last layer still in it?",
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
    looks_like="the new layer is always called `fc`, which an AlexNet doesn't use",
    hints=(
        "A ResNet works, but an AlexNet still gives the old classes' scores.",
        "Does every network use a layer called fc in its forward?",
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
        "The new layer has the old one's values.",
        "What have the old classes to do with the new ones?",
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
    looks_like="the features are fresh, not pretrained",
    hints=(
        "What reaches the new layer isn't what the backbone makes of an image.",
        "Do you take the backbone's weights along, or only its form?",
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
        "The criterion applies a softmax of its own. What should the network return, then?",
    ),
)
def softmax_behind(backbone: Any, num_classes: int) -> Any:
    return nn.Sequential(_build(backbone, num_classes), nn.Softmax(dim=1))


@wrong(
    BUILD,
    looks_like="a backbone without a linear layer is taken without a word",
    hints=(
        "Convolutions alone raise no ValueError.",
        "What is replaced if there is no linear layer?",
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
        "With dropout or batch normalisation the features are those of train mode.",
        "In which mode is the model when a loader comes by?",
    ),
)
def stays_in_train_mode(model: Any, loader: Any, device: Any = "cpu") -> Any:
    with torch.no_grad():
        return _gather(model, loader, device)


@wrong(
    EXTRACT,
    looks_like="the features keep their gradients",
    hints=(
        "The features require a gradient, and hold on to all that they were made from.",
        "What do you switch off where nothing is learnt?",
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
        "A model that came in train mode is in eval mode afterwards.",
        "How was the model's mode when it came?",
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
        "A model that came in eval mode is in train mode afterwards.",
        "How was the model's mode when it came?",
    ),
)
def leaves_train_mode(model: Any, loader: Any, device: Any = "cpu") -> Any:
    found = leaves_eval_mode(model, loader, device)
    model.train()
    return found


@wrong(
    EXTRACT,
    looks_like="only the last batch comes out",
    hints=(
        "There are too few rows.",
        "What becomes of the batches before the last one?",
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
    looks_like="a smaller last batch is left out",
    hints=(
        "The last images are missing.",
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
    looks_like="maps are not flattened",
    hints=(
        "Features of a convolution come out as maps, not as rows.",
        "Which shape was asked for?",
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
    looks_like="the predicted class comes out in the place of the label",
    hints=(
        "The second value isn't the labels of the loader.",
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
    hints=("There is one row a batch.", "Over which dimension do you average?"),
)
def averages_batches(model: Any, loader: Any, device: Any = "cpu") -> Any:
    was = model.training
    model.eval()
    with torch.no_grad():
        rows = [model(x.to(device)).flatten(1).mean(0) for x, _ in loader]
    model.train(was)
    return torch.stack(rows), torch.cat([y for _, y in loader])
