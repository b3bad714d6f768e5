"""Tests of the pages that show student work to students and instructors."""
