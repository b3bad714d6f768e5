"""Pack a part of the course folder into one file to hand in, and report what is missing."""

from toolbox.submission.archive import HandInError, Packed, pack
from toolbox.submission.progress import Standing, standing

__all__ = ["HandInError", "Packed", "Standing", "pack", "standing"]
