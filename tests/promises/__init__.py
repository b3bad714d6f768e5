"""Tests of what the README and the docs promise."""
