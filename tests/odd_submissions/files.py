"""Submissions with irregular files, links, names, times or archives."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.odd_submissions.case import (
    HONEST,
    MODULE,
    NOTEBOOK,
    Case,
    Files,
    Verdict,
    added,
    both,
    flagged,
    moved,
    packed,
    refused,
    waits,
)


def _disk(change: Callable[[Path], None], verdict: Verdict = HONEST) -> Case:
    return Case(by_hand=verdict, on_disk=change)


def _named(name: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123 - bytes
            file.write(b"x")

    return make


def _link(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(f"/etc/{Path(name).name}")

    return make


def _linked_folder(folder: Path) -> None:
    (folder / "results").symlink_to("/")


def _sparse(folder: Path) -> None:
    with (folder / "film.mp4").open("wb") as file:
        file.truncate(1 << 40)


def _nested(folder: Path) -> None:
    inner = str(folder)
    for _ in range(200):
        inner += "/d"
        os.mkdir(inner)  # noqa: PTH102 - too long for a Path


def _only_notebook(files: Files) -> None:
    for name in [name for name in files if name != NOTEBOOK]:
        del files[name]


def _only_picture(files: Files) -> None:
    files.clear()
    files["page 1.jpg"] = b"\xff\xd8"


def _deeper(files: Files) -> None:
    for name in list(files):
        files[f"x/{name}"] = files.pop(name)


def _timestamp(text: bytes, verdict: Verdict) -> Case:
    return Case(added({"timestamp.txt": text}), HONEST, verdict)


def _tar(mode: str, ending: str) -> Callable[[Files], tuple[str, bytes]]:
    def pack(files: Files) -> tuple[str, bytes]:
        memory = io.BytesIO()
        with tarfile.open(fileobj=memory, mode=f"w:{mode}") as archive:  # type: ignore[call-overload]
            for name, text in files.items():
                info = tarfile.TarInfo(name)
                info.size, info.mtime = len(text), 1_800_000_000
                archive.addfile(info, io.BytesIO(text))
        return ending, memory.getvalue()

    return pack


def _again(times: int) -> Callable[[Files], tuple[str, bytes]]:
    def pack(files: Files) -> tuple[str, bytes]:
        text = packed(files)
        for number in range(times):
            text = packed({f"work {number}.zip": text})
        return ".zip", text

    return pack


def _raw(change: Callable[[bytes], bytes]) -> Callable[[Files], tuple[str, bytes]]:
    return lambda files: (".zip", change(packed(files)))


def _as(ending: str, text: bytes) -> Callable[[Files], tuple[str, bytes]]:
    return lambda files: (ending, text)


def _entry(name: str, mode: int = 0o644) -> Callable[[Files], tuple[str, bytes]]:
    """Return a zip with an additional entry of that name."""

    def pack(files: Files) -> tuple[str, bytes]:
        memory = io.BytesIO(packed(files))
        with zipfile.ZipFile(memory, "a") as archive:
            info = zipfile.ZipInfo("placeholder", (2027, 2, 1, 12, 0, 0))
            info.filename, info.external_attr = name, mode << 16
            archive.writestr(info, b"/etc/passwd")
        return ".zip", memory.getvalue()

    return pack


def _by_windows(files: Files) -> tuple[str, bytes]:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo("placeholder", (2027, 2, 1, 12, 0, 0))
            info.filename, info.create_system = name.replace("/", "\\"), 0
            archive.writestr(info, text)
    return ".zip", memory.getvalue()


def _archive(pack: Callable[[Files], tuple[str, bytes]], verdict: Verdict = HONEST) -> Case:
    return Case(collected=verdict, pack=pack)


LINK, TOO_LARGE = "is a link", "exceeds the limits"
BAD_TIME = "timestamp.txt has no valid time"
CASES = {
    # Names
    "name_in_latin_1": _disk(_named(b"caf\xe9.txt")),
    "name_with_line_break": _disk(_named(b"x\nright was not graded: hacked.txt")),
    "name_with_escapes": _disk(_named(b"\x1b[2J\x1b]0;x\x07.txt")),
    "name_that_reads_backwards": _disk(_named("\u202egnp.exe".encode())),
    "name_of_255_bytes": _disk(_named(b"n" * 255)),
    "names_that_windows_reserves": both(added({"CON": b"", "aux.txt": b"", "nul.py": b""}), HONEST),
    "names_with_blanks": both(added({"my results /plot 1.png": b"", " x": b""}), HONEST),
    "names_like_options": both(added({"-rf": b"", "--help": b""}), HONEST),
    "names_that_differ_in_case": Case(
        added({"Student_Code/Scaler.py": b"1 / 0"}), flagged("twice"), HONEST
    ),
    # Links and special files
    "link_to_a_password_file": _disk(_link("passwd"), flagged(LINK)),
    "module_is_a_link": _disk(_link(MODULE), flagged(LINK, lost="scaler")),
    "notebook_is_a_link": _disk(_link(NOTEBOOK), refused("there is no")),
    "folder_is_a_link": _disk(_linked_folder, flagged(LINK)),
    "pipe": _disk(lambda folder: os.mkfifo(folder / "pipe"), flagged("is neither a file")),
    # Sizes and numbers
    "film_of_a_terabyte": _disk(_sparse, flagged(TOO_LARGE)),
    "3000_pictures": Case(
        added({f"pictures/{number}.png": b"x" for number in range(3000)}),
        HONEST,
        flagged(TOO_LARGE),
    ),
    "folders_nested_200_deep": _disk(_nested, flagged("is nested deeper")),
    "picture_of_20_megabytes": both(
        added({"results/figures/big.png": b"\x89" * 20_000_000}), HONEST
    ),
    # What programs leave behind
    "notebook_checkpoints": both(
        added({f".ipynb_checkpoints/{NOTEBOOK}": b"{", "student_code/__pycache__/x.pyc": b""}),
        HONEST,
    ),
    "files_of_a_mac": both(
        added({"__MACOSX/._x": b"", ".DS_Store": b"", f"._{NOTEBOOK}": b""}), HONEST
    ),
    "files_of_windows": both(added({"desktop.ini": b"", "Thumbs.db": b""}), HONEST),
    "repository": both(added({".git/HEAD": b"ref: x", ".gitignore": b"*.pyc\n"}), HONEST),
    "environment": Case(added({".venv/bin/python": b"", ".venv/pyvenv.cfg": b""}), HONEST, HONEST),
    "results_and_figures": both(
        added({"results/numbers.json": b"{", "results/run/weights.pt": b"no weights"}), HONEST
    ),
    "results_is_a_file": both(added({"results": b"see e-mail"}), HONEST),
    "two_notebooks": Case(added({"draft.ipynb": b'{"cells": []}'}), HONEST, HONEST),
    # Times
    "time_empty": _timestamp(b"", HONEST),
    "time_is_no_time": _timestamp(b"yesterday at noon", refused(BAD_TIME)),
    "time_overflows": _timestamp(b"9" * 30, refused(BAD_TIME)),
    "time_in_utf_16": _timestamp("2027-02-01".encode("utf-16"), refused(BAD_TIME)),
    "time_far_ahead": _timestamp(b"9998-01-01 00:00:00 UTC", HONEST),
    "files_from_1970": _disk(lambda folder: os.utime(folder / NOTEBOOK, (0, 0))),
    # Archives
    "tar": _archive(_tar("", ".tar")),
    "tar_gz": _archive(_tar("gz", ".tar.gz")),
    "tar_xz": _archive(_tar("xz", ".tar.xz")),
    "zip_in_a_zip": _archive(_again(1)),
    "zip_in_zips": _archive(_again(2)),
    "zip_in_too_many_zips": _archive(_again(5), refused("contains no work on part1_scaler")),
    "zip_made_by_windows": _archive(_by_windows),
    "zip_cut_off": _archive(_raw(lambda old: old[: len(old) // 2]), refused("zip")),
    "zip_with_text_before": _archive(_raw(lambda old: b"#!/bin/sh\n" + old)),
    "zip_that_is_empty": _archive(_as(".zip", b"PK\x05\x06" + b"\0" * 18), refused("contains no")),
    "zip_of_no_bytes": _archive(_as(".zip", b""), refused("zip")),
    "zip_that_is_a_rar": _archive(_as(".zip", b"Rar!\x1a\x07\x01\x00" + b"x" * 99), refused("zip")),
    "zip_that_leads_outside": _archive(_entry("../../evil.py"), flagged("left out of")),
    "zip_with_an_absolute_path": _archive(_entry("/tmp/evil.py"), flagged("left out of")),
    "zip_with_a_drive": _archive(_entry("C:\\evil.py"), flagged("left out of")),
    "zip_with_a_link": _archive(_entry("passwd", 0o120777), flagged("left out of")),
    "zip_with_a_doubled_entry": _archive(_entry(MODULE), flagged("left out of")),
    "zip_with_escapes": _archive(_entry("x\x1b[31m\nright: refused.txt"), flagged("left out of")),
    "zip_with_a_long_name": _archive(_entry("n" * 300 + ".txt"), flagged("left out of")),
    "zip_that_grows_a_thousandfold": Case(added({"zeros.bin": b"\0" * 30_000_000}), HONEST),
    "lone_notebook": Case(
        _only_notebook,
        flagged("not submitted", lost="everything"),
        flagged("is missing", lost="everything"),
        pack=lambda files: (".ipynb", files[NOTEBOOK]),
    ),
    "notebook_in_its_own_folder": Case(
        moved(NOTEBOOK, f"notebooks/{NOTEBOOK}"), HONEST, refused("there is no")
    ),
    "everything_one_folder_deeper": Case(
        _deeper,
        HONEST,
        refused("there is no"),
    ),
    "picture_as_a_submission": Case(
        _only_picture,
        refused("contains no work"),
        refused("there is no"),
    ),
    "essay_as_a_submission": _archive(
        lambda files: (".zip", packed({"essay.docx": b"PK"})), refused("but essay.docx")
    ),
    "damaged_notebook_in_a_zip": _archive(
        lambda files: (".zip", packed({**files, NOTEBOOK: b"{"})), waits("it is damaged")
    ),
}
