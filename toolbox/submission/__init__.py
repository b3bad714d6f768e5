"""From the course folder to one file to hand in, with a word about whatever is missing."""

from toolbox.submission.archive import HandInError, Packed, pack
from toolbox.submission.progress import Standing, standing

__all__ = ["HandInError", "Packed", "Standing", "pack", "standing"]
