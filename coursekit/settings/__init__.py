"""Modules that the build copies beside nbgrader's settings: late work, and the feedback page."""
