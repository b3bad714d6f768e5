"""Read and validate `course.toml`; errors name the key and the line."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from coursekit.errors import CourseProblem
from data_scripts.registry import registry
from toolbox.course import Course, from_dict


class CourseFileError(CourseProblem):
    """`course.toml` is invalid; the message says where and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


Points = Annotated[float, Field(ge=0, le=1000)]


class _Task(_Strict):
    function: Annotated[str, Field(pattern=r"^[a-z_0-9]+\.[A-Za-z_0-9.]+$")]
    points: Points
    hidden: Points = 0


class _Question(_Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    title: str
    points: Points


class _Trained(_Strict):
    run: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    model: Annotated[str, Field(pattern=r"^[a-z_0-9]+\.[A-Za-z_0-9]+$")]
    points: Points
    real: Annotated[float, Field(gt=0, le=1)]
    offline: Annotated[float, Field(gt=0, le=1)]
    score: Literal["accuracy", "mean_iou"] = "accuracy"


class _Part(_Strict):
    id: Annotated[str, Field(pattern=r"^part\d+_[a-z0-9_]+$")]
    title: str
    built: bool
    minutes: Annotated[int, Field(gt=0)]
    due: datetime
    datasets: list[str] = []
    tasks: list[_Task] = []
    questions: list[_Question] = []
    trained: list[_Trained] = []


class _Head(_Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
    title: str
    repository: Annotated[str, Field(pattern=r"^https://")]
    branch: str
    seconds_per_test: Annotated[float, Field(gt=0)]
    seconds_per_cell: Annotated[int, Field(gt=0)]
    hand_in_megabytes: Annotated[float, Field(gt=0)] = 50


class _Grading(_Strict):
    sandbox: Literal["limits", "namespaces", "sealed"] = "namespaces"


class _OwnCopy(_Strict):
    url: Annotated[str, Field(pattern=r"^(https?://.+)?$")] = ""
    drive: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$")] = ""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    @model_validator(mode="after")
    def _one_address(self) -> _OwnCopy:
        if bool(self.url) == bool(self.drive):
            raise ValueError("give either a url or a drive id")
        return self


class _File(_Strict):
    course: _Head
    grading: _Grading = _Grading()
    data: dict[str, _OwnCopy] = {}
    parts: Annotated[list[_Part], Field(min_length=1)]


def read(path: Path) -> dict[str, Any]:
    """Return the validated facts of `course.toml` as a plain dictionary, ready for `course.json`.

    Raises `CourseFileError` with the line and key of each error.
    """
    text = _text(path)
    try:
        checked = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise CourseFileError(f"{path.name} is not valid TOML: {problem}") from problem
    except RecursionError as problem:
        raise CourseFileError(f"{path.name} is nested too deeply. Simplify it.") from problem
    except ValidationError as problem:
        raise CourseFileError(
            "\n".join(_sentence(path.name, text, error) for error in problem.errors())
        ) from problem
    facts = checked.model_dump(mode="json")
    _check_unique(path.name, facts)
    _check_data_sets(path.name, facts)
    return facts


def _text(path: Path) -> str:
    if not path.exists():
        raise CourseFileError(
            f"There is no {path.name} in {path.parent}. Run coursekit in the root of the course."
        )
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise CourseFileError(
            f"Cannot read {path.name} as UTF-8 text: byte {problem.start} is "
            f"{problem.object[problem.start]:#04x}. Save the file as UTF-8."
        ) from problem
    except OSError as problem:
        raise CourseFileError(
            f"Cannot read {path}: {problem.strerror}. It must be a text file that you can read."
        ) from problem


def load(root: Path) -> Course:
    """Return the course in the folder `root`, from its validated `course.toml`."""
    return from_dict(read(root / "course.toml"))


def _check_unique(name: str, facts: dict[str, Any]) -> None:
    parts = [part["id"] for part in facts["parts"]]
    functions = [task["function"] for part in facts["parts"] for task in part["tasks"]]
    questions = [q["id"] for part in facts["parts"] for q in part["questions"]]
    for kind, ids in (("part", parts), ("function", functions), ("question", questions)):
        for twice in {i for i in ids if ids.count(i) > 1}:
            raise CourseFileError(f"{name}: the {kind} {twice!r} is defined twice. Rename one.")


def _check_data_sets(name: str, facts: dict[str, Any]) -> None:
    known = registry()
    for given in facts["data"]:
        if given not in known:
            near = get_close_matches(given, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Known: {', '.join(known)}."
            raise CourseFileError(f"{name}: data.{given} is no data set of the course.{hint}")


def _sentence(name: str, text: str, error: Any) -> str:
    keys = error["loc"]
    dotted = "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in keys).lstrip(".")
    line = _line_of(text, keys)
    place = f"{name}, line {line}: {dotted}"
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(keys[-1]), _names(keys), n=1)
        return f"{place}: unknown key" + (f"; did you mean {near[0]!r}?" if near else "")
    if error["type"] == "missing":
        return f"{place} is missing"
    return f"{place}: {error['msg']} (it is {error['input']!r})"


def _names(keys: tuple[str | int, ...]) -> list[str]:
    models: dict[str, type[BaseModel]] = {
        "course": _Head,
        "grading": _Grading,
        "parts": _Part,
        "tasks": _Task,
        "questions": _Question,
        "trained": _Trained,
    }
    parents = [key for key in keys[:-1] if isinstance(key, str)]
    if parents[:1] == ["data"]:
        return list(_OwnCopy.model_fields)
    model = models.get(parents[-1]) if parents else _File
    return list(model.model_fields) if model else []


def _line_of(text: str, keys: tuple[str | int, ...]) -> int:
    """Return the line of the key, or for a missing key that of the table it belongs to."""
    lines = text.splitlines()
    start, i = 0, 0
    while i < len(keys):
        key, index = keys[i], keys[i + 1] if i + 1 < len(keys) else None
        name = re.escape(str(key))
        header = rf"\[+(\w+\.)?{name}(\.\w+)?\]+\s*(#.*)?$"  # also a part of [data.scene15]
        pattern = rf"^\s*({header}|{name}\s*=|.*[{{,]\s*{name}\s*=)"
        found = [n for n in range(start, len(lines)) if re.match(pattern, lines[n])]
        if isinstance(index, int):
            if found and lines[found[0]].lstrip().startswith("[["):
                start = found[index] if index < len(found) else start
            elif found:  # an array of inline tables, one per line
                rows = [n for n in range(found[0], len(lines)) if "{" in lines[n]]
                start = rows[index] if index < len(rows) else found[0]
            i += 2
        else:
            start = found[0] if found else start
            i += 1
    return start + 1
