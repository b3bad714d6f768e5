"""No network or loss of the course mixes devices; this is checked without a GPU.

torch's fake tensors have a device and a shape, but no values. An operation on fake tensors of the
devices "cuda" and "cpu" fails as it does on a GPU. Gradients, values, speed, and operations that
GPUs lack can't be checked in this way.

Each check runs in a fork: after the first fake tensor on "cuda", gradients start threads, and
afterwards no fork of the process can compute gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.symbolic_shapes import ShapeEnv
from torch.nn import functional as F

from benchmarks.segmentation_recipe import AtSizes, OverlapLoss, SkipNet
from coursekit.forked_jobs import Failed, run_forked
from student_code.animals import AnimalNet, FocalLoss
from student_code.my_alexnet import MyAlexNet
from student_code.pspnet import PSPNet
from student_code.simple_net import SimpleNet
from student_code.simple_net_dropout import SimpleNetDropout
from student_code.simple_segmentation_net import SimpleSegmentationNet
from toolbox.models.backbones import course_alexnet
from toolbox.models.residual import ResidualNet
from toolbox.segmentation import small_backbone

Loss = Callable[[nn.Module], Tensor]


def on_gpu(network: nn.Module, mode: FakeTensorMode) -> nn.Module:
    """Replace parameters and buffers by fake ones on "cuda"; `to` can't do that."""
    for module in network.modules():
        for name, parameter in module.named_parameters(recurse=False):
            setattr(module, name, nn.Parameter(mode.from_tensor(parameter.detach()).to("cuda")))
        for name, buffer in module.named_buffers(recurse=False):
            setattr(module, name, mode.from_tensor(buffer).to("cuda"))
    return network


def images(channels: int, side: int = 64) -> Tensor:
    return torch.zeros(2, channels, side, side, device="cuda")


def labels(*shape: int) -> Tensor:
    return torch.zeros(2, *shape, dtype=torch.int64, device="cuda")


def classified(channels: int) -> Loss:
    return lambda network: F.cross_entropy(network(images(channels)), labels())


def by_its_criterion(network: Any) -> Tensor:
    return network.loss_criterion(network(images(1)), labels())


def focal(network: nn.Module) -> Tensor:
    return FocalLoss()(network(images(3)), F.one_hot(labels() + 2, 3).float())


def segmented(network: nn.Module) -> Tensor:
    _, _, main, aux = network(images(3), labels(64, 64))
    return main if aux is None else main + aux


def segmented_at_sizes(network: nn.Module) -> Tensor:
    return AtSizes(network.eval(), ((48, 48), (64, 64)))(images(3)).mean()


def skip_net() -> nn.Module:
    return SkipNet(11, criterion=OverlapLoss(torch.ones(11)))


CASES: dict[str, tuple[Callable[[], nn.Module], Loss]] = {
    "SimpleNet": (lambda: SimpleNet(15), by_its_criterion),
    "SimpleNetDropout": (lambda: SimpleNetDropout(15), by_its_criterion),
    "MyAlexNet": (lambda: MyAlexNet(15, course_alexnet(55)), by_its_criterion),
    "residual network": (lambda: ResidualNet(15), classified(1)),
    "SimpleSegmentationNet": (
        lambda: SimpleSegmentationNet(pretrained=False, backbone=small_backbone(seed=0)),
        segmented,
    ),
    "PSPNet": (lambda: PSPNet(pretrained=False, backbone=small_backbone(seed=0)), segmented),
    "SkipNet": (skip_net, segmented),
    "SkipNet at two sizes": (skip_net, segmented_at_sizes),
    "AnimalNet": (lambda: AnimalNet(3), classified(3)),
    "AnimalNet, focal loss": (lambda: AnimalNet(3), focal),
}


def in_a_fork(job: Callable[[], str]) -> str:
    ((_, found),) = run_forked([job], workers=1)
    assert not isinstance(found, Failed), found.reason
    return str(found)


@pytest.mark.parametrize("case", CASES)
def test_the_loss_is_on_the_gpu(case: str) -> None:
    create, loss_of = CASES[case]

    def device_of_loss() -> str:
        network = create()
        # The shape environment allows results whose shapes depend on values.
        with FakeTensorMode(
            allow_non_fake_inputs=True, shape_env=ShapeEnv(), static_shapes=True
        ) as mode:
            return loss_of(on_gpu(network, mode)).device.type

    assert in_a_fork(device_of_loss) == "cuda"


def test_mixed_devices_are_detected() -> None:
    def problem() -> str:
        with FakeTensorMode():
            try:
                _ = images(1) + torch.zeros(2, 1, 64, 64)
            except RuntimeError as error:
                return str(error)
        return ""

    assert "two devices" in in_a_fork(problem)
