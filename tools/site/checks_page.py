"""The reference page of `toolbox.checks`, from its signatures and docstrings."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

from toolbox import checks

HEAD = """# The checks

For authors of tests. A public test imports `expect` and `task`; the other functions handle values
of students' code while `coursekit grade` runs the tests in another process.
[How checks work](../docs/maintainer.md#how-checks-work) explains when you need them.
"""


def page() -> str:
    """Return the page: the functions of `expect` first, then all others."""
    texts = [HEAD, "## `expect`\n", *_functions(checks.expect, "expect."), "## Other functions\n"]
    for name in checks.__all__:
        value = getattr(checks, name)
        if not isinstance(value, ModuleType):
            texts.append(_section(name, value))
    return "\n".join(texts)


def _functions(module: ModuleType, prefix: str) -> list[str]:
    found = [
        (name, value)
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    ]
    internal = {"start_counting", "count"}
    return [_section(f"{prefix}{name}", value) for name, value in found if name not in internal]


def _section(name: str, value: Any) -> str:
    signature = str(inspect.signature(value)).replace("'", "")
    return f"### `{name}`\n\n```python\n{name}{signature}\n```\n\n{inspect.getdoc(value) or ''}\n"
