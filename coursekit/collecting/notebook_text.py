"""Read a notebook from any source as data: its cells, and nothing that could do harm.

For each cell, the kind, the text, the ids and the images pasted into text are kept. Outputs and
all other metadata are dropped, since grading creates new outputs.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.collecting import conflict_marks
from coursekit.collecting.findings import Notes, Refused, printable

MOST_BYTES = 256 << 20  # enough for the outputs of a training that printed every batch
MOST_CELLS = 2_000
MOST_TEXT = 4_000_000  # characters in all cells
MOST_PICTURES = 20_000_000  # characters of base64 in one cell

Pictures = dict[str, dict[str, str]]


@dataclass
class Cell:
    """A cell of a student's notebook."""

    kind: str  # "code", "markdown" or "raw"
    text: str
    names: tuple[str, ...] = ()  # its ids, from the format and from Colab
    grade_id: str = ""
    pictures: Pictures = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The text with normalized white space, which editors change."""
        return squeezed(self.text)


def squeezed(text: str) -> str:
    """Return a text with every run of white space replaced by one space."""
    return " ".join(text.split())


def read(path: Path, notes: Notes) -> list[Cell]:
    """Return the cells of a notebook file. Raises `Refused` with the reason if it has none."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Refused(f"it has {size:,} bytes: clear its outputs and hand it in again")
    found: list[Cell] = []
    for content in _parsed(path.read_bytes(), notes):
        known = {(cell.kind, cell.text) for cell in found}  # from the other side of a conflict
        found += [cell for cell in _cells(content, notes) if (cell.kind, cell.text) not in known]
    if sum(len(cell.text) for cell in found) > MOST_TEXT:
        raise Refused(f"its cells contain more than {MOST_TEXT:,} characters")
    return found


def _cells(content: object, notes: Notes) -> list[Cell]:
    if not isinstance(content, dict):
        raise Refused("it is JSON, but not a notebook")
    cells = content.get("cells")
    if cells is None and isinstance(content.get("worksheets"), list):  # format of 2014
        sheets = [sheet for sheet in content["worksheets"] if isinstance(sheet, dict)]
        parts = [sheet["cells"] for sheet in sheets if isinstance(sheet.get("cells"), list)]
        cells = [cell for part in parts for cell in part]
    if not isinstance(cells, list):
        raise Refused("it has no cells")
    if len(cells) > MOST_CELLS:
        raise Refused(f"it has {len(cells):,} cells, more than {MOST_CELLS:,}")
    found = [cell for cell in (_cell(each) for each in cells) if cell is not None]
    if len(found) < len(cells):
        notes.look.append(f"{len(cells) - len(found)} cells of the notebook could not be read")
    return found


def _parsed(content: bytes, notes: Notes) -> list[Any]:
    """Return the content of a notebook, or both versions if git could not merge them."""
    if not content.strip(b"\0 \t\r\n"):
        raise Refused("it is empty")
    if content.startswith(b"PK\x03\x04"):
        raise Refused("it is a zip archive with the name of a notebook")
    if content.lstrip()[:1] == b"<" and not content.lstrip().startswith(b"<<<<<<<"):
        raise Refused("it is a web page, not a notebook: download it as .ipynb")
    text = _decoded(content, notes)
    try:
        return [json.loads(text, parse_int=float)]
    except (ValueError, RecursionError, MemoryError) as error:
        if both := _both_versions(text, notes):
            return both
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Refused(f"it is damaged or truncated ({printable(why)})") from error


def _both_versions(text: str, notes: Notes) -> list[Any]:
    """Return each side of a git conflict, if it is valid JSON."""
    found = []
    for version in conflict_marks.versions(text) or ():
        with suppress(ValueError, RecursionError, MemoryError):
            found.append(json.loads(version, parse_int=float))
    if found:
        kept = "both versions were kept" if len(found) == 2 else "one version is damaged"
        notes.look.append(f"the notebook contains git conflict markers: {kept}")
    return found


def _decoded(content: bytes, notes: Notes) -> str:
    """Decode a notebook: usually UTF-8, otherwise the most likely encoding of its bytes."""
    encoding = json.detect_encoding(content)
    if not encoding.startswith("utf-8"):
        notes.repaired.append(f"the notebook was saved as {encoding[:6].upper()}")
        return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("utf-8-sig", "replace")
    if all(letter.isascii() or letter == "\N{REPLACEMENT CHARACTER}" for letter in text):
        notes.repaired.append("the notebook was saved as Windows-1252")
        return content.decode("cp1252", "replace")
    notes.look.append(
        "some bytes of the notebook are not text; they are shown as \N{REPLACEMENT CHARACTER}"
    )
    return text


def _cell(content: object) -> Cell | None:
    if not isinstance(content, dict):
        return None
    text = _text(content.get("source", content.get("input")))
    if text is None:
        return None
    kind = content.get("cell_type")
    if kind not in ("code", "markdown", "raw"):
        kind = "code" if "outputs" in content else "markdown"
    metadata = content.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    marks = metadata.get("nbgrader")
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else ""
    names = [content.get("id"), metadata.get("id")]
    return Cell(
        kind,
        text,
        tuple(name for name in names if isinstance(name, str)),
        grade_id if isinstance(grade_id, str) else "",
        _pictures(content.get("attachments")),
    )


def _text(source: object) -> str | None:
    """Return the text of a cell, which may be a list of lines, or None if it has no text."""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    # An unpaired surrogate can't be written, and Python rejects source code with a null in it.
    whole = source.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\r\n", "\n")


def _pictures(content: object) -> Pictures:
    found: Pictures = {}
    for name, forms in content.items() if isinstance(content, dict) else ():
        if not isinstance(forms, dict):
            continue
        kept = {
            kind: data
            for kind, data in forms.items()
            if kind.startswith("image/") and isinstance(data, str) and data.isascii()
        }
        if kept:
            found[name.encode("utf-8", "replace").decode("utf-8")] = kept
    size = sum(len(data) for forms in found.values() for data in forms.values())
    return found if size <= MOST_PICTURES else {}
