"""Tables with the metrics of each class, as values for the report and as text for a notebook."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

Row = dict[str, Any]
MEAN = "mean"  # the name of the last row


def class_rows(classes: Sequence[str], metrics: Mapping[str, Tensor]) -> list[Row]:
    """Return one row per class, with its name as "class" and its metrics, and a row of means.

    metrics: float tensors (K,) by name. A NaN, the value of a class for which the metric is not
    defined, becomes None, and the mean leaves it out: 0 would be a result, and a bad one.
    """
    rows: list[Row] = []
    for number, label in enumerate(classes):
        values = {name: _defined(float(metric[number])) for name, metric in metrics.items()}
        rows.append({"class": label, **values})
    means = {name: _defined(float(metric.nanmean())) for name, metric in metrics.items()}
    return [*rows, {"class": MEAN, **means}]


def class_text(rows: Sequence[Row]) -> str:
    """Return the rows as a text table; a metric that is not defined is a dash."""
    names = list(rows[0])
    cells = [names, *([_written(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    lines = []
    for line in cells:
        first, *rest = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        lines.append("  ".join([first.strip().ljust(widths[0]), *rest]))
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value


def _written(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
