"""Notebooks with irregular bytes, formats or versions."""

from __future__ import annotations

import json
from typing import Any

from tests.collecting.course import ANSWERS
from tests.odd_submissions.case import (
    HONEST,
    NOTEBOOK,
    Case,
    Files,
    both,
    content,
    flagged,
    moved,
    notebook,
    refused,
    waits,
    without,
)

REBUILT = "rebuilt from the release"


def _saved_as(encoding: str) -> Case:
    change = content(lambda old: old.decode().encode(encoding))
    return Case(change, HONEST, flagged(REBUILT))


def _unreadable(new: bytes, reason: str) -> Case:
    return both(content(lambda old: new), waits(reason))


def _windows_1252(files: Files) -> None:
    text = json.dumps(json.loads(files[NOTEBOOK])).encode()
    assert b"another camera." in text
    files[NOTEBOOK] = text.replace(b"another camera.", b"another camera. Vu l'\xe9t\xe9.")


def _conflict(old: bytes) -> bytes:
    line = json.dumps(ANSWERS["why_streaming"]).encode()
    assert old.count(line) == 1
    other = b'"Her version."'
    return old.replace(
        line, b"\n<<<<<<< HEAD\n" + line + b"\n=======\n" + other + b"\n>>>>>>> part1\n"
    )


def _whole_conflict(old: bytes) -> bytes:
    return b"<<<<<<< HEAD\n" + old + b"\n=======\n" + old + b"\n>>>>>>> part1\n"


def _worksheets(nb: Any) -> None:
    nb.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": nb.pop("cells"), "metadata": {}}])
    for cell in nb["worksheets"][0]["cells"]:
        if cell["cell_type"] == "code":
            cell.update(input=cell.pop("source"), language="python", prompt_number=1)


def _set(**facts: Any) -> Case:
    return Case(notebook(lambda nb: nb.update(facts)), HONEST, HONEST)


def _old_minor(nb: Any) -> None:
    nb["nbformat_minor"] = 0
    for cell in nb["cells"]:
        del cell["id"]


def _sources_as_lists(nb: Any) -> None:
    for cell in nb["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)


DAMAGED = "it is damaged or truncated"
NO_NOTEBOOK = "there is no part1_scaler.ipynb in it"
CASES = {
    "byte_order_mark": _saved_as("utf-8-sig"),
    "utf_16": _saved_as("utf-16"),
    "utf_16_without_mark": _saved_as("utf-16-le"),
    "utf_16_big_endian": _saved_as("utf-16-be"),
    "utf_32": _saved_as("utf-32"),
    "windows_1252": Case(_windows_1252, HONEST, flagged(REBUILT)),
    "windows_line_ends": both(content(lambda old: old.replace(b"\n", b"\r\n")), HONEST),
    "old_mac_line_ends": both(content(lambda old: old.replace(b"\n", b"\r")), HONEST),
    "indented_by_tabs": both(content(lambda old: old.replace(b"\n ", b"\n\t")), HONEST),
    "on_one_line": both(content(lambda old: json.dumps(json.loads(old)).encode()), HONEST),
    "blank_lines_around": both(content(lambda old: b"\n\n" + old + b"\n\n"), HONEST),
    "git_conflict": Case(
        content(_conflict), flagged("both versions were kept"), flagged("both versions were kept")
    ),
    "git_conflict_of_everything": Case(
        content(_whole_conflict), flagged("git conflict"), flagged("git conflict")
    ),
    "cut_off": both(content(lambda old: old[: len(old) // 2]), waits(DAMAGED)),
    "trailing_comma": both(content(lambda old: old.rstrip()[:-1] + b",}"), waits(DAMAGED)),
    "null_bytes_behind": both(content(lambda old: old + b"\0" * 512), waits(DAMAGED)),
    "python_instead_of_json": both(
        content(lambda old: repr(json.loads(old)).encode()), waits(DAMAGED)
    ),
    "empty": _unreadable(b"", "it is empty"),
    "blank": _unreadable(b" \n", "it is empty"),
    "null_bytes": _unreadable(b"\0" * 4096, "it is empty"),
    "web_page": _unreadable(b"<!DOCTYPE html><title>Sign in</title>", "it is a web page"),
    "zip_as_notebook": _unreadable(b"PK\x03\x04" + b"x" * 99, "it is a zip archive"),
    "pdf_as_notebook": _unreadable(b"%PDF-1.7\n%\xe2\xe3", DAMAGED),
    "python_as_notebook": _unreadable(b"import numpy as np\n", DAMAGED),
    "list_as_notebook": _unreadable(b"[1, 2]", "it is JSON, but not a notebook"),
    "number_as_notebook": _unreadable(b"7", "it is JSON, but not a notebook"),
    "no_cells": _unreadable(b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "no cells"),
    "nested_too_deeply": _unreadable(b'{"cells": ' + b"[" * 100_000, "nested too deeply"),
    "endless_number": _unreadable(b'{"cells": ' + b"9" * 10_000 + b"}", "it has no cells"),
    "format_3": Case(notebook(_worksheets), HONEST, HONEST),
    "format_5": Case(notebook(lambda nb: nb.update(nbformat=5)), HONEST, flagged(REBUILT)),
    "format_4_99": _set(nbformat_minor=99),
    "format_4_0": Case(notebook(_old_minor), HONEST, HONEST),
    "format_as_text": Case(notebook(lambda nb: nb.update(nbformat="4")), HONEST, flagged(REBUILT)),
    "format_missing": Case(notebook(lambda nb: nb.pop("nbformat")), HONEST, flagged(REBUILT)),
    "minor_format_missing": Case(
        notebook(lambda nb: nb.pop("nbformat_minor")), HONEST, flagged(REBUILT)
    ),
    "sources_as_lists": both(notebook(_sources_as_lists), HONEST),
    "unknown_keys": _set(zz_extension={"x": [1]}, signature="sha256:0"),
    "other_name": Case(moved(NOTEBOOK, "Part 1 (final).ipynb"), HONEST, refused(NO_NOTEBOOK)),
    "name_in_capitals": Case(moved(NOTEBOOK, NOTEBOOK.upper()), HONEST, refused(NO_NOTEBOOK)),
    "browser_copy": Case(moved(NOTEBOOK, "part1_scaler (1).ipynb"), HONEST, refused(NO_NOTEBOOK)),
    "without_notebook": Case(
        without(NOTEBOOK), flagged("no notebook of part1_scaler", answered=0), refused(NO_NOTEBOOK)
    ),
}
