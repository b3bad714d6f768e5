"""Animals come from Google Drive through gdown, past Drive's pages, or with a message."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from data_scripts import network
from data_scripts.fetch import fetch
from data_scripts.places import real_place
from data_scripts.problems import DataProblem
from tests.data import drive, tiny
from tests.data.drive import Drive
from tests.data.hosts import Hosts, closed_port

PACKED = tiny.archive(
    {f"{label}/{label}_0001.jpg": label.encode() for label in ("Cats", "dog", "panda")}
    | {"readme.txt": b"not part of the set"},
    top="some/Animals/",
)


@pytest.fixture
def on_drive(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> Drive:
    return drive.play(hosts, PACKED, monkeypatch)


def found() -> list[str]:
    place = real_place("animals")
    files = [path for path in place.rglob("*") if path.is_file() and path.name[0] != "."]
    return sorted(path.relative_to(place).as_posix() for path in files)


EXPECTED = ["cats/Cats_0001.jpg", "dogs/dog_0001.jpg", "pandas/panda_0001.jpg"]


def test_animals_are_found_under_any_folder(on_drive: Drive) -> None:
    on_drive.scanned = True
    fetch("animals")
    assert found() == EXPECTED
    assert len(on_drive.asked) == 1


def test_the_page_about_the_virus_scan_is_confirmed(on_drive: Drive) -> None:
    fetch("animals")
    assert found() == EXPECTED
    assert "confirm=t" in on_drive.asked[-1]


@pytest.mark.parametrize(
    ("page", "words"),
    [(drive.QUOTA, "Too many users"), (drive.DENIED, "Cannot retrieve the public link")],
)
def test_a_refusal_of_drive_gives_its_reason_and_a_way_out(
    page: str, words: str, on_drive: Drive
) -> None:
    on_drive.page = page
    with pytest.raises(DataProblem, match=words) as caught:
        fetch("animals")
    assert f"file/d/{drive.ID} in a browser" in str(caught.value)
    assert "make-offline animals" in str(caught.value)
    assert not real_place("animals").exists()


def test_something_else_than_an_archive_is_not_kept(on_drive: Drive) -> None:
    on_drive.scanned, on_drive.content = True, b"<html>quota exceeded</html>"
    for _ in range(2):
        with pytest.raises(DataProblem, match="neither a zip nor a tar"):
            fetch("animals")
    assert len(on_drive.asked) == 2


def test_without_a_network_drive_is_not_asked(
    on_drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"http://127.0.0.1:{closed_port()}/file/d/"
    monkeypatch.setattr(network, "PAGE", page)
    with pytest.raises(DataProblem, match="can't be reached"):
        fetch("animals")
    assert on_drive.asked == []


def test_an_older_gdown_without_time_limits_works(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Colab has gdown 5, whose `download` has no `timeout`."""
    module = ModuleType("gdown")

    def download(*, id: str, output: str, quiet: bool, resume: bool) -> Any:
        assert (id, resume) == (drive.ID, True)
        Path(output).write_bytes(PACKED)
        return output

    module.download = download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gdown", module)
    monkeypatch.setattr(network, "PAGE", hosts.url("https://drive.google.com/file/d/"))
    fetch("animals")
    assert found() == EXPECTED
