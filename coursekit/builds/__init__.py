"""`coursekit build`: build the release, solution and nbgrader course, and check them."""
