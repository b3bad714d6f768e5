"""Tests of what a newcomer reads first: the README, CONTRIBUTING, tutorials and the site."""
