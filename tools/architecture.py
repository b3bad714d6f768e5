"""Write the diagrams and tables of docs/architecture.md: `python -m tools.architecture`.

They are generated from the code: from imports, docstrings, and the messages that the processes of
the grader exchange. `tests/promises/test_architecture.py` fails if the page is out of date.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from coursekit.generated_blocks import replace_block

PAGE = Path("docs") / "architecture.md"
PACKAGES = ("student_code", "unit_tests", "toolbox", "data_scripts", "misconceptions", "coursekit")
# The processes of `coursekit grade`, from the most to the least trusted, each with its package and
# how it is started.
PROCESSES = {
    "parent": ("coursekit/grading", ""),
    "fork server": ("coursekit/grading/fork_server", "starts"),
    "supervisor": ("coursekit/grading/supervisor", "forks, one for each submission"),
    "sandbox": ("coursekit/grading/sandbox", "forks, one for each submission"),
    "worker": ("coursekit/grading/worker", "forks, one at a time"),
}
# The senders and receivers of the messages in coursekit/grading/protocol/messages.py.
LINES = (
    ("parent", "fork server", ("Order", "PlanQuery", "ImagesNeeded")),
    ("fork server", "parent", ("TestPlan",)),
    ("parent", "supervisor", ("Job",)),
    ("supervisor", "parent", ("Results",)),
    ("supervisor", "sandbox", ("SandboxOrder",)),
    ("supervisor", "worker", ("ServeTask", "CellsTask")),
    ("worker", "supervisor", ("CellStarted", "CellOutputs", "CellsDone")),
)


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield each module that a module imports, and whether the import happens at load time."""
    yield from _imports(path.read_text(encoding="utf-8"))


@cache  # each diagram reads most modules, and parsing them takes most of the time
def _imports(text: str) -> tuple[tuple[str, bool], ...]:
    tree, found = ast.parse(text), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node in tree.body) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
            found += [(name, node in tree.body) for name in names]
    return tuple(found)


def edges(root: Path, above: str, names: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    """Return which of the packages `names` in the package `above` import which others.

    The third item says whether the import happens at load time, or only inside a function.
    """
    prefix = f"{above.replace('/', '.')}." if above else ""
    found: dict[tuple[str, str], bool] = {}
    for name in names:
        for path in (root / above / name).rglob("*.py"):
            for module, at_load in imports(path):
                inside = module.removeprefix(prefix) if module.startswith(prefix) else ""
                other = inside.split(".")[0]
                if other in names and other != name:
                    found[name, other] = at_load or found.get((name, other), False)
    return sorted((one, other, at_load) for (one, other), at_load in found.items())


def summary(package: Path) -> str:
    """Return the first sentence of a package's docstring."""
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def packages_in(folder: Path) -> tuple[str, ...]:
    """Return the names of the packages directly in a folder."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/__init__.py")))


def diagram(found: list[tuple[str, str, bool]]) -> str:
    """Return a diagram of arrows; imports inside functions are dotted."""
    lines = [f"    {one} {'-->' if at_load else '-.->'} {other}" for one, other, at_load in found]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```"])


def table(root: Path, folder: str) -> str:
    """Return a table of the packages in a folder and their purposes."""
    names = packages_in(root / folder) if folder else PACKAGES
    lines = ["| package | what it is for |", "| --- | --- |"]
    for name in names:
        place = f"{folder}/{name}" if folder else name
        lines.append(f"| `{place}/` | {summary(root / place)} |")
    return "\n".join(lines)


def processes(root: Path) -> str:
    """Return the diagram of the grader's processes and their messages."""
    ids = {name: name.replace(" ", "_") for name in PROCESSES}
    lines = []
    names = list(PROCESSES)
    for name, (package, _) in PROCESSES.items():
        lines.append(f'    {ids[name]}["{name}<br>{package}/"]')
    for one, other in pairwise(names):
        lines.append(f"    {ids[one]} ==>|{PROCESSES[other][1]}| {ids[other]}")
    for sender, receiver, messages in LINES:
        lines.append(f"    {ids[sender]} -.->|{', '.join(messages)}| {ids[receiver]}")
    lines.append("    supervisor <-.->|values, as data| worker")
    lines.append("    class worker untrusted")
    lines.append("    classDef untrusted stroke-dasharray: 5 5")
    rows = ["| process | what it is |", "| --- | --- |"]
    rows += [
        f"| {name} | {summary(root / package)} |"
        for name, (package, _) in PROCESSES.items()
        if name != "parent"
    ]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", "", *rows])


def blocks(root: Path) -> dict[str, str]:
    """Return every generated block of the page."""
    return {
        "packages": f"{table(root, '')}\n\n{diagram(edges(root, '', PACKAGES))}",
        "coursekit": "\n\n".join(
            [
                table(root, "coursekit"),
                diagram(edges(root, "coursekit", packages_in(root / "coursekit"))),
            ]
        ),
        "toolbox": "\n\n".join(
            [table(root, "toolbox"), diagram(edges(root, "toolbox", packages_in(root / "toolbox")))]
        ),
        "processes": processes(root),
    }


def main() -> None:
    """Update the page in the current folder."""
    for name, text in blocks(Path.cwd()).items():
        replace_block(PAGE, name, text)
        print(f"✓ {PAGE}: {name}")


if __name__ == "__main__":
    main()
