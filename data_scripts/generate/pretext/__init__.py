"""The classes for pre-training: places, things and materials that are none of the fifteen scenes.

To tell them apart takes what scenes take: layout, perspective, shape and texture. None of them is
one of the fifteen, and no composition of theirs is used here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data_scripts.generate.canvas import Canvas
from data_scripts.generate.pretext import halls, materials, objects, outdoors

Painter = Callable[[Canvas, np.random.Generator], None]

PAINTERS: dict[str, Painter] = {
    "bathroom": halls.bathroom,
    "bicycle": objects.bicycle,
    "bottles": objects.bottles,
    "bridge": outdoors.bridge,
    "brickwork": materials.brickwork,
    "camp": outdoors.camp,
    "car": objects.car,
    "castle": outdoors.castle,
    "chairs": objects.chairs,
    "classroom": halls.classroom,
    "clock": objects.clock,
    "corridor": halls.corridor,
    "crowd": objects.crowd,
    "desert": outdoors.desert,
    "fabric": materials.fabric,
    "flowers": objects.flowers,
    "garage": halls.garage,
    "harbour": outdoors.harbour,
    "icefield": outdoors.icefield,
    "library": halls.library,
    "palm": outdoors.palm,
    "pebbles": materials.pebbles,
    "pool": halls.pool,
    "portrait": objects.portrait,
    "railway": outdoors.railway,
    "staircase": halls.staircase,
    "tunnel": outdoors.tunnel,
    "turbines": outdoors.turbines,
    "vineyard": outdoors.vineyard,
    "waterfall": outdoors.waterfall,
    "woodwork": materials.woodwork,
}
