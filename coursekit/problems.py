"""What the command line tells in a few words instead of a traceback."""


class CourseProblem(Exception):
    """Something that whoever runs the command can mend; the message says what and how."""
