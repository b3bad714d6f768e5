"""Register the plugin that gives every test its points, its time limit, and its failure message."""

import pytest

from toolbox.checks.plugin import CourseChecks


def pytest_configure(config: pytest.Config) -> None:
    # A notebook and the grader register their own plugin, which prints nothing.
    if not any(isinstance(each, CourseChecks) for each in config.pluginmanager.get_plugins()):
        config.pluginmanager.register(CourseChecks(talk=True), "course-checks")
