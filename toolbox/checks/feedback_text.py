"""Write feedback as plain text, for shells, nbgrader and logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolbox.checks.arranged_feedback import SAME, Feedback
from toolbox.checks.outcome import MARKS, Outcome, labelled

ALL_HINTS = ""  # holds no hint back, for output in which students cannot ask for more


def as_text(broken: Sequence[str], found: Sequence[Feedback], more_hints: str = ALL_HINTS) -> str:
    """Return the feedback, with a line break at the end.

    broken: why tests could not be run. more_hints: how to see the hints after the first of each
    failure, such as "checks.hint()"; if empty, all are shown.
    """
    lines = [f"✗ {reason}" for reason in broken]
    for feedback in found:
        lines += _of_function(feedback, more_hints)
    return "".join(f"{line}\n" for line in lines)


def headline(outcome: Outcome) -> str:
    """Return `✗ What the test promises`, with the mark of its status."""
    said = f"{MARKS.get(outcome.status, '✗')} {outcome.promise}"
    if outcome.status == "stub":
        return f"{said}: {outcome.got}"
    if outcome.status == "skipped":
        return f"{said}: skipped, so it does not count as passed"
    return said


def _of_function(feedback: Feedback, more_hints: str) -> Iterator[str]:
    then = f". Next: {feedback.next_step}" if feedback.next_step else ""
    yield f"{feedback.summary}{then}"
    for group in feedback.groups:
        yield headline(group.first)
        for label, text in group.details:
            held_back = more_hints and label == "hint 2"
            yield from labelled(label, more_hints if held_back else text)
        for other in group.others:
            yield f"{group.mark} {other.promise}{f': {SAME}' if group.is_failure else ''}"
    for outcome in feedback.passed:
        yield headline(outcome)
        if outcome.printed:
            yield from labelled("printed", outcome.printed)
    for note in feedback.notes:
        yield f"    {note}"
