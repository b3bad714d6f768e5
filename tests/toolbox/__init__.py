"""Tests of the toolbox package that students use."""
