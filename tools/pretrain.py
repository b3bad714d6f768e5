"""Pretrain a network of the course on the pretext set: `python -m tools.pretrain --network NAME`.

`SETTINGS` are those of the checkpoints that the course ships. The images are painted once, class by
class, and stored as 64 x 64 arrays in the work folder. Training saves a checkpoint after each
epoch, so you can interrupt it with Ctrl-C at any time and resume it later. The weights are written
in half precision.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm.auto import tqdm

from data_scripts.synthetic import plan
from data_scripts.whole_files import whole_file
from toolbox.models.backbones import (
    COURSE_INPUT,
    COURSE_MEAN,
    COURSE_NETWORKS,
    COURSE_STD,
    course_alexnet,
    course_weights,
)

HELD_OUT = 0.05  # of each class, to measure how well the pretext task is learned
Arrays = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Settings:
    """Everything that determines the weights; a checkpoint with other settings is not resumed."""

    network: str = "alexnet"
    seed: int = 0
    each: int = 320  # images per class
    epochs: int = 12
    batch: int = 64
    lr: float = 1e-3
    weight_decay: float = 0.02
    dropout: float = 0.25  # only AlexNet has dropout
    grayscale: float = 0.7  # fraction of the images that are shown in gray


# AlexNet is fine-tuned on scenes in gray, and ResNet-18 on animals in color.
SETTINGS = {
    "alexnet": Settings(),
    "resnet18": Settings("resnet18", epochs=20, lr=3e-3, weight_decay=0.05, grayscale=0.2),
}


def new_network(settings: Settings, classes: int) -> nn.Module:
    """Return the network of the settings with new weights."""
    if settings.network == "alexnet":
        return course_alexnet(classes, settings.dropout)
    return COURSE_NETWORKS[settings.network](classes)


def painted_class(seed: int, pictures: Sequence[plan.PlannedPicture], path: Path) -> Path:
    """Paint the images of one class at 64 x 64 into a .npy file (N, 64, 64, 3) uint8."""
    from data_scripts.synthetic.drawing import draw

    shots = []
    for picture in pictures:
        pixels = draw("pretext", picture, seed).to_bytes().astype(np.uint16)
        factor = pixels.shape[0] // COURSE_INPUT
        blocks = pixels.reshape(COURSE_INPUT, factor, COURSE_INPUT, factor, 3)
        shots.append((blocks.sum((1, 3)) // factor**2).astype(np.uint8))
    with whole_file(path) as unfinished, unfinished.open("wb") as file:
        np.save(file, np.stack(shots))
    return path


def pretext_arrays(work: Path, seed: int, each: int, workers: int = 2) -> Arrays:
    """Return the pretext set as (N, 3, 64, 64) uint8 and labels; paint it if it is missing."""
    pictures = plan.pretext(each=each)
    by_class: dict[str, list[plan.PlannedPicture]] = {}
    for picture in pictures:
        by_class.setdefault(picture.subject, []).append(picture)
    folder = work / f"pretext_{seed}_{each}"
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"{name}.npy" for name in by_class}
    missing = [name for name, path in files.items() if not path.is_file()]
    if missing:
        with ProcessPoolExecutor(min(workers, os.cpu_count() or 1)) as pool:
            jobs = [pool.submit(painted_class, seed, by_class[n], files[n]) for n in missing]
            for job in tqdm(jobs, desc="painting the pretext set", unit="class"):
                job.result()
    arrays = [np.load(files[name]) for name in by_class]
    labels = np.concatenate([np.full(len(a), i, np.int64) for i, a in enumerate(arrays)])
    return np.ascontiguousarray(np.concatenate(arrays).transpose(0, 3, 1, 2)), labels


def varied(batch: Tensor, grayscale: float) -> Tensor:
    """Mirror, zoom, shift, brighten or gray a batch (N, 3, H, W) in [0, 1], and normalize it."""
    n, device = len(batch), batch.device
    scale = 1 - 0.5 * torch.rand(n, device=device)
    theta = torch.zeros(n, 2, 3, device=device)
    theta[:, 0, 0] = scale * torch.where(torch.rand(n, device=device) < 0.5, -1.0, 1.0)
    theta[:, 1, 1] = scale * (0.85 + 0.3 * torch.rand(n, device=device))
    theta[:, :, 2] = (torch.rand(n, 2, device=device) * 2 - 1) * (1 - scale)[:, None]
    grid = F.affine_grid(theta, list(batch.shape), align_corners=False)
    batch = F.grid_sample(batch, grid, padding_mode="reflection", align_corners=False)
    grey = (torch.rand(n, 1, 1, 1, device=device) < grayscale).float()
    level = (batch * batch.new_tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1, keepdim=True)
    batch = batch * (1 - grey) + level * grey
    gain = torch.exp(0.25 * torch.randn(n, 1, 1, 1, device=device))
    shift = 0.08 * torch.randn(n, 1, 1, 1, device=device)
    return normalised(((batch - 0.45) * gain + 0.45 + shift).clamp(0, 1))


def normalised(batch: Tensor) -> Tensor:
    """Return images in [0, 1] in the form that the network expects."""
    return (batch - batch.new_tensor(COURSE_MEAN)[:, None, None]) / batch.new_tensor(COURSE_STD)[
        :, None, None
    ]


@torch.no_grad()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Return the accuracy on the uint8 images."""
    model.eval()
    right = 0
    for x, y in zip(images.split(256), labels.split(256), strict=True):
        right += int((model(normalised(x.float() / 255)).argmax(1) == y).sum())
    return right / len(labels)


def train(settings: Settings, work: Path, device: torch.device) -> nn.Module:
    """Train, or resume training, and return the network."""
    pictures, classes = pretext_arrays(work, settings.seed, settings.each)
    images, labels = torch.from_numpy(pictures), torch.from_numpy(classes)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(settings.seed))
    cut = int(len(labels) * HELD_OUT)
    held, kept = order[:cut], order[cut:]
    held_images, held_labels = images[held].to(device), labels[held].to(device)
    torch.manual_seed(settings.seed)
    model = new_network(settings, int(labels.max()) + 1).to(device)
    steps = settings.epochs * (len(kept) // settings.batch)
    optimizer = torch.optim.AdamW(
        model.parameters(), settings.lr, weight_decay=settings.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.lr, total_steps=steps, pct_start=0.2
    )
    checkpoint, first = work / f"checkpoint_{settings.network}.pt", 0
    if checkpoint.is_file():
        stored = torch.load(checkpoint, map_location=device, weights_only=True)
        if stored["settings"] == asdict(settings):
            model.load_state_dict(stored["model"])
            optimizer.load_state_dict(stored["optimizer"])
            schedule.load_state_dict(stored["schedule"])
            first = stored["epoch"]
            print(f"Resuming after epoch {first}")
    for epoch in range(first, settings.epochs):
        torch.manual_seed(
            settings.seed * 1000 + epoch
        )  # the same order, whether the epoch is resumed or not
        shuffled = kept[torch.randperm(len(kept))]
        batches = shuffled[: len(kept) // settings.batch * settings.batch].split(settings.batch)
        model.train()
        total = 0.0
        for index in tqdm(batches, desc=f"epoch {epoch + 1} of {settings.epochs}", leave=False):
            x = varied(images[index].to(device).float() / 255, settings.grayscale)
            loss = F.cross_entropy(model(x), labels[index].to(device), label_smoothing=0.05)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        held_right = accuracy(model, held_images, held_labels)
        print(
            f"epoch {epoch + 1}: loss {total / len(batches):.3f}, held out {held_right:.3f}",
            flush=True,
        )
        state = {
            "settings": asdict(settings),
            "epoch": epoch + 1,
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
        }
        with whole_file(checkpoint) as unfinished:
            torch.save(state, unfinished)
    return model


def save(model: nn.Module, path: Path) -> None:
    """Write the weights in half precision, as a state_dict; counters stay integers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {key: value.detach().cpu() for key, value in model.state_dict().items()}
    torch.save({k: v.half() if v.is_floating_point() else v for k, v in state.items()}, path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(
        description="Pretrain a network of the course on generated images."
    )
    parser.add_argument("--network", choices=tuple(SETTINGS), default="alexnet")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("results/pretrain"),
        help="folder of painted images and checkpoints",
    )
    parser.add_argument(
        "--out", type=Path, help="where to write the weights (default: the course's checkpoint)"
    )
    parser.add_argument("--seed", type=int)
    parser.add_argument("--each", type=int, help="number of images per class")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    given = parser.parse_args(arguments)
    changed = {key: getattr(given, key) for key in ("seed", "each", "epochs")}
    settings = replace(
        SETTINGS[given.network], **{k: v for k, v in changed.items() if v is not None}
    )
    out = given.out or course_weights(given.network)
    given.work.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    try:
        model = train(settings, given.work, torch.device(given.device))
    except KeyboardInterrupt:
        raise SystemExit(
            "Interrupted. Run the same command to resume after the last epoch."
        ) from None
    save(model, out)
    size = out.stat().st_size / 1e6
    print(
        json.dumps(
            {
                "file": out.name,
                "megabytes": round(size, 2),
                "seconds": round(time.monotonic() - started),
            }
        )
    )


if __name__ == "__main__":
    main()
