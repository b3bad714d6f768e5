"""Misconceptions of the theory part, one module a topic."""
