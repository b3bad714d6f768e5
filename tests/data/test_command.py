"""`python -m data_scripts` reports every error with advice, and never with a traceback."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from data_scripts.__main__ import main
from data_scripts.manifest import read_marker
from data_scripts.places import offline_place, real_place
from tests.data import tiny
from tests.data.server import Server

Capture = pytest.CaptureFixture[str]


def fails(capsys: Capture, *arguments: str) -> str:
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) >= 2  # what happened, and what to do
    return said


def test_an_unknown_name_gets_the_nearest_suggestion(capsys: Capture) -> None:
    assert "Did you mean scene15?" in fails(capsys, "fetch", "scene5")


def test_fetch_reports_the_location_of_the_set(tiny_set: Server, capsys: Capture) -> None:
    assert main(["fetch", "tiny"]) == 0
    assert f"tiny is in {real_place('tiny')}: 12 files" in capsys.readouterr().out


def test_a_failed_fetch_suggests_the_synthetic_set(tiny_set: Server, capsys: Capture) -> None:
    tiny_set.status = 404
    said = fails(capsys, "fetch", "tiny")
    assert "answered 404" in said
    assert "python -m data_scripts make-offline tiny" in said


def test_or_offline_draws_the_set_if_fetching_fails(
    tiny_set: Server, drawn: ModuleType, capsys: Capture
) -> None:
    tiny_set.status = 404
    assert main(["fetch", "tiny", "--or-offline"]) == 0
    assert "The synthetic data set tiny is in" in capsys.readouterr().out
    assert not real_place("tiny").exists()


def test_a_folder_that_cannot_be_written(
    tiny_set: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "a file"))
    assert "may write to" in fails(capsys, "fetch", "tiny")


def test_verify_finds_changed_missing_and_added_files(tiny_set: Server, capsys: Capture) -> None:
    main(["fetch", "tiny"])
    assert main(["verify", "tiny"]) == 0
    assert "12 files, intact" in capsys.readouterr().out
    folder = real_place("tiny") / "train/coast"
    data = bytearray((folder / "image_0001.jpg").read_bytes())
    data[100] ^= 1  # same size: only reading the whole file reveals it
    (folder / "image_0001.jpg").write_bytes(data)
    (folder / "image_0002.jpg").unlink()
    (folder / "image_0009.jpg").write_bytes(b"new")
    said = fails(capsys, "verify", "tiny")
    assert "changed: train/coast/image_0001.jpg" in said
    assert "missing: train/coast/image_0002.jpg" in said
    assert "not part of the set: train/coast/image_0009.jpg" in said


def test_verify_of_a_missing_set(capsys: Capture) -> None:
    assert "fetch mnist" in fails(capsys, "verify", "mnist")


def test_verify_finds_a_changed_manifest(tiny_set: Server, capsys: Capture) -> None:
    main(["fetch", "tiny"])
    (real_place("tiny") / ".manifest.txt").write_text("")
    assert "differs from the one it was sealed with" in fails(capsys, "verify", "tiny")


def test_info_lists_the_available_sets(tiny_set: Server, capsys: Capture) -> None:
    main(["fetch", "tiny"])
    assert main(["info"]) == 0
    assert "real, 12 files, complete" in capsys.readouterr().out
    assert main(["info", "animals"]) == 0
    shown = capsys.readouterr().out
    assert "unknown checksum; the first fetch records a manifest" in shown
    assert "not installed" in shown


def test_make_offline_draws_once_and_again_for_another_seed(
    drawn: ModuleType, capsys: Capture
) -> None:
    assert main(["make-offline", "scene15", "--scale", "0.2"]) == 0
    first = read_marker(offline_place("scene15"))
    assert main(["make-offline", "scene15", "--scale", "0.2"]) == 0
    assert read_marker(offline_place("scene15")) == first
    assert main(["make-offline", "scene15", "--scale", "0.2", "--seed", "1"]) == 0
    second = read_marker(offline_place("scene15"))
    assert first
    assert second
    assert first.fingerprint != second.fingerprint
    assert second.details["seed"] == 1


def test_make_offline_is_the_same_set_for_the_same_seed(drawn: ModuleType, home: Path) -> None:
    main(["make-offline", "scene15"])
    first = read_marker(offline_place("scene15"))
    home.rename(home.with_name("elsewhere"))
    main(["make-offline", "scene15"])
    second = read_marker(offline_place("scene15"))
    assert first
    assert second
    assert first.fingerprint == second.fingerprint


def test_an_interrupted_generator_leaves_nothing(
    drawn: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(name: str, out: Path, **options: object) -> None:
        (out / "train").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(drawn, "generate", stopped)
    assert main(["make-offline", "scene15"]) == 130
    assert not offline_place("scene15").exists()
    monkeypatch.setattr(drawn, "generate", tiny.draw)
    assert main(["make-offline", "scene15"]) == 0


@pytest.mark.parametrize("scale", ["0", "-1", "1.5"])
def test_an_invalid_scale_is_rejected(scale: str, capsys: Capture) -> None:
    assert main(["make-offline", "scene15", "--scale", scale]) == 1
    assert "in (0, 1]" in capsys.readouterr().err


def test_sets_without_a_synthetic_or_a_real_version(capsys: Capture) -> None:
    assert "mnist has no synthetic version" in fails(capsys, "make-offline", "mnist")
    assert "make-offline pretext" in fails(capsys, "fetch", "pretext")


def test_without_a_command_the_help_is_shown(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 0
    assert "COURSE_DATA_MIRROR" in capsys.readouterr().out


def test_a_registry_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("[tiny\n")
    monkeypatch.setenv("COURSE_DATA_REGISTRY", str(path))
    assert "Cannot read the registry" in fails(capsys, "info")
