"""The reference page of `course.toml`: every key, from the model that validates the file."""

from __future__ import annotations

from typing import Any

from coursekit.course_file import schema

HEAD = """# The keys of `course.toml`

For instructors. `course.toml` holds the facts of the course; all commands read them from it. If a
key is wrong, a command names the key and its line. A key without a default is required.
"""


def page() -> str:
    """Return the page: a table for each table of the file."""
    whole = schema()
    texts = [HEAD, *_table("", whole, whole["$defs"], "")]
    return "\n".join(texts)


def _table(title: str, model: dict[str, Any], models: dict[str, Any], path: str) -> list[str]:
    rows, below = [], []
    required = model.get("required", [])
    for key, field in model["properties"].items():
        inner, many = _inner(field)
        full = f"{path}.{key}" if path else key
        if inner:
            name = f"{full}.NAME" if "additionalProperties" in field else full
            heading = f"[[{name}]]" if many and not path else f"[{name}]"
            if path:  # an inline table, or an array of them
                heading = f"{full} = [{{ … }}]" if many else f"{full} = {{ … }}"
            below += _table(heading, {**models[inner], "path": full}, models, full)
            if not path:
                continue
            kind = "array of tables, below" if many else "table, below"
        else:
            kind = _kind(field)
        given = field.get("default")
        default = "" if key in required else "none" if given is None else f"`{_shown(given)}`"
        rows.append(f"| `{key}` | {kind} | {default} | {field.get('description', '')} |")
    if not rows:
        return below
    text = [f"\n## `{title}`\n", f"{model.get('description', '')}\n"]
    head = ["| key | value | default | meaning |", "| --- | --- | --- | --- |"]
    return [*text, *head, *rows, *below]


def _inner(field: dict[str, Any]) -> tuple[str, bool]:
    """Return the name of the model that a field contains, and whether it is an array of them."""
    many = "items" in field
    each = field["items"] if many else field.get("additionalProperties", field)
    choices = [each if isinstance(each, dict) else {}, *_without_null(field)]
    references = [each["$ref"] for each in choices if "$ref" in each]
    return (references[0].rpartition("/")[2] if references else ""), many


def _without_null(field: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alternatives of a field, without the one that means that the key is missing."""
    return [each for each in field.get("anyOf", []) if each.get("type") != "null"]


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(map(_kind, _without_null(field)))
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"array of {_kind(field['items'])}s"
    words = {"string": "text", "number": "number", "integer": "whole number", "boolean": "boolean"}
    formats = {"date-time": "date and time", "date": "date"}
    kind = formats.get(field.get("format", ""), words.get(field.get("type", ""), "value"))
    limits = [
        text.format(field[name])
        for name, text in (
            ("minimum", "at least {:g}"),
            ("exclusiveMinimum", "above {:g}"),
            ("maximum", "at most {:g}"),
            ("pattern", "of the form `{}`"),
        )
        if name in field
    ]
    return ", ".join([kind, *limits]).replace("|", "\\|")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{}"
    return f'"{value}"' if isinstance(value, str) else str(value)
