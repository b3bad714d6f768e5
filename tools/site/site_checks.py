"""Check the rendered site: links, images, structure, and that nothing comes from other servers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
# Links that tell a browser about a page, without loading anything.
NOT_LOADED = {"canonical", "next", "prev", "alternate"}


@dataclass
class HtmlPage:
    """What the checks need to know about one page."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    pictures_without_alt: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    language: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = HtmlPage()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        page = self.page
        if "id" in values:
            page.ids.add(values["id"])
        if tag == "html":
            page.language = values.get("lang", "")
        if tag == "a" and "href" in values:
            page.links.append(values["href"])
        if tag in LOADED and LOADED[tag] in values and values.get("rel") not in NOT_LOADED:
            page.loaded.append(values[LOADED[tag]])
        if tag == "img" and not values.get("alt", "").strip():
            page.pictures_without_alt.append(values.get("src", ""))
        if re.fullmatch("h[1-6]", tag):
            page.headings.append(int(tag[1]))


def read(path: Path) -> HtmlPage:
    """Return what a page contains."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.page


def problems(site: Path) -> tuple[list[str], int, int]:
    """Return a sentence for each problem, and how many pages and links were checked."""
    pages = {path: read(path) for path in sorted(site.rglob("*.html"))}
    found, links = [], 0
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        if not page.language:
            found.append(f"{name} does not name its language")
        if page.headings.count(1) != 1:
            found.append(f"{name} has {page.headings.count(1)} headings of level 1 instead of one")
        found += [f"{name}: the picture {src} has no alt text" for src in page.pictures_without_alt]
        for address in [*page.links, *page.loaded]:
            links += 1
            outside = re.match(r"(https?:)?//", address)
            if outside and address in page.loaded:
                found.append(f"{name} loads {address} from another server")
            elif not outside and (wrong := _broken(site, path, address, pages)):
                found.append(f"{name}: {wrong}")
    return found, len(pages), links


def _broken(site: Path, path: Path, address: str, pages: dict[Path, HtmlPage]) -> str:
    """Return what is wrong with a link inside the site, or an empty text."""
    target, fragment = urldefrag(address)
    if re.match(r"(mailto|data|javascript):", target):
        return ""
    base = site if target.startswith("/") else path.parent
    goal = (base / unquote(target.split("?")[0]).lstrip("/")).resolve() if target else path
    if goal.is_dir():
        goal = goal / "index.html"
    if not goal.is_file():
        return f"the link to {address} leads nowhere"
    page = pages.get(goal)
    if fragment and page is not None and unquote(fragment) not in page.ids | {"__tabbed"}:
        return f"the link to {address} names no place on that page"
    return ""
