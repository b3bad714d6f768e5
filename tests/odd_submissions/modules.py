"""Student modules with irregular bytes, paths or contents."""

from __future__ import annotations

from pathlib import Path

from tests.odd_submissions.case import (
    HONEST,
    MODULE,
    Case,
    Files,
    Verdict,
    added,
    both,
    content,
    flagged,
    moved,
    without,
)


def _recoded(encoding: str) -> Case:
    change = content(lambda old: old.decode().encode(encoding, "replace"), MODULE)
    return both(change, LOST)


def _behind(text: str, verdict: Verdict = HONEST) -> Case:
    return both(content(lambda old: old + text.encode(), MODULE), verdict)


def _before(text: str, verdict: Verdict = HONEST) -> Case:
    return both(content(lambda old: text.encode() + old, MODULE), verdict)


def _instead(text: bytes, verdict: Verdict) -> Case:
    return both(content(lambda old: text, MODULE), verdict)


def _file_for_folder(files: Files) -> None:
    for name in [name for name in files if name.startswith("student_code/")]:
        del files[name]
    files["student_code"] = b"import numpy as np\n"


def _folder_for_module(files: Files) -> None:
    files[f"{MODULE}/scaler.txt"] = files.pop(MODULE)


def _unreadable(folder: Path) -> None:
    (folder / MODULE).chmod(0)


# A module that earns nothing needs no flag: its feedback gives the reason.
LOST = Verdict(HONEST.outcome, lost="scaler")
MISSING = flagged(f"{MODULE}", lost="scaler")
EVERYTHING_MISSING = flagged("student_code", lost="everything")
CASES = {
    "module_in_utf_16": _recoded("utf-16"),
    "module_in_utf_16_without_mark": _recoded("utf-16-le"),
    "module_in_utf_32": _recoded("utf-32"),
    "module_with_byte_order_mark": both(content(lambda old: b"\xef\xbb\xbf" + old, MODULE), HONEST),
    "module_with_null_byte": _behind("\n# \0\n", LOST),
    "module_with_latin_1": both(content(lambda old: old + b"\n# gr\xfc\xdfe\n", MODULE), HONEST),
    "module_with_odd_encoding": _before("# -*- coding: none-such -*-\n", LOST),
    "module_with_windows_line_ends": both(
        content(lambda old: old.replace(b"\n", b"\r\n"), MODULE), HONEST
    ),
    "module_with_old_mac_line_ends": both(
        content(lambda old: old.replace(b"\n", b"\r"), MODULE), HONEST
    ),
    "module_without_last_line_end": both(content(lambda old: old.rstrip(), MODULE), HONEST),
    "module_with_tabs": _behind("\ndef more():\n\tif 1:\n        return 1\n", LOST),
    "module_with_git_conflict": _behind("\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n", LOST),
    "module_with_curly_quotes": _behind("\nname = \u201cscaler\u201d\n", LOST),
    "module_with_bidi_marks": _behind("\n# \u202e\u2066 x\n"),
    "module_of_python_2": _behind('\nprint "done"\n', LOST),
    "module_that_prints": _behind("\nprint('loaded', flush=True)\n"),
    "module_that_exits": _behind("\nimport sys\nsys.exit()\n", LOST),
    "module_that_asks": _behind("\nname = input()\n", LOST),
    "module_that_never_loads": _behind("\nwhile True:\n    pass\n", LOST),
    "module_that_fails": _behind("\n1 / 0\n", LOST),
    "module_that_imports_what_is_not_there": _behind("\nimport none_such\n", LOST),
    "module_that_imports_itself": _behind("\nfrom student_code import scaler as me\n"),
    "module_with_a_helper": both(
        lambda files: files.update(
            {
                "student_code/my_helper.py": b"ONE = 1\n",
                MODULE: files[MODULE] + b"\nfrom student_code import my_helper\n",
            }
        ),
        HONEST,
    ),
    "module_nested_too_deeply": _behind("\nx = " + "(" * 3000 + ")" * 3000 + "\n", LOST),
    "module_of_three_megabytes": Case(
        content(lambda old: old + b"# x\n" * 800_000, MODULE), MISSING, HONEST
    ),
    "module_run_as_a_program": _behind("\nif __name__ == '__main__':\n    raise SystemExit(3)\n"),
    "module_empty": _instead(b"", LOST),
    "module_is_a_notebook": _instead(b'{"cells": [], "metadata": null}', LOST),
    "module_is_a_web_page": _instead(b"<!DOCTYPE html>\n<html></html>", LOST),
    "module_is_a_zip": _instead(b"PK\x03\x04\0\0", LOST),
    "module_missing": both(without(MODULE), MISSING),
    "module_in_capitals": both(moved(MODULE, "student_code/Scaler.py"), MISSING),
    "module_as_text_file": both(moved(MODULE, "student_code/scaler.py.txt"), MISSING),
    "module_as_folder": both(_folder_for_module, MISSING),
    "module_of_a_browser": Case(
        moved(MODULE, "student_code/scaler (1).py"), HONEST, flagged("was graded as")
    ),
    "module_beside_the_notebook": Case(
        moved(MODULE, "scaler.py"), HONEST, flagged("was graded as")
    ),
    "module_there_twice": Case(
        lambda files: files.update(
            {"version_1/scaler.py": files[MODULE], "version_2/scaler.py": files.pop(MODULE)}
        ),
        flagged("2 times"),
        flagged("several files could replace it", lost="scaler"),
    ),
    "module_compiled": Case(moved(MODULE, "student_code/scaler.pyc"), MISSING, MISSING),
    "code_one_folder_deeper": Case(
        moved("student_code", "student_code/student_code"), HONEST, flagged("was graded as")
    ),
    "code_below_another_folder": Case(
        moved("student_code", "vision-course-main/student_code"), HONEST, flagged("was graded as")
    ),
    "code_under_another_name": Case(
        moved("student_code", "Student Code"), HONEST, flagged("was graded as")
    ),
    "code_is_a_file": both(_file_for_folder, EVERYTHING_MISSING),
    "package_file_changed": both(
        added({"student_code/__init__.py": b"raise SystemExit\n"}), HONEST
    ),
    "names_of_libraries": Case(
        added({"numpy.py": b"raise SystemExit\n", "torch/__init__.py": b""}),
        HONEST,
        flagged("would hide a package"),
    ),
    "names_of_libraries_in_the_package": both(
        added({"student_code/torch.py": b"raise SystemExit\n"}), HONEST
    ),
    "tests_changed": both(added({"unit_tests/test_scaler.py": b"raise SystemExit\n"}), HONEST),
    "toolbox_changed": both(added({"toolbox/__init__.py": b"raise SystemExit\n"}), HONEST),
    "toolbox_is_a_file": Case(added({"toolbox": b""}), HONEST, flagged("is a file")),
    "pytest_settings": both(added({"pytest.ini": b"[pytest]\naddopts = --none-such\n"}), HONEST),
    "test_plugin": Case(
        added({"conftest.py": b"raise SystemExit\n"}), HONEST, flagged("would hide a package")
    ),
    "module_that_nobody_may_read": Case(by_hand=HONEST, on_disk=_unreadable),
}
