"""Measure the mean IoU on CamVid's test frames, trained from scratch on two cores.

    OMP_NUM_THREADS=2 python -m benchmarks.segmentation

Trains for a few minutes (an interrupted run is resumed), measures the test frames once, at the
size of the files, and writes the table to docs/results/networks.md. The metrics are stored in
results/benchmarks; `--train` and `--measure` do only one of the two steps.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import torch

from benchmarks.pages import RESULTS_PAGE
from benchmarks.segmentation_recipe import (
    MEASURED_AT,
    SETTINGS,
    AtSizes,
    OverlapLoss,
    SkipNet,
    class_weights,
    one_cycle,
)
from coursekit.generated_blocks import replace_block
from data_scripts.whole_files import write_whole
from toolbox import results
from toolbox.data import driving, pixel_statistics
from toolbox.segmentation import measure, train
from toolbox.segmentation.evaluation import class_ious, mean_of_known
from toolbox.training import checkpoints, trainer

NAME = "benchmark_segmentation"
FULL = (360, 480)
WANTED, LIMIT = 0.50, 600.0


def main(arguments: Sequence[str] | None = None) -> int:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser("python -m benchmarks.segmentation", description=about)
    parser.add_argument("--train", action="store_true", help="train only")
    parser.add_argument("--measure", action="store_true", help="only measure the stored weights")
    options = parser.parse_args(arguments)
    if driving("test", (45, 60)).provenance.origin != "real":
        print(
            "The results require the real CamVid, which is not installed.\n"
            "Run: python -m data_scripts fetch camvid",
            file=sys.stderr,
        )
        return 2
    torch.set_num_threads(2)
    if not options.measure:
        learn()
    if options.train:
        return 0
    record = score()
    replace_block(RESULTS_PAGE, "segmentation", table(record))
    print(f"The table is in docs/results/{RESULTS_PAGE.name}")
    return 0 if record["mean_iou"] >= WANTED and record["seconds"] <= LIMIT else 1


def learn() -> None:
    """Train on the train frames only, and record the duration."""
    images, validation = driving("train", FULL), driving("validation", (176, 240))
    some = validation.subset(list(range(0, len(validation), 8)), "validation")
    torch.manual_seed(SETTINGS.seed)
    network = SkipNet(len(images.classes), criterion=OverlapLoss(class_weights(images)))
    network.to(memory_format=torch.channels_last)
    history = train(network, images, some, SETTINGS, name=NAME, schedule=one_cycle)
    print(f"{history.summary()}, {sum(history.seconds):.0f} s")
    note = {"seconds": sum(history.seconds), "epochs": len(history)}
    write_whole(_note(), (json.dumps(note) + "\n").encode())


def score() -> dict[str, Any]:
    """Return IoUs on the test and validation frames, with labels at the size of the files."""
    network = SkipNet()
    checkpoints.load_weights(trainer.weights_file(NAME), network)
    asked = AtSizes(network, MEASURED_AT)
    mean, std = pixel_statistics(driving("train", FULL))
    record: dict[str, Any] = json.loads(_note().read_text(encoding="utf-8"))
    for split in ("validation", "test"):
        images = driving(split, FULL)
        counts = measure(asked, images, mean=mean, std=std)
        ious = class_ious(counts)
        record[f"{split}_ious"] = dict(zip(images.classes, ious.tolist(), strict=True))
        record[f"{split}_accuracy"] = float(counts.diag().sum() / counts.sum())
        record["mean_iou" if split == "test" else f"{split}_mean_iou"] = mean_of_known(ious)
        print(f"{split}: mean IoU {mean_of_known(ious):.3f}")
    record["data"] = driving("test", FULL).provenance.as_dict()
    record["settings"] = asdict(SETTINGS)
    text = json.dumps(record, indent=1) + "\n"
    write_whole(results.folder() / "benchmarks" / "segmentation.json", text.encode())
    return record


def table(record: dict[str, Any]) -> str:
    """Return the section's results in Markdown: the mean in a sentence, the classes in a table."""
    verdict = "reached" if record["mean_iou"] >= WANTED else "**not reached**"
    lines = [
        f"Mean IoU on the 233 test frames: **{record['mean_iou']:.3f}** (wanted: {WANTED:.2f}, "
        f"{verdict}), {record['test_accuracy']:.3f} of the pixels right; on the 101 validation "
        f"frames {record['validation_mean_iou']:.3f}. Trained for {record['seconds']:.0f} s of "
        f"{LIMIT:.0f} by the clock, {record['epochs']} epochs, on two cores.",
        "",
        "| class | IoU on test | on validation |",
        "| --- | --- | --- |",
    ]
    for name, value in record["test_ious"].items():
        lines.append(f"| {name} | {value:.3f} | {record['validation_ious'][name]:.3f} |")
    lines.append(f"| mean | {record['mean_iou']:.3f} | {record['validation_mean_iou']:.3f} |")
    return "\n".join(lines)


def _note() -> Any:
    return results.folder() / "benchmarks" / "segmentation-training.json"


if __name__ == "__main__":
    sys.exit(main())
