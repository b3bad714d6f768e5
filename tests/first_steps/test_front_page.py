"""The README and the docs: links, images, alt texts, and numbers that a command writes."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from coursekit import course_file
from coursekit.generated_blocks import with_block
from tools import front_page

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]
MARKDOWN = MarkdownIt().enable("table")
WORDS = {9: "nine"}
TARGET = re.compile(r"(?:^|`)make ([a-z-]+)\b", re.M)


def tokens(path: Path) -> list[Token]:
    """Return all tokens of a page, also those inside a paragraph."""
    found = []
    for token in MARKDOWN.parse(path.read_text(encoding="utf-8")):
        found += [token, *(token.children or [])]
    return found


def anchors(path: Path) -> set[str]:
    """Return the ids that a code forge gives to the headings of a page."""
    found = MARKDOWN.parse(path.read_text(encoding="utf-8"))
    titles = [
        "".join(child.content for child in following.children or [])
        for token, following in pairwise(found)
        if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", NAMES)
def test_local_links_and_images_exist(name: str) -> None:
    page = ROOT / name
    for token in tokens(page):
        address = str(token.attrs.get("href") or token.attrs.get("src") or "")
        if not address or re.match(r"[a-z]+:", address):
            continue
        target, _, fragment = unquote(address).partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{name} links to {address}"
        assert path.is_relative_to(ROOT), f"{name} links to {address}"
        if fragment and path.suffix == ".md":
            assert fragment in anchors(path), f"{name} links to {address}"


@pytest.mark.parametrize("name", NAMES)
def test_every_image_has_alt_text(name: str) -> None:
    for token in tokens(ROOT / name):
        if token.type == "image":
            alt = token.content.strip()
            assert len(alt) >= 10, f"{name}: {token.attrs['src']} has the alt text {alt!r}"


def test_the_measured_numbers_are_those_of_the_pages(root: Path) -> None:
    page = root / front_page.PAGE
    wanted = with_block(page, "measured", front_page.block(root))
    assert page.read_text(encoding="utf-8") == wanted, "run: python -m tools.front_page"


def test_a_page_that_lost_its_number_is_an_error(root: Path, tmp_path: Path) -> None:
    for each in front_page.MEASUREMENTS:
        path = tmp_path / each.page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("no number", encoding="utf-8")
    with pytest.raises(ValueError, match="has no number"):
        front_page.block(tmp_path)


def test_the_readme_counts_the_parts_and_names_real_targets(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    number = len(course_file.load(root).built_parts)
    assert f"A Jupyter course in {WORDS[number]} parts" in text
    assert f"## The {WORDS[number]} parts" in text
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    for target in set(TARGET.findall(text)):
        assert re.search(rf"(?m)^{target}:", makefile), target


def test_the_readme_installs_what_make_installs(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    extras = re.search(r"pip install -e '(\.\[[\w,]+\])'", text)
    assert extras is not None
    assert f"'{extras[1]}'" in (root / "Makefile").read_text(encoding="utf-8")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = extras[1].strip(".[]").split(",")
    assert set(named) == set(project["optional-dependencies"]) - {"site"}
