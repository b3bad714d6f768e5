"""Check the student's code and explain failures.

`verify` runs the checks in a notebook and explains failures; `grade` also returns the points, which
nbgrader reads, and `hint` shows one more hint. In a shell, `pytest unit_tests` prints the same
feedback. Tests are written with `task`, `expect`, `after`, `hand_over`, `kept`, `saved`,
`restored`, `repeated`, `layers_shown` and `steps_behind`.
"""

from toolbox.checks import expect
from toolbox.checks.autograd_steps import steps_behind
from toolbox.checks.handed_values import after, hand_over
from toolbox.checks.layer_shapes import layers_shown
from toolbox.checks.marker import task
from toolbox.checks.notebook_calls import add_hidden_tests, grade, grade_trained, verify
from toolbox.checks.object_state import kept, restored, saved
from toolbox.checks.repeated_calls import repeated
from toolbox.checks.shown_score import hint

__all__ = [
    "add_hidden_tests",
    "after",
    "expect",
    "grade",
    "grade_trained",
    "hand_over",
    "hint",
    "kept",
    "layers_shown",
    "repeated",
    "restored",
    "saved",
    "steps_behind",
    "task",
    "verify",
]
