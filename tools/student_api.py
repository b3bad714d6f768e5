"""Write docs/api.md, the reference of what students write: `python -m tools.student_api`.

Names, signatures and docstrings come from `student_code`, in the order of `course.toml`.
`tests/promises/test_student_api.py` fails if the page is out of date.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

from coursekit import course_file
from coursekit.generated_blocks import replace_block

PAGE = Path("docs") / "api.md"

Definition = ast.FunctionDef | ast.ClassDef


def listing(root: Path) -> str:
    """Return the reference in Markdown: a section for each part, and a listing for each task."""
    lines: list[str] = []
    for part in course_file.load(root).parts:
        lines += [f"## {part.title}", ""]
        for task in part.tasks:
            module, name = task.function.split(".", 1)
            path = root / "student_code" / f"{module}.py"
            source = path.read_text(encoding="utf-8")
            body = ast.parse(source).body
            found = next(n for n in body if isinstance(n, Definition) and n.name == name)
            shown = _lines(found, source.splitlines())
            lines += [f"### `{task.function}`", "", "```python", *shown, "```", ""]
    return "\n".join(lines)


def _lines(node: Definition, source: list[str]) -> Iterator[str]:
    """Yield the signature and the docstring of a function, or of a class and its methods."""
    doc = ast.get_docstring(node)
    *first, last = _signature(node, source)
    yield from first
    yield last if doc or isinstance(node, ast.ClassDef) else f"{last} ..."
    inner = " " * (node.col_offset + 4)
    if doc:
        quoted = textwrap.indent(f'"""{inspect.cleandoc(doc)}', inner).splitlines()
        yield from quoted if len(quoted) > 1 else []
        yield f'{inner}"""' if len(quoted) > 1 else f'{quoted[0]}"""'
    for method in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(method, ast.FunctionDef) and _is_public(method):
            yield ""
            for decorator in method.decorator_list:
                yield f"{inner}@{ast.unparse(decorator)}"
            yield from _lines(method, source)


def _signature(node: Definition, source: list[str]) -> list[str]:
    """Return the lines from the name to the colon, formatted like the source."""
    lines = source[node.lineno - 1 : node.body[0].lineno - 1]
    end = next(i for i, line in enumerate(lines) if line.endswith(":"))
    return lines[: end + 1]


def _is_public(method: ast.FunctionDef) -> bool:
    special = method.name.startswith("__") and method.name.endswith("__")
    return special or not method.name.startswith("_")


def main() -> None:
    """Update the page in the current folder."""
    replace_block(PAGE, "api", listing(Path.cwd()))
    print(f"✓ {PAGE}")


if __name__ == "__main__":
    main()
