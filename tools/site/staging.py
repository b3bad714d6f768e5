"""Collect all pages of the site in one folder, with links that work there."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

from coursekit import course_file
from coursekit.builds.trees import Tree
from tools.site import checks_page, commands_page, course_file_page, functions_page, part_page

TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
# Settings of the theme for single pages and folders. The search finds parts of words, and readers
# who look for a task seldom mean a decision record or an old change.
HOME = "hide:\n  - navigation\n"
SEARCHED_LAST = ("docs/decisions/", "CHANGELOG.md")
FENCE = re.compile(r"(^(?P<mark>```+|~~~+).*?^(?P=mark)[^\n]*$|`[^`\n]+`)", re.M | re.S)
BADGE = re.compile(r"\[!\[([^\]]*)\]\(https?:[^)]*\)\]\(([^)]*)\)")
# A list directly below a line of text: a code forge shows a list, MkDocs does not.
LIST = re.compile(r"(^(?![-+*] |\d+\. |[|>#\s]).+\n)(?=[-*] |1\. )", re.M)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


def staged(root: Path) -> Tree:
    """Return the files of the site, before they are rendered, by path."""
    course = course_file.load(root)
    files: Tree = {}
    for name in TOP:
        if (root / name).is_file():
            files[name] = (root / name).read_bytes()
    for path in sorted((root / "docs").rglob("*")):
        if path.suffix in {".md", ".png", ".svg", ".gif", ".webp"}:
            files[path.relative_to(root).as_posix()] = path.read_bytes()
    generated = {
        "reference/course-file.md": course_file_page.page(),
        "reference/commands.md": commands_page.page(root),
        "reference/functions.md": functions_page.page(root, course),
        "reference/checks.md": checks_page.page(),
    }
    for part in course.built_parts:
        text, beside = part_page.page(root, course, part)
        generated[f"parts/{part.id}.md"] = text
        files |= {f"parts/{name}": content for name, content in beside.items()}
    files |= {name: text.encode() for name, text in generated.items()}
    known = set(files)
    return {
        name: (settings(name) + with_links(name, content.decode(), known)).encode()
        if name.endswith(".md")
        else content
        for name, content in files.items()
    }


def settings(page: str) -> str:
    """Return the settings of the theme with which a page begins, or an empty text."""
    text = HOME if page == "README.md" else ""
    if page.startswith(SEARCHED_LAST):
        text += "search:\n  boost: 0.3\n"
    return f"---\n{text}---\n\n" if text else ""


def with_links(page: str, text: str, known: set[str]) -> str:
    """Return a page whose links lead to pages of the site.

    A link to a file of the repository that is no page becomes plain text. A badge, which is a
    picture on another server, becomes a link.
    """
    pieces = FENCE.split(text)
    # The pattern has two groups: of three pieces, the first is text and the second is code.
    for i in range(0, len(pieces), 3):
        pieces[i] = _text_with_links(page, pieces[i], known)
    kept = [piece for i, piece in enumerate(pieces) if i % 3 != 2]
    return "".join(kept)


def _text_with_links(page: str, text: str, known: set[str]) -> str:
    text = BADGE.sub(lambda found: f"[{found[1]}]({found[2]})", text)
    text = LIST.sub(r"\1\n", text)

    def link(found: re.Match[str]) -> str:
        target, _, _ = found[3].partition("#")
        if not target or re.match(r"[a-z]+:", target):
            return found[0]
        path = posixpath.normpath(posixpath.join(os.path.dirname(page), target))  # noqa: PTH120
        return found[0] if path in known or found[1] else found[2]

    return LINK.sub(link, text)
