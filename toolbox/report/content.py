"""Collect the content of each report page as plain data, and list what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolbox import results
from toolbox.course import Course, Part
from toolbox.report import tables
from toolbox.report.partner import partner_of
from toolbox.report.student import Student
from toolbox.report.student_code_text import NoCode, code_of
from toolbox.report.topics import Topic, TopicItem
from toolbox.report.written_answers import Answer, answers, notebook_file

ANSWER = "The answer to "  # starts each sentence about a missing answer
DOTS = 100.0  # dots per inch of a picture that doesn't specify them


@dataclass
class Page:
    """One topic with everything shown on it.

    missing, edited: sentences. unsaved: for those among them about a figure or a number that no
    notebook has saved, its kind, its name, and the remedy.
    """

    title: str
    notes: list[str] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[dict[str, str]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    provenance: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    unsaved: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def not_saved(self, kind: str, name: str, remedy: str) -> None:
        """Note that no notebook has saved the figure or number `name`."""
        line = f"The {kind} {name}: {remedy}."
        self.missing.append(line)
        self.unsaved[line] = (kind, name, remedy)

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.numbers or self.tables or self.figures)


class Gathering:
    """All saved results and written answers, from which pages are filled."""

    def __init__(self, root: Path, course: Course, student: Student) -> None:
        self.root, self.course, self.student = root, course, student
        self.partner = partner_of(root, course, student)
        self.figures, self.numbers = results.figures(), results.numbers()
        self.answers: dict[str, Answer] = {}
        for part in course.built_parts:
            self.answers |= answers(root, part)

    def page(self, topic: Topic) -> Page:
        """Return the page of a topic. Anything unavailable is listed on it; nothing raises."""
        page = Page(topic.title)
        for item in topic.show:
            before = len(page.missing)
            getattr(self, f"_{item.kind}")(item, topic, page)
            if item.optional:
                del page.missing[before:]
        lines = list(dict.fromkeys(page.provenance))
        page.provenance = [  # drop lines that a longer line already contains
            line for line in lines if not any(o != line and o.endswith(line) for o in lines)
        ]
        return page

    def _words(self, item: TopicItem, topic: Topic, page: Page) -> None:
        page.notes += item.names

    def _answer(self, item: TopicItem, topic: Topic, page: Page) -> None:
        from toolbox.report.markdown import parse  # here: `status` needs answers, but no report

        for name in item.names:
            answer = self.answers.get(name)
            if answer is None:
                page.missing.append(f"{ANSWER}{name!r}: none of the built parts has this question.")
                continue
            title = answer.question.title
            if answer.problem:
                page.missing.append(f"{ANSWER}“{title}”: {answer.problem}.")
            both = self.partner if answer.question.individual else None
            if answer.text:
                said = f"{title} ({self.student.name or self.student.id})" if both else title
                asked = parse(answer.asked) if answer.asked else []
                page.words.append({"title": said, "asked": asked, "nodes": parse(answer.text)})
            if both and (other := both.answers.get(name)) and other.text:
                said = f"{title} ({both.shown})"
                page.words.append({"title": said, "asked": [], "nodes": parse(other.text)})
            elif both:
                page.missing.append(both.missing(name))

    def _code(self, item: TopicItem, topic: Topic, page: Page) -> None:
        for name in item.names:
            try:
                code = code_of(self.root, name)
            except NoCode as problem:
                page.missing.append(f"The code of {name}: {problem}.")
                continue
            page.words.append({"title": name, "asked": [], "nodes": [{"t": "code", "v": code}]})

    def _figure(self, item: TopicItem, topic: Topic, page: Page) -> None:
        from PIL import Image

        for name in item.names:
            record = self.figures.get(name)
            if record is None:
                page.not_saved("figure", name, self._how_to_get(name, topic))
                continue
            path = Path(record["path"])
            try:
                with Image.open(path) as picture:
                    picture.verify()
                    size, dots = picture.size, picture.info.get("dpi", (DOTS, DOTS))[0]
            except Exception:  # Pillow may raise anything on arbitrary bytes
                again = self._how_to_get(name, topic)
                page.missing.append(f"The figure {name} can't be read as a picture: {again}.")
                continue
            if results.was_edited(record):
                page.edited.append(self._edited("figure", name, topic))
            width, height = (round(length / (dots or DOTS), 3) for length in size)
            alt = str(record.get("alt", "")).strip() or name.replace("_", " ")
            figure = {"name": name, "path": str(path), "alt": alt}
            page.figures.append({**figure, "width": width, "height": height})

    def _number(self, item: TopicItem, topic: Topic, page: Page) -> None:
        for place, name in enumerate(item.names):
            record = self._record(name, topic, page)
            if record is None:
                continue
            unit = item.unit if isinstance(item.unit, str) else ""
            shown = tables.one_number(record["value"], item.key, unit)
            if shown is None:
                page.missing.append(
                    f"The number {name} has no plain value {item.key!r}: run its cell again, or "
                    "ask your instructor to check topics.toml."
                )
                continue
            label = item.labels[place] if place < len(item.labels) else name.replace("_", " ")
            page.numbers.append({"label": label, "value": shown})

    def _table(self, item: TopicItem, topic: Topic, page: Page) -> None:
        labels = item.labels or item.names
        values = {}
        for label, name in zip(labels, item.names, strict=True):
            if (record := self._record(name, topic, page)) is not None:
                value = record["value"]
                for step in item.key.split(".") if item.key else []:
                    value = value.get(step) if isinstance(value, dict) else None
                values[label if len(item.names) > 1 else ""] = value
        if values:
            head, rows = tables.table(values, item.columns, item.unit)
            page.tables.append({"title": item.title, "head": head, "rows": rows})

    def _record(self, name: str, topic: Topic, page: Page) -> dict[str, Any] | None:
        record = self.numbers.get(name)
        if record is None or "value" not in record:
            page.not_saved("number", name, self._how_to_get(name, topic))
            return None
        if results.was_edited(record):
            page.edited.append(self._edited("number", name, topic))
        page.provenance.append(provenance(record))
        return record

    def _edited(self, kind: str, name: str, topic: Topic) -> str:
        return (
            f"The {kind} {name} was changed by hand after the notebook wrote it: "
            f"{self._how_to_get(name, topic)}."
        )

    def _how_to_get(self, name: str, topic: Topic) -> str:
        part = self._part_of(name, topic)
        if part is None:
            return "run the notebook that creates it, from the top"
        file = notebook_file(self.root, part).relative_to(self.root).as_posix()
        return f"run {file} from the top"

    def _part_of(self, name: str, topic: Topic) -> Part | None:
        """Return the part that the prefix of `name` refers to, or else the topic's part."""
        prefix = name.partition("_")[0]
        parts = {part.id.partition("_")[0]: part for part in self.course.parts}
        own = [part for part in self.course.parts if part.id == topic.part]
        return parts.get(prefix) or (own[0] if own else None)


def provenance(record: dict[str, Any]) -> str:
    """Return the provenance of a number in one line: data set, seed, code, device, note.

    Notebooks use the note for what a reader must know, such as the weights of a network.
    """
    data = record.get("data")
    facts = []
    if isinstance(data, dict):
        label, print_ = data.get("label") or data.get("name"), data.get("fingerprint")
        facts.append(f"{label} [{print_}]" if print_ else str(label))
    elif data:
        facts.append(str(data))
    if record.get("seed") is not None:
        facts.append(f"seed {record['seed']}")
    facts += [f"code {record.get('code', 'unknown')}", f"{record.get('device', 'unknown device')}"]
    facts += [str(record["note"])] if record.get("note") else []
    return " · ".join(facts)
