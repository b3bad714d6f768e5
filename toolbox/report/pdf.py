"""The report as PDF: tagged, with alt texts, the same bytes for the same content."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

TEMPLATE = "report.typ"
# The PDF says when it was made; the report is to be the same each time, so it always says this.
MADE = 946_684_800  # 2000-01-01


def as_pdf(content: dict[str, Any], template: Path) -> bytes:
    """Typeset `content` with `report.typ` in the folder `template`.

    The result follows PDF/UA-1, the standard for accessible documents. Where a text holds a letter
    that no font here can draw, which the standard forbids, it is tagged all the same. Raises
    `RuntimeError` with typst's own words where the template is broken.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        place = Path(folder)
        for file in template.glob("*.typ"):
            shutil.copyfile(file, place / file.name)
        (place / "content.json").write_text(json.dumps(_with_copies(content, place)), "utf-8")
        for standard in ("ua-1", "1.7"):
            try:
                return typst.compile(
                    place / TEMPLATE,
                    root=place,
                    format="pdf",
                    pdf_standards=[standard],
                    timestamp=MADE,
                )
            except typst.TypstError as problem:
                if standard == "1.7" or "PDF/UA" not in f"{problem} {problem.__dict__}":
                    raise RuntimeError(f"{template.name}/{TEMPLATE}: {problem}") from problem
    raise AssertionError("one of the standards is always the last")


def _with_copies(content: dict[str, Any], place: Path) -> dict[str, Any]:
    """The content with its pictures copied to `place`, beyond which typst reads nothing."""
    pages = []
    for page in content["pages"]:
        figures = []
        for figure in page["figures"]:
            name = f"{figure['name']}.png"
            shutil.copyfile(figure["path"], place / name)
            figures.append({**figure, "path": name})
        pages.append({**page, "figures": figures})
    return {**content, "pages": pages}
