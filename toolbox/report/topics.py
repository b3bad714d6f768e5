"""Read `report_template/topics.toml`: the topics of the report and what each of them shows."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from toolbox.course import Course

KINDS = ("answer", "code", "figure", "number", "table", "words")
UNITS = ("percent", "seconds", "milliseconds", "megabytes", "count")
EXTRAS = {
    "answer": {"optional"},
    "code": {"optional"},
    "figure": {"optional"},
    "number": {"optional", "label", "key", "as"},
    "table": {"optional", "label", "key", "as", "columns", "title"},
    "words": set[str](),
}


class TopicsError(ValueError):
    """`topics.toml` can't be used; the message names the topic and the entry."""


@dataclass(frozen=True)
class TopicItem:
    """One entry of a topic: its kind, the results or questions it shows, and their format."""

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
    """One topic: a page, or more if answers are long."""

    title: str
    part: str  # empty if the topic belongs to every report
    show: tuple[TopicItem, ...]


def read(path: Path) -> tuple[Topic, ...]:
    """Return the topics in file order. Raises `TopicsError`, naming the place of the mistake."""
    if not path.is_file():
        raise TopicsError(f"{path.parent.name}/{path.name} is missing: the report has no topics")
    toml = _toml()
    try:
        facts = toml.loads(path.read_text(encoding="utf-8"))
    except toml.TOMLDecodeError as problem:
        raise TopicsError(f"{path.name} is not valid TOML: {problem}") from problem
    if unknown := sorted(set(facts) - {"topics", "claims"}):
        raise TopicsError(f"{path.name}: unknown key {unknown[0]!r}; topics are [[topics]]")
    return tuple(_topic(number, each) for number, each in enumerate(facts.get("topics", []), 1))


def chosen(topics: tuple[Topic, ...], course: Course, part: str = "") -> list[Topic]:
    """Return the topics of one part, or of all built parts, and those that belong to no part.

    Topics of parts that are not built, or not in the course, are left out. A topic that belongs to
    no part keeps only the answers to questions of the wanted parts.
    """
    built = {each.id for each in course.built_parts}
    wanted = {part} if part else built
    questions = {q.id: q.part for each in course.parts for q in each.questions}
    found = []
    for topic in topics:
        if topic.part:
            found += [topic] * (topic.part in wanted & built)
        else:
            show = [_answers_of(item, wanted, questions) for item in topic.show]
            kept = tuple(item for item in show if item.names)
            found += [replace(topic, show=kept)] * bool(kept)
    return found


def _answers_of(item: TopicItem, wanted: set[str], questions: dict[str, str]) -> TopicItem:
    """Return an item without the answers to questions of other parts, built or not."""
    if item.kind != "answer":
        return item
    names = tuple(name for name in item.names if questions.get(name) in wanted)
    return replace(item, names=names)


def _toml() -> Any:
    """Return the standard TOML parser, or tomli before Python 3.11."""
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
        raise TopicsError(f"{where}: unknown key {unknown[0]!r}")
    show = facts.get("show", [])
    if not isinstance(show, list) or not show:
        raise TopicsError(f"{where} shows nothing: add show = [ … ]")
    return Topic(title, facts.get("part", ""), tuple(_item(where, each) for each in show))


def _item(where: str, facts: object) -> TopicItem:
    if not isinstance(facts, dict):
        raise TopicsError(f'{where}: write an entry as {{ figure = "name" }}, not {facts!r}')
    kinds = [kind for kind in KINDS if kind in facts]
    if len(kinds) != 1:
        raise TopicsError(f"{where}: {facts!r} must have exactly one of {', '.join(KINDS)}")
    kind = kinds[0]
    for key in sorted(set(facts) - {kind} - EXTRAS[kind]):
        near = get_close_matches(key, EXTRAS[kind], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise TopicsError(f"{where}: {kind} {facts[kind]!r} has an unknown key {key!r}{hint}")
    unit = facts.get("as", "")
    for each in unit.values() if isinstance(unit, dict) else [unit]:
        if each and each not in UNITS:
            raise TopicsError(f"{where}: as = {each!r} is not one of {', '.join(UNITS)}")
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
