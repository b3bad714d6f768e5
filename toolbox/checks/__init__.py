"""Checks of the student's code, and what they say when something is off.

`verify` checks and explains, in a notebook; `grade` does the same and ends in the points, which
nbgrader reads. In a shell, `pytest unit_tests` says the same words. `task`, `expect`, `after`,
`hand_over`, `kept`, `saved`, `restored`, `repeated` and `steps_behind` are what tests are written
with.
"""

from toolbox.checks import expect
from toolbox.checks.autograd_steps import steps_behind
from toolbox.checks.handed_values import after, hand_over
from toolbox.checks.marker import task
from toolbox.checks.notebook_calls import add_hidden_tests, grade, grade_trained, verify
from toolbox.checks.object_state import kept, restored, saved
from toolbox.checks.repeated_calls import repeated

__all__ = [
    "add_hidden_tests",
    "after",
    "expect",
    "grade",
    "grade_trained",
    "hand_over",
    "kept",
    "repeated",
    "restored",
    "saved",
    "steps_behind",
    "task",
    "verify",
]
