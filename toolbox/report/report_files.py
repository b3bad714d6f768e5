"""Build the whole report: collect its content once, and write it as PDF and as one HTML file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from data_scripts.whole_files import write_whole
from toolbox import course as courses
from toolbox.report.content import Gathering, Page
from toolbox.report.partner import Partner
from toolbox.report.pdf import as_pdf
from toolbox.report.student import Student, load
from toolbox.report.topics import chosen, read
from toolbox.report.web import as_html


@dataclass
class BuiltReport:
    """The two files, and sentences that tell the student what is missing or edited."""

    pdf: Path
    html: Path
    missing: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)


def build(root: Path | None = None, *, part: str = "", into: Path | None = None) -> BuiltReport:
    """Build `report.pdf` and `report.html` in the folder `into` (default: `report/`).

    part: the id of a part, to include only its topics; by default all built parts. The same
    results and answers give the same bytes. Raises `TopicsError` if the topics file can't be used,
    and `KeyError` for an unknown part. Missing results are not an error: the result lists them.
    """
    root = (root or courses.find_root()).resolve()
    course = courses.load(root)
    if part:
        course.part(part)
    template = root / "report_template"
    student = load(root)
    gathering = Gathering(root, course, student)
    pages = [gathering.page(t) for t in chosen(read(template / "topics.toml"), course, part)]
    content = _content(course, student, gathering.partner, pages, part)
    target = into or root / "report"
    built = BuiltReport(
        target / "report.pdf", target / "report.html", content["missing"], content["edited"]
    )
    write_whole(built.pdf, as_pdf(content, template))
    write_whole(built.html, as_html(content, template).encode())
    return built


def _content(
    course: courses.Course,
    student: Student,
    partner: Partner | None,
    pages: list[Page],
    part: str,
) -> dict[str, Any]:
    """Return the report as plain data. Empty topics get no page, but are listed as missing."""
    missing = [] if student.is_known else [student.how_to_tell]
    missing += _grouped(pages)
    return {
        "course": course.title,
        "part": course.part(part).title if part else "",
        "name": " and ".join(filter(None, [student.name, partner.shown if partner else ""])),
        "id": ", ".join(filter(None, [student.id, partner.id if partner else ""])),
        "pages": [asdict(page) for page in pages if not page.is_empty],
        "missing": list(dict.fromkeys(missing)),
        "edited": list(dict.fromkeys(line for page in pages for line in page.edited)),
    }


def _grouped(pages: list[Page]) -> list[str]:
    """Return what is missing on all pages; results with the same remedy share one sentence."""
    lines: list[str] = []
    unsaved: dict[str, dict[str, list[str]]] = {}
    sentences: dict[str, str] = {}
    for page in pages:
        for line in page.missing:
            if line not in page.unsaved:
                lines.append(line)
                continue
            kind, name, remedy = page.unsaved[line]
            names = unsaved.setdefault(remedy, {}).setdefault(kind, [])
            if name not in names:
                names.append(name)
            sentences[remedy] = line
    for remedy, kinds in unsaved.items():
        if sum(map(len, kinds.values())) == 1:
            lines.append(sentences[remedy])
            continue
        listed = [
            f"the {kind}{'s' if len(names) > 1 else ''} {', '.join(names)}"
            for kind, names in kinds.items()
        ]
        lines.append(f"{remedy[0].upper()}{remedy[1:]}. It saves {' and '.join(listed)}.")
    return lines
