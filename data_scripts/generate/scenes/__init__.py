"""The fifteen scenes: one painter a class, on a canvas of any size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data_scripts.generate.canvas import Canvas
from data_scripts.generate.scenes import (
    bedroom,
    coast,
    forest,
    highway,
    industrial,
    insidecity,
    kitchen,
    livingroom,
    mountain,
    office,
    opencountry,
    store,
    street,
    suburb,
    tallbuilding,
)

Painter = Callable[[Canvas, np.random.Generator], None]

PAINTERS: dict[str, Painter] = {
    "bedroom": bedroom.bedroom,
    "coast": coast.coast,
    "forest": forest.forest,
    "highway": highway.highway,
    "industrial": industrial.industrial,
    "insidecity": insidecity.insidecity,
    "kitchen": kitchen.kitchen,
    "livingroom": livingroom.livingroom,
    "mountain": mountain.mountain,
    "office": office.office,
    "opencountry": opencountry.opencountry,
    "store": store.store,
    "street": street.street,
    "suburb": suburb.suburb,
    "tallbuilding": tallbuilding.tallbuilding,
}
