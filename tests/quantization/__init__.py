"""Tests of eight bits: the reference, the library's way, the pictures."""
