"""Tests of what students are given."""
