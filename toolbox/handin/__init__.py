"""From the course folder to one file to hand in, with a word about whatever is missing."""

from toolbox.handin.packing import HandInError, Packed, pack
from toolbox.handin.standing import Standing, standing

__all__ = ["HandInError", "Packed", "Standing", "pack", "standing"]
