"""The navigation of the site: which page belongs to which kind of documentation."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("navigation.toml")


def sections() -> list[dict[str, Any]]:
    """Return the sections of `navigation.toml`, in the order of the site."""
    return list(tomllib.loads(FILE.read_text(encoding="utf-8"))["sections"])


def navigation(pages: Iterable[str]) -> list[Any]:
    """Return MkDocs's navigation of these pages.

    Pages that `navigation.toml` does not name belong to the section whose `folders` contain them,
    or to the section marked `default`, so that a new page is never missing.
    """
    left = dict.fromkeys(pages)
    named = {page for section in sections() for page in section["pages"]}
    left = dict.fromkeys(page for page in left if page not in named) | {"README.md": None}
    known = set(pages)
    result: list[Any] = []
    for section in sections():
        mine = [page for page in section["pages"] if page in known]
        folders = tuple(section.get("folders", ()))
        mine += sorted(page for page in left if folders and page.startswith(folders))
        if section.get("default"):
            others = [f for each in sections() for f in each.get("folders", ())]
            mine += sorted(page for page in left if not page.startswith(tuple(others)))
        mine = [page for page in dict.fromkeys(mine) if page != "README.md"]
        if mine:
            result.append({section["title"]: mine})
    return [{"Home": "README.md"}, *result]
