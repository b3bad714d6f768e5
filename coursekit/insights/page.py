"""Show class statistics as one self-contained HTML page."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from coursekit.insights.graded_part import Class
from coursekit.insights.item_statistics import (
    LEAST,
    figures_of_items,
    figures_of_tests,
    mistakes,
    scores,
)
from coursekit.insights.terminal import number
from coursekit.insights.unnamed_failures import FEWEST, clusters, draft, unnamed


def page(found: Class, title: str, *, names: bool = False) -> str:
    """Return the page. It names students only with `names`."""
    surroundings = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    surroundings.filters["figure"] = number
    template = (files("coursekit") / "templates" / "insights.html").read_text(encoding="utf-8")
    result = scores(found)
    rows = sorted(
        zip(found.students, result.shares, strict=True), key=lambda row: (-row[1], row[0].name)
    )
    return surroundings.from_string(template).render(
        course=title,
        part=found.part,
        students=len(found.students),
        waiting=sum(student.waiting for student in found.students),
        unread=sum(student.unread for student in found.students),
        scores=result,
        tallest=max(result.bins) or 1,
        tests=figures_of_tests(found),
        mistakes=mistakes(found),
        unnamed=clusters(unnamed(found)),
        draft=draft,
        fewest=FEWEST,
        items=figures_of_items(found),
        least=LEAST,
        named=rows if names else [],
        names=found.names,
        absent=found.absent,
    )
