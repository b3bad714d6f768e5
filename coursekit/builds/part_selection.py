"""Decide which parts a build makes from the source and which it copies from the last build."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.builds import trees
from coursekit.errors import CourseProblem
from toolbox.course import Course, Part, from_dict, instead


class SelectionError(CourseProblem):
    """The requested parts cannot be built; the message says why and what to do."""


@dataclass(frozen=True)
class Selection:
    """The parts of a build: those made from the source, and those kept from the last build.

    facts: the facts of `course.toml`; a kept part has the facts that it was built with.
    previous: the build that the kept parts come from, or None if there are none.
    """

    facts: dict[str, Any]
    made: tuple[Part, ...]
    kept: tuple[Part, ...] = ()
    previous: Path | None = None
    course: Course = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "course", from_dict(self.facts))

    @property
    def made_modules(self) -> list[str]:
        """The student modules that are built from the source."""
        return list(dict.fromkeys(module for part in self.made for module in part.modules))

    @property
    def kept_modules(self) -> list[str]:
        """The student modules that have tasks only in kept parts."""
        return [m for m in trees.modules_up_to(self.course) if m not in self.made_modules]

    def kept_files(self, tree: str) -> trees.Tree:
        """Return the modules and public tests of kept parts from `tree` of the last build."""
        names = [
            pattern.format(module)
            for module in self.kept_modules
            for pattern in ("student_code/{}.py", "unit_tests/test_{}.py")
        ]
        return {name: self._previous(tree, name) for name in names}

    def kept_notebook(self, tree: str, part: Part) -> bytes:
        """Return the notebook of a kept part from `tree` of the last build."""
        return self._previous(tree, f"notebooks/{part.id}.ipynb")

    def kept_table(self) -> dict[str, Any]:
        """Return the misconceptions in kept modules from the last build."""
        return self._kept_rows(trees.DIAGNOSIS)

    def kept_examples(self) -> dict[str, Any]:
        """Return the worked examples of kept modules from the last build."""
        return self._kept_rows(trees.EXAMPLES)

    def _kept_rows(self, name: str) -> dict[str, Any]:
        # A build by an earlier version of coursekit has no examples.
        if not self.kept or (self.previous and not (self.previous / "release" / name).is_file()):
            return {}
        rows = json.loads(self._previous("release", name))
        return {f: each for f, each in rows.items() if f.split(".")[0] in self.kept_modules}

    def _previous(self, tree: str, name: str) -> bytes:
        if self.previous is None:
            raise SelectionError(
                f"Cannot copy {tree}/{name}: there is no earlier build. Run `coursekit build`."
            )
        return (self.previous / tree / name).read_bytes()


def everything(facts: dict[str, Any], only: Sequence[str] = ()) -> Selection:
    """Select every part that `course.toml` marks as built, or only the named ones; keep none."""
    names = only or [part["id"] for part in facts["parts"] if part["built"]]
    _check(facts, names)
    return _selection(facts, set(names), {})


def replacing(facts: dict[str, Any], parts: Sequence[str], previous: Path) -> Selection:
    """Select the named parts, and keep the other parts of the build in `previous`."""
    _check(facts, parts)
    before = json.loads((previous / "release" / "course.json").read_text(encoding="utf-8"))
    kept = {part["id"]: part for part in before["parts"] if part["id"] not in parts}
    if gone := sorted(set(kept) - {part["id"] for part in facts["parts"] if part["built"]}):
        raise SelectionError(
            f"The last build has {gone[0]}, which course.toml no longer marks as built. "
            "Run `coursekit build` to remove it, or set built = true."
        )
    return _selection(facts, set(parts), kept, previous)


def _check(facts: dict[str, Any], names: Sequence[str]) -> None:
    built = [part["id"] for part in facts["parts"] if part["built"]]
    if not built:
        raise SelectionError(
            "course.toml marks no part as built. Set built = true for the parts that are finished."
        )
    if odd := [name for name in names if name not in built]:
        raise SelectionError(
            f"course.toml has no built part {odd[0]!r}. {instead(odd[0], built)} "
            "To build an unfinished part, set built = true for it."
        )


def _selection(
    facts: dict[str, Any],
    made: set[str],
    kept: dict[str, dict[str, Any]],
    previous: Path | None = None,
) -> Selection:
    parts = [kept.get(part["id"], {**part, "built": part["id"] in made}) for part in facts["parts"]]
    facts = {**facts, "parts": parts}
    of = from_dict(facts).part
    return Selection(
        facts,
        tuple(of(part["id"]) for part in parts if part["id"] in made),
        tuple(of(part["id"]) for part in parts if part["id"] in kept),
        previous if kept else None,
    )
