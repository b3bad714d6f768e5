"""Tests of the toolbox, the engine, the data scripts, and of the promises the course makes."""
