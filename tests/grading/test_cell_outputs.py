"""Cell outputs from a sandbox become outputs that a notebook can store."""

from __future__ import annotations

import hmac
import json
import socket
import struct
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from coursekit.grading.protocol.channel import Broken, Listening, sealing
from coursekit.grading.supervisor.cell_outputs import MOST, checked_outputs

STREAM = {"output_type": "stream", "name": "stdout", "text": "x"}
PLAIN = {"output_type": "display_data", "data": {"text/plain": "x"}, "metadata": {}}
RESULT = {**PLAIN, "output_type": "execute_result", "execution_count": 3}
ERROR = {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["x"]}


def valid(outputs: list[dict[str, Any]]) -> str:
    """Return the text of a notebook with these outputs. Raises if it is invalid."""
    cell = new_code_cell("x", outputs=[nbformat.from_dict(each) for each in outputs])
    notebook = new_notebook(cells=[cell])
    nbformat.validate(notebook)
    return json.dumps(notebook, ensure_ascii=False).encode().decode()


def test_valid_outputs_are_unchanged() -> None:
    outputs: list[dict[str, Any]] = [STREAM, PLAIN, RESULT, ERROR]
    assert checked_outputs(outputs) == outputs
    valid(outputs)


@pytest.mark.parametrize(
    "outputs",
    [
        None,
        [None, 7, [], {}],
        [{"output_type": "stream", "name": "stdin", "text": "x"}],
        [{"output_type": []}],
        [{**STREAM, "text": 7}],
        [{**ERROR, "traceback": "x"}],
    ],
)
def test_what_is_no_output_is_dropped(outputs: Any) -> None:
    assert checked_outputs(outputs) == []


@pytest.mark.parametrize(
    "output",
    [
        {**STREAM, "text": "\ud800"},
        {**ERROR, "evalue": "\udce9", "traceback": ["\udce9", 7, None]},
        {**RESULT, "execution_count": -1},
        {**RESULT, "execution_count": True},
        {**PLAIN, "data": {"text/plain": 7, "image/png": None, "\udce9": "x"}},
        {**PLAIN, "data": {"text/plain": ["a", 7]}},
        {**PLAIN, "data": {"application/json": {"x": float("nan")}}, "metadata": {"\ud800": 1}},
        {**PLAIN, "more": "x"},
    ],
)
def test_odd_outputs_become_valid(output: dict[str, Any]) -> None:
    (kept,) = checked_outputs([output])
    valid([kept])


def test_nested_outputs_are_cut() -> None:
    nested: Any = {}
    for _ in range(600):
        nested = {"x": nested}
    output = {**PLAIN, "data": {"application/json": nested}, "metadata": nested}
    assert "nested too deeply" in valid(checked_outputs([output]))


def test_surplus_outputs_are_counted_and_dropped() -> None:
    kept = checked_outputs([STREAM] * (MOST + 1234))
    assert len(kept) == MOST + 1
    assert kept[-1]["text"] == "... and 1,234 more outputs, which were dropped\n"


def test_a_message_nested_too_deeply_breaks_the_line() -> None:
    ours, theirs = socket.socketpair()
    sealing(Raw(theirs), b"k" * 32)({"kind": "outputs"})  # type: ignore[arg-type]
    with pytest.raises(Broken, match="not JSON"):
        Listening(ours, b"k" * 32, most=1 << 20).hear()


class Raw:
    """A connection that replaces each message by a text and signs it like the message."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line

    def sendall(self, _: bytes) -> None:
        text = b"[" * 100_000
        seal = hmac.digest(b"k" * 32, struct.pack("!Q", 0) + text, "sha256")
        self.line.sendall(struct.pack("!Q", len(text)) + text + seal)
