"""Render the collected pages with MkDocs and the Material theme."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from coursekit import course_file
from coursekit.builds.trees import write
from tools.site import diagrams, formulas, navigation, staging

THEME = Path(__file__).with_name("theme")
PALETTES = [
    {
        "media": f"(prefers-color-scheme: {scheme})",
        "scheme": {"light": "default", "dark": "slate"}[scheme],
        "primary": "indigo",
        "accent": "indigo",
        "toggle": {"icon": f"material/{icon}", "name": f"Switch to {other} mode"},
    }
    for scheme, other, icon in (
        ("light", "dark", "weather-night"),
        ("dark", "light", "weather-sunny"),
    )
]
EXTENSIONS: list[Any] = [
    "admonition",
    "attr_list",
    "md_in_html",
    "tables",
    "pymdownx.details",
    "pymdownx.inlinehilite",
    {"pymdownx.highlight": {"pygments_lang_class": True}},
    {"pymdownx.arithmatex": {"generic": True}},
    {"toc": {"permalink": True, "toc_depth": 3}},
]


def render(root: Path) -> Path:
    """Write the site to `build/site/html`. Return that folder.

    Raises `Abort` of MkDocs if a page links to something that does not exist.
    """
    from mkdocs.commands.build import build

    target = root / "build" / "site"
    files = staging.staged(root)
    for name in ("theme.css", "theme.js"):
        files[name] = (THEME / name).read_bytes()
    write(files, target / "pages")
    shutil.rmtree(target / "html", ignore_errors=True)
    config = _config(root, target, [name for name in files if name.endswith(".md")])
    build(config)
    return target / "html"


def with_names(page: str) -> str:
    """Return a page with names for the parts of the theme that have none for screen readers."""
    page = page.replace('role="dialog"', 'role="dialog" aria-label="Search"', 1)
    return page.replace("<th></th>", "<td></td>")


def _config(root: Path, target: Path, pages: list[str]) -> Any:
    from mkdocs.config import load_config

    course = course_file.load(root)
    base = target / "mkdocs.yml"
    base.write_text("# Written by tools.site; tools/site/rendering.py has the settings.\n", "utf-8")
    fence = {"name": "mermaid", "class": "mermaid", "format": diagrams.fence}
    config = load_config(
        str(base),
        site_name=course.title,
        docs_dir=str(target / "pages"),
        site_dir=str(target / "html"),
        use_directory_urls=False,  # pages also open from a folder, without a server
        strict=True,
        nav=navigation.navigation(pages),
        theme={
            "name": "material",
            "font": False,  # no fonts from another server
            "palette": PALETTES,
            "features": [
                "content.code.copy",
                "navigation.footer",
                "navigation.tabs",
                "navigation.top",
                "search.highlight",
                "search.suggest",
                "toc.follow",
            ],
        },
        extra={"generator": False},
        extra_css=["theme.css"],
        extra_javascript=["theme.js"],
        plugins=["search"],
        validation={"links": {"anchors": "warn", "unrecognized_links": "warn"}},
        markdown_extensions=[*EXTENSIONS, {"pymdownx.superfences": {"custom_fences": [fence]}}],
    )
    config.plugins.events["page_content"].append(lambda html, **_: formulas.with_mathml(html))
    config.plugins.events["post_page"].append(lambda output, **_: with_names(output))
    return config
