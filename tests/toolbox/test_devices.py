"""Networks use the fastest settings of their device without changes to their code."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from toolbox.training.devices import at_its_best, choose_device


class Flattens(nn.Module):
    """A network that records the memory layout of its input, and flattens it in either way."""

    def __init__(self, by_view: bool) -> None:
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4))
        self.linear, self.by_view = nn.Linear(4 * 6 * 8, 3), by_view
        self.lay: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        self.lay.append(x.is_contiguous(memory_format=torch.channels_last))
        return self.linear(x.view(len(x), -1) if self.by_view else x.flatten(1))


@pytest.mark.parametrize("by_view", [False, True])
def test_scores_and_state_do_not_depend_on_memory_layout(by_view: bool) -> None:
    images = torch.rand(5, 1, 8, 10)
    outcomes = []
    for quick in (False, True):
        torch.manual_seed(0)
        model = Flattens(by_view)
        torch.manual_seed(1)
        if quick:
            with at_its_best(model, torch.device("cpu")):
                scores = [model(images) for _ in range(2)]
            assert model.lay == [not by_view] * 2
        else:
            scores = [model(images) for _ in range(2)]
        outcomes.append((torch.stack(scores), model.state_dict()))
    torch.testing.assert_close(outcomes[0][0], outcomes[1][0])
    torch.testing.assert_close(outcomes[0][1], outcomes[1][1])


def test_the_model_is_restored_afterwards() -> None:
    model = Flattens(by_view=True)
    with pytest.raises(KeyboardInterrupt), at_its_best(model, torch.device("cpu")):
        raise KeyboardInterrupt
    assert "forward" not in vars(model)
    assert model.state_dict()["conv.0.weight"].is_contiguous()
    model(torch.rand(2, 1, 8, 10))


def test_the_requested_device_is_used() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device().type in {"cuda", "mps", "cpu"}
