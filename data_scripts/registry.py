"""The registry of the course's data sets, read from `registry.toml`.

The format is TOML so that instructors can add or move a data set without changing code, and can
comment on a source. `COURSE_DATA_REGISTRY` names an additional file in the same format, whose
entries take precedence: a course's own data sets, or its own addresses for these.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from data_scripts import own_copies
from data_scripts.problems import DataProblem

if sys.version_info >= (3, 11):
    import tomllib
else:  # Python 3.10 has no TOML parser
    import tomli as tomllib

REGISTRY = Path(__file__).with_name("registry.toml")
ANY_FORM = "any"  # an instructor's archive may have any of the published forms


@dataclass(frozen=True)
class RemoteFile:
    """One file of a source, and its addresses in the order in which they are tried.

    Checksums and size are empty if they could not be determined; a size may be approximate.
    """

    name: str
    urls: tuple[str, ...] = ()
    gdown_id: str = ""
    sha256: str = ""
    md5: str = ""
    size: int = 0


@dataclass(frozen=True)
class Source:
    """One way to get a data set: its files, and how they are turned into the set's layout.

    content: fingerprint of the unpacked set, or empty if it is unknown.
    arrange: the form of the files. "split" sorts a flat folder of classes into train and test by
    the set's split manifest, "codes" does so with frames whose masks have other classes, and
    "torchvision" leaves unpacking to torchvision's class; by default, the set's own folders are
    moved. rename: maps the source's class names to ours; several of theirs may be one of ours.
    into: for torchvision's sets, the folder in which torchvision expects the files.
    """

    title: str
    files: tuple[RemoteFile, ...]
    content: str = ""
    arrange: str = ""
    rename: dict[str, str] = field(default_factory=dict)
    into: str = ""


@dataclass(frozen=True)
class DataSet:
    """One data set. `folders` are the top-level folders that belong to it; others are ignored.

    source_ids: for masks, maps class names (and "void") to the numbers in the files; our own ids
    are the indices in `classes`, and 255 for void. also_called: maps other names of the folders, in
    lower case, to ours.
    """

    name: str
    title: str
    licence: str
    homepage: str
    citation: str
    layout: str
    split: str
    folders: tuple[str, ...]
    classes: tuple[str, ...]
    sources: tuple[Source, ...]
    stand_in: bool
    max_files: int
    max_unpacked_mb: int
    torchvision: str = ""
    max_ratio: float = 30.0
    source_ids: dict[str, int] = field(default_factory=dict)
    also_called: dict[str, str] = field(default_factory=dict)

    @property
    def known_contents(self) -> frozenset[str]:
        """Return the fingerprints allowed for a copy from a folder; empty if any is accepted."""
        known = frozenset(source.content for source in self.sources)
        return frozenset() if "" in known else known


def registry() -> dict[str, DataSet]:
    """Return every data set by name, with the instructor's own copy as its first source."""
    known = dict(_read(REGISTRY)) | (_read(Path(extra)) if (extra := _extra()) else {})
    for name, copy in own_copies.listed().items():
        if name in known:
            known[name] = replace(known[name], sources=(_own(name, copy), *known[name].sources))
    return known


def data_set(name: str) -> DataSet:
    """Return the data set called `name`.

    Raises: DataProblem with the closest name if there is no such data set.
    """
    known = registry()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise DataProblem(f"There is no data set called {name!r}.", f"{hint}Known: {', '.join(known)}.")


def _extra() -> str:
    return os.environ.get("COURSE_DATA_REGISTRY", "").strip()


@cache
def _read(path: Path) -> dict[str, DataSet]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _data_set(name, table) for name, table in tables.items()}
    except (OSError, TypeError, KeyError, tomllib.TOMLDecodeError) as error:
        raise DataProblem(
            f"Cannot read the registry {path}: {error}.",
            "Compare it with data_scripts/registry.toml, which shows every field.",
        ) from error


def _data_set(name: str, table: dict[str, Any]) -> DataSet:
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    values["sources"] = tuple(_source(source) for source in table["sources"])
    return DataSet(name=name, **values)


def _source(table: dict[str, Any]) -> Source:
    files = tuple(_file(**entry) for entry in table["files"])
    return Source(**{**table, "files": files})


def _file(url: str = "", urls: Sequence[str] = (), **facts: Any) -> RemoteFile:
    return RemoteFile(urls=(url,) if url else tuple(urls), **facts)


def _own(name: str, copy: own_copies.OwnCopy) -> Source:
    file = RemoteFile(
        name=f"own-{name}.zip",  # a different name from the original, whose bytes may differ
        urls=(copy.url,) if copy.url else (),
        gdown_id=copy.drive,
        sha256=copy.sha256,
    )
    return Source("the instructor's own copy", (file,), arrange=ANY_FORM)
