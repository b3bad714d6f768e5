"""Ablation studies: repeat a training run, changing one setting at a time."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_scripts.whole_files import write_whole
from toolbox import results
from toolbox.training.used_code import identity

Settings = dict[str, Any]


@dataclass(frozen=True)
class Study:
    """The runs of a study in order, with their settings and results.

    rows: dictionaries with the keys of the settings and those returned by `train`, and "seconds",
    the duration of the run.
    """

    name: str
    rows: list[dict[str, Any]]

    def column(self, key: str) -> list[Any]:
        """Return one value per run. Raises `KeyError`, listing the existing columns."""
        if not self.rows or key not in self.rows[0]:
            raise KeyError(f"there is no column {key!r}; the columns are {', '.join(self.columns)}")
        return [row[key] for row in self.rows]

    @property
    def columns(self) -> list[str]:
        return list(self.rows[0]) if self.rows else []

    def table(self) -> str:
        """Return the runs as a text table. Times are left out if output must be reproducible."""
        shown = [c for c in self.columns if not (results.steady() and c.endswith("seconds"))]
        shown = [c for c in shown if not isinstance(self.rows[0][c], (list, dict))]
        cells = [shown, *([_text(row[c]) for c in shown] for row in self.rows)]
        widths = [max(len(line[i]) for line in cells) for i in range(len(shown))]
        lines = ["  ".join(t.rjust(w) for t, w in zip(line, widths, strict=True)) for line in cells]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def run(
    name: str,
    configurations: list[Settings],
    train: Callable[[Settings], dict[str, Any]],
    *,
    version: str = "",
) -> Study:
    """Call `train` with each of the configurations, and save what it returns.

    A run that was finished before with the same settings, the same `version` and the same code in
    student_code is not repeated; so after an interruption, the study continues where it stopped.
    Only the code that `train` uses counts, without its comments and docstrings.

    Args:
        name: of the study, as for a result. Finished runs are saved in results/ablation/NAME.
        configurations: dictionaries of plain values, all with the same keys.
        train: takes a copy of the settings, and returns a dictionary of numbers.
        version: anything else that the results depend on, such as the data's fingerprint.
    Raises: `ValueError` if there is no configuration, or if their keys differ.
    """
    if not configurations or any(c.keys() != configurations[0].keys() for c in configurations):
        raise ValueError("a study needs at least one configuration, and all need the same keys")
    folder, code, rows = results.folder() / "ablation" / name, identity(train), []
    for number, settings in enumerate(configurations, 1):
        path = folder / f"{_key(settings, code, version)}.json"
        known = _read(path)
        if known is None:
            began = time.perf_counter()
            found = train(dict(settings))
            found = {**found, "seconds": found.get("seconds", time.perf_counter() - began)}
            known = {"settings": settings, "found": found}
            write_whole(path, json.dumps(known, indent=1).encode())
        rows.append({**settings, **known["found"]})
        print(f"{name}: run {number} of {len(configurations)} {_line(settings)}")
    return Study(name, rows)


def _key(settings: Settings, code: dict[str, str], version: str) -> str:
    try:
        text = json.dumps([settings, code, version], sort_keys=True)
    except TypeError as error:
        raise ValueError(f"settings must be plain values: {error}") from None
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2e}" if 0 < abs(value) < 1e-3 else f"{value:.3g}"
    return str(value)


def _line(settings: Settings) -> str:
    return "(" + ", ".join(f"{key} {_text(value)}" for key, value in settings.items()) + ")"
