"""The reference page of the command line: `coursekit` from typer, and the students' commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import typer.main

from coursekit.cli import app

HEAD = """# Commands

`coursekit` is for instructors and maintainers, and runs in the root of the course. Students use
`python -m toolbox` in their course folder. `python -m data_scripts` fetches and draws data sets.
"""
FOR_STUDENTS = ("toolbox", "data_scripts")


def page(root: Path) -> str:
    """Return the page: a section for each command."""
    group: Any = typer.main.get_command(app)
    texts = [HEAD]
    for name, command in sorted(group.commands.items()):
        texts.append(_section(f"coursekit {name}", command))
    for module in FOR_STUDENTS:
        texts.append(f"## `python -m {module}`\n\n```text\n{_help(root, module)}\n```\n")
    return "\n".join(texts)


def _section(name: str, command: Any) -> str:
    rows = []
    usage = [name]
    for parameter in command.params:
        if parameter.name == "help":
            continue
        if parameter.param_type_name == "argument":
            shown = parameter.metavar or parameter.name.upper()
            usage.append(shown if parameter.required else f"[{shown}]")
            label = f"`{shown}`"
        else:
            label = ", ".join(
                f"`{option}`" for option in [*parameter.opts, *parameter.secondary_opts]
            )
        rows.append(f"| {label} | {_cell(getattr(parameter, 'help', '') or '')} |")
    usage.insert(1, "[OPTIONS]")
    text = _text(command.help or "")
    table = "\n".join(["| argument or option | meaning |", "| --- | --- |", *rows]) if rows else ""
    return f"## `{name}`\n\n```sh\n{' '.join(usage)}\n```\n\n{text}\n\n{table}\n"


def _text(text: str) -> str:
    """Return the help as Markdown; click prints a paragraph that begins with `\\b` unchanged."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(
        f"```sh\n{part.lstrip().removeprefix(chr(8)).strip()}\n```"
        if part.lstrip().startswith("\b")
        else part
        for part in paragraphs
    )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _help(root: Path, module: str) -> str:
    environment = {**os.environ, "COLUMNS": "90", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        cwd=root,
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    return done.stdout.rstrip()
