"""The code that students write, one module per topic."""
