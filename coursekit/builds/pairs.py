"""The two forms of a notebook: the text that people review, and the .ipynb that Jupyter opens.

`partN_topic.py` is the source. Its paired .ipynb has the same cells, no outputs, and stable cell
ids: an unchanged cell keeps the id from the existing .ipynb, and a new cell gets an id derived from
its text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container
from pathlib import Path
from string import Template

import jupytext
import nbformat
from nbformat import NotebookNode

from toolbox.course import Course

TEMPLATES = Path(__file__).parent.with_name("templates")
KEPT = {"kernelspec"}
COLAB = "https://colab.research.google.com"
BADGE = re.compile(r"^# \[!\[Open in Colab\].*$", re.M)
TITLE = re.compile(r"^# # .*\n", re.M)
BADGES = re.compile(r"(<!-- badges: begin -->)(.*?)(<!-- badges: end -->)", re.S)
PAGES = ("README.md", "docs/student.md")


def read_text_form(path: Path) -> NotebookNode:
    """Return the notebook that a jupytext percent file describes."""
    return jupytext.read(path, fmt="py:percent")


def setup_cell(course: Course, part_id: str) -> str:
    """Return the first code cell of a part's notebook, the same on Colab, laptops and nbgrader."""
    text = (TEMPLATES / "setup_cell.txt").read_text(encoding="utf-8")
    facts = {"repository": course.repository, "branch": course.branch, "part": part_id}
    return Template(text).substitute(facts).rstrip("\n")


def with_setup(text: str, cell: str) -> str:
    """Return the text form with an up-to-date setup cell."""
    pattern = re.compile(r"(^# %% setup=true\n)(.*?)(?=^# %%|\Z)", re.M | re.S)
    return pattern.sub(lambda found: f"{found[1]}{cell}\n\n", text, count=1)


def badge(course: Course, part_id: str) -> str:
    """Return Markdown for the badge that opens a part's notebook from the repository on Colab."""
    place = course.repository.removeprefix("https://github.com/").removesuffix(".git").strip("/")
    address = f"{COLAB}/github/{place}/blob/{course.branch}/notebooks/{part_id}.ipynb"
    return f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({address})"


def with_badge(text: str, line: str) -> str:
    """Return the text form with an up-to-date badge below the notebook's title."""
    if BADGE.search(text):
        return BADGE.sub(lambda _: f"# {line}", text, count=1)
    return TITLE.sub(lambda found: f"{found[0]}#\n# {line}\n", text, count=1)


def page_with_badges(text: str, course: Course) -> str:
    """Return a page of the docs with the badges of the built parts between its markers, if any."""
    rows = [f"| {part.title} | {badge(course, part.id)} |" for part in course.built_parts]
    table = "\n".join(["| part | |", "| --- | --- |", *rows])
    return BADGES.sub(lambda found: f"{found[1]}\n{table}\n{found[3]}", text)


def wanted_text(text: str, course: Course, part_id: str) -> str:
    """Return a notebook's text form with everything in it that follows from `course.toml`."""
    return with_badge(with_setup(text, setup_cell(course, part_id)), badge(course, part_id))


def paired(path: Path) -> str:
    """Return the text that the `.ipynb` beside the text form `path` should contain."""
    notebook = read_text_form(path)
    pair = path.with_suffix(".ipynb")
    known = _ids(nbformat.read(pair, as_version=4)) if pair.is_file() else {}
    taken: set[str] = set()
    for cell in notebook.cells:
        candidates = [known.get((cell.cell_type, cell.source), ""), _new_id(cell)]
        cell.id = next(i for i in [*candidates, *_variants(candidates[1])] if i and i not in taken)
        taken.add(cell.id)
    notebook.metadata = NotebookNode({k: v for k, v in notebook.metadata.items() if k in KEPT})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def sync(root: Path, course: Course) -> list[Path]:
    """Update setup cells, badges and paired notebooks. Return the files that changed."""
    changed = []
    for page in (root / name for name in PAGES if (root / name).is_file()):
        text = page.read_text(encoding="utf-8")
        if text != (content := page_with_badges(text, course)):
            page.write_text(content, encoding="utf-8")
            changed.append(page)
    for path in sorted((root / "notebooks").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        wanted = wanted_text(text, course, path.stem)
        if text != wanted:
            path.write_text(wanted, encoding="utf-8")
            changed.append(path)
        pair, content = path.with_suffix(".ipynb"), paired(path)
        if not pair.is_file() or pair.read_text(encoding="utf-8") != content:
            pair.write_text(content, encoding="utf-8")
            changed.append(pair)
    return changed


def out_of_sync(root: Path, course: Course, parts: Container[str] | None = None) -> list[str]:
    """Return a sentence for each change that `sync` would make, to all notebooks or to `parts`."""
    found = []
    for path in sorted((root / "notebooks").glob("*.py")):
        if parts is not None and path.stem not in parts:
            continue
        text, pair = path.read_text(encoding="utf-8"), path.with_suffix(".ipynb")
        if text != wanted_text(text, course, path.stem):
            found.append(f"notebooks/{path.name}: its setup cell or badge is out of date")
        elif not pair.is_file():
            found.append(f"notebooks/{path.name} has no .ipynb beside it")
        elif pair.read_text(encoding="utf-8") != paired(path):
            found.append(f"notebooks/{path.name} and {pair.name} differ")
    for pair in sorted((root / "notebooks").glob("*.ipynb")):
        wanted = parts is None or pair.stem in parts
        if wanted and not pair.with_suffix(".py").is_file():
            found.append(f"notebooks/{pair.name} has no .py beside it")
    return found


def stale_pages(root: Path, course: Course) -> list[str]:
    """Return a sentence for each page of the docs whose badges `sync` would change."""
    return [
        f"{name}: its badges are out of date"
        for name in PAGES
        if (root / name).is_file()
        and (text := (root / name).read_text(encoding="utf-8")) != page_with_badges(text, course)
    ]


def _ids(notebook: NotebookNode) -> dict[tuple[str, str], str]:
    return {(cell.cell_type, cell.source): cell.id for cell in notebook.cells}


def _new_id(cell: NotebookNode) -> str:
    for kind in ("task", "question", "trained"):
        if kind in cell.metadata:
            return re.sub(r"[^A-Za-z0-9_-]", "-", f"{kind}-{cell.metadata[kind]}")[:64]
    if "setup" in cell.metadata:
        return "setup"
    return hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]


def _variants(cell_id: str) -> list[str]:
    return [f"{cell_id}-{number}" for number in range(2, 100)]
