"""The common style of the course's plots."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib as mpl
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's palette, in an order that keeps neighbors far apart in lightness, too.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000", "#F0E442")


@dataclass(frozen=True)
class Picture:
    """A figure and its alt text, which describes it for those who can't see it."""

    figure: Figure
    alt: str


def use_style() -> None:
    """Make matplotlib use the course's style from now on."""
    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": "medium",
            "axes.grid": False,
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "font.size": 10,
            "legend.frameon": False,
            "savefig.dpi": 150,
        }
    )


def new_figure(
    rows: int = 1, columns: int = 1, *, width: float = 7.0, height: float = 3.5
) -> tuple[Figure, list[Axes]]:
    """Return a figure with `rows` x `columns` axes (listed row by row), sized in inches."""
    use_style()
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False)
    return figure, list(axes.ravel())


def say_source(figure: Figure, source: str) -> None:
    """Write the source of the data into the lower right corner."""
    figure.supxlabel(f"data: {source}", x=1.0, ha="right", fontsize=7, color="#555555")
