"""Compare names and ids in the spellings of different platforms."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 60


def is_student_id(text: str) -> bool:
    """Return whether nbgrader, file systems and globs all accept `text` as a student id."""
    fits = re.fullmatch(r"\w[\w.@-]*", text) is not None
    return fits and len(text) <= LONGEST and not text.endswith(".")


def squeezed(text: str) -> str:
    """Return only the letters and digits, in lower case and without accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if letter.isalnum())


def name_keys(name: str) -> set[str]:
    """Return the ways to write a name without spaces: first name first, and last name first."""
    last, comma, first = name.partition(",")
    if comma:
        return {squeezed(last + first), squeezed(first + last)} - {""}
    words = re.split(r"[\s_]+", name.strip())
    return {squeezed(name), squeezed(words[-1] + "".join(words[:-1]))} - {""}


def name_words(name: str) -> set[str]:
    """Return the words of a name, without accents and in lower case."""
    return {word for part in re.split(r"[\s_,.'’-]+", name) if (word := squeezed(part))}


def without_zeros(text: str) -> str:
    """Return an id as a spreadsheet program shows it, which removes leading zeros of numbers."""
    return text.lstrip("0") or "0" if text.isdecimal() else text
