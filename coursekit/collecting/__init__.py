"""What students hand in, brought into nbgrader's layout and repaired where that is safe."""
