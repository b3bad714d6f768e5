"""Typeset the report as a tagged PDF with alt texts; equal content gives equal bytes."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

TEMPLATE = "report.typ"
# A PDF contains its creation time; a fixed one keeps the report reproducible.
MADE = 946_684_800  # 2000-01-01


def as_pdf(content: dict[str, Any], template: Path) -> bytes:
    """Typeset `content` with `report.typ` in the folder `template`.

    The result follows PDF/UA-1, the standard for accessible documents. If the text contains a
    character that no available font can draw, which the standard forbids, the result is a tagged
    PDF 1.7 instead. Raises `RuntimeError` with typst's message if the template is broken.
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
    raise AssertionError("the loop returns or raises with the last standard")


def _with_copies(content: dict[str, Any], place: Path) -> dict[str, Any]:
    """Return the content with its pictures copied to `place`, since typst reads nothing else."""
    pages = []
    for page in content["pages"]:
        figures = []
        for figure in page["figures"]:
            name = f"{figure['name']}.png"
            shutil.copyfile(figure["path"], place / name)
            figures.append({**figure, "path": name})
        pages.append({**page, "figures": figures})
    return {**content, "pages": pages}
