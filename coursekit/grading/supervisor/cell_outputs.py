"""Validate the outputs of cells that ran with student code before they enter a notebook."""

from __future__ import annotations

import re
from typing import Any

from coursekit.grading.protocol.messages import Output
from coursekit.printable import storable_data

FORMS: dict[str, dict[str, type]] = {
    "stream": {"name": str, "text": str},
    "display_data": {"data": dict, "metadata": dict},
    "execute_result": {"data": dict, "metadata": dict, "execution_count": int},
    "error": {"ename": str, "evalue": str, "traceback": list},
}
MOST = 500  # outputs of one cell
JSON = re.compile(r"application/([^/]*\+)?json")


def checked_outputs(outputs: object) -> list[Output]:
    """Return the well-formed outputs among the first `MOST`."""
    given = outputs if isinstance(outputs, list) else []
    found = [kept for each in given[:MOST] if (kept := _checked(each))]
    if len(given) > MOST:
        words = f"... and {len(given) - MOST:,} more outputs, which were dropped\n"
        found.append({"output_type": "stream", "name": "stdout", "text": words})
    return found


def _checked(output: Any) -> Output | None:
    form = FORMS.get(str(output.get("output_type"))) if isinstance(output, dict) else None
    if not form or not all(isinstance(output.get(key), kind) for key, kind in form.items()):
        return None
    kept = {key: output[key] for key in ("output_type", *form)}
    if kept.get("name", "stdout") not in ("stdout", "stderr"):
        return None
    if "data" in kept:
        kept["data"] = {mime: data for mime, data in kept["data"].items() if _fits(mime, data)}
    if "execution_count" in kept:
        kept["execution_count"] = max(0, int(kept["execution_count"]))
    if "traceback" in kept:
        kept["traceback"] = [line for line in kept["traceback"] if isinstance(line, str)]
    return dict(storable_data(kept))


def _fits(mime: str, data: object) -> bool:
    """Return whether a notebook can store the data: text, or anything for JSON types."""
    if isinstance(data, list) and not JSON.fullmatch(mime):
        return all(isinstance(each, str) for each in data)
    return isinstance(data, str) or JSON.fullmatch(mime) is not None
