"""The classes for pre-training: places, things and materials that are none of the fifteen scenes.

To tell them apart takes what scenes take: layout, perspective, shape and texture. None of them is
one of the fifteen, and no composition of theirs is used here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data_scripts.generate.canvas import Canvas
from data_scripts.generate.pretext import (
    decks,
    furnished,
    grounds,
    halls,
    interiors,
    landmarks,
    landscapes,
    materials,
    objects,
    structures,
)

Painter = Callable[[Canvas, np.random.Generator], None]

PAINTERS: dict[str, Painter] = {
    "bathroom": halls.bathroom,
    "bicycle": objects.bicycle,
    "bottles": objects.bottles,
    "brickwork": materials.brickwork,
    "bridge": structures.bridge,
    "camp": structures.camp,
    "car": objects.car,
    "castle": structures.castle,
    "cave": landmarks.cave,
    "cell": interiors.cell,
    "cemetery": grounds.cemetery,
    "chairs": objects.chairs,
    "church": interiors.church,
    "classroom": halls.classroom,
    "clock": objects.clock,
    "corridor": halls.corridor,
    "crowd": objects.crowd,
    "dam": landmarks.dam,
    "desert": landscapes.desert,
    "fabric": materials.fabric,
    "farm": landmarks.farm,
    "flowers": objects.flowers,
    "gallery": furnished.gallery,
    "garage": decks.garage,
    "gym": interiors.gym,
    "harbour": landscapes.harbour,
    "icefield": landscapes.icefield,
    "laundry": interiors.laundry,
    "library": halls.library,
    "lighthouse": landmarks.lighthouse,
    "orchard": grounds.orchard,
    "palm": landscapes.palm,
    "parking": grounds.parking,
    "pebbles": materials.pebbles,
    "playground": grounds.playground,
    "playroom": furnished.playroom,
    "plaza": grounds.plaza,
    "pool": decks.pool,
    "portrait": objects.portrait,
    "railway": structures.railway,
    "restaurant": furnished.restaurant,
    "ruins": landmarks.ruins,
    "runway": landmarks.runway,
    "stadium": grounds.stadium,
    "staircase": decks.staircase,
    "theatre": furnished.theatre,
    "tunnel": structures.tunnel,
    "turbines": structures.turbines,
    "vineyard": landscapes.vineyard,
    "waiting": furnished.waiting,
    "ward": furnished.ward,
    "warehouse": interiors.warehouse,
    "waterfall": landscapes.waterfall,
    "woodwork": materials.woodwork,
    "workshop": interiors.workshop,
}
