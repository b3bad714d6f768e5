"""`coursekit build`: make release, solution and nbgrader course from the source, and check them."""
