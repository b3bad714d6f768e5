"""Measure the tests as classifiers: what they accept, what they reject, and what they name."""
