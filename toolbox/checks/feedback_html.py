"""Write feedback as HTML for notebooks: the same words, with details that open on a click.

There is no script and no style sheet, since notebooks and their viewers remove both. Texts have the
color of the page, in light and dark; only borders are colored, and each color comes with a symbol
and a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from toolbox.checks.arranged_feedback import SAME, Feedback, Group
from toolbox.checks.figure_html import figure_html
from toolbox.checks.outcome import MARKS, Outcome

WORDS = {"✓": "passed", "✗": "failed", "·": "not implemented yet", "–": "skipped"}
# Middle tones: a contrast of 3:1 or more on white and on the dark backgrounds of notebooks.
BORDERS = {"✓": "#2e8b57", "✗": "#d1495b", "·": "#8a8a8a", "–": "#8a8a8a"}
ALL = (
    "display:grid;grid-template-columns:minmax(0,1fr);gap:.5em;line-height:1.5;max-width:60em;"
    "overflow-wrap:break-word"
)
CODE = re.compile(r"`([^`]+)`")
LINES = {"code", "layers", "example"}  # texts of several lines
# Long lines break between words: a keyboard cannot scroll a box within a cell.
PRE = "margin:0;white-space:pre-wrap;word-break:normal"
SHORT = 60  # characters of texts that are shown side by side
BOX = "padding-left:.8em;border-left:4px solid {color}"


def as_html(broken: Sequence[str], found: Sequence[Feedback]) -> str:
    """Return the feedback of `as_text`, as one HTML element."""
    body = [_box("✗", _mark("✗") + _prose(reason)) for reason in broken]
    for feedback in found:
        body += _of_function(feedback)
    return f'<div style="{ALL}">{"".join(body)}</div>'


def _of_function(feedback: Feedback) -> Iterator[str]:
    next_step = feedback.next_step
    then = f" · <b>next:</b> {_prose(next_step)}" if next_step else ""
    points, _, tests = feedback.short_summary.partition(", ")
    name = f"<code>{escape(feedback.function)}</code>"
    first = f"{name}: <b>{escape(points)}</b> · {escape(tests)}{then}"
    yield f"<div>{first}</div>"
    is_open = True
    for group in feedback.groups:
        if group.is_failure:
            figure = figure_html(feedback.figure) if group.first.figure is feedback.figure else ""
            yield _failure(group, figure, is_open=is_open)
            is_open = False
        else:
            yield _unexplained(group)
    if feedback.passed:
        yield _passed(feedback.passed)
    for note in feedback.notes:
        yield f"<div>{_prose(note)}</div>"


def _failure(group: Group, figure: str, *, is_open: bool) -> str:
    said = dict(group.details)
    body = [_row("called", said.pop("called", ""))]
    pair = [(label, said.pop(label, "")) for label in ("expected", "got")]
    if all(0 < len(text) <= SHORT for _, text in pair):
        cells = "".join(_cell(label, text) for label, text in pair)
        body.append(f'<div style="display:flex;flex-wrap:wrap;gap:0 2em">{cells}</div>')
    else:
        body += [_row(label, text) for label, text in pair]
    body.append(figure)
    if figure:
        said.pop("layers", "")  # the figure shows them
    second, example = said.pop("hint 2", ""), said.pop("example", "")
    body += [_row(label, text) for label, text in said.items()]
    if second:
        body.append(_folded("one more hint", _prose(second)))
    body.append(_row("example", example))
    if group.others:
        body.append(_others(SAME, group.others))
    title = _mark("✗") + _prose(group.first.promise) + _count(group)
    opened = " open" if is_open else ""
    inside = f"<details{opened}><summary>{title}</summary>{''.join(body)}</details>"
    return _box("✗", inside)


def _unexplained(group: Group) -> str:
    """Return the tests that found a stub or were skipped."""
    tests = (group.first, *group.others)
    reason = group.first.got or "skipped, so it does not count as passed"
    title = f"{_mark(group.mark)}{_tests(len(tests))}: {_prose(reason)}"
    return _box(group.mark, _folded(title, _list(tests)))


def _passed(outcomes: Sequence[Outcome]) -> str:
    title = f"{_mark(MARKS['passed'])}{_tests(len(outcomes))} passed"
    return _box(MARKS["passed"], _folded(title, _list(outcomes)))


def _list(outcomes: Sequence[Outcome]) -> str:
    items = []
    for outcome in outcomes:
        printed = _row("printed", outcome.printed) if outcome.passed else ""
        items.append(f"<li>{_prose(outcome.promise)}{printed}</li>")
    return f'<ul style="margin:.3em 0">{"".join(items)}</ul>'


def _others(words: str, outcomes: Sequence[Outcome]) -> str:
    count = len(outcomes)
    verb = words if count == 1 else words.replace("fails", "fail")
    return _folded(f"{count} more {'test' if count == 1 else 'tests'} {verb}", _list(outcomes))


def _count(group: Group) -> str:
    return f" <i>(and {len(group.others)} more)</i>" if group.others else ""


def _tests(count: int) -> str:
    return f"{count} test{'' if count == 1 else 's'}"


def _row(label: str, text: str) -> str:
    return f"<div>{_label(label)}{_value(label, text)}</div>" if text else ""


def _cell(label: str, text: str) -> str:
    return f'<div style="flex:1 1 14em;min-width:0">{_label(label)}{_value(label, text)}</div>'


def _label(label: str) -> str:
    return f"<b>{label}</b> "


def _value(label: str, text: str) -> str:
    if label in LINES:
        return f'<pre style="{PRE}">{escape(text)}</pre>'
    code = label in {"called", "expected", "got", "where", "values", "printed"}
    return f"<code>{escape(text)}</code>" if code else _prose(text)


def _prose(text: str) -> str:
    """Return a sentence as HTML, with the words in backticks as code."""
    return CODE.sub(r"<code>\1</code>", escape(text))


def _folded(title: str, inside: str) -> str:
    return f"<details><summary>{title}</summary>{inside}</details>"


def _mark(mark: str) -> str:
    return f'<span role="img" aria-label="{WORDS[mark]}">{mark}</span> '


def _box(mark: str, inside: str) -> str:
    return f'<div style="{BOX.format(color=BORDERS[mark])}">{inside}</div>'
