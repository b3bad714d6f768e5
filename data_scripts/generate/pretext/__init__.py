"""The classes for pre-training: places, things and materials that are none of the fifteen scenes.

To tell them apart takes what scenes take: layout, perspective, shape and texture. None of them is
one of the fifteen, and no composition of theirs is used here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data_scripts.generate.canvas import Canvas
from data_scripts.generate.pretext import halls, landscapes, materials, objects, structures

Painter = Callable[[Canvas, np.random.Generator], None]

PAINTERS: dict[str, Painter] = {
    "bathroom": halls.bathroom,
    "bicycle": objects.bicycle,
    "bottles": objects.bottles,
    "bridge": structures.bridge,
    "brickwork": materials.brickwork,
    "camp": structures.camp,
    "car": objects.car,
    "castle": structures.castle,
    "chairs": objects.chairs,
    "classroom": halls.classroom,
    "clock": objects.clock,
    "corridor": halls.corridor,
    "crowd": objects.crowd,
    "desert": landscapes.desert,
    "fabric": materials.fabric,
    "flowers": objects.flowers,
    "garage": halls.garage,
    "harbour": landscapes.harbour,
    "icefield": landscapes.icefield,
    "library": halls.library,
    "palm": landscapes.palm,
    "pebbles": materials.pebbles,
    "pool": halls.pool,
    "portrait": objects.portrait,
    "railway": structures.railway,
    "staircase": halls.staircase,
    "tunnel": structures.tunnel,
    "turbines": structures.turbines,
    "vineyard": landscapes.vineyard,
    "waterfall": landscapes.waterfall,
    "woodwork": materials.woodwork,
}
