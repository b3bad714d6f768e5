"""Write the progress with the parts as text: one line for each part, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolbox.course import points_text
from toolbox.submission.progress import Standing

NEXT = 3  # tasks that are listed for the whole course


def overview(standings: Sequence[Standing], *, whole: bool = False) -> list[str]:
    """Return the lines of `python -m toolbox status`; `whole` lists everything that is left."""
    lines = [*_table(standings), *_explanation(standings)]
    left = [(each.part.id, line) for each in standings for line in each.left]
    if whole:
        for each in standings:
            if each.left:
                lines += [f"Left to do in {each.part.id}:", *(f"  · {line}" for line in each.left)]
        return lines
    if left:
        lines.append("Next:")
        lines += [f"  · {part}: {line}" for part, line in left[:NEXT]]
        first = left[0][0].partition("_")[0].removeprefix("part")
        lines += _more(len(left) - NEXT, first)
    return lines


def _table(standings: Sequence[Standing]) -> Iterator[str]:
    wide = max(len(each.part.id) for each in standings)
    yield f"{'points':<{wide}}  {'public':>9}  {'hidden':>6}  {'written':>13}  {'networks':>11}"
    for each in standings:
        tests = f"{each.earned:g} of {each.public:g}" if each.public else "–"
        hidden = f"{each.hidden:g}" if each.hidden else "–"
        written = _part_of(each.written, each.answered, len(each.part.questions))
        worth = sum(trained.points for trained in each.part.trained)
        networks = _part_of(worth, each.trained, len(each.part.trained))
        yield f"{each.part.id:<{wide}}  {tests:>9}  {hidden:>6}  {written:>13}  {networks:>11}"


def _part_of(points: float, done: int, count: int) -> str:
    return f"{points:g} ({done} of {count})" if count else "–"


def _explanation(standings: Sequence[Standing]) -> Iterator[str]:
    passing = [each.part.id.partition("_")[0] for each in standings if each.passes]
    if passing and len(passing) == len(standings):
        yield "All public tests pass."
    elif passing:
        yield f"All public tests pass in {', '.join(passing)}."
    later = sum(
        each.hidden + each.written + sum(trained.points for trained in each.part.trained)
        for each in standings
    )
    if later:
        yield (
            f"Only the public points are counted so far. The other {points_text(later)} are given\n"
            "when your work is graded. In brackets: what you have answered and trained."
        )


def _more(count: int, part: str) -> Iterator[str]:
    if count > 0:
        yield f"  and {count} more. To list all of a part: python -m toolbox status {part}"
