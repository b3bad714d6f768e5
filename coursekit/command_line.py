"""What all commands share: the console, the options before a command, and how errors are shown."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from coursekit.expected_errors import expected, require_course

console = Console(highlight=False, soft_wrap=True)

CourseFolder = Annotated[Path, typer.Option("--course", help="The nbgrader course.")]
NBGRADER_COURSE = Path("build/nbgrader")


@dataclass
class _Options:
    """Options before the command."""

    debug: bool = False


options = _Options()


def report_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Run a command in the course folder. Print expected errors as one message and exit with 1."""

    @wraps(command)
    def wrapped(*args: object, **kwargs: object) -> None:
        try:
            # With --course, the nbgrader course can be anywhere.
            if kwargs.get("course_folder", NBGRADER_COURSE) == NBGRADER_COURSE:
                require_course()
            command(*args, **kwargs)
        except KeyboardInterrupt:
            console.print("\n[yellow]Interrupted.[/] Run the same command to continue.")
            raise typer.Exit(130) from None
        except Exception as error:
            message = expected(error)
            if message is None:
                raise
            if options.debug:
                traceback.print_exc()
            console.print(f"[red]✗[/] {escape(message)}")
            raise typer.Exit(1) from None

    return wrapped
