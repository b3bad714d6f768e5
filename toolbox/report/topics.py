"""`report_template/topics.toml`: which topics the report has, and what each of them shows."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from toolbox.course import Course

KINDS = ("answer", "figure", "number", "table", "words")
UNITS = ("percent", "seconds", "milliseconds", "megabytes", "count")
EXTRAS = {
    "answer": {"optional"},
    "figure": {"optional"},
    "number": {"optional", "label", "key", "as"},
    "table": {"optional", "label", "key", "as", "columns", "title"},
    "words": set[str](),
}


class TopicsError(ValueError):
    """`topics.toml` can't be used; the message names the topic and the entry."""


@dataclass(frozen=True)
class TopicItem:
    """One thing on a page: what kind it is, which result or question, and how to write it."""

    kind: str
    names: tuple[str, ...]
    labels: tuple[str, ...] = ()
    key: str = ""
    unit: str | dict[str, str] = ""
    columns: dict[str, str] = field(default_factory=dict)
    title: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Topic:
    """One page (or more, where answers are long)."""

    title: str
    part: str  # empty: in every report
    show: tuple[TopicItem, ...]


def read(path: Path) -> tuple[Topic, ...]:
    """The topics in the file's order. Raises `TopicsError` that says where it goes wrong."""
    if not path.is_file():
        raise TopicsError(f"{path.parent.name}/{path.name} is missing: the report has no topics")
    toml = _toml()
    try:
        facts = toml.loads(path.read_text(encoding="utf-8"))
    except toml.TOMLDecodeError as problem:
        raise TopicsError(f"{path.name} is not valid TOML: {problem}") from problem
    if unknown := sorted(set(facts) - {"topics", "claims"}):
        raise TopicsError(f"{path.name} has no place for {unknown[0]!r}: topics are [[topics]]")
    return tuple(_topic(number, each) for number, each in enumerate(facts.get("topics", []), 1))


def chosen(topics: tuple[Topic, ...], course: Course, part: str = "") -> list[Topic]:
    """The topics of one part, or of all parts that are built, and those that belong to none.

    A topic of a part that the course doesn't have is a `TopicsError`.
    """
    built = {each.id for each in course.built_parts}
    wanted = {part} if part else built
    return [topic for topic in topics if not topic.part or topic.part in wanted & built]


def _toml() -> Any:
    """The standard library's TOML parser, or before Python 3.11 its twin."""
    try:
        return importlib.import_module("tomllib")
    except ModuleNotFoundError:
        return importlib.import_module("tomli")


def _topic(number: int, facts: dict[str, Any]) -> Topic:
    title = facts.get("title")
    if not isinstance(title, str) or not title.strip():
        raise TopicsError(f"topic {number} of topics.toml has no title")
    where = f"the topic {title!r} of topics.toml"
    if unknown := sorted(set(facts) - {"title", "part", "show"}):
        raise TopicsError(f"{where}: there is no such key as {unknown[0]!r}")
    show = facts.get("show", [])
    if not isinstance(show, list) or not show:
        raise TopicsError(f"{where} shows nothing: give it show = [ … ]")
    return Topic(title, facts.get("part", ""), tuple(_item(where, each) for each in show))


def _item(where: str, facts: Any) -> TopicItem:
    if not isinstance(facts, dict):
        raise TopicsError(f'{where}: an entry is written {{ figure = "name" }}, not {facts!r}')
    kinds = [kind for kind in KINDS if kind in facts]
    if len(kinds) != 1:
        raise TopicsError(f"{where}: {facts!r} has to be one of {', '.join(KINDS)}")
    kind = kinds[0]
    for key in sorted(set(facts) - {kind} - EXTRAS[kind]):
        near = get_close_matches(key, EXTRAS[kind], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise TopicsError(f"{where}: {kind} {facts[kind]!r} has no key {key!r}{hint}")
    unit = facts.get("as", "")
    for each in unit.values() if isinstance(unit, dict) else [unit]:
        if each and each not in UNITS:
            raise TopicsError(f"{where}: as = {each!r} is none of {', '.join(UNITS)}")
    names, labels = _listed(facts[kind]), _listed(facts.get("label", ()))
    if kind == "table" and labels and len(labels) != len(names):
        raise TopicsError(f"{where}: the table has {len(names)} names and {len(labels)} labels")
    return TopicItem(
        kind,
        names,
        labels,
        key=facts.get("key", ""),
        unit=unit,
        columns=facts.get("columns", {}),
        title=facts.get("title", ""),
        optional=bool(facts.get("optional", False)),
    )


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
