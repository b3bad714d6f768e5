"""Catalog of wrong implementations that students really write, and of correct alternatives."""
