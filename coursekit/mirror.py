"""Pack the installed data sets into a folder that instructors put on the web or on Google Drive."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from coursekit.errors import CourseProblem
from data_scripts.download import megabytes
from data_scripts.manifest import read_marker
from data_scripts.mirrors import SUMS
from data_scripts.packing import PackedSet, list_sum, pack
from data_scripts.places import real_place
from data_scripts.registry import data_set, registry
from data_scripts.whole_files import whole_file

NETWORKS = ("alexnet", "resnet18", "resnet50", "vgg19")  # those that the notebooks can use


def mirror(folder: Path, names: Sequence[str], say: Callable[[str], None]) -> list[PackedSet]:
    """Write an archive of each named data set, by default of all that are installed.

    Raises: CourseProblem if none is installed, and DataProblem for an unknown or damaged one.
    """
    wanted = [data_set(name).name for name in names] or _installed()
    if not wanted:
        raise CourseProblem(
            "No real data set is installed. Get one first: python -m data_scripts fetch scene15"
        )
    folder.mkdir(parents=True, exist_ok=True)
    done = []
    for name in wanted:
        done.append(pack(name, folder))
        say(f"{done[-1].path}: {megabytes(done[-1].size)}")
    say(f"{folder / SUMS}: the checksums, for COURSE_DATA_MIRROR")
    return done


def add_weights(folder: Path, names: Sequence[str], say: Callable[[str], None]) -> None:
    """Add torchvision's ImageNet weights of these networks to the mirror, downloaded if necessary.

    Raises: CourseProblem if they can't be obtained.
    """
    from toolbox.models.imagenet import NoWeights, weights_file

    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        try:
            source, _ = weights_file(name)
        except NoWeights as problem:
            raise CourseProblem(str(problem)) from problem
        with whole_file(folder / source.name) as unfinished:
            shutil.copyfile(source, unfinished)
        list_sum(folder / source.name)
        say(f"{folder / source.name}: {megabytes(source.stat().st_size)}")


def tables(packed: Sequence[PackedSet]) -> Iterator[str]:
    """Yield the lines for course.toml, in which only the addresses are left to fill in."""
    for each in packed:
        yield f"[data.{each.name}]"
        yield f'url = "https://YOUR-ADDRESS/{each.path.name}"'
        yield f'sha256 = "{each.sha256}"'
        yield ""


def _installed() -> list[str]:
    return [name for name in registry() if read_marker(real_place(name))]
