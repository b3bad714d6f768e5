"""The classes for pre-training: places, things and materials that are none of the fifteen scenes.

To tell them apart takes what scenes take: layout, perspective, shape and texture. None of them is
one of the fifteen, and no composition of theirs is used here.
"""

from __future__ import annotations

from data_scripts.synthetic.painters import painters_in

PAINTERS = painters_in(__name__)
