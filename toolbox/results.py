"""Save the results of a notebook: figures with alt text, and numbers with their provenance.

Results go to the folder in `COURSE_RESULTS`, by default `results/` in the course folder: a figure
as `figures/NAME.png` with its alt text in `NAME.json`, a number as `numbers/NAME.json`. The report
is built from these files. Each file is written completely or not at all.

Each JSON file carries a seal, a hash of its contents, to detect figures and numbers that were
edited by hand. The seal guards against mistakes and temptation; it is not a security feature, since
anyone who reads this file can compute one. Claims about trained networks are measured again from
their weights.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import re
import sys
from dataclasses import asdict, is_dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from data_scripts.progress import steady as steady
from data_scripts.whole_files import write_whole
from toolbox import course

NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


def folder() -> Path:
    """Return the folder where results are saved."""
    chosen = os.environ.get("COURSE_RESULTS", "").strip()
    return Path(chosen).expanduser() if chosen else course.find_root() / "results"


def figure(name: str, fig: Any, *, alt: str) -> None:
    """Save a matplotlib figure as a PNG with its alt text, and show it in a notebook.

    name: small letters, digits and single underscores, such as "part2_curves". alt: what the
    figure shows, for those who can't see it. Raises `ValueError` for any other name and for an
    empty alt text.
    """
    _check_name(name)
    if not alt.strip():
        raise ValueError(f"the figure {name} needs an alt text: describe what it shows")
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", metadata={"Description": alt, "Software": None})
    path = folder() / "figures" / f"{name}.png"
    record = {"name": name, "alt": alt, "picture": _digest(buffer.getvalue())}
    write_whole(path, buffer.getvalue())
    write_whole(path.with_suffix(".json"), _as_json(sealed(record)))
    _show(fig, buffer.getvalue(), alt)


def number(
    name: str,
    value: object,
    *,
    data: object = None,
    seed: int | None = None,
    device: str = "cpu",
    seconds: float | None = None,
    note: str = "",
) -> None:
    """Save a number with all that is needed to reproduce it.

    name: as for `figure`. value: a finite number, or a list or dictionary of finite numbers, with
    None for a number that is not defined. data: the images it was measured on (anything with a
    `provenance`), or the provenance itself. seconds: how long the computation took. The file also
    holds the hash of student_code and the time. Raises `ValueError` for an invalid name, and for a
    value that is NaN or infinite.
    """
    _check_name(name)
    record = {
        "name": name,
        "value": _plain(value, name),
        "seed": seed,
        "data": _provenance(data),
        "code": code_hash(),
        "device": str(device),
        "seconds": seconds,
        "note": note,
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    write_whole(folder() / "numbers" / f"{name}.json", _as_json(sealed(record)))


def numbers() -> dict[str, dict[str, Any]]:
    """Return all saved numbers by name. Files that can't be read are left out."""
    return _read(folder() / "numbers")


def figures() -> dict[str, dict[str, Any]]:
    """Return all saved figures by name, each with its "alt" and its "path"."""
    found = _read(folder() / "figures")
    for name, record in found.items():
        record["path"] = str(folder() / "figures" / f"{name}.png")
    return {name: record for name, record in found.items() if Path(record["path"]).is_file()}


def sealed(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record with its seal: 16 hex digits that depend on everything else in it."""
    bare = {key: value for key, value in record.items() if key != "seal"}
    text = json.dumps(bare, sort_keys=True, ensure_ascii=False)
    return {**bare, "seal": _digest(text.encode())}


def was_edited(record: dict[str, Any]) -> bool:
    """Return whether a record from `numbers()` or `figures()`, or its picture, was edited.

    A record without a seal counts as edited.
    """
    bare = {key: value for key, value in record.items() if key != "path"}
    if sealed(bare).get("seal") != record.get("seal"):
        return True
    if "path" not in record:
        return False
    return _digest(Path(record["path"]).read_bytes()) != record.get("picture")


def code_hash() -> str:
    """Return 12 hex digits that change with any byte of student_code's modules."""
    digest = hashlib.sha256()
    for path in sorted((course.find_root() / "student_code").glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is not a result name: use small letters, digits and single underscores"
        )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _as_json(record: object) -> bytes:
    return (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode()


def _plain(value: object, name: str) -> Any:
    """Convert the value for JSON; tensors and numpy numbers become plain Python numbers."""
    if isinstance(value, dict):
        return {str(key): _plain(item, name) for key, item in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(item, name) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name} is {value}: results must be finite numbers")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ValueError(f"{name} contains a {type(value).__name__}, which is not a number")


def _provenance(data: object) -> Any:
    where = getattr(data, "provenance", data)
    if is_dataclass(where) and not isinstance(where, type):
        return asdict(where)
    return where


def _read(place: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted(place.glob("*.json")):
        try:
            found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
    return found


def _show(fig: Any, png: bytes, alt: str) -> None:
    """In a notebook, show the picture once, with its alt text."""
    if "ipykernel" not in sys.modules:
        return
    import matplotlib.pyplot as plt
    from IPython.display import display

    display({"image/png": png, "text/plain": alt}, raw=True, metadata={"image/png": {"alt": alt}})
    plt.close(fig)
