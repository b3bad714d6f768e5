"""Encode values as data: JSON for their structure, raw bytes for their numbers.

Values are rebuilt with exact library types, so nothing received contains code from the sender.
Numbers, strings, True, False and None stand for themselves; any other value is a list whose first
entry names its kind. Values of other kinds are left to `encode_other`.
"""

from __future__ import annotations

import math
import re
from collections import Counter, OrderedDict, defaultdict, namedtuple
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import torch
from PIL import Image

from coursekit.grading.protocol.frames import Violation

DEEPEST = 40
MOST_ITEMS = 300_000  # in one message
LONGEST_INTEGER = 3000  # hexadecimal digits
LONGEST_DIMENSION = 1 << 40
ARRAY = re.compile(r"[<>|=][biufcSU][0-9]{1,4}")
DTYPES = {
    name: getattr(torch, name)
    for name in (
        *("float16", "bfloat16", "float32", "float64", "complex64", "complex128", "bool"),
        *("uint8", "int8", "int16", "int32", "int64"),
    )
}
DTYPE_NAMES = {dtype: name for name, dtype in DTYPES.items()}
MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "LAB"})
MODES |= {"I", "F", "I;16", "La", "RGBa"}
LARGEST_IMAGE = 1 << 26  # pixels
TENSOR_KINDS = ("", "Image", "Mask", "Video")
DICTIONARIES: dict[str, type[dict[Any, Any]]] = {
    "dict": dict,
    "OrderedDict": OrderedDict,
    "Counter": Counter,
    "defaultdict": defaultdict,
}
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")

MALFORMED = (
    *(TypeError, ValueError, LookupError, ArithmeticError, AttributeError),
    *(RuntimeError, MemoryError),
)
Encoded = Any


class Codec:
    """Encodes and decodes the values of one message after another."""

    def __init__(self) -> None:
        self._items = 0
        self._depth = 0

    def start_message(self) -> None:
        """Reset the item count for a new message."""
        self._items = self._depth = 0

    # Encoding

    def encode(self, value: Any, blobs: list[bytes]) -> Encoded:
        """Return the JSON form of `value` and append its bytes to `blobs`.

        Raises `ValueError` if the value is too large or nested too deeply.
        """
        kind = type(value)
        self._items += 1
        if self._items > MOST_ITEMS or self._depth > DEEPEST:
            raise ValueError("the values are too many, or nested too deeply, for another process")
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if value.bit_length() < 64 else ["i", f"{value:x}"]
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        self._depth += 1
        try:
            found = self._encode_container(value, blobs)
            if found is None:
                found = self._encode_number(value, blobs)
            return self.encode_other(value, blobs) if found is None else found
        finally:
            self._depth -= 1

    def encode_other(self, value: object, blobs: list[bytes]) -> Encoded:
        """Return the form of a value that is not data."""
        raise NotImplementedError

    def _all(self, values: Any, blobs: list[bytes]) -> list[Encoded]:
        return [self.encode(each, blobs) for each in values]

    def _encode_container(self, value: object, blobs: list[bytes]) -> Encoded | None:
        if isinstance(value, torch.Size):
            return ["z", *map(int, value)]
        if isinstance(value, tuple):
            fields = getattr(type(value), "_fields", ())
            if fields and all(FIELD.fullmatch(str(n)) for n in (type(value).__name__, *fields)):
                return ["n", type(value).__name__, list(fields), *self._all(value, blobs)]
            return ["t", *self._all(value, blobs)]
        if isinstance(value, list):
            return ["l", *self._all(value, blobs)]
        if isinstance(value, dict):
            name = next((n for n, k in DICTIONARIES.items() if type(value) is k), "dict")
            pairs = list(dict.items(value))
            return ["d", name, *self._all((x for pair in pairs for x in pair), blobs)]
        if isinstance(value, (set, frozenset)):
            return ["s" if isinstance(value, set) else "F", *self._all(value, blobs)]
        if isinstance(value, slice):
            return ["S", *self._all((value.start, value.stop, value.step), blobs)]
        if type(value) is range:
            return ["r", *self._all((value.start, value.stop, value.step), blobs)]
        return None

    def _encode_number(self, value: object, blobs: list[bytes]) -> Encoded | None:
        if isinstance(value, np.generic) and value.dtype.kind in "biufcSU":
            return ["g", value.dtype.str, _blob(np.asarray(value).tobytes(), blobs)]
        if isinstance(value, np.ndarray):
            return self._encode_array(np.asarray(value), blobs)
        if isinstance(value, torch.Tensor):
            return self.encode_tensor(value, blobs)
        if isinstance(value, (bool, int, float, str)):  # an instance of a subclass
            plain: Any = next(k for k in (bool, int, float, str) if isinstance(value, k))
            return self.encode(plain.__new__(plain, value), blobs)
        if isinstance(value, complex):
            return ["c", *self._all((value.real, value.imag), blobs)]
        if isinstance(value, (bytes, bytearray)):
            return ["b" if isinstance(value, bytes) else "B", _blob(bytes(value), blobs)]
        if isinstance(value, torch.dtype) and value in DTYPE_NAMES:
            return ["D", DTYPE_NAMES[value]]
        if isinstance(value, torch.device):
            return ["v", value.type]
        if isinstance(value, np.dtype) and value.kind in "biufcSU":
            return ["N", value.str]
        if value is Ellipsis:
            return ["e"]
        if isinstance(value, PurePath):
            return ["p", str(value)]
        if isinstance(value, Image.Image) and value.mode in MODES:
            return ["I", value.mode, *value.size, _blob(value.tobytes(), blobs)]
        return None

    def _encode_array(self, value: np.ndarray, blobs: list[bytes]) -> Encoded | None:
        if value.dtype.kind not in "biufcSU":
            return None
        if value.dtype.itemsize > 9999:
            return None
        return ["a", value.dtype.str, list(value.shape), _blob(value.tobytes(), blobs)]

    def encode_tensor(self, value: torch.Tensor, blobs: list[bytes]) -> Encoded | None:
        """Return a tensor as data, or None unless it consists of plain numbers in memory."""
        if value.layout != torch.strided or value.is_quantized or value.dtype not in DTYPE_NAMES:
            return None
        if value.device.type == "meta":
            return None
        kind = type(value).__name__ if type(value).__name__ in TENSOR_KINDS else ""
        plain = value.detach().as_subclass(torch.Tensor).cpu().resolve_conj().resolve_neg()
        if plain.dtype == torch.bfloat16:  # unknown to numpy
            plain = plain.view(torch.int16)
        raw = plain.numpy().tobytes()
        return ["T", kind, DTYPE_NAMES[value.dtype], list(value.shape), _blob(raw, blobs)]

    # Decoding validates everything, since data may come from a worker.

    def decode(self, data: Encoded, blobs: list[bytearray]) -> Any:
        """Return the value that `data` describes. Raises `Violation`."""
        kind = type(data)
        self._items += 1
        if self._items > MOST_ITEMS or self._depth > DEEPEST:
            raise Violation("too many values, or nested too deeply")
        if data is None or kind is bool or kind is float or kind is int:
            return data
        if kind is str:
            return data if data.isascii() else data.encode("utf-8", "replace").decode()
        if kind is not list or not data or type(data[0]) is not str:
            raise Violation("a value of an unknown kind")
        self._depth += 1
        try:
            decoder = DECODERS.get(data[0])
            if decoder is None:
                return self.decode_other(data[0], data[1:], blobs)
            return decoder(self, data[1:], blobs)
        except Violation:
            raise
        except MALFORMED as bad:
            raise Violation(f"a value of kind {data[0]!r} that is malformed") from bad
        finally:
            self._depth -= 1

    def decode_other(self, kind: str, rest: list[Any], blobs: list[bytearray]) -> Any:
        """Return a value whose kind is not data. Raises `Violation`."""
        raise Violation(f"a value of an unknown kind: {kind[:20]!r}")

    def all_decoded(self, rest: list[Any], blobs: list[bytearray]) -> list[Any]:
        return [self.decode(each, blobs) for each in rest]


def _blob(raw: bytes, blobs: list[bytes]) -> int:
    blobs.append(raw)
    return len(blobs) - 1


def whole(value: object, least: int = 0, most: int = 1 << 62) -> int:
    """Return `value` if it is an integer in the range. Raises `Violation` otherwise."""
    if type(value) is not int or not least <= value <= most:
        raise Violation("a number out of range")
    return value


def text(value: object, longest: int = 10_000) -> str:
    """Return `value` if it is a string of at most `longest` characters. Raises `Violation`."""
    if type(value) is not str or len(value) > longest:
        raise Violation("a text that is too long, or no text")
    return value


def _raw(index: object, blobs: list[bytearray]) -> bytearray:
    return blobs[whole(index, 0, len(blobs) - 1)]


def _shape(value: object, most: int) -> list[int]:
    if type(value) is not list or len(value) > most:
        raise Violation("a shape that is malformed")
    return [whole(each, 0, LONGEST_DIMENSION) for each in value]


def _array_type(name: Any) -> np.dtype[Any]:
    if not ARRAY.fullmatch(text(name, 12)):
        raise Violation("an array type that is not allowed")
    found: np.dtype[Any] = np.dtype(name)
    return found


def _array(codec: Codec, rest: list[Any], blobs: list[bytearray]) -> np.ndarray:
    name, shape, index = rest
    dtype, raw, sizes = _array_type(name), _raw(index, blobs), _shape(shape, 32)
    if math.prod(sizes) * dtype.itemsize != len(raw):
        raise Violation("an array of another size than its bytes")
    if dtype.itemsize == 0 or not raw:
        return np.zeros(sizes, dtype)
    array = np.frombuffer(raw, dtype=np.uint8 if dtype.kind == "b" else dtype)
    return (array != 0).reshape(sizes) if dtype.kind == "b" else array.reshape(sizes)


def _scalar(codec: Codec, rest: list[Any], blobs: list[bytearray]) -> Any:
    name, index = rest
    return _array(codec, [name, [], index], blobs)[()]


def tensor(codec: Codec, rest: list[Any], blobs: list[bytearray]) -> torch.Tensor:
    """Build a tensor from its kind, dtype, shape and bytes."""
    kind, name, shape, index = rest
    dtype, raw, sizes = DTYPES[text(name, 20)], _raw(index, blobs), _shape(shape, 60)
    if math.prod(sizes) * dtype.itemsize != len(raw) or kind not in TENSOR_KINDS:
        raise Violation("a tensor of another size than its bytes")
    if not raw:
        found = torch.empty(sizes, dtype=dtype)
    else:
        numbers = torch.frombuffer(raw, dtype=torch.uint8)
        found = (numbers != 0 if dtype == torch.bool else numbers.view(dtype)).reshape(sizes)
    if kind:
        from torchvision import tv_tensors

        wrapped: torch.Tensor = getattr(tv_tensors, kind)(found)
        return wrapped
    return found


def _image(codec: Codec, rest: list[Any], blobs: list[bytearray]) -> Image.Image:
    mode, width, height, index = rest
    size = whole(width, 0, 1 << 20), whole(height, 0, 1 << 20)
    if mode not in MODES or size[0] * size[1] > LARGEST_IMAGE:
        raise Violation("an image of a kind or size that is not allowed")
    if not size[0] or not size[1]:
        return Image.new(mode, size)
    return Image.frombytes(mode, size, bytes(_raw(index, blobs)))


def _dictionary(codec: Codec, rest: list[Any], blobs: list[bytearray]) -> dict[Any, Any]:
    values = codec.all_decoded(rest[1:], blobs)
    pairs = zip(values[::2], values[1::2], strict=True)
    kind = DICTIONARIES[text(rest[0], 20)]
    if kind is defaultdict:
        return defaultdict(None, pairs)
    if kind is Counter:
        return Counter(dict(pairs))
    return kind(pairs)


def _named(codec: Codec, rest: list[Any], blobs: list[bytearray]) -> tuple[Any, ...]:
    name, fields = text(rest[0], 40), rest[1]
    if type(fields) is not list or len(fields) > 100:
        raise Violation("a named tuple that is malformed")
    if not all(FIELD.fullmatch(text(each, 41)) for each in [name, *fields]):
        raise Violation("a named tuple that is malformed")
    kind = namedtuple(name, fields)  # type: ignore[misc]
    return kind(*codec.all_decoded(rest[2:], blobs))


def _integer(codec: Codec, rest: list[Any], blobs: list[bytearray]) -> int:
    (digits,) = rest
    return int(text(digits, LONGEST_INTEGER), 16)


def _range(codec: Codec, rest: list[Any], blobs: list[bytearray]) -> range:
    found = range(*(whole(each, -(1 << 62)) for each in rest))
    if len(found) > MOST_ITEMS:
        raise Violation("a range that is too long")
    return found


def _float(codec: Codec, rest: list[Any], blobs: list[bytearray]) -> float:
    (name,) = rest
    return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[name]


DECODERS: dict[str, Any] = {
    "i": _integer,
    "f": _float,
    "t": lambda codec, rest, blobs: tuple(codec.all_decoded(rest, blobs)),
    "l": lambda codec, rest, blobs: codec.all_decoded(rest, blobs),
    "s": lambda codec, rest, blobs: set(codec.all_decoded(rest, blobs)),
    "F": lambda codec, rest, blobs: frozenset(codec.all_decoded(rest, blobs)),
    "d": _dictionary,
    "n": _named,
    "z": lambda codec, rest, blobs: torch.Size(_shape(rest, 60)),
    "S": lambda codec, rest, blobs: slice(*codec.all_decoded(rest, blobs)),
    "r": _range,
    "c": lambda codec, rest, blobs: complex(*codec.all_decoded(rest, blobs)),
    "b": lambda codec, rest, blobs: bytes(_raw(rest[0], blobs)),
    "B": lambda codec, rest, blobs: bytearray(_raw(rest[0], blobs)),
    "g": _scalar,
    "a": _array,
    "T": tensor,
    "D": lambda codec, rest, blobs: DTYPES[text(rest[0], 20)],
    "N": lambda codec, rest, blobs: _array_type(rest[0]),
    "v": lambda codec, rest, blobs: torch.device({"cpu": "cpu"}[rest[0]]),
    "e": lambda codec, rest, blobs: ...,
    "p": lambda codec, rest, blobs: Path(text(rest[0], 4096)),
    "I": _image,
}
