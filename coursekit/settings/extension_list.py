"""Personal extensions: the file `extensions.csv` beside the gradebook."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

EXTENSIONS = "extensions.csv"
HEADER = ("student", "part", "until", "days", "reason")
EVERY_PART = "*"


class ExtensionsError(ValueError):
    """`extensions.csv` is invalid; the message names the line and what to change."""


@dataclass(frozen=True)
class Extension:
    """More time for one student, in one part or in all."""

    student: str
    part: str
    until: datetime | None
    days: float


def read_extensions(path: Path, parts: Sequence[str], zone: ZoneInfo) -> list[Extension]:
    """Read personal extensions: the columns student, part, and until or days.

    A date without a time means the end of that day, a time without a zone the course's zone.
    Raises `ExtensionsError`, which names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ExtensionsError(f"Cannot read {path} as UTF-8 text: {error}.") from error
    reader = csv.DictReader(lines)
    head = [str(name).strip().casefold() for name in reader.fieldnames or []]
    if not {"student", "part"} <= set(head) or not {"until", "days"} & set(head):
        raise ExtensionsError(
            f"{path.name} needs a header line with the columns {', '.join(HEADER)}; "
            "until or days may be missing."
        )
    reader.fieldnames = head
    found = []
    for row in reader:
        given = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
        if any(given.values()):
            found.append(_extension(given, f"{path.name}, line {reader.line_num}", parts, zone))
    return found


def _extension(
    row: Mapping[str, str], place: str, parts: Sequence[str], zone: ZoneInfo
) -> Extension:
    if not row["student"]:
        raise ExtensionsError(f"{place}: the student is missing.")
    if row["part"] not in (*parts, EVERY_PART):
        raise ExtensionsError(
            f"{place}: unknown part {row['part']!r}. Use {', '.join(parts)}, or * for all parts."
        )
    until, days = row.get("until", ""), row.get("days", "")
    if bool(until) == bool(days):
        raise ExtensionsError(f"{place}: fill in either until or days, and leave the other empty.")
    try:
        if days:
            more = float(days)
            if not 0 <= more <= 366:
                raise ValueError
            return Extension(row["student"], row["part"], None, more)
        return Extension(row["student"], row["part"], _time(until, zone), 0)
    except ValueError as error:
        raise ExtensionsError(
            f"{place}: {until or days!r} is not valid. Write until as 2027-03-05 or "
            "2027-03-05T18:00, and days as a number from 0 to 366."
        ) from error


def _time(text: str, zone: ZoneInfo) -> datetime:
    when = datetime.fromisoformat(text)
    if len(text) <= len("2027-03-05"):
        when = datetime.combine(when.date(), time(23, 59, 59))
    return with_zone(when, zone)


def with_zone(when: datetime, zone: ZoneInfo | timezone) -> datetime:
    """Return a time in UTC. A time without a zone is one of `zone`."""
    when = when if when.tzinfo else when.replace(tzinfo=zone)
    return when.astimezone(timezone.utc)
