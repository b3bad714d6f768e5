"""Public tests of `student_code.my_alexnet`."""

import torch
from torch import nn

from student_code import my_alexnet
from toolbox.checks import expect, layers_shown, task
from toolbox.checks.seeds import seed_for
from unit_tests.pretrained import (
    changed,
    images,
    last_linear,
    named,
    one_step,
    tiny_alexnet,
    trained,
)

# The same float32 operations in the same order; batches may be summed differently: 1e-6.
EXACT = 1e-5
INPUTS = 12  # inputs of the tiny network's last layer


@task("my_alexnet.MyAlexNet")
def test_scores_have_one_column_a_class() -> None:
    """N grayscale images give scores of shape (N, num_classes), with 15 classes by default."""
    backbone = tiny_alexnet(classes=40)
    with layers_shown({"cnn_layers": (3, 6, 8, 11), "avgpool": (3, 6, 2, 3)}):
        scores = my_alexnet.MyAlexNet(backbone=backbone)(images(3, channels=1))
        expect.shape(scores, (3, 15), "MyAlexNet(backbone=backbone)(3 images)")
    expect.dtype(scores, torch.float32, "MyAlexNet(backbone=backbone)(3 images)")
    with layers_shown():
        scores = my_alexnet.MyAlexNet(7, tiny_alexnet())(images(1, channels=1))
        expect.shape(scores, (1, 7), "MyAlexNet(7, backbone)(1 image)")


@task("my_alexnet.MyAlexNet", share=2)
def test_what_is_loaded_is_the_backbones() -> None:
    """All layers except the last have the pretrained network's weights and biases."""
    backbone = tiny_alexnet()
    theirs = named(backbone)
    model = my_alexnet.MyAlexNet(backbone=backbone)
    for part, source, count in (("cnn_layers", "features", 4), ("fc_layers", "classifier", 6)):
        names = [name for name in theirs if name.startswith(source)]
        ours = list(getattr(model, part).parameters())
        expect.equal(len(ours), count, f"MyAlexNet(backbone=b).{part}: number of parameters")
        for tensor, name in list(zip(ours, names, strict=True))[:4]:  # the last layer is new
            expect.equal(tensor, theirs[name], f"MyAlexNet(backbone=b).{part}: the b.{name} in it")


@task("my_alexnet.MyAlexNet")
def test_the_last_layer_is_new() -> None:
    """The last layer is new, even if the old one had the same number of classes."""
    backbone = tiny_alexnet(classes=15)
    old = named(backbone)["classifier.6.weight"]
    last = last_linear(my_alexnet.MyAlexNet(15, backbone).fc_layers)
    called = "MyAlexNet(15, backbone): the weight of its last layer"
    expect.shape(last.weight, (15, INPUTS), called)
    expect.true(not torch.equal(last.weight, old), called, expected="new values", got=last.weight)
    last = last_linear(my_alexnet.MyAlexNet(5, tiny_alexnet()).fc_layers)
    expect.shape(last.bias, (5,), "MyAlexNet(5, backbone): the bias of its last layer")


@task("my_alexnet.MyAlexNet", share=2)
def test_only_the_last_layer_trains() -> None:
    """Only the last layer's weight and bias require a gradient."""
    model = my_alexnet.MyAlexNet(6, tiny_alexnet())
    last = last_linear(model.fc_layers)
    own = {id(last.weight), id(last.bias)}
    wanted = [name for name, value in model.named_parameters() if id(value) in own]
    called = "MyAlexNet(6, backbone): the parameters that require a gradient"
    expect.equal(trained(model), wanted, called)


@task("my_alexnet.MyAlexNet", share=2)
def test_a_step_changes_the_last_layer_alone() -> None:
    """A training step changes the last layer's weight and bias, and nothing else."""
    torch.manual_seed(seed_for(11))
    model = my_alexnet.MyAlexNet(6, tiny_alexnet())
    last = last_linear(model.fc_layers)
    before, own = named(model), {id(last.weight), id(last.bias)}
    wanted = [name for name, value in model.named_parameters() if id(value) in own]
    one_step(model, images(8, channels=1), classes=6)
    called = "MyAlexNet(6, backbone), one step in train mode: the tensors that changed"
    expect.equal(changed(model, before), wanted, called)


@task("my_alexnet.MyAlexNet", share=2)
def test_gray_becomes_three_channels() -> None:
    """Each of the three channels receives the gray values, and all layers are used in order."""
    backbone = tiny_alexnet()
    gray = images(4, channels=1)
    with torch.no_grad():
        pooled = backbone.avgpool(backbone.features(torch.cat([gray] * 3, dim=1)))
        hidden = backbone.classifier[:-1](pooled.reshape(4, -1))
        model = my_alexnet.MyAlexNet(6, backbone).eval()
        last = last_linear(model.fc_layers)
        wanted = hidden @ last.weight.T + last.bias
        got = model(gray)
    called = "MyAlexNet(6, backbone).eval()(4 images), compared with the backbone's layers"
    expect.close(got, wanted, called, atol=EXACT)


@task("my_alexnet.MyAlexNet")
def test_the_average_pool_is_kept() -> None:
    """`avgpool` is the pretrained network's average pooling, so images of other sizes work."""
    model = my_alexnet.MyAlexNet(backbone=tiny_alexnet())
    expect.instance(model.avgpool, nn.Module, "MyAlexNet(backbone=backbone).avgpool")
    x = torch.arange(2 * 6 * 4 * 6.0).reshape(2, 6, 4, 6)
    wanted = x.reshape(2, 6, 2, 2, 3, 2).mean(dim=(3, 5))
    called = "MyAlexNet(backbone=backbone).avgpool(a tensor of shape (2, 6, 4, 6))"
    expect.close(model.avgpool(x), wanted, called, atol=1e-4)  # values up to 288 in float32


@task("my_alexnet.MyAlexNet")
def test_dropout_is_kept() -> None:
    """The dropout layers are kept: random in train mode, inactive in eval mode."""
    torch.manual_seed(seed_for(12))
    model = my_alexnet.MyAlexNet(backbone=tiny_alexnet())
    found = [m.p for m in model.fc_layers.modules() if isinstance(m, nn.Dropout)]
    expect.equal(found, [0.4, 0.3], "MyAlexNet(backbone=backbone): p of the dropout in fc_layers")
    same = images(1, channels=1).repeat(32, 1, 1, 1)
    with torch.no_grad():
        scores, steady = model.train()(same), model.eval()(same)
    # 32 masks over 36 values with p = 0.4 are all equal with probability 0.6^31 or less.
    spread = scores.std(0).max().item()
    called = "MyAlexNet(backbone=backbone).train()(32 times one image): std of the scores"
    expect.true(spread > 1e-4, called, expected="scores that differ", got=spread)
    called = "MyAlexNet(backbone=backbone).eval()(32 times one image)"
    expect.close(steady, steady[:1].repeat(32, 1), called, atol=EXACT)


@task("my_alexnet.MyAlexNet")
def test_alexnet_loss_adds_up() -> None:
    """`loss_criterion` is the cross-entropy, summed over the batch."""
    scores = torch.tensor([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0]])
    wanted = -(scores.log_softmax(1)[0, 2] + scores.log_softmax(1)[1, 0])
    model = my_alexnet.MyAlexNet(3, tiny_alexnet())
    got = model.loss_criterion(scores, torch.tensor([2, 0]))
    called = "MyAlexNet(3, backbone).loss_criterion([[2, −1, 0.5], [0, 3, 1]], labels [2, 0])"
    expect.close(got, wanted, called, atol=EXACT)
