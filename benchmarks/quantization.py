"""Measure the benefit of 8-bit weights for a network of AlexNet's shape.

    python -m benchmarks.quantization            measure and print
    python -m benchmarks.quantization --write    and write the table to docs/results/networks.md

The network is the course's AlexNet with a last layer trained on scene15 (the real set if it is
installed, and otherwise the synthetic one), measured on the validation split. It is calibrated on
every eighth image of the train split. Without torchao, the rows of the library are left out.
"""

from __future__ import annotations

import argparse
import copy
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from benchmarks.pages import RESULTS_PAGE
from coursekit.generated_blocks import replace_block
from student_code.quantization import quantize_model
from toolbox.data import ImageTensors, scenes
from toolbox.models import library_int8
from toolbox.models.scene_alexnet import ColourBatches, scene_alexnet

SMALLER, POINTS, FASTER = (
    3.9,
    0.5,
    2.0,
)  # goals: ratio of sizes, percentage points of accuracy, ratio of speeds
SIZES = (1, 32)
Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the table if requested. Return 1 if a goal was missed."""
    parser = argparse.ArgumentParser("python -m benchmarks.quantization")
    parser.add_argument(
        "--write", action="store_true", help="write the table to docs/results/networks.md"
    )
    parser.add_argument("--network", type=Path, help="store the trained network here, and reuse it")
    options = parser.parse_args(arguments)
    train, validation = scenes("train"), scenes("validation")
    network = trained(train, options.network)
    with tempfile.TemporaryDirectory() as folder:
        rows = measured(network, train, validation, Path(folder))
    text = table(rows, validation)
    print(text)
    if options.write:
        replace_block(RESULTS_PAGE, "quantization", text)
    return 0 if all(verdict[1] for verdict in verdicts(rows)) else 1


def trained(train: ImageTensors, keep: Path | None) -> nn.Module:
    """Return the network, trained now or loaded from an earlier run."""
    if keep is not None and keep.is_file():
        model: nn.Module = torch.load(keep, weights_only=False)
        return model
    model = scene_alexnet(train)
    if keep is not None:
        torch.save(model, keep)
    return model


def measured(
    network: nn.Module, train: ImageTensors, validation: ImageTensors, folder: Path
) -> list[Row]:
    """Return rows for the float network, the handwritten int8 one, and the library's."""
    calibration = ColourBatches(train.subset(range(0, len(train), 8), "train"), 64)
    loader = list(ColourBatches(validation))
    one, many = (next(iter(ColourBatches(validation, size)))[0] for size in SIZES)

    def row(name: str, run: Callable[..., Any], file: int, repeats: int = 40) -> Row:
        return {
            "name": name,
            "bytes": file,
            "accuracy": library_int8.accuracy(run, loader),
            "ms": [library_int8.latency_ms(run, x, repeats) for x in (one, many)],
        }

    size = library_int8.file_bytes(network.state_dict(), folder / "float.pt")
    rows = [row("float, not compiled", network, size)]
    by_hand = quantize_model(network, calibration)
    hand = library_int8.file_bytes(by_hand.state_dict(), folder / "hand.pt")
    rows.append(row("int8 by hand, plain tensors", by_hand, hand, repeats=8))
    if problem := library_int8.missing():
        print(f"The library's rows are left out: {problem}.")
        return rows
    rows.append(row("float, compiled", library_int8.compiled(network), size))
    exported = library_int8.quantize(network, calibration)
    library = library_int8.file_bytes(exported.state_dict(), folder / "library.pt")
    rows.append(row("int8 by torchao, compiled", library_int8.compiled(exported), library))
    rows.append(row("linear layers alone, dynamic (quantize_)", *dynamic(network, folder)))
    return rows


def dynamic(network: nn.Module, folder: Path) -> tuple[Callable[..., Any], int]:
    """Return torchao's dynamic quantization: 8-bit linear layers, with ranges per batch."""
    from torchao.quantization import Int8DynamicActivationInt8WeightConfig, quantize_

    model = copy.deepcopy(network)
    quantize_(model, Int8DynamicActivationInt8WeightConfig())
    size = library_int8.file_bytes(model.state_dict(), folder / "dynamic.pt")
    return library_int8.compiled(model), size


def verdicts(rows: Sequence[Row]) -> list[tuple[str, bool]]:
    """Return each goal as a sentence, and whether it was reached."""
    plain, hand = rows[0], rows[1]
    ratio, lost = plain["bytes"] / hand["bytes"], 100 * (plain["accuracy"] - hand["accuracy"])
    found = [
        (f"by hand {ratio:.2f} times smaller on disk (wanted: {SMALLER})", ratio >= SMALLER),
        (f"{lost:+.2f} points of accuracy lost by hand (wanted: {POINTS} at most)", lost <= POINTS),
    ]
    if len(rows) > 3:
        quick = rows[3]
        for size, before, after in zip(SIZES, plain["ms"], quick["ms"], strict=True):
            times = before / after
            said = f"by the library {times:.1f} times as fast at batch {size} (wanted: {FASTER:g})"
            found.append((said, times >= FASTER))
        lost = 100 * (plain["accuracy"] - quick["accuracy"])
        said = f"{lost:+.2f} points lost by the library (wanted: {POINTS} at most)"
        found.append((said, lost <= POINTS))
    return found


def table(rows: Sequence[Row], validation: ImageTensors) -> str:
    """Return the page's block: the measurement conditions, a row per network, and the goals."""
    versions = [f"torch {torch.__version__.partition('+')[0]}"]
    if not library_int8.missing():
        import torchao

        versions.append(f"torchao {torchao.__version__.partition('+')[0]}")
    where = validation.provenance.label
    lines = [
        f"{where}: {len(validation)} images. {', '.join(versions)}, "
        f"{library_int8.instruction_set()}, {torch.get_num_threads()} threads.",
        "",
        "| network | KB on disk | accuracy | ms, batch 1 | ms, batch 32 | against float, not "
        "compiled |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    base = rows[0]
    for row in rows:
        times = " and ".join(f"{a / b:.1f}" for a, b in zip(base["ms"], row["ms"], strict=True))
        lines.append(
            f"| {row['name']} | {row['bytes'] / 1000:,.0f} | {row['accuracy']:.4f} "
            f"| {row['ms'][0]:.2f} | {row['ms'][1]:.1f} | {times} times as fast |"
        )
    said = [f"{text}: {'reached' if good else '**not reached**'}" for text, good in verdicts(rows)]
    return "\n".join([*lines, "", *[f"- {line}" for line in said]])


if __name__ == "__main__":
    sys.exit(main())
