"""Turn the archives of a source into the layout of the course: one function for each form.

`arrange` in the registry names the form of a source's files. An instructor's own archive may have
any of the forms that the set is published in, so all of them are tried.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from data_scripts.archives import ArchiveLimits, unpack
from data_scripts.arrange import by_folders, by_split
from data_scripts.camvid_labels import by_codes
from data_scripts.problems import DataProblem
from data_scripts.registry import ANY_FORM, DataSet, Source

Arrange = Callable[[Path, Path, DataSet, Source], None]
FORMS: dict[str, Arrange] = {"": by_folders, "split": by_split, "codes": by_codes}
TORCHVISION = "torchvision"


def prepare(archives: list[Path], workshop: Path, entry: DataSet, source: Source) -> None:
    """Unpack into `workshop/arranged` in the set's layout.

    Raises: DataProblem if an archive is rejected, or if its files aren't those of the set.
    """
    if source.arrange == TORCHVISION:
        _by_torchvision(archives, workshop / "arranged", entry, source)
        return
    limits = ArchiveLimits(entry.max_files, entry.max_unpacked_mb << 20, entry.max_ratio)
    for archive in archives:
        unpack(archive, workshop / "unpacked", limits)
    problems = []
    for form in _forms(entry, source):
        try:
            FORMS[form.arrange](workshop / "unpacked", workshop / "arranged", entry, form)
            return
        except DataProblem as problem:
            problems.append(problem)
            shutil.rmtree(workshop / "arranged", ignore_errors=True)
    raise problems[0]


def _forms(entry: DataSet, source: Source) -> list[Source]:
    if source.arrange != ANY_FORM:
        return [source]
    forms = {each.arrange: each for each in entry.sources if each.arrange in FORMS}
    return [forms.pop("", Source("", ())), *forms.values()]


def _by_torchvision(archives: list[Path], root: Path, entry: DataSet, source: Source) -> None:
    """Let torchvision check and unpack archives; it finds them in place and downloads nothing."""
    from torchvision import datasets

    (root / source.into).mkdir(parents=True)
    for archive in archives:
        shutil.copyfile(archive, root / source.into / archive.name)
    try:
        getattr(datasets, entry.torchvision)(root, download=True)
    except RuntimeError as error:
        raise DataProblem(f"torchvision rejected {entry.name}: {error}") from error
    for archive in archives:
        (root / source.into / archive.name).unlink()
