"""Format numbers, and turn saved values into tables."""

from __future__ import annotations

from typing import Any

Row = list[str]
KNOWN = {  # default units by the end of a key, if the topics file specifies none
    "accuracy": "percent",
    "iou": "percent",
    "inference_seconds": "milliseconds",
    "seconds": "seconds",
    "bytes": "megabytes",
}


def written(value: object, unit: str = "") -> str:
    """Format a value: `0.6382` is "63.8 %" as "percent". Other types are converted to text."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, (int, float)):
        return str(value)
    if unit == "percent":
        return f"{100 * value:.1f} %"
    if unit == "seconds":
        return f"{value:.0f} s" if value >= 10 else f"{value:.2g} s"
    if unit == "milliseconds":
        return f"{1000 * value:.2f} ms"
    if unit == "megabytes":
        return f"{value / 1e6:.2f} MB"
    if unit == "count" or isinstance(value, int) or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.3f}" if 0.01 <= abs(value) < 1000 else f"{value:.3g}"


def one_number(value: object, key: str, unit: str) -> str | None:
    """Return the number to show large, or None if `value` has no plain value under `key`."""
    for step in key.split(".") if key else []:
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    if isinstance(value, (dict, list)):
        return None
    return written(value, unit or _unit(key.rpartition(".")[2]))


def table(
    values: dict[str, Any], columns: dict[str, str], unit: str | dict[str, str]
) -> tuple[Row, list[Row]]:
    """Return head and rows of a table of `values` by label (a single one may have no label).

    A list of records gives one row per record, a dictionary of numbers one row per key, and several
    labeled values one row each. `columns` selects and names the columns; without it, all are shown.
    """
    corner, records = "", _records(values)
    if len(values) == 1 and not any(label for label, _ in records):
        records = [("", record) for _, record in records]
    keys = list(columns) or list(dict.fromkeys(key for _, record in records for key in record))
    titled = any(label for label, _ in records)
    head = [corner] * titled + [columns.get(key, _title(key)) for key in keys]
    columns_of_cells = [
        _column([record.get(key) for _, record in records], _chosen(unit, key)) for key in keys
    ]
    rows = [
        [label] * titled + [cells[number] for cells in columns_of_cells]
        for number, (label, _) in enumerate(records)
    ]
    return head, rows


def _column(values: list[Any], unit: str) -> Row:
    """Format the values of a column, numbers without a unit with equally many decimals."""
    numbers = [value for value in values if isinstance(value, float)]
    alike = not unit and all(value == 0 or 0.01 <= abs(value) < 1000 for value in numbers)
    if not alike or len(numbers) < 2:
        return [written(value, unit) for value in values]
    places = max(_decimals(value) for value in numbers)
    return [
        f"{value:.{places}f}" if isinstance(value, float) else written(value) for value in values
    ]


def _decimals(value: float) -> int:
    """Return how many decimals the value has, 3 at most."""
    return next((places for places in range(3) if round(value, places) == value), 3)


def _records(values: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for label, value in values.items():
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            found += [(label, each) for each in value]
        elif isinstance(value, list):
            rows = value if all(isinstance(each, list) for each in value) else [value]
            found += [(label or str(n), _numbered(row)) for n, row in enumerate(rows)]
        elif isinstance(value, dict) and len(values) == 1:
            found += _of_one(value)
        elif isinstance(value, dict):
            found.append((label, _flat(value)))
        else:
            found.append((label, {"value": value}))
    return found


def _of_one(value: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows of a single dictionary, one per key."""
    rows: list[tuple[str, dict[str, Any]]] = []
    for key, each in value.items():
        if isinstance(each, dict) and not any(isinstance(v, (dict, list)) for v in each.values()):
            if all(isinstance(other, dict) for other in value.values()):
                rows.append((_title(key), each))
            else:
                rows += [(_title(inner), {"value": v}) for inner, v in each.items()]
        elif isinstance(each, list):
            rows.append((_title(key), _numbered(each)))
        else:
            rows.append((_title(key), {"value": each}))
    return rows


def _numbered(row: list[Any]) -> dict[str, Any]:
    return {str(number): value for number, value in enumerate(row)}


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, each in value.items():
        if isinstance(each, dict):
            flat.update({f"{key}.{inner}": v for inner, v in _flat(each).items()})
        else:
            flat[key] = len(each) if isinstance(each, list) else each
    return flat


def _chosen(unit: str | dict[str, str], key: str) -> str:
    if isinstance(unit, dict):
        return unit.get(key, _unit(key))
    return unit or _unit(key)


def _unit(key: str) -> str:
    return next((unit for end, unit in KNOWN.items() if key.lower().endswith(end)), "")


def _title(key: str) -> str:
    return key.rpartition(".")[2].replace("_", " ")
