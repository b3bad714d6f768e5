"""Hidden tests of `student_code.minibatch_training`."""

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from student_code import minibatch_training
from toolbox.checks import expect, task
from toolbox.checks.seeds import seed_for


def noise(count: int) -> list[tuple[Image.Image, int]]:
    chance = np.random.default_rng(seed_for(31))
    return [
        (Image.fromarray(chance.integers(1, 256, (32, 32, 3), dtype=np.uint8)), int(label))
        for label in chance.integers(0, 10, count)
    ]


@task("minibatch_training.make_loaders")
def test_noise_is_normalized_and_kept() -> None:
    """Images of noise are complete in the test loader, and crops of themselves in training."""
    images = noise(130)
    mean, std = (0.1, 0.5, 0.7), (0.5, 0.1, 0.3)
    train, test = minibatch_training.make_loaders(images, images, mean, std, workers=0)
    scale = [torch.tensor(part)[:, None, None] for part in (mean, std)]
    wanted = torch.stack(
        [torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255 for image, _ in images]
    )
    called = "make_loaders(130 images, the same, mean, std, workers=0)"
    found = torch.cat([x for x, _ in test])
    # Float32 rounding is 1e-6, one gray level is 1e-2.
    expect.close(found, (wanted - scale[0]) / scale[1], f"{called}: test images", atol=1e-4)
    labels = torch.cat([y for _, y in test])
    expect.equal(labels, torch.tensor([label for _, label in images]), f"{called}: test labels")
    sizes, colors = [], wanted.permute(0, 2, 3, 1).reshape(-1, 3)
    for x, _ in train:
        sizes.append(len(x))
        middle = (x * scale[1] + scale[0])[:, :, 16, 16]
        off = torch.cdist(middle, colors).min(dim=1).values.max().item()
        here = f"{called}: distance of training pixels from those of the images"
        expect.true(off < 1e-3, here, expected="0", got=off)  # a gray level is 4e-3
    expect.equal(sizes, [128, 2], f"{called}: sizes of the training batches")


class Linear(nn.Module):
    """A linear network."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(seed_for(32))
        self.layer = nn.Linear(5, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)


@task("minibatch_training.train_minibatches")
def test_many_minibatches() -> None:
    """23 batches of random points give the losses and weights of an independent loop."""
    generator = torch.Generator().manual_seed(seed_for(33))
    x = torch.randn(90, 5, generator=generator)
    y = torch.randint(0, 4, (90,), generator=generator)
    loader = DataLoader(TensorDataset(x, y), batch_size=4)
    network, twin = Linear(), Linear()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.2)
    own = torch.optim.SGD(twin.parameters(), lr=0.2)
    wanted: tuple[list[float], list[float]] = ([], [])
    for points, labels in loader:
        scores = twin(points)
        loss = nn.functional.cross_entropy(scores, labels)
        own.zero_grad()
        loss.backward()
        own.step()
        wanted[0].append(loss.item())
        wanted[1].append((scores.argmax(dim=1) == labels).double().mean().item())
    got = minibatch_training.train_minibatches(network, loader, optimizer)
    called = "train_minibatches(network, 90 points in batches of 4, SGD with lr=0.2)"
    expect.close(got[0], wanted[0], f"{called}[0]", atol=1e-3)  # float32, 23 steps
    expect.close(got[1], wanted[1], f"{called}[1]", atol=1e-6)
    expect.close(network.layer.weight, twin.layer.weight, f"{called}: the weights", atol=1e-3)
