"""A corpus of irregular submissions with the expected outcome of each."""
