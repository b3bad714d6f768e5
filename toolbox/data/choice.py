"""Real photographs or drawings: get the images of a data set, and remember what was chosen.

`get` is what the cell "Real photographs or drawings?" of each notebook calls, and what
`python -m toolbox data` calls in a shell. Without a choice, the photographs are downloaded if the
network answers, and otherwise the course draws images with the same layout. The choice is kept with
the results, in `results/images.json`; on Colab, that is on the student's Drive.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from data_scripts.connections import NETWORK_SECONDS
from data_scripts.fetch import fetch
from data_scripts.manifest import looks_complete, read_marker
from data_scripts.network import hosts
from data_scripts.obtain import in_mirror
from data_scripts.places import real_place
from data_scripts.problems import DataProblem, Unreachable
from data_scripts.progress import steady
from data_scripts.registry import DataSet, data_set
from toolbox.course import Course
from toolbox.data.chosen_images import DRAWINGS, KINDS, PHOTOGRAPHS, Chosen, chosen, remember
from toolbox.data.location import PREFERENCE, Located, locate, name_once, preferring
from toolbox.data.result_sets import put_aside, restore

Say = Callable[[str], None]


def get(name: str, images: str = "", say: Say = print) -> Located:
    """Get the images of the data set `name`, say which they are, and return where they are.

    images: "photographs" or "drawings"; the choice is remembered. By default, what was chosen
    before, and photographs if nothing was. Photographs that aren't on this machine yet are
    downloaded. If that fails, drawings are used, and the next call tries again.

    Results that were made with the other images are kept, and come back with them.

    Raises: ValueError for any other value of `images`, and DataProblem if `name` is unknown, or has
    no drawings and can't be downloaded.
    """
    entry = data_set(name)
    if images not in {"", *KINDS}:
        raise ValueError(f'images is {images!r}; it must be "photographs" or "drawings"')
    name_once(name)
    if reason := _fixed():
        located = locate(name, say=_silent)
        say(f"{name}: {_kind(located)}, because {reason}.")
        return located
    before = chosen(name)
    wish = images or before.wish or (PHOTOGRAPHS if entry.sources else DRAWINGS)
    problem = _ensure(entry, say) if wish == PHOTOGRAPHS else None
    if images:
        remember(name, Chosen(images, before.used))
    with preferring("offline" if wish == DRAWINGS else "real"):
        located = locate(name, say=_silent)
    say(_sentence(entry, located, wish, problem))
    _switch_results(name, images or before.wish, before.used, _kind(located), say)
    return located


def _switch_results(name: str, wish: str, before: str, now: str, say: Say) -> None:
    """Keep the results of each kind apart. If this is interrupted, the next call completes it."""
    put = put_aside(name, before) if before not in {"", now} else 0
    remember(name, Chosen(wish, now))
    back = restore(name, now)
    if put:
        say(f"Your {put} results with {before} are kept in results/with_{before}.")
    if back:
        say(f"Your {back} earlier results with {now} are back.")


def overview(course: Course) -> Iterator[str]:
    """Yield a line for each data set of the course: the images that are used, and for what."""
    for name in dict.fromkeys(name for part in course.built_parts for name in part.datasets):
        parts = ", ".join(part.id for part in course.built_parts if name in part.datasets)
        marker = read_marker(real_place(name))
        here = f"photographs are here ({marker.source})" if marker else "no photographs here"
        wish = chosen(name).wish or "not chosen yet"
        yield f"{name:<9} {wish}; {here}; used by {parts}"


def _fixed() -> str:
    """Return why the images can't be chosen here, or "": grading and builds never download."""
    if os.environ.get(PREFERENCE, "").strip() == "offline":
        return f"{PREFERENCE} is offline"
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return "this notebook is being graded"
    return "outputs must be reproducible here" if steady() else ""


def _ensure(entry: DataSet, say: Say) -> DataProblem | None:
    """Download the photographs unless they are here. Returns the problem if that fails."""
    place = real_place(entry.name)
    if not entry.sources or (read_marker(place) and looks_complete(place)):
        return None
    if not in_mirror(entry):
        say(f"{entry.name}: getting the photographs. You can interrupt this and continue later.")
    try:
        fetch(entry.name, say=say, seconds=NETWORK_SECONDS)
    except DataProblem as problem:
        if not entry.stand_in:
            raise
        return problem
    return None


def _sentence(entry: DataSet, located: Located, wish: str, problem: DataProblem | None) -> str:
    other = f'data.get("{entry.name}", "{{}}")'
    if _kind(located) == PHOTOGRAPHS:
        marker = read_marker(located.path)
        source = f" ({marker.source})" if marker else ""
        how = f" For drawings, run {other.format(DRAWINGS)}." if entry.stand_in else ""
        return f"{entry.name}: real photographs{source}.{how}"
    if not entry.sources:
        return f"{entry.name}: drawings; there are no photographs of it."
    if wish == DRAWINGS:
        return (
            f"{entry.name}: drawings, as chosen. For the real photographs, run "
            f"{other.format(PHOTOGRAPHS)}."
        )
    if isinstance(problem, Unreachable):
        why, details = "no network answers", f"\nTried: {', '.join(hosts(entry))}."
    else:
        why = "the photographs could not be downloaded"
        details = f"\n{problem.what}" if problem else ""
    if problem and "make-offline" not in problem.advice:  # drawings are here already
        details += f"\n{problem.advice}"
    return (
        f"{entry.name}: drawings for now, because {why}. Run this cell again to try again, or "
        f"{other.format(DRAWINGS)} to keep the drawings.{details}"
    )


def _kind(located: Located) -> str:
    return PHOTOGRAPHS if located.origin == "real" else DRAWINGS


def _silent(line: str) -> None:
    pass
