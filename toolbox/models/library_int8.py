"""Eight bits by the library: torchao quantizes an exported network, torch.compile makes it fast.

Of torch's ways to eight bits this is the one that is meant to last: `torch.ao.quantization` (eager
mode and FX graphs) is announced to be removed, and its work on exported programs has moved to
torchao as `prepare_pt2e` and `convert_pt2e`. torchao is a package of its own that the course does
without: `missing` says why a machine can't use it, and nothing is imported before that is asked.
"""

from __future__ import annotations

import copy
import importlib.util
import logging
import platform
import shutil
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

COMPILERS = ("g++", "clang++", "c++", "cl")
LAYERS = ("conv2d", "linear")  # operations that have to be in eight bits afterwards
INTEGER_FLAGS = ("avx2", "avx_vnni", "avx512_vnni", "amx_int8")  # as Linux calls them


class LibraryUnavailable(RuntimeError):
    """The library's way isn't open on this machine; the message says what to do."""


def missing() -> str:
    """Why this machine can't go the library's way, in a sentence; empty where it can."""
    if importlib.util.find_spec("torchao") is None:
        return "torchao is not installed (pip install torchao)"
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return f"this backend is for x86 processors, and this is {platform.machine()}"
    if not any(shutil.which(name) for name in COMPILERS):
        return "there is no C++ compiler, which torch.compile needs (apt-get install g++)"
    return ""


def instruction_set() -> str:
    """What torch uses of this processor, and which integer instructions it has, as far as known."""
    found = torch.backends.cpu.get_cpu_capability()
    flags = Path("/proc/cpuinfo")
    if flags.is_file():
        words = set(flags.read_text(encoding="utf-8").split())
        found += f" ({', '.join(flag for flag in INTEGER_FLAGS if flag in words)})"
    return found


def quantize(model: nn.Module, calibration: Any) -> torch.fx.GraphModule:
    """An exported copy of `model` whose convolutions and linear layers compute in eight bits.

    calibration: gives batches (images, labels), the first of 2 images or more. Images of the test
    split are refused with a `ValueError`: ranges come from what the network may learn from.
    `model` is left as it was. `LibraryUnavailable` where `missing` says so, or where the library
    left a layer in float without a word (which versions of it have done).
    """
    if problem := missing():
        raise LibraryUnavailable(f"The library's eight bits: {problem}.")
    where = getattr(getattr(calibration, "dataset", None), "provenance", None)
    if getattr(where, "split", None) == "test":
        raise ValueError("These are the test images. Calibrate on images of the train split.")
    batches = [x for x, _ in calibration]
    if not batches or len(batches[0]) < 2:
        raise ValueError("calibration needs a first batch of 2 images or more")
    with _quiet():
        from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
        from torchao.quantization.pt2e.quantizer import x86_inductor_quantizer as x86

        # Strict tracing: without it torchao finds no layers under torch 2.11, and says nothing.
        shape = ({0: torch.export.Dim("batch")},)
        plain = copy.deepcopy(model).eval()
        graph = torch.export.export(
            plain, (batches[0],), dynamic_shapes=shape, strict=True
        ).module()
        quantizer = x86.X86InductorQuantizer()
        quantizer.set_global(x86.get_default_x86_inductor_quantization_config())
        prepared = prepare_pt2e(graph, quantizer)
        with torch.no_grad():
            for x in batches:
                prepared(x)
            converted = convert_pt2e(prepared)
    _require_integers(converted)
    _drop_unused(converted)
    return converted


def compiled(model: nn.Module) -> Callable[[torch.Tensor], torch.Tensor]:
    """`model` compiled for this processor, its weights taken for constants.

    The first call with images of another batch size takes seconds: it compiles.
    """
    made = torch.compile(model, dynamic=False)

    def run(x: torch.Tensor) -> torch.Tensor:
        import torch._inductor.config as settings

        with _quiet(), torch.no_grad(), settings.patch(freezing=True):
            return made(x)

    return run


def latency_ms(run: Callable[[torch.Tensor], Any], x: torch.Tensor, repeats: int = 40) -> float:
    """Milliseconds for the batch x: the median of `repeats` calls, after five to warm up."""
    times = []
    with torch.no_grad():
        for number in range(repeats + 5):
            began = time.perf_counter()
            run(x)
            if number >= 5:
                times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def accuracy(run: Callable[[torch.Tensor], torch.Tensor], loader: Any) -> float:
    """The fraction of images whose highest score is that of their label."""
    right = count = 0
    with torch.no_grad():
        for x, y in loader:
            right += int((run(x).argmax(dim=1) == y).sum())
            count += len(y)
    return right / count


def file_bytes(state: Any, path: Path) -> int:
    """Save `state` with torch.save to `path`, and say how large the file is."""
    torch.save(state, path)
    return path.stat().st_size


def _require_integers(graph: torch.fx.GraphModule) -> None:
    """Each convolution and linear layer takes what was in integers just before."""
    for node in graph.graph.nodes:
        name = str(node.target)
        if node.op != "call_function" or not any(f".{kind}." in name for kind in LAYERS):
            continue
        given: Sequence[Any] = node.args[:2]
        if not all("dequantize" in str(source.target) for source in given):
            raise LibraryUnavailable(
                f"torchao left the layer {node.name} in float. It goes with certain versions of "
                "torch only: see its release notes for yours."
            )


def _drop_unused(graph: torch.fx.GraphModule) -> None:
    """Take out the float weights, which the graph no longer asks for."""
    used = {str(node.target) for node in graph.graph.nodes if node.op == "get_attr"}
    for name in [*dict(graph.named_parameters()), *dict(graph.named_buffers())]:
        if name not in used:
            owner, _, last = name.rpartition(".")
            delattr(graph.get_submodule(owner), last)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the libraries' warnings, which are not about the student's code."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
