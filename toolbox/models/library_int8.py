"""Quantize a network to 8 bits with torchao, and run it fast with torch.compile.

This is torch's current approach: `torch.ao.quantization` (eager mode and FX graphs) is deprecated,
and quantization of exported programs has moved to torchao as `prepare_pt2e` and `convert_pt2e`.
torchao is a separate package that the course does not require: `missing` explains why a machine
can't use it, and it is not imported before that check.
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

from toolbox.training.protocols import Loader

COMPILERS = ("g++", "clang++", "c++", "cl")
LAYERS = ("conv2d", "linear")  # operations that must compute in 8 bits afterwards
INTEGER_FLAGS = ("avx2", "avx_vnni", "avx512_vnni", "amx_int8")  # as Linux calls them


class LibraryUnavailable(RuntimeError):
    """torchao can't quantize on this machine; the message says what to do."""


def missing() -> str:
    """Return why torchao can't quantize on this machine, in a sentence; empty if it can."""
    if importlib.util.find_spec("torchao") is None:
        return "torchao is not installed (pip install torchao)"
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return f"this backend is for x86 processors, and this is {platform.machine()}"
    if not any(shutil.which(name) for name in COMPILERS):
        return "there is no C++ compiler, which torch.compile needs (apt-get install g++)"
    return ""


def instruction_set() -> str:
    """Describe the vector instructions that torch uses, and the integer instructions, if known."""
    found = torch.backends.cpu.get_cpu_capability()
    flags = Path("/proc/cpuinfo")
    if flags.is_file():
        words = set(flags.read_text(encoding="utf-8").split())
        found += f" ({', '.join(flag for flag in INTEGER_FLAGS if flag in words)})"
    return found


def quantize(model: nn.Module, calibration: Loader) -> torch.fx.GraphModule:
    """Return an exported copy of `model` with convolutions and linear layers in 8 bits.

    calibration: yields batches (images, labels), the first with 2 images or more. Images of the
    test split raise a `ValueError`: ranges must come from images that the network may learn from.
    `model` is not changed. Raises `LibraryUnavailable` if `missing` reports a problem, or if the
    library silently left a layer in float, as some of its versions do.
    """
    if problem := missing():
        raise LibraryUnavailable(f"Cannot quantize with torchao: {problem}.")
    where = getattr(getattr(calibration, "dataset", None), "provenance", None)
    if getattr(where, "split", None) == "test":
        raise ValueError("These are the test images. Calibrate on images of the train split.")
    batches = [x for x, _ in calibration]
    if not batches or len(batches[0]) < 2:
        raise ValueError("the first batch for calibration must have 2 images or more")
    with _quiet():
        from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
        from torchao.quantization.pt2e.quantizer import x86_inductor_quantizer as x86

        # Strict tracing: without it, torchao silently finds no layers under torch 2.11.
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
    """Compile `model` for this processor, with its weights as constants.

    The first call with a new batch size takes seconds, because it compiles.
    """
    made = torch.compile(model, dynamic=False)

    def run(x: torch.Tensor) -> torch.Tensor:
        import torch._inductor.config as settings

        with _quiet(), torch.no_grad(), settings.patch(freezing=True):
            return made(x)

    return run


def latency_ms(run: Callable[[torch.Tensor], Any], x: torch.Tensor, repeats: int = 40) -> float:
    """Return the milliseconds for the batch x: the median of `repeats` calls after 5 warm-ups."""
    times = []
    with torch.no_grad():
        for number in range(repeats + 5):
            began = time.perf_counter()
            run(x)
            if number >= 5:
                times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def accuracy(run: Callable[[torch.Tensor], torch.Tensor], loader: Loader) -> float:
    """Return the fraction of images whose highest score belongs to their label."""
    right = count = 0
    with torch.no_grad():
        for x, y in loader:
            right += int((run(x).argmax(dim=1) == y).sum())
            count += len(y)
    return right / count


def file_bytes(state: object, path: Path) -> int:
    """Save `state` with torch.save to `path`, and return the size of the file."""
    torch.save(state, path)
    return path.stat().st_size


def _require_integers(graph: torch.fx.GraphModule) -> None:
    """Raise unless each convolution and linear layer takes integer inputs and weights."""
    for node in graph.graph.nodes:
        name = str(node.target)
        if node.op != "call_function" or not any(f".{kind}." in name for kind in LAYERS):
            continue
        given: Sequence[Any] = node.args[:2]
        if not all("dequantize" in str(source.target) for source in given):
            raise LibraryUnavailable(
                f"torchao left the layer {node.name} in float. Each version supports only certain "
                "versions of torch: see the release notes of torchao."
            )


def _drop_unused(graph: torch.fx.GraphModule) -> None:
    """Delete the float weights, which the graph no longer uses."""
    used = {str(node.target) for node in graph.graph.nodes if node.op == "get_attr"}
    for name in [*dict(graph.named_parameters()), *dict(graph.named_buffers())]:
        if name not in used:
            owner, _, last = name.rpartition(".")
            delattr(graph.get_submodule(owner), last)


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress the libraries' warnings, which are not about the student's code."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
