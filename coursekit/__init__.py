"""The instructor's engine: one source in; release, solution and nbgrader course out."""
