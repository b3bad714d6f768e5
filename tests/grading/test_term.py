"""The secret of a term is created once, and only its owner can read it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from coursekit.errors import UsageProblem
from coursekit.grading.term_key import FILE, SETTING, key_of
from tests.grading.judge.test_seeds import answers
from tests.grading.tiny_grader import TinyGrader

HIDDEN = '''
import torch

from student_code import shapes
from toolbox.checks import expect, task
from toolbox.checks.seeds import seed_for


@task("shapes.area")
def test_drawn():
    """It multiplies numbers of a seed."""
    draw = torch.Generator().manual_seed(seed_for(2))
    a, b = torch.randint(1, 1 << 20, (2,), generator=draw).tolist()
    expect.equal(shapes.area(a, b), a * b, "area(a, b)")
'''


@pytest.fixture(autouse=True)
def without_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)


def test_a_term_keeps_its_secret(tmp_path: Path) -> None:
    first = key_of(tmp_path, "part1")
    assert key_of(tmp_path, "part1") == first
    assert key_of(tmp_path, "part2") != first
    path = tmp_path / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
    assert path.read_text(encoding="utf-8").strip() not in first
    path.unlink()
    assert key_of(tmp_path, "part1") != first


def test_the_public_seeds_need_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "public")
    assert key_of(tmp_path, "part1") == ""
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv(SETTING, "42")
    with pytest.raises(UsageProblem, match="COURSE_TERM_KEY is '42'"):
        key_of(tmp_path, "part1")


def test_a_damaged_secret_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("secret", encoding="utf-8")
    with pytest.raises(UsageProblem, match="64 hexadecimal digits") as raised:
        key_of(tmp_path, "part1")
    assert "secret." not in str(raised.value).replace("new secret", "")
    assert (tmp_path / FILE).read_text(encoding="utf-8") == "secret"


@pytest.mark.parametrize(("key", "mark"), [("", "✓"), ("k" * 64, "✗")])
def test_a_sandboxed_submission_meets_other_numbers(
    key: str, mark: str, grader: TinyGrader
) -> None:
    module = answers() + "\n\nimport os\nprint(sorted(os.environ.items()))\n"
    job, hidden = grader.job(module, HIDDEN)
    results = grader.server.run({**job, "key": key}, hidden)
    text = "".join(each.get("text", "") for each in results["cells"]["0"])
    assert f"{mark} It multiplies numbers of a seed" in text
    assert not key or key not in json.dumps(results)
