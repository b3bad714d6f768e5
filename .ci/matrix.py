"""Lint and test the course with every supported Python that is installed.

    python3 .ci/matrix.py                 run all versions, except those that passed on this source
    python3 .ci/matrix.py 3.12 3.13       run only these versions
    python3 .ci/matrix.py --find 3.13     print the path of an interpreter; exit with 1 if none

Each version uses its own environment, `.venv-3.X`. Logs and results are in `build/matrix`. The
script uses only the standard library, so it runs before any package is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path("build") / "matrix"
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
REQUIRED = ("3.11", "3.12", "3.13")  # the matrix fails if one of these is not installed
COUNTS = ("passed", "failed", "errors", "skipped")

Result = dict[str, Any]


def interpreter(version: str) -> str | None:
    """Return the path of this Python version, from PATH or from pyenv, or None."""
    name = f"python{version}"
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [folder / name for folder in folders]
    candidates += sorted(pyenv.glob(f"{version}.*/bin/{name}"), reverse=True)
    return next((str(path) for path in candidates if _runs(path, version)), None)


def _runs(path: Path, version: str) -> bool:
    """Return whether a file runs as this Python version. A shim of pyenv may exist but fail."""
    if not path.is_file():
        return False
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([str(path), "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == version


def state(root: Path) -> str:
    """Return a hash of all source files. A kept result is valid while the hash is the same."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    digest = hashlib.sha256()
    for name in sorted(listed.stdout.splitlines()):
        if (root / name).is_file():
            digest.update(name.encode() + b"\0" + (root / name).read_bytes())
    return digest.hexdigest()[:16]


def counts(log: str) -> dict[str, int]:
    """Parse pytest's summary line, such as "3 failed, 1500 passed, 9 skipped in 600.00s"."""
    lines = [line for line in log.splitlines() if re.search(r"\d+ \w+.* in [\d.]+s", line)]
    found = re.findall(r"(\d+) (passed|failed|errors?|skipped)", lines[-1]) if lines else []
    return {("errors" if word == "error" else word): int(number) for number, word in found}


def run(version: str, python: str, root: Path, variables: list[str], now: str) -> Result:
    """Run `make test` with one Python version, and save its log and result."""
    folder = root / KEPT
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"python-{version}.log"
    command = ["make", "test", f"PYTHON={python}", f"VENV=.venv-{version}", *variables]
    print(f"Python {version}: running; log in {log.relative_to(root)}", flush=True)
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as stream:
        done = subprocess.run(
            command, cwd=root, stdout=stream, stderr=subprocess.STDOUT, check=False
        )
    said = counts(log.read_text(encoding="utf-8", errors="replace"))
    result = {"status": done.returncode, "seconds": time.monotonic() - began, "state": now, **said}
    (folder / f"python-{version}.json").write_text(json.dumps(result), encoding="utf-8")
    return result


def earlier(version: str, root: Path, now: str) -> Result | None:
    """Return the saved result of a passing run on the same source, or None."""
    path = root / KEPT / f"python-{version}.json"
    try:
        result: Result = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {**result, "kept": True} if result["state"] == now and not result["status"] else None


def table(results: dict[str, Result | None]) -> str:
    """Format one line for each Python version. None means that it is not installed."""
    rows = [("Python", "result", *COUNTS, "minutes")]
    for version, result in results.items():
        if result is None:
            rows.append((version, "not installed", *[""] * len(COUNTS), ""))
            continue
        word = "failed" if result["status"] else "passed (kept)" if "kept" in result else "passed"
        numbers = [str(result.get(name, 0)) for name in COUNTS]
        rows.append((version, word, *numbers, f"{result['seconds'] / 60:.1f}"))
    columns = zip(*rows)  # noqa: B905 - `strict` would need Python 3.10
    widths = [max(map(len, column)) for column in columns]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def main(arguments: list[str]) -> int:
    """Run the requested versions. Return 0 if every required version passed, otherwise 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--find", metavar="VERSION", help="print the path of an interpreter")
    parser.add_argument("--again", action="store_true", help="run passed versions again, too")
    parser.add_argument("words", nargs="*", metavar="VERSION or NAME=VALUE")
    options = parser.parse_args(arguments)
    if options.find:
        found = interpreter(options.find)
        print(found or "", end="\n" if found else "")
        return 0 if found else 1
    variables = [word for word in options.words if "=" in word]
    wanted = [word for word in options.words if "=" not in word]
    now, results = state(ROOT), {}
    for version in wanted or SUPPORTED:
        python = interpreter(version)
        kept = None if options.again else earlier(version, ROOT, now)
        results[version] = kept or (run(version, python, ROOT, variables, now) if python else None)
    print("\n" + table(results))
    return 0 if all(_fine(version, result) for version, result in results.items()) else 1


def _fine(version: str, result: Result | None) -> bool:
    return version not in REQUIRED if result is None else result["status"] == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
