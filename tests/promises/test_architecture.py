"""The architecture page matches the code, and the code respects the boundaries it shows."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from coursekit.generated_blocks import with_block
from coursekit.grading.protocol import messages
from tools import architecture

# Modules with the same name that do the same for different subjects.
ALIKE = {"main"}  # the entry points of the fork server, a supervisor and a worker
GRADING = "coursekit.grading."
# What the code of a process may import from the others. The supervisor passes the worker's first
# function to the sandbox, which forks; the fork server imports what its forks need.
ALLOWED = {
    "fork_server": {"fork_server", "supervisor", "sandbox", "worker", "protocol"},
    "supervisor": {"supervisor", "sandbox", "protocol", "worker.main"},
    "sandbox": {"sandbox", "protocol"},
    "worker": {"worker", "protocol"},
    "protocol": {"protocol"},
}


@pytest.mark.parametrize("name", ["packages", "coursekit", "toolbox", "processes"])
def test_the_page_is_up_to_date(root: Path, name: str) -> None:
    page = root / architecture.PAGE
    wanted = with_block(page, name, architecture.blocks(root)[name])
    assert page.read_text("utf-8") == wanted, "run: python -m tools.architecture"


@pytest.mark.parametrize("folder", ["", "coursekit", "toolbox"])
def test_no_two_packages_import_each_other(root: Path, folder: str) -> None:
    names = architecture.packages_in(root / folder) if folder else architecture.PACKAGES
    found = {(one, other) for one, other, _ in architecture.edges(root, folder, names)}
    found -= {("toolbox", "student_code")}  # it calls student code, but does not need any of it
    assert not {(one, other) for one, other in found if (other, one) in found}


def test_modules_import_each_other_in_no_circle(root: Path) -> None:
    """Imports inside functions count, too."""
    paths = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for package in architecture.PACKAGES
        for path in (root / package).rglob("*.py")
    }
    graph: dict[str, set[str]] = {}
    for name, path in paths.items():
        found = {module for module, _ in architecture.imports(path)} & paths.keys()
        # Of `from package import module`, only the module counts.
        graph[name] = {each for each in found if not any(m.startswith(f"{each}.") for m in found)}
        graph[name] -= {name}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the modules


@pytest.mark.parametrize("process", sorted(ALLOWED))
def test_a_process_imports_nothing_of_those_that_trust_it_less(root: Path, process: str) -> None:
    for path in (root / "coursekit" / "grading" / process).rglob("*.py"):
        for module, _ in architecture.imports(path):
            if module.startswith(GRADING):
                inside = module.removeprefix(GRADING)
                allowed = any(f"{inside}.".startswith(f"{name}.") for name in ALLOWED[process])
                package = inside in {name.split(".")[0] for name in ALLOWED[process]}
                assert allowed or package, f"{path} imports {module}"


def test_every_message_is_on_one_line_of_the_diagram(root: Path) -> None:
    shown = [name for _, _, names in architecture.LINES for name in names]
    assert len(shown) == len(set(shown))
    defined = {name: kind for name, kind in vars(messages).items() if hasattr(kind, "__total__")}
    assert set(shown) <= set(defined)
    reached: set[str] = set()
    waiting: list[Any] = [defined[name] for name in shown]
    while waiting:
        kind = waiting.pop()
        if hasattr(kind, "__total__") and kind.__name__ not in reached:
            reached.add(kind.__name__)
            waiting += get_type_hints(kind).values()
        waiting += get_args(kind)
    assert reached == set(defined)


def test_both_ends_of_a_line_name_its_messages(root: Path) -> None:
    texts = [
        path.read_text(encoding="utf-8")
        for path in (root / "coursekit" / "grading").rglob("*.py")
        if path.name != "messages.py"
    ]
    for sender, receiver, names in architecture.LINES:
        for name in ("WorkerMessage",) if sender == "worker" else names:
            used = sum(len(re.findall(rf"\b{name}\b", text)) for text in texts)
            imports = sum(f"{name},\n" in text or f"{name}\n" in text for text in texts)
            assert used - imports >= 2, f"{name}, from the {sender} to the {receiver}"


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    for package in ("coursekit", "toolbox"):
        for path in sorted((root / package).rglob("*.py")):
            name = path.parent.name if path.name == "__init__.py" else path.stem
            if name != "__main__":
                yield name, path


def test_no_two_modules_have_the_same_name(root: Path) -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for name, path in modules(root):
        found[name].append(path.relative_to(root).as_posix())
    assert not {n: paths for n, paths in found.items() if len(paths) > 1 and n not in ALIKE}


def test_no_two_public_classes_have_the_same_name(root: Path) -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for _, path in modules(root):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path.relative_to(root).as_posix())
    assert not {name: paths for name, paths in found.items() if len(paths) > 1}
