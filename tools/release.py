"""Release a version of the course: `make release VERSION=0.2.0`.

    python -m tools.release 0.2.0          date the changelog, build both files, commit and tag
    python -m tools.release --check 0.2.0  check that this can work, and change nothing
    python -m tools.release --artifacts    build both files from the current version

The files are the wheel and the archive of `build/release`, in `build/dist`. The same source gives
the same archive, byte for byte.
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from packaging.version import InvalidVersion, Version

from coursekit.errors import CourseProblem
from data_scripts.whole_files import write_whole

CHANGELOG, PROJECT, CITATION = "CHANGELOG.md", "pyproject.toml", "CITATION.cff"
UNRELEASED = re.compile(r"(?m)^## Unreleased\n(?P<changes>.*?)(?=^## |\Z)", re.S)
VERSION = re.compile(r'(?m)^version = "[^"]*"$')
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file can contain


def dated(changelog: str, version: str, day: str) -> str:
    """Return the changelog with the unreleased changes in the section of a version.

    Raises `CourseProblem` if there are none.
    """
    found = UNRELEASED.search(changelog)
    if found is None or not found["changes"].strip():
        raise CourseProblem(
            f"{CHANGELOG} has no changes under `## Unreleased`. Describe what users notice."
        )
    section = f"## Unreleased\n\n## {version} ({day})\n{found['changes']}"
    return changelog[: found.start()] + section + changelog[found.end() :]


def with_version(project: str, version: str) -> str:
    """Return `pyproject.toml` with another version of the project."""
    return VERSION.sub(f'version = "{version}"', project, count=1)


def cited(citation: str, version: str, day: str) -> str:
    """Return `CITATION.cff` with the version and its date."""
    kept = re.sub(r"(?m)^date-released: .*\n", "", citation)
    return re.sub(r"(?m)^version: .*$", f"version: {version}\ndate-released: {day}", kept, count=1)


def current_version(root: Path) -> str:
    """Return the version in `pyproject.toml`."""
    text = (root / PROJECT).read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def check(root: Path, version: str) -> None:
    """Raise `CourseProblem` if this version cannot be released from the current state."""
    try:
        wanted = Version(version)
    except InvalidVersion:
        raise CourseProblem(f"{version!r} is not a version. Use a number such as 0.2.0.") from None
    if wanted < Version(current_version(root)):
        raise CourseProblem(
            f"Version {version} is older than {current_version(root)}, the version in {PROJECT}."
        )
    if _git(root, "tag", "--list", f"v{version}"):
        raise CourseProblem(f"The tag v{version} exists already. Choose another version.")
    if changed := _git(root, "status", "--porcelain"):
        raise CourseProblem(f"These files are not committed:\n{changed}\nCommit them first.")
    dated((root / CHANGELOG).read_text(encoding="utf-8"), version, "")


def artifacts(root: Path) -> list[Path]:
    """Build the wheel and the archive of the students' release. Return their paths."""
    target = root / "build" / "dist"
    target.mkdir(parents=True, exist_ok=True)
    version = current_version(root)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}  # the same time as EPOCH
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise CourseProblem(f"hatchling cannot build the wheel:\n{done.stdout}{done.stderr}")
    # hatchling normalizes the version in the name of the wheel.
    wheel = target / f"vision_course-{Version(version)}-py3-none-any.whl"
    course = target / f"course-{version}.zip"
    archive(root / "build" / "release", course, f"course-{version}")
    return [wheel, course]


def archive(folder: Path, path: Path, prefix: str) -> None:
    """Write all files of a folder into a zip file, below one folder named `prefix`."""
    if not folder.is_dir():
        raise CourseProblem(f"There is no {folder}. Run `make build` first.")
    fresh = path.with_suffix(".part")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as file:
        for source in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = f"{prefix}/{source.relative_to(folder).as_posix()}"
            entry = zipfile.ZipInfo(name, date_time=EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            file.writestr(entry, source.read_bytes())
    fresh.replace(path)


def release(root: Path, version: str, day: str) -> list[Path]:
    """Write the version, build both files, commit and tag. Return the paths of the files.

    If a step fails, the source is restored and nothing is committed.
    """
    check(root, version)
    before = {name: (root / name).read_text("utf-8") for name in (CHANGELOG, PROJECT, CITATION)}
    after = {
        CHANGELOG: dated(before[CHANGELOG], version, day),
        PROJECT: with_version(before[PROJECT], version),
        CITATION: cited(before[CITATION], version, day),
    }
    try:
        for name, text in after.items():
            write_whole(root / name, text.encode())
        made = artifacts(root)
        _git(root, "add", *after)
        _git(root, "commit", "--quiet", "--no-verify", "--message", f"Release {version}")
        _git(root, "tag", "--annotate", f"v{version}", "--message", f"Version {version}")
    except BaseException:
        for name, text in before.items():
            write_whole(root / name, text.encode())
        raise
    return made


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CourseProblem(f"git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns 0, or 1 after an error that its user can correct."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("version", nargs="?", help="the version, such as 0.2.0")
    parser.add_argument("--artifacts", action="store_true", help="only build both files")
    parser.add_argument("--check", action="store_true", help="only check that this can work")
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    parser.add_argument("--date", default=today, help="the date in the changelog (default: today)")
    chosen = parser.parse_args(arguments)
    root = Path.cwd()
    try:
        if chosen.artifacts:
            made = artifacts(root)
        elif not chosen.version:
            parser.error("name the version: make release VERSION=0.2.0")
        elif chosen.check:
            check(root, chosen.version)
            made = []
        else:
            made = release(root, chosen.version, chosen.date)
    except CourseProblem as problem:
        print(f"✗ {problem}")
        return 1
    for path in made:
        print(f"wrote {path.relative_to(root)}")
    if made and not chosen.artifacts:
        print(f"Tagged v{chosen.version}. To publish it: git push --follow-tags")
    return 0


if __name__ == "__main__":
    sys.exit(main())
