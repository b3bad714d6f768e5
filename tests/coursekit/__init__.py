"""Tests of coursekit's builds and commands."""
