"""Read and validate `course.toml`; errors name the key and the line."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from coursekit.errors import CourseProblem, UsageProblem
from data_scripts.registry import registry
from toolbox.course import Course, Part, from_dict, instead


class CourseFileError(CourseProblem):
    """`course.toml` is invalid; the message says where and why."""


class _Strict(BaseModel):
    # The docstrings below the keys are their descriptions on the reference page of the site.
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


Points = Annotated[float, Field(ge=0, le=1000)]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("Unknown time zone. Use a name such as Europe/Berlin") from error
    return name


class _LateRules(_Strict):
    """The rules for late submissions."""

    grace_minutes: Annotated[float, Field(ge=0, le=7 * 24 * 60)] = 0
    """The minutes after the due date that cost nothing."""
    points_per_day: Points | None = None
    """The points that each late day costs."""
    percent_per_day: Annotated[float, Field(ge=0, le=100)] | None = None
    """The share of the earned points that each late day costs, in percent."""
    hard_stop_days: Annotated[int, Field(ge=0, le=366)] | None = None
    """The days after the due date from which a submission gets no points."""

    @model_validator(mode="after")
    def _one_rate(self) -> _LateRules:
        if self.points_per_day is not None and self.percent_per_day is not None:
            raise ValueError("Set points_per_day or percent_per_day, not both")
        return self


class _Late(_LateRules):
    """The rules for late submissions of the course."""

    late_days: Annotated[int, Field(ge=0, le=366)] = 0
    """The late days without a penalty that each student can use, shared by all parts."""


class _Task(_Strict):
    """A function or class that students write, graded by tests."""

    function: Annotated[str, Field(pattern=r"^[a-z_0-9]+\.[A-Za-z_0-9.]+$")]
    """The function, as `module.name` in `student_code`."""
    points: Points
    """The points of its public tests, which share them."""
    hidden: Points = 0
    """The points of its hidden tests, which share them."""
    individual: bool = False
    """Whether each member of a pair writes the module of the function alone."""


class _Question(_Strict):
    """A written question, graded by a person."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    """The id of its cell in the notebook."""
    title: str
    """The title in reports and in the formgrader."""
    points: Points
    """The maximum for its answer."""
    individual: bool = False
    """Whether each member of a pair answers it alone."""


class _Trained(_Strict):
    """A trained network, graded by its result on the test images."""

    run: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    """The name of the run in the notebook, which saves the weights."""
    model: Annotated[str, Field(pattern=r"^[a-z_0-9]+\.[A-Za-z_0-9]+$")]
    """The student's class, as `module.Name` in `student_code`."""
    points: Points
    """The points at or above the threshold. Below it, they decrease to 0 at chance level."""
    real: Annotated[float, Field(gt=0, le=1)]
    """The threshold for real images."""
    offline: Annotated[float, Field(gt=0, le=1)]
    """The threshold for synthetic images."""
    score: Literal["accuracy", "mean_iou"] = "accuracy"
    """What is measured: `mean_iou` for a network that assigns a class to every pixel."""


class _Dropped(_Strict):
    """A test or an item that no longer counts."""

    item: str
    """A function, a question or a trained run."""
    test: str = ""
    """One of the function's tests. Without it, everyone gets all points of the item."""
    on: date
    """The date of the decision."""
    why: Annotated[str, Field(min_length=1)]
    """The reason, which students see in their feedback."""


class _Part(_Strict):
    """One part of the course: a notebook with its tasks and questions."""

    id: Annotated[str, Field(pattern=r"^part\d+_[a-z0-9_]+$")]
    """The name of the part, of its notebook, and of its nbgrader assignment."""
    title: str
    """The title in tables, badges and reports."""
    built: bool
    """Whether builds include the part."""
    minutes: Annotated[int, Field(gt=0)]
    """The time that students need."""
    due: datetime
    """The due date, with a time zone."""
    datasets: list[str] = []
    """The data sets that its notebook uses, as named in `data_scripts/registry.toml`."""
    tasks: list[_Task] = []
    """The functions that students write in this part."""
    questions: list[_Question] = []
    """The written questions of this part."""
    trained: list[_Trained] = []
    """The trained networks that are graded in this part."""
    late: _LateRules | None = None
    """The rules for late submissions of this part, instead of those of the course."""
    dropped: list[_Dropped] = []
    """Tests and items that no longer count, each with a date and a reason."""


class _Head(_Strict):
    """The facts of the course as a whole."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
    """The id of the course in nbgrader."""
    title: str
    """The title of the course."""
    repository: Annotated[str, Field(pattern=r"^https://")]
    """The repository where `build/release` is published. Colab opens the notebooks from it."""
    branch: str
    """The branch of that repository."""
    seconds_per_test: Annotated[float, Field(gt=0)]
    """The time limit of one test."""
    seconds_per_cell: Annotated[int, Field(gt=0)]
    """The time limit of one cell, when notebooks are executed."""
    hand_in_megabytes: Annotated[float, Field(gt=0)] = 50
    """The size limit of one submission."""
    group_size: Literal[1, 2] = 1
    """How many students can hand in together: 2 allows pairs."""
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """The time zone of the dates that students and instructors see."""


class _Grading(_Strict):
    """Settings of `coursekit grade`."""

    sandbox: Literal["limits", "namespaces", "sealed"] = "namespaces"
    """The lowest level of isolation at which submissions are graded."""


class _OwnCopy(_Strict):
    """Your own copy of a data set, as `coursekit mirror` packs it."""

    url: Annotated[str, Field(pattern=r"^(https?://.+)?$")] = ""
    """The address of the archive."""
    drive: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$")] = ""
    """The id of the archive on Google Drive, instead of an address."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """The checksum of the archive."""

    @model_validator(mode="after")
    def _one_address(self) -> _OwnCopy:
        if bool(self.url) == bool(self.drive):
            raise ValueError("give either a url or a drive id")
        return self


class _File(_Strict):
    course: _Head
    grading: _Grading = _Grading()
    data: dict[str, _OwnCopy] = {}
    """Your own copies of data sets, which notebooks try before the published addresses."""
    late: _Late | None = None
    parts: Annotated[list[_Part], Field(min_length=1)]


def schema() -> dict[str, Any]:
    """Return the JSON schema of `course.toml`, with a description of each key."""
    return _File.model_json_schema()


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
    facts = checked.model_dump(mode="json", exclude_none=True)
    for part, given in zip(facts["parts"], checked.parts, strict=True):
        if given.late is not None:  # a default must not replace what the course sets
            part["late"] = given.late.model_dump(mode="json", exclude_unset=True)
    _check_unique(path.name, facts)
    _check_data_sets(path.name, facts)
    _check_dropped(path.name, facts)
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


def built_part(course: Course, name: str) -> Part:
    """Return a part of the built course. Raises `UsageProblem` if there is none of that name."""
    known = {part.id: part for part in course.built_parts}
    if name not in known:
        raise UsageProblem(f"Unknown part {name!r}. {instead(name, list(known))}")
    return known[name]


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


def _check_dropped(name: str, facts: dict[str, Any]) -> None:
    """Check that each dropped item is one of its part, and that only functions have tests."""
    for part in facts["parts"]:
        functions = {task["function"] for task in part["tasks"]}
        others = {q["id"] for q in part["questions"]} | {t["run"] for t in part["trained"]}
        for row in part["dropped"]:
            item = row["item"]
            if item not in functions | others:
                near = get_close_matches(item, sorted(functions | others), n=1)
                raise CourseFileError(
                    f"{name}: {part['id']} drops {item!r}, which is no task, question or trained "
                    "run of the part" + (f"; did you mean {near[0]!r}?" if near else ".")
                )
            if row["test"] and item not in functions:
                raise CourseFileError(f"{name}: {item!r} has no tests. Leave out `test`.")


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
        "late": _Late,
        "dropped": _Dropped,
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
