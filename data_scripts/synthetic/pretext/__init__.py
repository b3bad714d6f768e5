"""The pretraining classes: places, things and materials other than the fifteen scenes.

Telling them apart requires the same cues as scenes: layout, perspective, shape and texture. None of
them is one of the fifteen scenes, and they share no composition with these.
"""

from __future__ import annotations

from data_scripts.synthetic.painters import painters_in

PAINTERS = painters_in(__name__)
