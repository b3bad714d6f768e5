"""Tests of fetching, splitting, generating and loading data."""
