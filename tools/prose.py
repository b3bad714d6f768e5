"""Find phrases in the project's own texts that a reader stumbles over: `python -m tools.prose`.

The phrases are in `prose.toml`, each with what to write instead. A finding is a sentence to
rewrite, not a word to replace. `make lint` fails if there is one. A phrase that is correct in its
place is listed in `prose.toml` with the reason.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LIST = Path(__file__).with_suffix(".toml")
# Code, addresses of links, HTML and the values in f-strings are no prose.
CODE = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]+>|\{[^}]*\}")
STRINGS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


@dataclass(frozen=True)
class Phrase:
    """A phrase to avoid, in all texts or in those of `only`, and what to write instead."""

    pattern: re.Pattern[str]
    instead: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A phrase at a line of a file."""

    path: str
    line: int
    text: str
    found: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.found!r} ({self.instead}) in: {self.text[:120]}"


@lru_cache(maxsize=1)
def rules() -> tuple[list[Phrase], list[tuple[str, str]]]:
    """Return the phrases of `prose.toml`, and its exceptions as path and text."""
    content = tomllib.loads(LIST.read_text(encoding="utf-8"))
    listed = [
        Phrase(re.compile(row["pattern"], re.I), row["instead"], tuple(row.get("only", ())))
        for row in content["phrases"]
    ]
    return listed, [(row["path"], row["text"]) for row in content["allowed"]]


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of prose in a Python or Markdown file: comments and strings, no code."""
    content = path.read_text(encoding="utf-8")
    return _of_python(content) if path.suffix == ".py" else _of_markdown(content)


def _of_python(content: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], CODE.sub(" ", token.string.lstrip("# "))
        elif token.type in STRINGS:
            for number, line in enumerate(token.string.splitlines(), start=token.start[0]):
                if " " in line.strip():
                    yield number, CODE.sub(" ", line.strip())


def _of_markdown(content: str) -> Iterator[tuple[int, str]]:
    fenced = False
    for number, line in enumerate(content.splitlines(), start=1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, CODE.sub(" ", line)


def findings(root: Path, paths: list[str]) -> list[Finding]:
    """Return the phrases to avoid in some files, except those that are allowed."""
    listed, exceptions = rules()
    found = []
    for name in paths:
        for line, text in texts(root / name):
            if any(name == path and part in text for path, part in exceptions):
                continue
            for phrase in listed:
                if phrase.only and not name.startswith(phrase.only):
                    continue
                if hit := phrase.pattern.search(text):
                    found.append(Finding(name, line, text, hit[0].strip(), phrase.instead))
    return found


def tracked(root: Path) -> list[str]:
    """Return the Python and Markdown files that git knows or would add."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "*.py", "*.md"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    names = done.stdout.splitlines()
    return [name for name in names if (root / name).is_file()]


def main() -> int:
    """Print every finding. Returns 1 if there is one."""
    root = Path.cwd()
    try:
        names = tracked(root)
    except (OSError, subprocess.CalledProcessError):
        print("This copy of the course is not a git checkout: its texts are not checked.")
        return 0
    found = findings(root, names)
    for each in found:
        print(each)
    if found:
        print(f"{len(found)} phrases to rewrite. List a correct one in {LIST.name}, with a reason.")
        return 1
    print(f"✓ The texts of {len(names)} files hold none of the phrases to avoid.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
