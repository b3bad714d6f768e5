"""The documentation site: generated pages, navigation, diagrams, formulas, and its checks."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.builds import release_checks
from coursekit.builds.trees import Tree
from coursekit.cli import app
from tools.site import diagrams, flowchart, navigation, site_checks, staging

needs_mkdocs = pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None, reason="`make site` installs MkDocs"
)


@pytest.fixture(scope="module")
def pages(root: Path) -> Tree:
    """The collected pages of the site, before they are rendered."""
    before = Path.cwd()
    os.chdir(root)
    try:
        return staging.staged(root)
    finally:
        os.chdir(before)


def text(pages: Tree, name: str) -> str:
    return pages[name].decode()


def test_no_page_reveals_a_solution(root: Path, pages: Tree) -> None:
    shown = {name: content for name, content in pages.items() if name.startswith(("parts/", "ref"))}
    assert len(shown) > 10
    release_checks.no_leak(root, {f"site/{name}": content for name, content in shown.items()})
    for name, content in shown.items():
        assert b"BEGIN MARK SCHEME" not in content, name
        assert b"BEGIN HIDDEN TESTS" not in content, name


def test_each_part_has_a_page_with_its_notebook(root: Path, pages: Tree) -> None:
    for part in course_file.load(root).built_parts:
        page = text(pages, f"parts/{part.id}.md")
        assert f"parts/{part.id}.ipynb" in pages
        assert page.count("checks.grade(") >= len(part.tasks)
        assert page.count("YOUR ANSWER HERE") == len(part.questions)
        assert f"Points: {part.points:g}. Questions: {len(part.questions)}." in page


def test_each_function_is_in_the_index_as_a_stub(root: Path, pages: Tree) -> None:
    page = text(pages, "reference/functions.md")
    for part in course_file.load(root).built_parts:
        for task in part.tasks:
            _, found, section = page.partition(f"### `{task.function}` ")
            assert found, task.function
            section = section.split("\n### ")[0]
            assert "raise NotImplementedError()" in section, task.function
            assert "The public tests check:\n\n- " in section, task.function


def test_each_key_of_the_course_file_is_described(pages: Tree) -> None:
    page = text(pages, "reference/course-file.md")
    rows = [line.split("|")[1:5] for line in page.splitlines() if line.startswith("| `")]
    keys = {key.strip(" `") for key, *_ in rows}
    assert {"title", "seconds_per_test", "sandbox", "due", "function", "real"} <= keys
    assert not [key for key, _, _, meaning in rows if not meaning.strip()]
    assert "at least 0" in page
    assert "`limits` or `namespaces` or `sealed`" in page


def test_each_command_is_in_the_reference(pages: Tree) -> None:
    page = text(pages, "reference/commands.md")
    names = [each.name or each.callback.__name__ for each in app.registered_commands]  # type: ignore[union-attr]
    assert len(names) > 5
    for name in names:
        assert f"## `coursekit {name}`" in page, name
    assert "`--dry-run`" in page
    assert "## `python -m toolbox`" in page


def test_the_checks_are_in_the_reference(pages: Tree) -> None:
    page = text(pages, "reference/checks.md")
    for name in ("expect.close", "expect.raises", "task", "repeated"):
        assert f"### `{name}`" in page, name


def test_every_page_is_in_the_navigation(pages: Tree) -> None:
    names = [name for name in pages if name.endswith(".md")]
    first, *sections = navigation.navigation(names)
    listed = [page for section in sections for each in section.values() for page in each]
    assert first == {"Home": "README.md"}
    assert sorted(["README.md", *listed]) == sorted(names)
    titles = [title for section in sections for title in section]
    assert titles == ["Tutorials", "Parts", "How-to guides", "Reference", "Explanation"]


def test_the_navigation_names_no_missing_page(pages: Tree) -> None:
    named = [page for section in navigation.sections() for page in section["pages"]]
    assert not [page for page in named if page not in pages]


def test_a_new_page_is_listed_without_an_edit() -> None:
    pages = ["README.md", "docs/new-topic.md", "docs/decisions/new.md"]
    found = navigation.navigation(pages)
    assert {"How-to guides": ["docs/new-topic.md"]} in found
    assert {"Explanation": ["docs/decisions/new.md"]} in found


def test_links_to_files_that_are_no_pages_become_text() -> None:
    page = "See [one](other.md#part), [two](../coursekit/cli.py) and [three](https://example.org)."
    shown = staging.with_links("docs/page.md", page, {"docs/other.md"})
    assert shown == "See [one](other.md#part), two and [three](https://example.org)."
    badge = "[![Open](https://example.org/badge.svg)](https://example.org/x)"
    assert staging.with_links("page.md", badge, set()) == "[Open](https://example.org/x)"
    listed = "**Pitfalls**\n- one\n  more\n- two\n"
    assert staging.with_links("page.md", listed, set()) == listed.replace("**\n", "**\n\n")
    for code in ("`[a](b.py)`", "```\n[a](b.py)\n```"):
        assert staging.with_links("page.md", code, set()) == code


CHART = """
flowchart TD
    top --> middle
    middle ==>|starts it| bottom
    top --> bottom
    bottom -.->|answers| top
    bottom["the bottom<br>box"]
    class bottom special
    classDef special stroke-dasharray: 5 5
"""


def test_a_flowchart_leads_downwards() -> None:
    chart = flowchart.parse(CHART)
    assert flowchart.levels(chart) == {"top": 0, "middle": 1, "bottom": 2}
    found = flowchart.arranged(chart)
    # Rows for texts are between the rows of boxes; arrows that skip a box pass its row.
    assert [len(row) for row in found.rows] == [1, 3, 3, 3, 1]
    assert sorted(map(len, found.routes.values())) == [3, 3, 5, 5]
    assert sorted(found.texts.values()) == ["answers", "starts it"]
    drawn = diagrams.svg(chart)
    assert drawn.count("<rect") == 3
    assert 'class="dashed"' in drawn
    assert "middle starts the bottom: starts it" in drawn


def test_a_line_that_is_no_flowchart_is_named() -> None:
    with pytest.raises(flowchart.FlowchartError, match="subgraph one"):
        flowchart.parse("flowchart TD\nsubgraph one")


def test_every_diagram_of_the_docs_can_be_drawn(root: Path) -> None:
    count = 0
    for path in (root / "docs").rglob("*.md"):
        for source in re.findall(r"```mermaid\n(.*?)```", path.read_text("utf-8"), re.S):
            drawn = diagrams.svg(flowchart.parse(source))
            boxes = [tuple(map(float, box)) for box in BOX.findall(drawn)]
            assert boxes
            for i, (x, y, width, height) in enumerate(boxes):
                for left, top, w, h in boxes[:i]:
                    apart = x >= left + w or left >= x + width or y >= top + h or top >= y + height
                    assert apart, path
            count += 1
    assert count >= 4


BOX = re.compile(r'<rect[^>]* x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"')


def test_formulas_become_mathml() -> None:
    formulas = pytest.importorskip("tools.site.formulas", reason="`make site` installs it")
    page = '<p><span class="arithmatex">\\(\\frac{a}{b} &lt; 1\\)</span></p>'
    shown = formulas.with_mathml(page)
    assert "<mfrac>" in shown
    assert "&lt;" in shown.replace("&#x0003C;", "&lt;")
    assert "arithmatex" not in shown


GOOD = (
    '<html lang="en"><h1 id="top">A</h1><a href="b.html#there">b</a>'
    '<img src="p.png" alt="A"></html>'
)
OTHER = '<html lang="en"><h1 id="there">B</h1><a href="a.html">a</a></html>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "a.html").write_text(GOOD)
    (tmp_path / "b.html").write_text(OTHER)
    (tmp_path / "p.png").write_bytes(b"")
    return tmp_path


def test_a_correct_site_has_no_problem(site: Path) -> None:
    assert site_checks.problems(site) == ([], 2, 3)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("b.html#there", "c.html", "leads nowhere"),
        ("b.html#there", "b.html#here", "names no place"),
        ("b.html#there", "#here", "names no place"),
        ('alt="A"', "", "has no alt text"),
        ('alt="A"', 'alt=" "', "has no alt text"),
        ('src="p.png"', 'src="https://example.org/p.png"', "from another server"),
        ('src="p.png"', 'src="missing.png"', "leads nowhere"),
        (' lang="en"', "", "does not name its language"),
        ("</html>", "<h1>B</h1></html>", "2 headings of level 1"),
        ("</html>", '<script src="//example.org/x.js"></script></html>', "from another server"),
    ],
)
def test_a_defect_of_the_site_is_found(site: Path, old: str, new: str, problem: str) -> None:
    (site / "a.html").write_text(GOOD.replace(old, new))
    found, _, _ = site_checks.problems(site)
    assert len(found) == 1, found
    assert problem in found[0]


@needs_mkdocs
@pytest.mark.slow
def test_the_site_builds_without_a_problem(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.site import rendering

    monkeypatch.chdir(source)
    html = rendering.render(source)
    found, count, _ = site_checks.problems(html)
    assert not found
    assert count > 30
    assert (html / "search" / "search_index.json").stat().st_size > 100_000
