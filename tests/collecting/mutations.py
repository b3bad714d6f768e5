"""Submissions that were damaged in transit or are malicious: any number of them, from a seed."""

from __future__ import annotations

import copy
import io
import json
import random
import stat
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.collecting.course import PART, packed

NOTEBOOK = f"notebooks/{PART}.ipynb"
OUTSIDE = "evil-hand-in.txt"
DEEP = 20_000
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e308,
    "",
    "\ud800",
    "\0",
    "x" * 100_000,
    [],
    {},
    [[]],
    {"nbgrader": []},
    ["a", 1],
)
TEXTS = (
    "\ud83d alone",
    "\x1b[2J\x07",
    "a\0b",
    "\u202egnp.exe",
    "[red]x[/] {y} %s",
    "\r\r\n",
    "'''" * 99,
)
NAMES = (
    f"../{OUTSIDE}",
    f"../../../../tmp/{OUTSIDE}",
    f"/tmp/{OUTSIDE}",
    f"student_code/../../../{OUTSIDE}",
    f"..\\{OUTSIDE}",
    f"C:\\{OUTSIDE}",
    f"C:{OUTSIDE}",
    "student_code/" + "n" * 300 + ".py",
    "a/" * 400 + "deep.py",
    "student_code/\x1b[31mred.py",
    "student_code/\u202eyp.py",
    "student_code/a\nb.py",
    "student_code",
    "student_code/scaler.py/inside.py",
    NOTEBOOK + "/inside.ipynb",
    ".",
    "./" + NOTEBOOK,
    NOTEBOOK.upper(),
    "student_code/\udcff.py",
    "results/" + "é" * 120,
    "timestamp.txt",
    f"{PART}.ipynb",
    "submission_metadata.yml",
    "manifest.json",
    "x_1_2_y.ipynb",
    "a_1_assignsubmission_file/b.ipynb",
)


@dataclass(frozen=True)
class Damaged:
    """One submission: its file name, its bytes, and what was done to it."""

    name: str
    content: bytes
    story: str


def damaged(files: Mapping[str, bytes], seed: int) -> Damaged:
    """Return damaged submission number `seed`, made from the `files` of a good one."""
    dice = random.Random(seed)
    way = dice.choice(WAYS)
    return way(dict(files), dice)


# Bytes


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def _flipped(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice((1, 3, 30, 300))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _spliced(content: bytes, dice: random.Random) -> bytes:
    one, other = sorted(dice.randrange(len(content)) for _ in range(2))
    junk = dice.randbytes(dice.choice((0, 1, 500)))
    return dice.choice((content[:one] + content[other:], content[:one] + junk + content[one:]))


def _recoded(content: bytes, dice: random.Random) -> bytes:
    text = content.decode()
    coding = dice.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "utf-7", "shift_jis"))
    return dice.choice((b"", b"\xef\xbb\xbf", b"\0\0")) + text.encode(coding, "replace")


BYTES = (_cut, _flipped, _spliced, _recoded)


# Notebooks


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    pairs = list(value.items()) if isinstance(value, dict) else []
    pairs += list(enumerate(value)) if isinstance(value, list) else []
    for key, inside in pairs:
        found += _places(inside, (*path, key))
    return found


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _retyped(notebook: Any, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 4, 20))):
        *path, key = dice.choice(_places(notebook))
        _at(notebook, tuple(path))[key] = copy.deepcopy(dice.choice(VALUES))


def _unkeyed(notebook: Any, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 4, 20))):
        if places := _places(notebook):
            *path, key = dice.choice(places)
            del _at(notebook, tuple(path))[key]


def _cells_mixed(notebook: Any, dice: random.Random) -> None:
    cells = notebook["cells"]
    for _ in range(dice.choice((1, 5, 30))):
        what, place = dice.randrange(4), dice.randrange(len(cells))
        if what == 0:
            cells.insert(dice.randrange(len(cells)), json.loads(json.dumps(cells[place])))
        elif what == 1 and len(cells) > 1:
            cells.pop(place)
        elif what == 2:
            dice.shuffle(cells)
        else:
            other = dice.choice(cells)
            cells[place]["metadata"], other["metadata"] = (
                other["metadata"],
                cells[place]["metadata"],
            )


def _texts(notebook: Any, dice: random.Random) -> None:
    for cell in dice.sample(notebook["cells"], 5):
        cell["source"] = dice.choice((dice.choice(TEXTS), [dice.choice(TEXTS)] * 3))


def _bomb(notebook: Any, dice: random.Random) -> None:
    cell = dict(dice.choice(notebook["cells"]))
    bombs: tuple[Callable[[], Any], ...] = (
        lambda: {f"k{n}": n for n in range(20_000)},
        lambda: {"nbgrader": {"grade_id": "x" * 1_000_000, "points": 1e999}},
        lambda: "y" * 2_000_000,
    )
    cell["metadata"] = dice.choice(bombs)()
    if dice.random() < 0.3:
        notebook["cells"] = notebook["cells"] * 100
    if dice.random() < 0.3:
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "z" * 5_000_000}]
    notebook["cells"].append(cell)


JSON = (_retyped, _unkeyed, _cells_mixed, _texts, _bomb)


def _nested(content: bytes, dice: random.Random) -> bytes:
    """Insert deeply nested brackets somewhere in the JSON."""
    place = content.find(b'"metadata": {}', dice.randrange(len(content) // 2))
    deep = dice.choice((b'{"a":' * DEEP + b"1" + b"}" * DEEP, b"[" * DEEP + b"]" * DEEP))
    return content[:place] + b'"metadata": ' + deep + content[place + 14 :]


def _notebook(content: bytes, dice: random.Random) -> tuple[bytes, str]:
    kind = dice.randrange(10)
    if kind == 0:
        return _nested(content, dice), "nested"
    if kind < 4:
        way = dice.choice(BYTES)
        return way(content, dice), way.__name__
    notebook = json.loads(content)
    change = dice.choice(JSON)
    change(notebook, dice)
    return json.dumps(notebook).encode(), change.__name__


def lone_notebook(files: dict[str, bytes], dice: random.Random) -> Damaged:
    content, story = _notebook(files[NOTEBOOK], dice)
    return Damaged("jane.ipynb", content, f"a notebook, {story}")


def notebook_in_zip(files: dict[str, bytes], dice: random.Random) -> Damaged:
    files[NOTEBOOK], story = _notebook(files[NOTEBOOK], dice)
    if dice.random() < 0.3:
        files = {name: content for name, content in files.items() if name.endswith(".ipynb")}
    return Damaged("jane.zip", packed(files), f"a notebook in a zip, {story}")


# Archives


def broken_zip(files: dict[str, bytes], dice: random.Random) -> Damaged:
    way = dice.choice((_cut, _flipped, _spliced))
    return Damaged("jane.zip", way(packed(files), dice), f"a zip, {way.__name__}")


def broken_directory(files: dict[str, bytes], dice: random.Random) -> Damaged:
    """Change bytes of the central directory: names, sizes, offsets, flags, times, methods."""
    content = bytearray(packed(files))
    start = content.find(b"PK\x01\x02")
    for _ in range(dice.choice((1, 5, 40))):
        content[dice.randrange(start, len(content))] = dice.randrange(256)
    return Damaged("jane.zip", bytes(content), "a zip with a damaged directory")


def odd_names(files: dict[str, bytes], dice: random.Random) -> Damaged:
    memory = io.BytesIO()
    entries = list(files.items())
    tricks = dice.sample(NAMES, dice.choice((1, 3, 8)))
    entries += [(name, b"# evil\n") for name in tricks]
    dice.shuffle(entries)
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo("placeholder", (2027, 1, 1, 0, 0, 0))
            info.filename = name.encode("utf-8", "replace").decode()
            if name in tricks and dice.random() < 0.2:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, content)
    return Damaged("jane.zip", memory.getvalue(), f"a zip with {tricks}")


def bomb(files: dict[str, bytes], dice: random.Random) -> Damaged:
    place = dice.choice((NOTEBOOK, "student_code/scaler.py", "results/big.bin", "jane.ipynb"))
    files[place] = b" " * dice.choice((2_000_000, 20_000_000))
    return Damaged("jane.zip", packed(files), f"a zip with a bomb at {place}")


def nested_zip(files: dict[str, bytes], dice: random.Random) -> Damaged:
    content, depth = packed(files), dice.choice((1, 2, 3, 4, 9))
    for level in range(depth):
        content = packed({f"level {level}.zip": content})
    if dice.random() < 0.3:
        content = _flipped(content, dice)
    return Damaged("jane.zip", content, f"zips inside of zips, {depth} deep")


def flagged(files: dict[str, bytes], dice: random.Random) -> Damaged:
    """Mark entries as encrypted, with unknown methods, or with false sizes."""
    content = bytearray(packed(files))
    fields = {"flag": 8, "method": 10, "time": 12, "size": 24, "attributes": 38, "offset": 42}
    field = dice.choice(sorted(fields))
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        if dice.random() < 0.7:
            content[at + fields[field]] = dice.randrange(256)
    return Damaged("jane.zip", bytes(content), f"a zip whose entries have another {field}")


# Platforms


def platform(files: dict[str, bytes], dice: random.Random) -> Damaged:
    notebook, story = _notebook(files[NOTEBOOK], dice)
    name = dice.choice(
        ("Jane Doe", "", "..", "jane/../..", "\u202eenaj", "x" * 200, "Ж Щ", "_", "1")
    )
    layouts = (
        lambda: {f"{name}_12_assignsubmission_file/{PART}.ipynb": notebook},
        lambda: {f"{name}_12_13_{PART}-{dice.randrange(2000)}.ipynb": notebook},
        lambda: {f"{name}_late_12_13_work.zip": packed(files | {NOTEBOOK: notebook})},
    )
    content = packed(dice.choice(layouts)())
    return Damaged("bulk.zip", content, f"a platform's zip of {name!r}, {story}")


YAMLS = (
    b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n",
    b"submission_1: {':submitters': [{':name': {':sid': [1]}}], ':created_at': [1]}\n",
    b"submission_1: {':submitters': [{':sid': ../../x}, 7, null], ':created_at': 0001-01-01}\n",
    b"submission_1: {':submitters': [{':sid': ok}], ':created_at': 9999-12-31 23:59:59 -12:00}\n",
    b"submission_1: !!python/object/apply:os.system ['true']\n",
    b"[" * 5_000,
    b"submission_1: 7\n",
    b"? {a: b}\n: c\n",
    b"\xff\xfe\0",
    b"",
)


def gradescope(files: dict[str, bytes], dice: random.Random) -> Damaged:
    bulk = {f"submission_1/{name}": content for name, content in files.items()}
    bulk["submission_metadata.yml"] = dice.choice(YAMLS)
    return Damaged("bulk.zip", packed(bulk), "a Gradescope export with odd metadata")


def odd_manifest(files: dict[str, bytes], dice: random.Random) -> Damaged:
    good = {"student": "jane", "time": "2027-01-01T00:00:00+00:00", "files": {NOTEBOOK: "0" * 64}}
    _retyped(good, dice)
    raw = (b"{" * 5_000, b"\xff", b"7", json.dumps(good).encode())
    files["manifest.json"] = dice.choice(raw)
    return Damaged("jane.zip", packed(files), "a submission with an odd manifest")


WAYS = (
    lone_notebook,
    lone_notebook,
    notebook_in_zip,
    notebook_in_zip,
    notebook_in_zip,
    broken_zip,
    broken_directory,
    odd_names,
    odd_names,
    bomb,
    nested_zip,
    flagged,
    platform,
    platform,
    gradescope,
    odd_manifest,
)
