"""Pack a part of the course folder into one file to hand in, and report what is missing."""

from toolbox.submission.archive import NO_ID, HandInError, Packed, pack
from toolbox.submission.progress import Standing, standing
from toolbox.submission.status_text import overview

__all__ = ["NO_ID", "HandInError", "Packed", "Standing", "overview", "pack", "standing"]
