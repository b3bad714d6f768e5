"""On Colab only missing packages are installed, and never another torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from coursekit.builds.trees import requirements
from tests.conftest import ROOT
from toolbox import tested_versions
from toolbox.colab import packages

COLAB = tested_versions.pins(ROOT / "constraints" / "colab.txt")


@pytest.fixture
def colab(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name not in COLAB:
            raise packages.PackageNotFoundError(name)
        return COLAB[name] + ("+cu128" if name in packages.LEFT_ALONE else "")

    monkeypatch.setattr(packages, "version", version)


@pytest.mark.usefixtures("colab")
def test_only_the_typesetter_is_missing_on_colab() -> None:
    text = requirements(ROOT)["requirements.txt"].decode()
    assert [line.partition(">")[0] for line in packages.lacking(text)] == ["typst"]


@pytest.mark.usefixtures("colab")
def test_old_packages_are_updated_except_torch() -> None:
    text = "numpy>=3\ntorch>=99\n# a comment\n\ntomli>=2; python_version < '3'\nnothere\n"
    assert packages.lacking(text) == ["numpy>=3", "nothere"]


def test_a_failed_installation_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("surely-not-there-1>=2\n", encoding="utf-8")
    answer = SimpleNamespace(returncode=1, stdout="", stderr="first\nno matching distribution")
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: answer)
    with pytest.raises(RuntimeError, match=r"surely-not-there-1.*no matching distribution"):
        packages.install_lacking(file)


def test_pip_is_not_run_if_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("pytest\n", encoding="utf-8")
    monkeypatch.setattr(subprocess, "run", None)
    assert packages.install_lacking(file) == []
    assert packages.install_lacking(tmp_path / "none.txt") == []


def test_colab_can_be_prepared_before_anything_is_installed() -> None:
    """The setup cell imports none of the packages that it may have to install."""
    hidden = "sys.modules.update(typst=None, markdown_it=None, tomli=None)"
    script = f"import sys; {hidden}; from toolbox import colab; print(colab.prepare.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "prepare", done.stderr
