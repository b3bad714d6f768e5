"""Errors that the user of a command can correct."""


class CourseProblem(Exception):
    """Something that the user can correct; the message says what and how."""


class UsageProblem(CourseProblem, ValueError):
    """An argument that a command or a function cannot use; the message says what it takes."""
