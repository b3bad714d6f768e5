"""Errors that the user of a command can correct."""


class CourseProblem(Exception):
    """A problem that the user can correct; the message says what it is and what to do."""


class UsageProblem(CourseProblem, ValueError):
    """An invalid argument of a command or a function; the message says what is valid."""
