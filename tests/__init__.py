"""Tests of toolbox, coursekit and data scripts, and of the promises that the course makes."""

from hypothesis import settings

# An example that takes long on a busy machine is no failure.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
