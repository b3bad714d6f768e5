"""A corpus of odd submissions, each with what has to become of it."""
