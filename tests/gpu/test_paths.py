"""Every path that trains or measures a network works on a GPU, if there is one.

The same code runs on the CPU, so that a machine without a GPU checks all but the device. These
networks learn to tell dark images from bright ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.segmentation_recipe import OverlapLoss, SkipNet
from coursekit.builds import notebook_runs, release_checks
from data_scripts.places import data_home
from data_scripts.synthetic_set import make_offline
from student_code.analysis import predict
from student_code.animal_training import train_and_keep
from student_code.animals import AnimalNet, load_model
from student_code.minibatch_training import train_minibatches
from student_code.my_alexnet import MyAlexNet
from student_code.pspnet import PSPNet
from student_code.simple_net import SimpleNet
from student_code.simple_net_dropout import SimpleNetDropout
from student_code.simple_segmentation_net import SimpleSegmentationNet
from tests.conftest import ROOT
from tests.segmentation.test_toolbox import streets
from toolbox import course
from toolbox.analysis.features import features_of
from toolbox.analysis.occlusion import occlusion_map
from toolbox.data import Augment, Batches, ImageTensors, Provenance
from toolbox.models.backbones import course_alexnet
from toolbox.models.residual import RandomViews, ResidualNet
from toolbox.segmentation import RecipeSettings, measure, small_backbone, train
from toolbox.training import checkpoints, devices
from toolbox.training.trainer import fit, inference_seconds, weights_file

LEVELS: dict[str, Any] = {"mean": (0.5,), "std": (0.3,)}


def few(count: int = 32, channels: int = 1) -> ImageTensors:
    """Return noisy images of two classes: dark ones and bright ones."""
    noise = torch.randint(0, 100, (count, channels, 64, 64), generator=torch.manual_seed(count))
    labels = torch.arange(count) % 2
    images = (noise + 150 * labels[:, None, None, None]).to(torch.uint8)
    where = Provenance("scene15", "offline", "0" * 12, "train", "dark and bright, train")
    return ImageTensors(images, labels, ("dark", "bright"), tuple(map(str, range(count))), where)


NETWORKS: dict[str, Any] = {
    "SimpleNet": (SimpleNet, Augment()),
    "SimpleNetDropout": (SimpleNetDropout, Augment()),
    "MyAlexNet": (lambda classes: MyAlexNet(classes, course_alexnet(55)), None),
    "residual network": (ResidualNet, RandomViews()),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_classifiers_learn_and_continue(name: str, device: str) -> None:
    create, augment = NETWORKS[name]
    images, histories = few(), []
    for epochs in (2, 4):  # the second run continues from the checkpoint of the first
        torch.manual_seed(0)
        network = create(2)
        network.loss_criterion = nn.CrossEntropyLoss(reduction="sum")
        learned = [p for p in network.parameters() if p.requires_grad]
        history = fit(
            network,
            Batches(images, 8, shuffle=True, augment=augment, **LEVELS),
            Batches(images, 8, **LEVELS),
            optimizer=torch.optim.Adam(learned, lr=1e-3),
            epochs=epochs,
            device=device,
            name="run",
        )
        histories.append(history)
    assert histories[1].train_loss[:2] == histories[0].train_loss
    assert histories[1].device == device
    assert {p.device.type for p in network.parameters()} == {device}
    assert histories[1].validation_accuracy[-1] == 1.0
    scores = network.cpu().eval()(torch.zeros(1, 1, 64, 64))
    torch.manual_seed(0)
    again = create(2)
    checkpoints.load_weights(weights_file("run"), again)  # on a machine without a GPU, too
    torch.testing.assert_close(again.eval()(torch.zeros(1, 1, 64, 64)), scores)
    assert inference_seconds(network, Batches(images, 8, **LEVELS), device) > 0


def test_half_precision_computes_lower_and_returns_float32(device: str) -> None:
    kinds: set[torch.dtype] = set()
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(4 * 62 * 62, 2)).to(device)
    network[0].register_forward_hook(lambda *found: kinds.add(found[2].dtype))
    x = torch.rand(3, 1, 64, 64, device=device)
    plain = network(x)
    assert kinds == {torch.float32}
    lower = devices.in_half_precision(network, torch.device(device))(x)
    assert kinds == {torch.float32, torch.bfloat16}
    assert lower.dtype == torch.float32
    # bfloat16 has 8 binary digits, so single values differ by up to 1 in 256.
    torch.testing.assert_close(lower, plain, rtol=0.02, atol=0.02)


def test_a_large_network_computes_in_half_precision_only_on_a_gpu(device: str) -> None:
    network = nn.Linear(1100, 1000).to(device)  # more parameters than devices.MANY
    place = torch.device(device)
    with devices.at_its_best(network, place):
        wrapped = "forward" in vars(network)
        assert network(torch.rand(2, 1100, device=device)).dtype == torch.float32
    assert wrapped == (device == "cuda" and devices.bfloat16_pays(place))
    assert "forward" not in vars(network)


def test_channels_last_gives_the_same_gradients(device: str) -> None:
    outcomes = []
    for layout in (torch.contiguous_format, torch.channels_last):
        torch.manual_seed(0)
        network = ResidualNet(2).to(device, memory_format=layout)  # type: ignore[call-overload]
        x = torch.rand(4, 1, 64, 64, generator=torch.manual_seed(1)).to(device)
        F.cross_entropy(network.eval()(x), torch.tensor([0, 1, 0, 1], device=device)).backward()
        outcomes.append([p.grad.contiguous() for p in network.parameters() if p.grad is not None])
    assert outcomes[0]
    # Sums in another order, and on a GPU TF32 convolutions with 10 binary digits.
    torch.testing.assert_close(*outcomes, rtol=0.02, atol=2e-3)


SEGMENTERS: dict[str, Any] = {
    "SimpleSegmentationNet": lambda: SimpleSegmentationNet(
        num_classes=11, pretrained=False, backbone=small_backbone(seed=0)
    ),
    "PSPNet": lambda: PSPNet(num_classes=11, pretrained=False, backbone=small_backbone(seed=0)),
    "SkipNet": lambda: SkipNet(11, criterion=OverlapLoss(torch.ones(11))),
}


@pytest.mark.parametrize("precision", ["auto", "bfloat16", "float32"])
@pytest.mark.parametrize("name", SEGMENTERS)
def test_segmentation_networks_train_and_are_measured(
    name: str, precision: str, device: str
) -> None:
    images = streets()
    settings = RecipeSettings(
        epochs=2, batch_size=3, base_lr=1e-3, optimizer="adamw", precision=precision, device=device
    )
    network = SEGMENTERS[name]()
    network.to(memory_format=torch.channels_last)
    history = train(network, images, streets(3, "validation"), settings, name="street")
    assert history.device == device
    assert len(history) == 2
    assert all(loss < float("inf") for loss in history.train_loss)
    levels: dict[str, Any] = {"mean": (0.5,) * 3, "std": (0.3,) * 3}
    counts = measure(network, images, device=device, precision=precision, **levels)
    assert counts.device.type == "cpu"
    assert counts.sum() == (images.masks != 255).sum()


def one_hot(images: ImageTensors) -> DataLoader[Any]:
    x = (images.images.float() / 255 - 0.5) / 0.3
    return DataLoader(TensorDataset(x, F.one_hot(images.labels, 3).float()), 8)


def cross_entropy(scores: Tensor, target: Tensor) -> Tensor:
    return F.cross_entropy(scores, target)


def test_animals_are_learned_and_kept(device: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    loader = one_hot(few(channels=3))
    network = AnimalNet(3).to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    best = train_and_keep(
        network, loader, loader, cross_entropy, optimizer, 2, tmp_path / "kept", device
    )
    assert best in (1, 2)
    kept = load_model(tmp_path / "kept" / "model.pt")
    assert {p.device.type for p in kept.parameters()} == {"cpu"}
    losses, _ = train_minibatches(
        network, Batches(few(channels=3), 8, mean=(0.5,) * 3, std=(0.3,) * 3), optimizer, device
    )
    assert len(losses) == 4


def test_analysis_returns_results_on_the_cpu(device: str) -> None:
    torch.manual_seed(0)
    images, network = few(), SimpleNet(2).to(device)
    found = predict(network, Batches(images, 8, **LEVELS), device)
    assert len(found["y_pred"]) == len(images)
    cached = features_of(network, images, device=device, **LEVELS)
    assert cached.features.device.type == "cpu"
    lost = occlusion_map(network, torch.rand(1, 64, 64, device=device), 0, patch=32, stride=32)
    assert lost.shape == (64, 64)
    assert lost.device.type == "cpu"


def test_linear_layers_in_8_bits_predict_alike(device: str) -> None:
    """The other ways to quantize compute on a CPU: on integers by hand, and compiled for x86."""
    torchao = pytest.importorskip("torchao.quantization")
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32)).to(device).eval()
    x = torch.rand(32, 64, device=device)
    with torch.no_grad():
        wanted = network(x)
        torchao.quantize_(network, torchao.Int8DynamicActivationInt8WeightConfig())
        found = network(x)
    assert found.device.type == device
    # Weights and inputs are rounded to 8 bits each, about 1% of their range.
    torch.testing.assert_close(found, wanted, rtol=0.0, atol=0.05)


@pytest.mark.slow
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")
@pytest.mark.parametrize("part", [part.id for part in course.load(ROOT).built_parts])
def test_the_notebook_runs_on_a_gpu(part: str, tmp_path: Path) -> None:
    """Builds run the notebooks on a machine without a GPU; there, these would take minutes."""
    for name, scale in (("scene15", 0.4), ("camvid", 0.1), ("animals", 0.05)):
        make_offline(name, scale=scale, say=lambda line: None)
    notebook = notebook_runs.execute(
        ROOT / "notebooks" / f"{part}.ipynb",
        data=data_home(),
        results=tmp_path / "results",
        seconds=600,
    )
    release_checks.no_bare_traceback(part, notebook)
