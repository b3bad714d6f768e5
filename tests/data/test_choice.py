"""`data.get`: photographs or drawings, remembered, with the results of each kind kept apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest

from data_scripts.fetch import fetch
from data_scripts.places import incoming, real_place
from tests.data import tiny
from tests.data.hosts import BlackHole, closed_port
from tests.data.server import Server
from toolbox import data
from toolbox.__main__ import main
from toolbox.data import DataProblem, choice, location
from toolbox.data.chosen_images import Chosen, chosen

Facts = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder with a part that uses the tiny set, and one that doesn't."""
    root = tmp_path / "course"
    (root / "student_code").mkdir(parents=True)
    head: dict[str, object] = {
        "id": "c",
        "title": "C",
        "repository": "https://example.org",
        "branch": "main",
    }
    head |= {"seconds_per_test": 1, "seconds_per_cell": 1}
    parts = [
        {"id": f"part{n}_x", "title": "X", "minutes": 1, "built": True, "datasets": sets}
        for n, sets in ((1, ["tiny"]), (2, []), (10, ["scene15"]))
    ]
    (root / "course.json").write_text(json.dumps({"course": head, "parts": parts}))
    monkeypatch.chdir(root)
    monkeypatch.setenv("COURSE_RESULTS", str(root / "results"))
    monkeypatch.setattr(location, "_named", set())
    monkeypatch.delenv("COURSE_STEADY", raising=False)
    return root


def get(name: str = "tiny", images: str = "") -> tuple[data.Located, list[str]]:
    said: list[str] = []
    return data.get(name, images, say=said.append), said


def move_to(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give the tiny set another address."""
    path = tmp_path / f"moved-to-{url.split(':')[2].split('/')[0]}.toml"
    path.write_text(tiny.registry(url))
    monkeypatch.setenv("COURSE_DATA_REGISTRY", str(path))


def test_with_a_network_photographs_are_the_default(tiny_set: Server, drawn: ModuleType) -> None:
    found, said = get()
    assert (found.path, found.origin) == (real_place("tiny"), "real")
    assert said[0] == "tiny: getting the photographs. You can interrupt this and continue later."
    assert ": 0.1 MB, a few seconds." in said[1]
    assert said[-1] == (
        "tiny: real photographs (a source for tests). "
        'For drawings, run data.get("tiny", "drawings").'
    )
    _, again = get()
    assert again == said[-1:]
    assert len(tiny_set.requests) == 1


def test_without_a_network_drawings_are_used_for_now(
    tiny_set: Server, drawn: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url, dead = tiny_set.url, f"http://127.0.0.1:{closed_port()}/tiny.zip"
    move_to(dead, monkeypatch, tmp_path)
    found, said = get()
    assert found.label == "tiny (drawings)"
    assert said[-1].startswith("tiny: drawings for now, because no network answers.")
    assert said[-1].splitlines()[-1] == f"Tried: {urlsplit(dead).netloc}."
    assert chosen("tiny") == Chosen("", "drawings")
    move_to(url, monkeypatch, tmp_path)
    assert get()[0].label == "tiny (photographs)"


def test_a_dead_network_costs_the_time_limit_of_the_cell_once(
    drawn: ModuleType, black_hole: BlackHole, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All addresses are tried at the same time, so their number doesn't matter."""
    assert choice.NETWORK_SECONDS < 3
    limits: list[float] = []
    fetch_it = choice.fetch

    def limited(name: str, *, say: Callable[[str], None], seconds: float) -> object:
        limits.append(seconds)
        return fetch_it(name, say=say, seconds=0.1)

    monkeypatch.setattr(choice, "fetch", limited)
    path = tmp_path / "dead.toml"
    path.write_text(tiny.registry([f"{black_hole.url}{n}.zip" for n in range(30)]))
    monkeypatch.setenv("COURSE_DATA_REGISTRY", str(path))
    found, said = get()
    assert limits == [choice.NETWORK_SECONDS]
    assert found.origin != "real"
    assert "no network answers" in said[-1]


def test_a_server_that_refuses_is_named(tiny_set: Server, drawn: ModuleType) -> None:
    tiny_set.status = 404
    found, said = get()
    assert found.label == "tiny (drawings)"
    assert "the photographs could not be downloaded" in said[-1]
    assert f"{tiny_set.url} answered 404" in said[-1]


def test_files_in_the_way_are_reported_with_advice(tiny_set: Server, drawn: ModuleType) -> None:
    real_place("tiny").mkdir(parents=True)
    (real_place("tiny") / "notes.txt").write_text("mine")
    found, said = get()
    assert found.label == "tiny (drawings)"
    assert "contains files that these scripts didn't create" in said[-1]
    assert "Move that folder away and run this again" in said[-1]


def test_a_choice_is_remembered_and_can_be_changed(tiny_set: Server, drawn: ModuleType) -> None:
    found, said = get(images="drawings")
    assert found.label == "tiny (drawings)"
    assert 'For the real photographs, run data.get("tiny", "photographs").' in said[-1]
    assert tiny_set.requests == []
    assert get()[0].label == "tiny (drawings)"
    assert get(images="photographs")[0].label == "tiny (photographs)"
    assert get()[0].label == "tiny (photographs)"
    assert get(images="drawings")[0].label == "tiny (drawings)"
    assert data.locate("tiny").label == "tiny (drawings)"  # though the photographs are here
    assert get("scene15", "drawings")[0].label == "scene15 (drawings)"
    assert chosen("tiny") == Chosen("drawings", "drawings")


def test_a_wrong_choice_is_explained(tiny_set: Server, drawn: ModuleType) -> None:
    with pytest.raises(ValueError, match='"photographs" or "drawings"'):
        get(images="photos")
    with pytest.raises(DataProblem, match="no data set called"):
        get("tinny")


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("COURSE_DATA_PREFER", "offline", "COURSE_DATA_PREFER is offline"),
        ("NBGRADER_EXECUTION", "autograde", "this notebook is being graded"),
        ("COURSE_STEADY", "1", "outputs must be reproducible here"),
    ],
)
def test_grading_and_builds_never_download_or_remember(
    variable: str,
    value: str,
    reason: str,
    tiny_set: Server,
    drawn: ModuleType,
    course: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, value)
    found, said = get(images="photographs")
    assert found.label == "tiny (drawings)"
    assert said == [f"tiny: drawings, because {reason}."]
    assert tiny_set.requests == []
    assert not (course / "results").exists()


def test_the_preference_for_real_images_overrides_drawings(
    tiny_set: Server, drawn: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch("tiny")
    get(images="drawings")
    with location.preferring("real"):
        assert data.locate("tiny").label == "tiny (photographs)"
    assert data.locate("tiny").label == "tiny (drawings)"


def write(root: Path, text: str) -> None:
    """Write results as the notebooks of the three parts do, all with the same content."""
    for number in (1, 2, 10):
        for name in (f"figures/part{number}_a.png", f"numbers/part{number}_a.json"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    (root / "checkpoints" / "part1_net").mkdir(parents=True, exist_ok=True)
    (root / "checkpoints" / "part1_net" / "weights.pt").write_text(text)
    (root / "tiny").mkdir(exist_ok=True)
    (root / "tiny" / "metrics.csv").write_text(text)


def content(root: Path) -> dict[str, str]:
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text() for path in found}


OWN = (
    "figures/part1_a.png",
    "numbers/part1_a.json",
    "checkpoints/part1_net/weights.pt",
    "tiny/metrics.csv",
)
OTHERS = (
    "figures/part2_a.png",
    "numbers/part2_a.json",
    "figures/part10_a.png",
    "numbers/part10_a.json",
)


def test_results_of_both_kinds_are_kept(tiny_set: Server, drawn: ModuleType, course: Path) -> None:
    results = course / "results"
    get(images="drawings")
    write(results, "drawn")
    _, said = get(images="photographs")
    assert said[-1] == "Your 4 results with drawings are kept in results/with_drawings."
    now = content(results)
    assert not set(OWN) & set(now)
    assert {now[f"with_drawings/{name}"] for name in OWN} == {"drawn"}
    assert {now[name] for name in OTHERS} == {"drawn"}
    write(results, "real")
    _, said = get(images="drawings")
    assert said[-1] == "Your 4 earlier results with drawings are back."
    now = content(results)
    assert {now[name] for name in OWN} == {"drawn"}
    assert {now[name] for name in OTHERS} == {"real"}
    assert {now[f"with_photographs/{name}"] for name in OWN} == {"real"}
    get(images="photographs")
    assert {content(results)[name] for name in OWN} == {"real"}
    _, said = get()
    assert len(said) == 1


def test_results_are_kept_apart_when_the_network_is_gone(
    tiny_set: Server,
    drawn: ModuleType,
    course: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The next session has no photographs and no network: drawings must not replace results."""
    get()
    write(course / "results", "real")
    shutil.rmtree(real_place("tiny"))
    move_to(f"http://127.0.0.1:{closed_port()}/tiny.zip", monkeypatch, tmp_path)
    get()
    assert {content(course / "results")[f"with_photographs/{name}"] for name in OWN} == {"real"}


@pytest.mark.parametrize("moves", range(8))
def test_an_interrupted_change_is_completed(
    moves: int,
    tiny_set: Server,
    drawn: ModuleType,
    course: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from toolbox.data import result_sets

    results = course / "results"
    get(images="drawings")
    write(results, "drawn")
    get(images="photographs")
    write(results, "real")
    left = moves
    move = result_sets._move

    def stop(path: Path, target: Path) -> Path:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        return move(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(result_sets, "_move", stop)
        with pytest.raises(KeyboardInterrupt):
            get(images="drawings")
    get(images="drawings")
    now = content(results)
    assert {now[name] for name in OWN} == {"drawn"}
    assert {now[f"with_photographs/{name}"] for name in OWN} == {"real"}


def test_a_damaged_memory_is_no_choice(course: Path, tiny_set: Server, drawn: ModuleType) -> None:
    (course / "results").mkdir()
    for text in ("{", "[]", '{"tiny": 3}', '{"tiny": {"wish": "cats", "used": 1}}'):
        (course / "results" / "images.json").write_text(text)
        assert chosen("tiny") == Chosen()
    assert get()[0].origin == "real"


def test_outside_of_a_course_nothing_is_remembered(
    tiny_set: Server, drawn: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_course() -> Path:
        raise FileNotFoundError("no course folder")

    monkeypatch.setattr("toolbox.results.folder", no_course)
    assert get()[0].label == "tiny (photographs)"
    assert get(images="drawings")[0].label == "tiny (drawings)"
    assert get()[0].label == "tiny (photographs)"


def test_an_interrupted_download_is_kept(
    tiny_set: Server, drawn: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_set.cuts = [50_000]

    def interrupt(line: str) -> None:
        if "Trying again" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        data.get("tiny", say=interrupt)
    (part,) = incoming("real", "tiny").glob("*.part")
    assert part.stat().st_size == 50_000
    assert get()[0].origin == "real"
    assert tiny_set.requests[-1] == "bytes=50000-"


def test_the_shell_does_the_same(
    tiny_set: Server, drawn: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "tiny", "--images", "drawings"]) == 0
    assert "tiny: drawings, as chosen." in capsys.readouterr().out
    assert main(["data", "tiny", "--images", "photographs"]) == 0
    assert "tiny: real photographs" in capsys.readouterr().out
    assert main(["data"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (
        lines[0]
        == "tiny      photographs; photographs are here (a source for tests); used by part1_x"
    )
    assert lines[1].startswith("scene15   not chosen yet; no photographs here; used by part10_x")
    assert main(["data", "scene51"]) == 2
    assert "Did you mean scene15?" in capsys.readouterr().out
