"""Tests of toolbox, coursekit and data scripts, and of the promises that the course makes."""
