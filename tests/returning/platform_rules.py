"""What each platform accepts, written from its documentation and published importer.

- Canvas, "How do I upload all student submissions": names as in the download. Its importer takes
  the first two numbers between underscores as the student and the submitted file.
- Moodle, "Upload multiple feedback files in a zip": a folder as in the download. Its importer
  splits each part of a path at the first four underscores into name, participant, and plugin.
- Gradescope, "Autograder specifications": `setup.sh` and `run_autograder` at the top of the zip,
  and `results.json` with a score or tests with scores.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any


def entries(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip, after checking that its paths are safe."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        assert len(names) == len(set(names))
        assert not [name for name in names if name.startswith(("/", ".")) or ".." in name]
        return {name: packed.read(name) for name in names}


def canvas_comments(content: bytes, files: Mapping[str, str]) -> dict[str, bytes]:
    """Return the file that Canvas attaches to each student, by the student's number.

    `files` has the owner of each submitted file, by the file's number.
    """
    found = {}
    for name, text in entries(content).items():
        assert "/" not in name
        numbers = [word for word in name.split("_") if word.isdecimal()]
        user, file = numbers[:2]
        assert files[file] == user, f"{name}: the file is not the student's"
        assert user not in found
        found[user] = text
    return found


def moodle_feedback(content: bytes, participants: set[str]) -> dict[str, bytes]:
    """Return the feedback file of each participant, by number."""
    found = {}
    for name, text in entries(content).items():
        parts = name.split("/")
        words = parts[0].split("_", 4)
        assert len(words) >= 4, f"{name}: Moodle ignores it"
        assert words[1] in participants, f"{name}: unknown participant"
        assert words[2:4] == ["assignsubmission", "file"], name
        assert not parts[-1].startswith((".", "~"))
        assert words[1] not in found
        found[words[1]] = text
    return found


def is_gradescope_result(result: Mapping[str, Any]) -> bool:
    """Return whether `results.json` has the form that Gradescope documents."""
    tests = result.get("tests", [])
    allowed = {"score", "max_score", "name", "output", "output_format", "visibility", "status"}
    shapes = all(set(test) <= allowed and isinstance(test["name"], str) for test in tests)
    numbers = all(isinstance(test.get("score", 0), int | float) for test in tests)
    formats = all(test.get("output_format", "text") in ("text", "html", "md") for test in tests)
    scored = "score" in result or bool(tests)
    return shapes and numbers and formats and scored
