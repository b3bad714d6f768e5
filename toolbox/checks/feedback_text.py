"""Write feedback as plain text, for shells, nbgrader and logs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap

from toolbox.checks.arranged_feedback import SAME, Feedback
from toolbox.checks.outcome import LABELS, MARKS, Outcome, labelled

CODE = re.compile(r"[→ ] +\d+  ")  # the start of a quoted line: an arrow or a blank, its number
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


def fitted(text: str, columns: int) -> str:
    """Return feedback for a terminal: a long line continues below the start of its text.

    A long line of code is cut.
    """
    lines, most = [], max(columns, 2 * LABELS)
    for line in text.splitlines():
        is_detail = line[LABELS - 2 : LABELS] == "  "
        start = LABELS if is_detail else 4 if line.startswith(" ") else 2
        if CODE.match(line, LABELS) and len(line) > most:
            lines.append(line[: most - 1] + "…")
        else:
            lines += wrap(line, most, subsequent_indent=" " * start, break_on_hyphens=False)
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
