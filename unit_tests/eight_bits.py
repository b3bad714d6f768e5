"""Helpers for the quantization tests: layers with weights that int8 represents exactly.

A layer on the grid has weights that are integer multiples of a scale, and the multiple of largest
magnitude is 127 in every channel; inputs on the grid are integer multiples of another scale. Eight
bits represent such numbers without loss, so the quantized layer must compute what the float layer
computes. All floats are float32, whatever torch's default dtype is.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from toolbox.checks import expect, kept, restored, saved
from toolbox.checks.seeds import seed_for

STEP = 2.0**-5  # step of the inputs: a power of two, so that float32 holds the multiples exactly
LOWEST = -50  # inputs on the grid range from LOWEST * STEP to (LOWEST + 255) * STEP


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed_for(seed))


def inputs(*shape: int, seed: int = 1) -> torch.Tensor:
    """Return inputs on the grid that include the lowest and the highest one."""
    whole = torch.randint(LOWEST, LOWEST + 256, shape, generator=seeded(seed))
    flat = whole.view(-1)
    flat[0], flat[-1] = LOWEST, LOWEST + 255
    return whole.float() * STEP


def put_on_grid(layer: Any, seed: int = 2) -> Any:
    """Put the weights of `layer` on a grid whose step halves from channel to channel; float32."""
    layer.float()
    generator = seeded(seed)
    with torch.no_grad():
        shape = layer.weight.shape
        whole = torch.randint(-127, 128, tuple(shape), generator=generator)
        whole.flatten(1)[:, 0] = 127 * (
            2 * torch.randint(0, 2, (shape[0],), generator=generator) - 1
        )
        steps = 2.0 ** -torch.arange(6, 6 + shape[0]).float()
        layer.weight.copy_(whole * steps.reshape(-1, *[1] * (len(shape) - 1)))
        if layer.bias is not None:
            layer.bias.copy_(torch.randint(-40, 40, (shape[0],), generator=generator) / 4)
    return layer


def bytes_in(thing: Any) -> int:
    """Count the bytes of all tensors that an object stores."""
    return sum(t.numel() * t.element_size() for t in kept(thing))


def check_bytes(made: Any, most: int, called: str) -> Any:
    """Check that `made` can be saved in at most `most` bytes, and return the restored object.

    If student code runs in another process, that process is replaced, so anything that isn't in the
    bytes is lost, including float weights that exceed `most`. Earlier objects become unusable.
    """
    data = saved(made)
    said = f"<= {most}, names and settings included"
    expect.true(len(data) <= most, called + ": bytes when saved", expected=said, got=len(data))
    return restored(data)


class Doubled(nn.Module):
    """A layer that scales its input by 5 in train mode, as dropout scales what it keeps."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 5 * x if self.training else x


class Branches(nn.Module):
    """A network that isn't a Sequential: two branches, with one layer used twice."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.heads = nn.ModuleDict({"a": nn.Linear(width, 3), "b": nn.Linear(width, 3)})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.first(x).relu()
        h = h + self.second(self.second(h).relu())
        h = h.mean(dim=(2, 3))
        return self.heads["a"](h) - self.heads["b"](h)


class Stripes:
    """Small images of stripes in four directions, with random phase and noise.

    In every class each pixel is bright as often as dark, so a linear classifier of the pixels is
    hardly better than chance, while a network with a few fixed filters can tell the directions
    apart.
    """

    def __init__(self) -> None:
        self.train, self.test = self._draw(200, seed=5), self._draw(300, seed=6)

    @staticmethod
    def _draw(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
        generator = seeded(seed)
        labels = torch.randint(0, 4, (count,), generator=generator)
        phase = 6.3 * torch.rand(count, 1, 1, generator=generator, dtype=torch.float32)
        down, right = torch.meshgrid(torch.arange(10.0), torch.arange(10.0), indexing="ij")
        angle = (labels * torch.pi / 4)[:, None, None]
        waves = torch.sin(1.6 * (down * angle.cos() + right * angle.sin()) + phase)
        noise = 0.8 * torch.randn(count, 10, 10, generator=generator, dtype=torch.float32)
        return (waves + noise)[:, None].float(), labels

    def network(self) -> nn.Module:
        """Return filters of many sizes, batch norm, dropout, a fitted linear layer; eval mode."""
        filters = torch.randn(16, 1, 3, 3, generator=seeded(7), dtype=torch.float32)
        convolution, norm = nn.Conv2d(1, 16, 3, bias=False).float(), nn.BatchNorm2d(16).float()
        with torch.no_grad():
            # The channels' weights differ by a factor of 2000; the batch norm compensates for it.
            sizes = torch.logspace(-2.3, 1, 16)[:, None, None, None]
            convolution.weight.copy_(sizes * (filters - filters.mean(dim=(2, 3), keepdim=True)))
            norm.momentum = None  # cumulative averages: one pass gives the statistics
            norm(convolution(self.train[0]))
            body = nn.Sequential(convolution, norm, nn.ReLU(), nn.AvgPool2d(8), nn.Flatten()).eval()
            last = _fitted(body(self.train[0]), self.train[1])
        return nn.Sequential(body, nn.Dropout(0.5), last).eval()

    def linear_probe(self) -> float:
        """Return the accuracy of the best linear classifier of the pixels."""
        probe = _fitted(self.train[0].flatten(1), self.train[1])
        return accuracy(lambda x: probe(x.flatten(1)), self.test)

    def batches(self, size: int = 60) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Return the training images in batches; the last batch is smaller."""
        return list(zip(self.train[0].split(size), self.train[1].split(size), strict=True))


def _fitted(features: torch.Tensor, labels: torch.Tensor, ridge: float = 0.1) -> nn.Linear:
    """Return the linear layer with the least squared error, with a little weight decay."""
    x = torch.cat([features, torch.ones(len(features), 1)], dim=1).double()
    y = nn.functional.one_hot(labels, 4).double()
    solved = torch.linalg.solve(x.T @ x + ridge * torch.eye(x.shape[1]).double(), x.T @ y)
    layer = nn.Linear(features.shape[1], 4)
    layer.weight.data = solved[:-1].T.float().contiguous()
    layer.bias.data = solved[-1].float()
    return layer


def accuracy(model: Any, examples: tuple[torch.Tensor, torch.Tensor]) -> float:
    """Return the fraction of examples whose highest score belongs to their label."""
    with torch.no_grad():
        return (model(examples[0]).argmax(dim=1) == examples[1]).double().mean().item()
