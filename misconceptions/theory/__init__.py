"""Misconceptions about the functions of the theory part, one module per topic."""
