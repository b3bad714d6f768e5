"""Fetching, verifying and synthesising the course's data sets."""
