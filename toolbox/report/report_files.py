"""The whole report: gathered once, written as PDF and as one HTML file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from data_scripts.whole_files import write_whole
from toolbox import course as courses
from toolbox.report.content import Gathering, Page
from toolbox.report.pdf import as_pdf
from toolbox.report.student import Student, load
from toolbox.report.topics import chosen, read
from toolbox.report.web import as_html


@dataclass
class BuiltReport:
    """The two files, and what the student should know about them, each in a sentence."""

    pdf: Path
    html: Path
    missing: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)


def build(root: Path | None = None, *, part: str = "", into: Path | None = None) -> BuiltReport:
    """Build `report.pdf` and `report.html` in the folder `into` (default: `report/`).

    part: an id of a part for its topics alone; by default all parts that are built. The same
    results and answers give the same bytes. Raises `TopicsError` where the topics file can't be
    used, `KeyError` for an unknown part; what is missing is no error but in the result.
    """
    root = (root or courses.find_root()).resolve()
    course = courses.load(root)
    if part:
        course.part(part)
    template = root / "report_template"
    gathering = Gathering(root, course)
    student = load(root)
    pages = [gathering.page(t) for t in chosen(read(template / "topics.toml"), course, part)]
    content = _content(course, student, pages, part)
    target = into or root / "report"
    built = BuiltReport(
        target / "report.pdf", target / "report.html", content["missing"], content["edited"]
    )
    write_whole(built.pdf, as_pdf(content, template))
    write_whole(built.html, as_html(content, template).encode())
    return built


def _content(
    course: courses.Course, student: Student, pages: list[Page], part: str
) -> dict[str, Any]:
    """The report as plain data. A topic of which nothing is there has no page, but is missed."""
    missing = [] if student.is_known else [student.how_to_tell]
    missing += [line for page in pages for line in page.missing]
    return {
        "course": course.title,
        "part": course.part(part).title if part else "",
        "name": student.name,
        "id": student.id,
        "pages": [asdict(page) for page in pages if not page.is_empty],
        "missing": list(dict.fromkeys(missing)),
        "edited": list(dict.fromkeys(line for page in pages for line in page.edited)),
    }
