"""Values are sent as data without changes, and malformed data never becomes a value."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict, namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from coursekit.grading.protocol.frames import Violation
from coursekit.grading.protocol.values import Codec

Point = namedtuple("Point", ["x", "y"])


def crossed(value: Any) -> Any:
    blobs: list[bytes] = []
    codec = Codec()
    encoded = codec.encode(value, blobs)
    codec.start_message()
    return codec.decode(encoded, [bytearray(each) for each in blobs])


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(plain)
def test_plain_values_arrive_unchanged(value: Any) -> None:
    found = crossed(value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        OrderedDict(a=1),
        Counter("abba"),
        defaultdict(None, {1: 2}),
        {1, 2, 3},
        frozenset({1}),
        slice(1, None, 2),
        range(3, 9, 2),
        1 + 2j,
        b"\0\xff",
        10**60,
        Path("/a/b"),
        torch.float16,
        torch.Size([2, 3]),
        Point(1, [2]),
        ...,
    ],
)
def test_other_values_arrive_unchanged(value: Any) -> None:
    found = crossed(value)
    assert found == value
    assert type(found).__name__ == type(value).__name__.replace("PosixPath", "PosixPath")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0])
def test_odd_floats_arrive(value: float) -> None:
    assert repr(crossed(value)) == repr(value)


@pytest.mark.parametrize("dtype", ["u1", "<i8", ">f4", "<f8", "<c16", "?", "<U3", "|S2"])
def test_arrays_keep_dtype_shape_and_values(dtype: str) -> None:
    value = np.arange(6).reshape(2, 3).astype(dtype)
    found = crossed(value[:, ::-1])
    assert found.dtype == value.dtype
    assert np.array_equal(found, value[:, ::-1])
    assert found.flags.writeable


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.bfloat16, torch.int8, torch.bool, torch.complex64]
)
def test_tensors_keep_dtype_shape_and_values(dtype: torch.dtype) -> None:
    value = torch.tensor([[0, 1, 2], [3, 4, 5]]).to(dtype).T
    assert torch.equal(crossed(value), value)
    assert crossed(torch.zeros(0, 4, dtype=dtype)).shape == (0, 4)
    assert torch.equal(crossed(value[:, :1][:1]), value[:, :1][:1])


def test_images_keep_mode_and_pixels() -> None:
    value = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(2, 4, 3))
    found = crossed(value)
    assert (found.mode, found.size) == ("RGB", (4, 2))
    assert np.array_equal(np.array(found), np.array(value))


def test_a_subclass_crosses_as_its_library_type() -> None:
    class Liar(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = float.__hash__

    class List(list):
        pass

    assert type(crossed(Liar(2.0))) is float
    assert type(crossed(List([1]))) is list


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.builds(
            lambda kind, rest: [kind, *rest],
            st.sampled_from(list("iftlsFdnzSrcbBgaTDNvepIhHoPMGm")),
            st.lists(inner, max_size=5),
        )
    ),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None)
@given(json, st.lists(st.binary(max_size=40), max_size=3))
def test_whatever_arrives_is_a_plain_value_or_a_violation(data: Any, blobs: list[bytes]) -> None:
    try:
        found = Codec().decode(data, [bytearray(each) for each in blobs])
    except Violation:
        return
    assert type(found).__module__.split(".")[0] in (
        *("builtins", "collections", "numpy", "torch", "torchvision", "PIL", "pathlib"),
        "coursekit",  # a named tuple
    )


@pytest.mark.parametrize(
    "data",
    [
        ["a", "|O8", [1], 0],  # objects
        ["a", "<f8", [1 << 50], 0],
        ["a", "<f8", [2], 0],  # a size that does not match its bytes
        ["T", "", "float32", [-1], 0],
        ["T", "Evil", "float32", [2], 0],
        ["I", "RGB", 1 << 19, 1 << 19, 0],
        ["r", 0, 1 << 60, 1],
        ["d", "dict", ["l"], 1],  # an unhashable key
        ["n", "__import__", ["x"], 1],
        ["p", 3],
        [],
        {},
        ["l"] * 2 + [["l", ["x"]]],
    ],
)
def test_malformed_values_are_violations(data: Any) -> None:
    with pytest.raises(Violation):
        Codec().decode(data, [bytearray(8)])


def test_deep_nesting_is_a_violation() -> None:
    data: list[Any] = ["l"]
    for _ in range(100):
        data = ["l", data]
    with pytest.raises(Violation):
        Codec().decode(data, [])
