"""Gives every test here its points, its time limit and the words of its failure."""

import pytest

from toolbox.checks.plugin import CourseChecks


def pytest_configure(config: pytest.Config) -> None:
    # A notebook and the grader bring their own, which says nothing.
    if not any(isinstance(each, CourseChecks) for each in config.pluginmanager.get_plugins()):
        config.pluginmanager.register(CourseChecks(talk=True), "course-checks")
