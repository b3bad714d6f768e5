"""Tests of the toolbox, coursekit and the data scripts, and of what the course promises."""

from hypothesis import settings

import coursekit as coursekit  # before anything imports nbformat, which then takes two seconds less

# A slow example on a busy machine is not a failure.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
