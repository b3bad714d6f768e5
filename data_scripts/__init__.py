"""Scripts that download, verify and synthesize the course's data sets."""
