"""Follow the steps of a page as its reader would: edit the files it names, run its commands.

A step is a block of code and the paragraph before it, which says what to do with the block:

    Append to `path`:                                  python, toml
    Write `path`:                                      python, toml
    In `path`, below the line `line`, insert:          python, toml
    In `path`, replace the body of `name` with:        python, for a stub of a student
    In `path`, change `old` to `new`                   in any paragraph
    any text                                           sh: run it; text: the output contains it
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

APPEND = re.compile(r"Append to `([^`]+)`:$")
WRITE = re.compile(r"Write `([^`]+)`:$")
INSERT = re.compile(r"In `([^`]+)`, below the line `([^`]+)`, insert:$")
BODY = re.compile(r"In `([^`]+)`, replace the body of `([^`]+)` with:$")
STUB = re.compile(r"# YOUR CODE HERE\n *raise NotImplementedError\(\)\n")
CHANGE = re.compile(r"In `([^`]+)`, change `([^`]+)` to `([^`]+)`")


@dataclass(frozen=True)
class Step:
    """A paragraph, and the block of code below it, which may be empty."""

    text: str
    language: str = ""
    code: str = ""


def sections(page: Path, level: int = 3) -> dict[str, list[Step]]:
    """Return the steps below each heading of a page that has this level."""
    found: dict[str, list[Step]] = {}
    current: list[Step] = []
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    for before, token in zip([tokens[0], *tokens], tokens, strict=False):
        if before.type == "heading_open" and token.type == "inline":
            current = []
            if before.tag == f"h{level}":
                found[token.content] = current
        elif before.type == "paragraph_open" and token.type == "inline":
            current.append(Step(" ".join(token.content.split("\n"))))
        elif token.type == "fence":
            text = current[-1].text if current and not current[-1].code else ""
            current.append(Step(text, token.info.strip(), token.content))
    return found


class Reader:
    """Somebody who follows steps in the folder of a course."""

    def __init__(self, folder: Path, programs: Path, **environment: str) -> None:
        """`programs` is an empty folder for the commands `coursekit` and `python`."""
        self.folder, self.output = folder, ""
        self.edited: set[Path] = set()
        python = shlex.quote(sys.executable)
        for name, command in (("python", python), ("coursekit", f"{python} -m coursekit")):
            script = programs / name
            script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
            script.chmod(0o755)
        path = os.pathsep.join(
            [str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]
        )
        self.environment = {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "COLUMNS": "160"}
        self.environment |= environment

    def follows(self, steps: list[Step]) -> None:
        """Do what each step says. Raises `AssertionError` if it does not work."""
        assert steps, "there are no steps"
        for step in steps:
            if not step.code:
                for path, old, new in CHANGE.findall(step.text):
                    self._changes(path, old, new)
            elif step.language == "sh":
                self._runs(step.code)
            elif step.language == "text":
                self._sees(step.code)
            else:
                self._edits(step)

    def edits(self, steps: list[Step], *commands: str) -> None:
        """Make only the edits of the source, and run only what begins with one of `commands`."""
        for step in steps:
            if step.language == "sh":
                lines = step.code.splitlines(keepends=True)
                self._runs("".join(line for line in lines if line.startswith(commands)))
            elif step.language != "text" and "`build/" not in step.text:
                self.follows([step])

    def _changes(self, path: str, old: str, new: str) -> None:
        self.edited.add(self.folder / path)
        text = (self.folder / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} contains {old!r} {text.count(old)} times"
        (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")

    def _runs(self, commands: str) -> None:
        done = subprocess.run(
            ["bash", "-e", "-c", commands],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=1800,
            check=False,
        )
        self.output = done.stdout
        # The first one exits with 1 if a test failed, and the second one if a target for the whole
        # course is missed: the next step says what the output must contain.
        accepted = (0, 1) if re.search("toolbox check|coursekit quality", commands) else (0,)
        assert done.returncode in accepted, f"{commands}\n{done.stdout[-4000:]}"

    def _sees(self, wanted: str) -> None:
        printed = " ".join(self.output.split())
        for line in filter(None, map(str.strip, wanted.splitlines())):
            assert " ".join(line.split()) in printed, f"{line!r} is not in:\n{self.output[-4000:]}"

    def _edits(self, step: Step) -> None:
        if found := APPEND.search(step.text):
            self.edited.add(self.folder / found[1])
            with (self.folder / found[1]).open("a", encoding="utf-8") as file:
                file.write(step.code)
        elif found := WRITE.search(step.text):
            path = self.folder / found[1]
            self.edited.add(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.code, encoding="utf-8")
        elif found := INSERT.search(step.text):
            self._changes(found[1], f"{found[2]}\n", f"{found[2]}\n{step.code}")
        elif found := BODY.search(step.text):
            path = self.folder / found[1]
            self.edited.add(path)
            head, name, rest = path.read_text(encoding="utf-8").partition(f"def {found[2]}(")
            assert name, f"{path} defines no {found[2]}"
            path.write_text(head + name + STUB.sub(lambda _: step.code.lstrip(), rest, count=1))
        else:
            raise AssertionError(f"No step says what to do with this block:\n{step.code}")
