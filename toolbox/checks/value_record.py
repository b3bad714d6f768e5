"""Fingerprints of results: enough to recognize a result, too little to reconstruct it.

An array of any dtype is reduced to its shape and a few fixed random projections, a dictionary to
the fingerprints of its values, text and other objects to a hash, an error to its type. Fingerprints
are compared within a tolerance, so that the order of floating-point operations doesn't matter.
"""

from __future__ import annotations

import hashlib
import math
import re
from typing import Any

import numpy as np

from toolbox.checks.deadline import TooSlow

PROJECTIONS = 3
SEED = 20
RELATIVE = 1e-4  # far below the differences between misconceptions, far above float32 noise

LONGEST = 20  # items of a dictionary, list or tuple that are examined one by one

Record = dict[str, Any]


def of_result(value: object) -> Record:
    """Return the fingerprint of a value; a value that cannot be examined has kind "unknown"."""
    try:
        return of_value(value)
    except (TooSlow, KeyboardInterrupt):
        raise
    except BaseException:  # a student's object may raise anything
        return {"kind": "unknown"}


def of_kind(name: str) -> Record:
    """Return the fingerprint of a wrong type or dtype, given by its name."""
    return {"kind": "type", "type": name}


def of_value(value: object) -> Record:
    """Return the fingerprint of any value that a student's function may return."""
    array = _numbers(value)
    if array is None and isinstance(value, (dict, list, tuple)) and 0 < len(value) <= LONGEST:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return {"kind": "items", "items": {str(key): of_value(item) for key, item in pairs}}
    if array is None:
        return {"kind": "object", "type": type(value).__name__, "hash": _hash(value)}
    flat = array.astype(np.float64).ravel()
    finite = np.nan_to_num(flat, nan=0.0, posinf=0.0, neginf=0.0)
    weights = np.random.default_rng(SEED).uniform(0.5, 1.5, (PROJECTIONS, max(flat.size, 1)))
    projections = weights[:, : flat.size] @ finite / max(flat.size, 1)
    return {
        "kind": "numbers",
        "shape": list(array.shape),
        "nan": int(np.isnan(flat).sum()),
        "inf": int(np.isinf(flat).sum()),
        "scale": float(np.abs(finite).max(initial=0.0)),
        "projections": [float(p) for p in projections],
    }


def of_error(error: BaseException) -> Record:
    """Return the fingerprint of an exception: its type."""
    return {"kind": "error", "type": type(error).__name__}


def same(a: Record, b: Record) -> bool:
    """Return whether two fingerprints match up to rounding."""
    if a.get("kind") != b.get("kind") or a.get("at") != b.get("at"):
        return False
    if a["kind"] == "unknown":
        return False
    if a["kind"] == "items":
        ours, theirs = a["items"], b["items"]
        return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
    if a["kind"] != "numbers":
        return {k: a.get(k) for k in ("type", "hash")} == {k: b.get(k) for k in ("type", "hash")}
    if any(a[key] != b[key] for key in ("shape", "nan", "inf")):
        return False
    slack = RELATIVE * max(a["scale"], b["scale"]) + 1e-12
    pairs = [*zip(a["projections"], b["projections"], strict=True), (a["scale"], b["scale"])]
    return all(math.isclose(x, y, rel_tol=0, abs_tol=slack) for x, y in pairs)


def _numbers(value: Any) -> np.ndarray | None:
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = value.float().numpy() if value.is_floating_point() else value.numpy()
    if isinstance(value, (str, bytes, dict, set)) or value is None:
        return None
    try:
        array = np.asarray(value)
    except Exception:  # ragged lists, and objects that only look like arrays
        return None
    return array if array.dtype.kind in "biuf" else None


def _hash(value: object) -> str:
    text = re.sub(r"0x[0-9a-f]+", "", repr(value)[:2000])  # addresses differ from run to run
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
