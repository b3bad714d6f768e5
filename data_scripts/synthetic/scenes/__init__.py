"""The fifteen scenes: one painter per class, for a canvas of any size, in a module of that name."""

from __future__ import annotations

from data_scripts.synthetic.painters import painters_in

PAINTERS = painters_in(__name__)
