"""Tests of fetching, splitting, drawing and loading data."""
