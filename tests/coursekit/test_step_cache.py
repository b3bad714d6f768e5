"""Results of build steps are found only by their key, and damaged results are not used."""

from __future__ import annotations

from pathlib import Path

from coursekit.builds.step_cache import MOST_KEPT, StepCache


def test_a_result_is_found_by_step_subject_and_key(tmp_path: Path) -> None:
    cache = StepCache(tmp_path)
    cache.put("notebook", "part1", "key", b"content")
    assert cache.get("notebook", "part1", "key") == b"content"
    assert cache.get("notebook", "part1", "other") is None
    assert cache.get("notebook", "part2", "key") is None
    assert cache.get("tests", "part1", "key") is None


def test_a_fresh_build_uses_nothing_and_keeps_what_it_makes(tmp_path: Path) -> None:
    StepCache(tmp_path).put("notebook", "part1", "key", b"old")
    fresh = StepCache(tmp_path, fresh=True)
    assert fresh.get("notebook", "part1", "key") is None
    fresh.put("notebook", "part1", "key", b"new")
    assert StepCache(tmp_path).get("notebook", "part1", "key") == b"new"


def test_a_damaged_result_is_not_used(tmp_path: Path) -> None:
    cache = StepCache(tmp_path)
    cache.put("notebook", "part1", "key", b"content")
    (kept,) = (tmp_path / "notebook" / "part1").iterdir()
    kept.write_bytes(kept.read_bytes()[:-3])
    assert cache.get("notebook", "part1", "key") is None
    assert not kept.exists()


def test_old_results_are_forgotten(tmp_path: Path) -> None:
    cache = StepCache(tmp_path)
    for number in range(MOST_KEPT + 3):
        cache.put("notebook", "part1", f"key{number}", b"content")
    assert len(list((tmp_path / "notebook" / "part1").iterdir())) == MOST_KEPT
    assert cache.get("notebook", "part1", f"key{MOST_KEPT + 2}") == b"content"
