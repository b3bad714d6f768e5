"""`python -m coursekit` is the same as the command `coursekit`."""

from coursekit.cli import app

app(prog_name="coursekit")
