"""Late work: how many days a submission is late, and what that costs.

The rules are in `course.toml`, the personal extensions in `extensions.csv` beside the gradebook.
`LatePolicyPlugin` applies them when nbgrader autogrades. This module works without the course's
packages, since plain nbgrader reads it from a copy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Unicode

from .extension_list import EVERY_PART, EXTENSIONS, Extension, read_extensions, with_zone

DAY = timedelta(days=1)


@dataclass(frozen=True)
class LateRules:
    """What late work costs in one part."""

    grace_minutes: float = 0
    points_per_day: float = 0
    percent_per_day: float = 0  # of the points that the work earned
    hard_stop_days: int | None = None  # later work earns nothing


@dataclass(frozen=True)
class PartDates:
    """A part's due date and rules."""

    id: str
    due: datetime
    rules: LateRules


@dataclass(frozen=True)
class Lateness:
    """One submission's time against its due date."""

    due: datetime  # without an extension
    until: datetime  # with the most generous extension
    submitted: datetime | None
    days: int  # days late that count, after the grace period
    free: int  # shared late days used here
    left: int  # shared late days that remain afterwards
    stopped: bool  # later than the hard stop
    rules: LateRules
    zone: ZoneInfo

    @property
    def late(self) -> bool:
        """Whether the submission came after the due date, in the grace period or later."""
        return self.submitted is not None and self.submitted > self.until

    def penalty(self, score: float) -> float:
        """Return the points to subtract from a score."""
        if self.stopped:
            return score
        charged = self.days - self.free
        lost = charged * (self.rules.points_per_day + score * self.rules.percent_per_day / 100)
        return min(score, round(lost, 2))

    def lines(self, score: float) -> list[str]:
        """Explain the penalty to the student, step by step. Empty for work in time."""
        said = []
        if self.until > self.due:
            said.append(
                f"Due {self.shown(self.due)}, extended for you to {self.shown(self.until)}."
            )
        elif self.late:
            said.append(f"Due {self.shown(self.due)}.")
        if not self.late or self.submitted is None:
            return said
        said.append(f"Handed in {self.shown(self.submitted)}.")
        if not self.days:
            minutes = f"{self.rules.grace_minutes:g} minutes"
            said.append(f"This is within the grace period of {minutes}: nothing is subtracted.")
            return said
        counts = f"This counts as {_counted(self.days, 'day')} late."
        if self.stopped:
            stop = _counted(self.rules.hard_stop_days or 0, "day")
            return [*said, counts, f"Work more than {stop} late earns no points."]
        said.append(counts)
        if self.free:
            used = _counted(self.free, "shared late day")
            said.append(f"{used} used here without a penalty, {self.left} left for other parts.")
        charged = self.days - self.free
        if charged and self.rules.points_per_day:
            rate = f"{self.rules.points_per_day:g} points"
            said.append(f"{_counted(charged, 'day')} at {rate}: −{self.penalty(score):g} points.")
        elif charged and self.rules.percent_per_day:
            rate = f"{self.rules.percent_per_day:g} % of {score:g} points"
            said.append(f"{_counted(charged, 'day')} at {rate}: −{self.penalty(score):g} points.")
        elif charged:
            said.append("Nothing is subtracted.")
        return said

    def shown(self, when: datetime) -> str:
        """Return a time in the course's time zone."""
        local = when.astimezone(self.zone)
        name = self.zone.key if self.zone.key == "UTC" else f"{local.tzname()}"
        return f"{local:%Y-%m-%d %H:%M} {name}"


class LateTerms:
    """The due dates, rules and extensions of a course."""

    def __init__(self, facts: Mapping[str, Any], extensions: list[Extension] | None = None) -> None:
        self.zone = ZoneInfo(facts["course"].get("time_zone") or "UTC")
        common = dict(facts.get("late") or {})
        self.late_days = int(common.pop("late_days", 0) or 0)
        self.parts = [
            PartDates(
                part["id"],
                with_zone(datetime.fromisoformat(part["due"]), timezone.utc),
                LateRules(**_merged(common, part.get("late") or {})),
            )
            for part in facts["parts"]
        ]
        self.extensions = extensions or []

    @classmethod
    def of(cls, course_folder: Path) -> LateTerms:
        """Read the terms of an nbgrader course. Raises `ExtensionsError`."""
        facts = json.loads((course_folder / "course.json").read_text(encoding="utf-8"))
        terms = cls(facts)
        path = course_folder / EXTENSIONS
        if path.is_file():
            parts = [part.id for part in terms.parts]
            terms.extensions = read_extensions(path, parts, terms.zone)
        return terms

    def lateness(
        self,
        student: str,
        submitted: Mapping[str, datetime | None],
        granted: Mapping[str, timedelta] | None = None,
    ) -> dict[str, Lateness]:
        """Return the lateness of all of a student's submissions.

        Shared late days are used by the parts in the order of their due dates.

        submitted: the time of each submission by part. granted: extensions from nbgrader.
        """
        left = self.late_days
        found = {}
        for part in sorted(self.parts, key=lambda part: part.due):
            if part.id not in submitted:
                continue
            when = submitted[part.id]
            dates = [part.due, *self._extended(student, part)]
            if granted and part.id in granted:
                dates.append(part.due + granted[part.id])
            days = min(days_late(when, due, part.rules, self.zone) for due in dates) if when else 0
            stop = part.rules.hard_stop_days
            stopped = stop is not None and days > stop
            # Work after the hard stop uses as many late days as work just before it. Otherwise an
            # extension could bring it back and thereby take late days from the next part.
            counted = min(days, stop) if stop is not None else days
            used = min(left, counted)
            left -= used
            found[part.id] = Lateness(
                part.due, max(dates), when, days, used, left, stopped, part.rules, self.zone
            )
        return found

    def _extended(self, student: str, part: PartDates) -> list[datetime]:
        mine = [e for e in self.extensions if e.student == student]
        return [
            each.until or moved(part.due, each.days, self.zone)
            for each in mine
            if each.part in (part.id, EVERY_PART)
        ]


def moved(due: datetime, days: float, zone: ZoneInfo) -> datetime:
    """Return the same time of day in `zone`, a number of days later, in UTC."""
    local = due.astimezone(zone)
    later = local.replace(tzinfo=None) + timedelta(days=days)
    return later.replace(tzinfo=zone, fold=local.fold).astimezone(timezone.utc)


def days_late(submitted: datetime, due: datetime, rules: LateRules, zone: ZoneInfo) -> int:
    """Return how many days late a submission is.

    The n-th day ends at the time of day of the due date in `zone`, n days later, also if clocks
    change in between. The grace period is added to each of these times.
    """
    grace = timedelta(minutes=rules.grace_minutes)
    if submitted <= due + grace:
        return 0
    days = max(1, int((submitted - due - grace) / DAY) - 1)
    while submitted > moved(due, days, zone) + grace:
        days += 1
    return days


def _merged(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part's rules: a rate that it sets replaces the common rate of either kind."""
    rates = {"points_per_day", "percent_per_day"}
    kept = {k: v for k, v in common.items() if not (k in rates and rates & set(own))}
    return {key: value for key, value in {**kept, **own}.items() if value is not None}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def submissions_of(book: Any, student: str) -> tuple[dict[str, Any], dict[str, timedelta]]:
    """Return the times of a student's submissions in a gradebook, and nbgrader's extensions."""
    submitted, granted = {}, {}
    for submission in book.student_submissions(student):
        when = submission.timestamp
        submitted[submission.name] = when.replace(tzinfo=timezone.utc) if when else None
        if submission.extension is not None:
            granted[submission.name] = submission.extension
    return submitted, granted


class LatePolicyPlugin(LateSubmissionPlugin):
    """nbgrader's plugin for late work, with the rules of `course.toml`."""

    course_folder = Unicode("", help="The nbgrader course.").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the penalty of the submission that nbgrader is grading, or None for none."""
        step: Any = self.parent
        terms = LateTerms.of(Path(self.course_folder))
        submitted, granted = submissions_of(step.gradebook, student_id)
        found = terms.lateness(student_id, submitted, granted).get(step.assignment_id)
        return found.penalty(score) or None if found else None
