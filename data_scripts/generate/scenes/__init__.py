"""The fifteen scenes: one painter a class, on a canvas of any size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data_scripts.generate.canvas import Canvas
from data_scripts.generate.scenes import city, indoor, nature, roads

Painter = Callable[[Canvas, np.random.Generator], None]

PAINTERS: dict[str, Painter] = {
    "bedroom": indoor.bedroom,
    "coast": nature.coast,
    "forest": nature.forest,
    "highway": roads.highway,
    "industrial": city.industrial,
    "insidecity": city.insidecity,
    "kitchen": indoor.kitchen,
    "livingroom": indoor.livingroom,
    "mountain": nature.mountain,
    "office": indoor.office,
    "opencountry": nature.opencountry,
    "store": indoor.store,
    "street": roads.street,
    "suburb": city.suburb,
    "tallbuilding": city.tallbuilding,
}
