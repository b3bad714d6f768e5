"""The points that rest on a worker's claims, and the points that need right answers.

    python -m coursekit.judge_audit.claims [MODULE...]

compares `CLAIMS` with the findings of `doubting_link`, then prints the table of points.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit import course_file
from coursekit.forked_jobs import Failed, run_forked
from coursekit.grading.fork_server.test_plans import plan
from coursekit.judge_audit.doubting_link import Test, claimed
from coursekit.test_quality.subject_sources import preload
from toolbox.course import Course, Part, Task

UNCHANGED = "what student code made of an argument in place"
LENGTH = "the length of an object that the worker keeps"
KIND = "the kinds of layers"
TYPE = "the type of an object that the worker keeps"
STEPS = "the names of the computations behind a result"
WEIGHTS = "the weights and gradients of a network that the worker keeps"

# By function: the tests that also pass on other values, and the claim of the worker they rest on.
CLAIMS: dict[str, dict[str, str]] = {
    "image_loader.ImageLoader": {
        "test_length_is_that_of_the_split": LENGTH,
        "test_the_order_is_the_same_each_time": LENGTH,
    },
    "data_transforms.get_fundamental_transforms": {"test_the_image_is_left_alone": UNCHANGED},
    "simple_net.SimpleNet": {
        "test_a_few_steps_lower_the_loss": WEIGHTS,
        "test_input_is_left_alone": UNCHANGED,
        "test_two_convolutions": KIND,
        "test_two_linear_layers": KIND,
    },
    "augmentation.cutout": {"test_cutout_keeps_its_input": UNCHANGED},
    "augmentation.random_crop": {"test_crop_keeps_its_input": UNCHANGED},
    "augmentation.random_horizontal_flip": {"test_flip_keeps_its_input": UNCHANGED},
    "dropout.InvertedDropout": {"test_input_is_left_alone": UNCHANGED},
    "simple_net_dropout.SimpleNetDropout": {"test_layers_as_in_simple_net": KIND},
    "my_alexnet.MyAlexNet": {
        "test_only_the_last_layer_trains": WEIGHTS,
        "test_the_last_layer_is_new": KIND,
        "test_the_last_layer_learns_a_batch": WEIGHTS,
    },
    "transfer.build_feature_extractor": {
        "test_extractor_is_new_for_as_many_classes": KIND,
        "test_the_new_layer_learns_a_batch": WEIGHTS,
        "test_training_the_extractor_changes_its_new_layer_alone": WEIGHTS,
    },
    "transfer.freeze": {
        "test_stored_statistics_stay": WEIGHTS,
        "test_vectors_are_normalised_as_before": WEIGHTS,
    },
    "transfer.freeze_first_layers": {
        "test_half_of_a_network_is_frozen": WEIGHTS,
        "test_layers_without_weights_do_not_count": WEIGHTS,
        "test_what_was_frozen_before_stays_frozen": WEIGHTS,
    },
    "segmentation_metrics.confusion_counts": {"test_inputs_stay": UNCHANGED},
    "quantization.quantize": {"test_is_int8": UNCHANGED},
    "theory.batchnorm_forward": {"test_batchnorm_remembers_running_statistics": UNCHANGED},
    "ppm.PPM": {"test_input_stays": UNCHANGED},
    "pspnet.PSPNet": {
        "test_auxiliary_head_sees_layer3": WEIGHTS,
        "test_images_do_not_mix": UNCHANGED,
        "test_inputs_stay": UNCHANGED,
    },
    "simple_segmentation_net.SimpleSegmentationNet": {
        "test_images_do_not_mix": UNCHANGED,
        "test_inputs_stay": UNCHANGED,
    },
    "segmentation_training.get_train_transform": {"test_train_leaves_inputs": UNCHANGED},
    "optimizer.get_optimizer": {
        "test_configuration_is_left_alone": UNCHANGED,
        "test_frozen_parameters_stay_out": TYPE,
    },
    "animals.AnimalNet": {
        "test_predicting_changes_nothing": WEIGHTS,
        "test_what_it_is_made_of": STEPS,
    },
}


@dataclass(frozen=True)
class Points:
    """Points of a function or a part, by what they rest on."""

    computed: float = 0.0
    claimed: float = 0.0

    def __add__(self, other: Points) -> Points:
        return Points(
            self.computed + other.computed,
            self.claimed + other.claimed,
        )

    @property
    def share(self) -> float:
        """The share of the points that rest on a claim."""
        return self.claimed / (self.computed + self.claimed)


def points_of(root: Path, task: Task) -> Points:
    """Return the points of a function. Loads its tests; student code must be in this folder."""
    path = root / "unit_tests" / "hidden" / f"test_{task.module}.py"
    text = path.read_text(encoding="utf-8") if path.is_file() and task.hidden else ""
    tests = plan(task.test_file, task.function, text)
    listed, on_claims = CLAIMS.get(task.function, {}), 0.0
    for kind, points in ((tests["public"], task.points), (tests["hidden"], task.hidden)):
        whole = sum(test["share"] for test in kind)
        on_claims += sum(points * test["share"] / whole for test in kind if test["test"] in listed)
    return Points(task.total - on_claims, on_claims)


def points_of_part(root: Path, part: Part) -> Points:
    """Return the points of a part's functions and trained networks."""
    found = Points(sum(trained.points for trained in part.trained))
    return sum((points_of(root, task) for task in part.tasks), found)


def table(root: Path, course: Course) -> str:
    """Return the points of each part as a Markdown table."""
    lines = [
        "| part | need right answers | rest on a claim | share |",
        "| --- | --- | --- | --- |",
    ]
    found = {part.id: points_of_part(root, part) for part in course.built_parts}
    rows = [*found.items(), ("all", sum(found.values(), Points()))]
    for name, points in rows:
        lines.append(
            f"| {name} | {points.computed:.4g} | {points.claimed:.4g} | {points.share:.1%} |"
        )
    return "\n".join(lines)


def differences(root: Path, course: Course, modules: Sequence[str]) -> list[str]:
    """Compare `CLAIMS` with the tests that rest on claims, for the given modules or for all."""
    tasks = [task for part in course.built_parts for task in part.tasks]
    wanted = list(dict.fromkeys(t.module for t in tasks if not modules or t.module in modules))
    preload(root, wanted)
    functions = [[t.function for t in tasks if t.module == module] for module in wanted]
    jobs = [
        lambda m=m, f=f: list(claimed(root, m, f)) for m, f in zip(wanted, functions, strict=True)
    ]
    said = []
    for number, found in run_forked(jobs, workers=1, seconds=600.0):
        if isinstance(found, Failed):
            said.append(f"{wanted[number]}: {found.reason}")
            continue
        said += _compared(found, functions[number])
    return said


def _compared(found: Iterable[Test], functions: Iterable[str]) -> list[str]:
    now = {f"{function}::{test}" for function, test in found}
    listed = {f"{name}::{test}" for name in functions for test in CLAIMS.get(name, {})}
    return [
        *(f"{name} rests on a claim and is not listed" for name in sorted(now - listed)),
        *(f"{name} is listed and rests on no claim" for name in sorted(listed - now)),
    ]


def main(modules: list[str]) -> int:
    """Print the differences and the table. Return 1 if there are differences, else 0."""
    root = Path.cwd()
    course = course_file.load(root)
    said = differences(root, course, modules)
    for line in said:
        print(line)
    print(table(root, course))
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
