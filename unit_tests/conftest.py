"""Gives every test here its points, its time limit and the words of its failure."""

import pytest

from toolbox.checks.plugin import CourseChecks


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin("course-checks"):
        config.pluginmanager.register(CourseChecks(talk=True), "course-checks")
