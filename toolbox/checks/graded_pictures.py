"""The pictures and tables below a graded cell, as outputs that nbgrader's pages show.

They are those of the student's notebook. In `coursekit grade` the supervisor draws them, from the
values that it compared: no process with student code contributes a picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolbox.checks.arranged_feedback import Feedback
from toolbox.checks.figure_html import figure_words, plain_figure_html

Bundle = dict[str, str]  # one picture, by media type


def graded_pictures(found: Sequence[Feedback]) -> Iterator[Bundle]:
    """Yield the pictures of each function's feedback: one set, if a failure has images."""
    for feedback in found:
        if figure := feedback.figure:
            yield {"text/html": plain_figure_html(figure), "text/plain": figure_words(figure)}
