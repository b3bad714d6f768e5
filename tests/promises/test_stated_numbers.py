"""Every number that the README and the docs state follows from a source, which still says it.

Numbers in blocks between `<!-- NAME: begin -->` and `<!-- NAME: end -->` are written by a command.
`stated_numbers.toml` says where each other number comes from.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from coursekit import course_file

ROOT = Path(__file__).resolve().parent.parent.parent
STATED: dict[str, dict[str, str]] = tomllib.loads(
    (ROOT / "tests" / "promises" / "stated_numbers.toml").read_text(encoding="utf-8")
)
# Another test compares every row of the first page with the notebooks.
ELSEWHERE = {"docs/source-coverage.md"}
PAGES = [
    name
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if (name := path.relative_to(ROOT).as_posix()) not in ELSEWHERE
]
RESULTS = [name for name in PAGES if name.startswith("docs/results/")]
OTHERS = [name for name in PAGES if name not in RESULTS]
BLOCK = re.compile(r"<!-- ([\w-]+): begin -->.*?<!-- \1: end -->", re.S)
# Numbers that are part of a name, or that count nothing.
NAMES = re.compile(
    r"\bb?float\d+|\bint\d+|\bUTF-\d+|\bSHA-256|\bMD5|\bPDF/UA-1|\bBSD-3|\bApache-2\.0|\bMPL-2\.0"
    r"|\bscene15|\bCIFAR-10|\bResNet-\d+|\bVGG-19|\b000\dTP|\b0006R0|\b0016E5|\bSeq05VD"
    r"|\blatex2mathml|\bjinja2|\bJupyter Book 2|\bx86|\bCVE-\d+-\d+"
    r"|\b[Ee]xit status (?:is )?[01]|\bexits with status [01]|\b0 points|\bscores? 0(?=[.:])"
    r"|(?:^|\n)\d\. "
)
PART = re.compile(r"\bParts? (\d)(?:(?:, | and | to )(\d))*")
PYTHON = re.compile(r"\bPython 3\.(\d+)")


def sentences(text: str) -> str:
    """Return the text of a page without generated blocks and code, one paragraph for each line."""
    paragraphs = []
    for token in MarkdownIt().enable("table").parse(BLOCK.sub("", text)):
        if token.type == "inline":
            pieces = [
                child.content if child.type == "text" else " " for child in token.children or []
            ]
            paragraphs.append(" ".join("".join(pieces).split()))
    return "\n".join(paragraphs)


def without(text: str, stated: str) -> str:
    """Return a page's text without a stated number, which must not be part of a longer one."""
    return re.sub(rf"(?<![\w.,]){re.escape(stated)}(?!\w)", "~", text)


def unexplained(text: str, stated: dict[str, str]) -> list[str]:
    """Return the numbers of a text that are neither part of a name nor stated, with context."""
    for number in sorted(stated, key=len, reverse=True):
        text = without(text, number)
    text = PYTHON.sub("~", PART.sub("~", NAMES.sub("~", text)))
    return [found[0] for found in re.finditer(r".{0,40}\d.{0,40}", text)]


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_states_only_numbers_that_have_a_source(name: str) -> None:
    text = sentences((ROOT / name).read_text(encoding="utf-8"))
    found = unexplained(text, STATED.get(name, {}))
    assert not found, f"Add these numbers of {name} to stated_numbers.toml, or remove them: {found}"


@pytest.mark.parametrize("name", STATED)
def test_the_page_and_the_source_of_a_number_still_say_it(name: str) -> None:
    assert name in OTHERS
    text = sentences((ROOT / name).read_text(encoding="utf-8"))
    for number, origin in STATED[name].items():
        assert without(text, number) != text, f"{name} does not state {number!r} any more"
        source, _, said = origin.partition(": ")
        assert said, f"{number!r} in {name}: {origin!r} names no text"
        if source != "fact":
            content = (ROOT / source).read_text(encoding="utf-8")
            assert said in content, (
                f"{number!r} in {name}: {source} does not contain {said!r} any more"
            )


@pytest.mark.parametrize("name", OTHERS)
def test_parts_and_versions_of_python_exist(name: str) -> None:
    text = sentences((ROOT / name).read_text(encoding="utf-8"))
    parts = len(course_file.load(ROOT).built_parts)
    for found in PART.finditer(text):
        assert all(1 <= int(number) <= parts for number in re.findall(r"\d", found[0])), found[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    students = re.search(r"\d\d$", project["tool"]["ruff"]["target-version"])
    assert students is not None
    tested = [int(path.stem[3:]) for path in (ROOT / "constraints").glob("py3*.txt")]
    for found in PYTHON.finditer(text):
        assert int(found[1]) in {int(students[0]), *tested}, found[0]


@pytest.mark.parametrize("name", RESULTS)
def test_every_section_with_results_names_a_command(name: str) -> None:
    """A section belongs to the command of the section that contains it."""
    commands: dict[int, bool] = {}
    for section in re.split(r"(?m)^(?=#+ )", (ROOT / name).read_text(encoding="utf-8")):
        level = len(section) - len(section.lstrip("#"))
        here = re.search(r"python -m [\w.]+|\bmake [a-z]+", section) is not None
        commands = {each: named for each, named in commands.items() if each < level}
        commands[level] = here
        if "\n| --- |" in section and re.search(r"\|[^|\n]*\d[^|\n]*\|", section):
            assert any(commands.values()), section.splitlines()[0]


def test_the_data_page_lists_the_parts_of_each_data_set() -> None:
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    used = {
        name: [part.id for part in course_file.load(ROOT).built_parts if name in part.datasets]
        for name in ("scene15", "camvid", "animals")
    }
    for name, parts in used.items():
        row = re.search(rf"(?m)^\| `{name}` \|[^|]+\| ([^|]+) \|", page)
        assert row is not None, name
        listed: list[int] = []
        for first, _, last in (each.partition(" to ") for each in row[1].split(", ")):
            listed += range(int(first), int(last or first) + 1)
        assert [int(part.removeprefix("part").split("_")[0]) for part in parts] == listed, name


def test_a_number_without_a_source_is_found() -> None:
    text = sentences(
        "It takes 7.25 s with `--jobs 4` in Part 3, on Python 3.12.\n\n- UTF-8, 100 MB\n"
    )
    assert unexplained(text, {"100 MB": "fact: a test"}) == ["It takes 7.25 s with in ~, on ~."]
    assert unexplained("1,500 images", {"500": "fact: another number"}) == ["1,500 images"]
