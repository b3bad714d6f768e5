"""A worker that speaks the protocol but lies gains nothing, and no other test is affected."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursekit.grading.protocol.frames import LONGEST_TEXT, MOST_BLOBS, Ended, Reader, unpacked
from coursekit.grading.supervisor.judge.link import Link, Lost
from coursekit.grading.supervisor.judge.remote_errors import Errors
from toolbox.checks import repeated

Frame = tuple[Any, list[bytes]]
STATE = {"grad": True}


def raw(message: Any, blobs: list[bytes] = []) -> bytes:  # noqa: B006
    text = json.dumps(message).encode()
    sizes = b"".join(struct.pack("!Q", len(each)) for each in blobs)
    return struct.pack("!II", len(text), len(blobs)) + sizes + text + b"".join(blobs)


def answer(value: Any, blobs: list[bytes] = [], **beside: Any) -> bytes:  # noqa: B006
    return raw({"ok": value, "state": STATE, **beside}, blobs)


class Scripted:
    """A worker that answers each question with the next of its frames, then ends."""

    def __init__(self, frames: list[bytes]) -> None:
        self.frames = list(frames)
        self.heard: list[dict[str, Any]] = []

    def start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._serve, args=(theirs,), daemon=True).start()
        return ours

    def _serve(self, line: socket.socket) -> None:
        def receive(view: memoryview) -> int:
            got = line.recv_into(view)
            if not got:
                raise Ended
            return got

        reader = Reader(receive)
        with line:
            try:
                while True:
                    self.heard.append(unpacked(reader.read)[0])
                    if not self.frames:
                        return
                    line.sendall(self.frames.pop(0))
            except (Ended, OSError):
                return

    def stop(self, line: socket.socket) -> None:
        line.close()

    def check(self) -> None:
        """Do nothing, since there are no limits."""


def linked(folder: Path, *frames: bytes) -> Link:
    return Link(Scripted(list(frames)), folder / "tests", Errors("/root", {}), lambda said: None)


@pytest.mark.parametrize(
    "frame",
    [
        b"\xff" * 64,
        struct.pack("!II", LONGEST_TEXT + 1, 0),
        struct.pack("!II", 2, MOST_BLOBS + 1),
        struct.pack("!IIQ", 2, 1, 1 << 60) + b"{}",
        raw([]),
        raw({}),
        raw({"ok": 1}),  # without a state
        raw({"ok": 1, "state": {"grad": "yes"}}),
        answer(["h", -1, "object", "x"]),
        answer(["h", 1, "object", 3]),
        answer(["H", 5]),  # a handle that was never issued
        answer(["o", 0]),  # an output without a graph
        answer(["P", False, 3]),
        answer(["P", False, 3, ["T", "", "float32", [1], 0], True, True, None], [b"1234"]),
        answer(["G", 0, 0], [b"zeros"]),
        answer(["M", ["os", "system"], ["d", "dict"], [], [], [], []]),
        answer(["m", 0, ["l"]]),
        answer(1, shared=[[True, 0, True, None, None]]),
        answer(1, generators=[[0, 0]]),
        answer(1, changed=[[0, 1]]),
        answer(1, free=[[["x", 1]], []]),
        answer(1, graph=[["T", "", "int64", [1], 0]], tape=0),
        raw({"ok": 1, "state": {"grad": True, "drawn": ["os"]}}),
        raw({"ok": 1, "state": {"grad": True, "files": [["../../etc/passwd", 0]]}}, [b"x"]),
        raw({"ok": 1, "state": {"grad": True, "files": [["/etc/passwd", 0]]}}, [b"x"]),
        raw({"ask": ["call", ["H", 1], ["l"], ["d", "dict"]], "state": STATE}),
        raw({"ask": ["import", "os"], "state": STATE}),
        raw({"ask": "call", "state": STATE}),
        raw({"error": {"type": "X", "base": "eval", "text": "", "module": "", "frames": []},
             "state": STATE}),
        raw({"error": {"type": 3}, "state": STATE}),
        raw({"error": {"origin": 0}, "state": STATE}),
    ],
)  # fmt: skip
def test_what_the_protocol_does_not_allow_ends_the_worker(frame: bytes, here: Path) -> None:
    link = linked(here, frame)
    with pytest.raises(Lost):
        link.ask("import", "student_code.shapes")
    assert not link.connected
    assert link.problems
    assert list(here.iterdir()) == []


def test_an_answer_that_arrives_twice_is_not_the_next_answer(here: Path) -> None:
    link = linked(here, answer(1) + answer(2), answer(3))
    assert link.ask("get", None, "x") == 1
    link.close()  # the next test has another worker and never receives the second answer
    link.start_test(10)
    assert link.ask("get", None, "x") == 3


def test_an_endless_iterator_ends_with_the_messages_of_a_test(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coursekit.grading.supervisor.judge import link as module

    monkeypatch.setattr(module, "MOST_MESSAGES", 50)
    link = linked(here, answer(["h", 1, "object", "x"]), *[answer(["h", 2, "object", "i"])] * 60)
    found = link.ask("get", None, "x")
    monkeypatch.setattr(link, "ask", ask_for_one(link.ask))
    with pytest.raises(Lost):
        list(found)


def ask_for_one(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Make each `next` return one more item, whatever the worker says."""

    def asked(op: str, *operands: Any) -> Any:
        found = ask(op, *operands)
        return [1] if op == "next" else found

    return asked


def test_only_what_was_lent_can_be_asked_about(here: Path) -> None:
    seen: list[Any] = []
    call = {"ask": ["call", ["H", 1], ["l", 7], ["d", "dict"]], "state": STATE}
    link = linked(here, raw(call), answer(5))
    assert link.ask("call", seen.append) == 5
    assert seen == [7]  # a lent function may be called
    for op, *rest in (
        ("get", "__globals__"),
        ("get", "__self__"),
        ("set", "x", 3),
        ("set", "training", True),  # only for networks
        ("method", "__call__", ["l"], ["d", "dict"]),
    ):
        asked = raw({"ask": [op, ["H", 1], *rest], "state": STATE})
        link = linked(here, asked, answer(5))
        source: Any = link._source
        assert link.ask("call", seen.append) == 5
        assert source.heard[1]["error"]["type"] == "AttributeError"
    for op in ("steps", "items", "calls", "import", "keep", "set item"):
        link = linked(here, raw({"ask": [op, ["H", 1], "x", 3], "state": STATE}), answer(5))
        with pytest.raises(Lost):
            link.ask("call", seen.append)


def test_repeated_calls_give_as_many_results(here: Path) -> None:
    for said in ([], ["l"], ["l", 1, 2], ["l", 1, 2, 3, 4], ["t", 1, 2, 3], 3, ["d", "dict"]):
        link = linked(here, answer(["h", 7, "object", "area"]), answer(said))
        area = link.ask("import", "student_code.shapes")
        with pytest.raises((TypeError, Lost)):
            repeated(3, area, 1)


def test_calls_within_calls_are_bounded(here: Path) -> None:
    link = linked(
        here, *[raw({"ask": ["call", ["H", 1], ["l"], ["d", "dict"]], "state": STATE})] * 99
    )

    def again() -> Any:
        return link.ask("call", again)

    with pytest.raises((Lost, RecursionError)):
        again()


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 1 << 65) | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
        | st.builds(
            lambda kind, rest: [kind, *rest],
            st.sampled_from(list("iftlsFdnzSrcbBgaTDNvepIhHoPMGmRL")),
            st.lists(inner, max_size=5),
        )
    ),
    max_leaves=8,
)
states = st.just(STATE) | st.fixed_dictionaries(
    {"grad": st.booleans()}, optional={"drawn": values, "files": values, "printed": values}
)
messages = st.fixed_dictionaries(
    {"state": states | values},
    optional=dict.fromkeys(
        ("ok", "error", "shared", "changed", "free", "generators", "graph"), values
    )
    | {
        "tape": values,
        "ask": st.builds(
            lambda op, rest: [op, *rest],
            st.sampled_from(
                ["call", "get", "set", "method", "item", "len", "iter", "next", "backward"]
            ),
            st.lists(st.just(["H", 1]) | values, max_size=4),
        ),
    },
)
conversations = st.lists(
    st.tuples(messages, st.lists(st.binary(max_size=24), max_size=2)), min_size=1, max_size=8
)


def survives(conversation: list[Frame], folder: Path) -> None:
    """Check that a test that talks to the worker keeps its objects, and that the next one works."""
    frames = [raw(message, blobs) for message, blobs in conversation]
    link = linked(folder, *frames)
    wanted, x, y = np.arange(4.0), torch.arange(4.0), torch.ones(2, requires_grad=True)
    given, seen = {"a": [1, 2]}, []

    def callback(value: Any = None) -> float:
        seen.append(value)
        return 1.0

    for _ in range(4):
        try:
            found = link.ask("call", wanted, x, y, given, callback)
            assert type(found).__module__.split(".")[0] in (
                *("builtins", "collections", "numpy", "torch", "torchvision", "PIL", "pathlib"),
                "coursekit",
            )
        except Exception:  # any kind that ends a test
            continue
    assert np.array_equal(wanted, np.arange(4.0))
    assert torch.equal(x, torch.arange(4.0))
    assert given == {"a": [1, 2]}
    assert y.shape == (2,)
    link.close()
    link.start_test(10)
    source: Any = link._source
    source.frames = [answer(42)]
    assert link.ask("get", None, "x") == 42
    assert torch.is_grad_enabled()
    link.close()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(conversations)
def test_any_conversation_is_survived(tmp_path_factory: Any, conversation: list[Frame]) -> None:
    survives(conversation, tmp_path_factory.getbasetemp() / "fuzz")


@pytest.mark.slow
@settings(max_examples=4000, deadline=None, suppress_health_check=list(HealthCheck))
@given(conversations)
def test_ten_thousand_messages_are_survived(
    tmp_path_factory: Any, conversation: list[Frame]
) -> None:
    survives(conversation, tmp_path_factory.getbasetemp() / "fuzz")
