"""Collect what students handed in into nbgrader's layout, with repairs that are safe."""
