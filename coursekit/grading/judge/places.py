"""Which functions are judged outside of the sandbox, and why the others are not yet."""

from __future__ import annotations

from toolbox.course import Course, Part

# Their tests look into live objects, so that the judge differs on a right or a wrong version.
LIVE = "tests look into live objects"
# Their tests pass on the reference; wrong and alternative versions have not been compared yet.
TO_COMPARE = "not compared on the catalog yet"

IN_PROCESS: dict[str, str] = {
    **dict.fromkeys(
        (
            "quantization.MinMaxObserver",
            "quantization.QuantizedConv2d",
            "quantization.QuantizedLinear",
            "quantization.fold_batch_norm",
            "quantization.model_size_bytes",
            "quantization.quantize_model",
        ),
        LIVE,
    ),
    **dict.fromkeys(
        (
            "ppm.PPM",
            "pspnet.PSPNet",
            "segmentation_training.get_train_transform",
            "segmentation_training.get_val_transform",
            "segmentation_training.poly_learning_rate",
            "simple_segmentation_net.SimpleSegmentationNet",
        ),
        TO_COMPARE,
    ),
}


def is_outside(function: str) -> bool:
    """Whether the tests of `function` run in the judge."""
    return function not in IN_PROCESS


def points_outside(part: Part) -> tuple[float, float]:
    """The points of a part's functions that are judged outside, and those of all of them."""
    outside = sum(task.total for task in part.tasks if is_outside(task.function))
    return outside, sum(task.total for task in part.tasks)


def table(course: Course) -> str:
    """The points that are judged outside, part by part, in Markdown."""
    lines = ["| part | judged outside | of | share |", "| --- | --- | --- | --- |"]
    sums = [points_outside(part) for part in course.built_parts]
    for part, (outside, whole) in zip(course.built_parts, sums, strict=True):
        lines.append(f"| {part.id} | {outside:g} | {whole:g} | {outside / whole:.0%} |")
    outside, whole = (sum(column) for column in zip(*sums, strict=True))
    lines.append(f"| all | {outside:g} | {whole:g} | {outside / whole:.0%} |")
    return "\n".join(lines)
