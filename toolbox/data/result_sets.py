"""Keep the results made with photographs apart from those made with drawings.

The report and the submission use what is in `results/`. When a data set changes from one kind of
images to the other, the results of its parts move to `results/with_drawings` or
`results/with_photographs`, and those made earlier with the new kind come back.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from toolbox import course as courses
from toolbox import results


def put_aside(name: str, kind: str) -> int:
    """Move the results of the parts that use the data set `name` aside; they were made with `kind`.

    kind: "photographs" or "drawings". Returns the number of results. Older ones there are replaced.
    """
    root = _root()
    if root is None:
        return 0
    aside = root / f"with_{kind}"
    moved = [_move(path, aside / path.relative_to(root)) for path in _of_parts(root, name)]
    return len(moved)


def restore(name: str, kind: str) -> int:
    """Bring back the results of `put_aside`, except those made again since.

    Returns their number.
    """
    root = _root()
    if root is None or not (aside := root / f"with_{kind}").is_dir():
        return 0
    wanted = {path: root / path.relative_to(aside) for path in _of_parts(aside, name)}
    back = [_move(path, target) for path, target in wanted.items() if not target.exists()]
    return len(back)


def _root() -> Path | None:
    try:
        return results.folder()
    except FileNotFoundError:  # outside of a course folder
        return None


def _of_parts(root: Path, name: str) -> list[Path]:
    """Return the results below `root` of the data set's parts: PART_... or a folder of its name."""
    parts = {part.id.partition("_")[0] for part in courses.load().parts if name in part.datasets}
    folders = [path for path in root.glob("*") if path.is_dir() and path.name[:5] != "with_"]
    own = [path for path in folders if path.name == name]
    for folder in folders:
        if folder.name != name:
            own += [path for path in folder.iterdir() if path.name.partition("_")[0] in parts]
    return sorted(own)


def _move(path: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        shutil.rmtree(target)
    path.replace(target)
    return target
