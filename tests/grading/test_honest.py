"""Unusual constructs in correct solutions cost no points."""

from __future__ import annotations

import pytest

from tests.grading.tiny_grader import CHECKED, MAXIMUM, TinyGrader

HONEST = {
    "set_default_dtype": """
import torch
torch.set_default_dtype(torch.float64)
def area(width, height):
    return checked(width, height)
""",
    "own_print": """
def print(*words):
    import builtins
    builtins.print("shapes:", *words)
def area(width, height):
    print(width, height)
    return checked(width, height)
""",
    "ordered": """
class Side:
    def __init__(self, length): self.length = length
    def __eq__(self, other): return isinstance(other, Side) and self.length == other.length
    def __lt__(self, other): return self.length < other.length
    def __hash__(self): return hash(self.length)
def area(width, height):
    short, long = sorted([Side(width), Side(height)])
    return checked(short.length, long.length)
""",
    "truth_and_float": """
class Side:
    def __init__(self, length): self.length = length
    def __bool__(self): return self.length >= 0
    def __float__(self): return float(self.length)
def area(width, height):
    return checked(width if Side(width) else -1, height if Side(height) else -1)
""",
    "del": """
class Resource:
    opened = 0
    def __init__(self): Resource.opened += 1
    def __del__(self): Resource.opened -= 1
def area(width, height):
    resource = Resource()
    return checked(width, height)
""",
    "ordered_dataclass": """
from dataclasses import dataclass
@dataclass(order=True, frozen=True)
class Side:
    length: float
def area(width, height):
    short, long = sorted([Side(width), Side(height)])
    return checked(short.length, long.length)
""",
    "pydantic": """
import pydantic
class Rectangle(pydantic.BaseModel):
    width: float
    height: float
def area(width, height):
    rectangle = Rectangle(width=width, height=height)
    return checked(rectangle.width, rectangle.height)
""",
    "subprocess": """
import subprocess, sys
def area(width, height):
    run = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True)
    assert run.stdout == "42\\n", run.stderr
    return checked(width, height)
""",
    "pool": """
import multiprocessing
def area(width, height):
    with multiprocessing.Pool(2) as pool:
        return pool.starmap(checked, [(width, height)])[0]
""",
    "spawned_pool": """
import multiprocessing, operator
def area(width, height):
    checked(width, height)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.starmap(operator.mul, [(width, height)])[0]
""",
    "executor_and_threads": """
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
def area(width, height):
    with ProcessPoolExecutor(1) as processes, ThreadPoolExecutor(4) as threads:
        assert len(list(threads.map(abs, range(100)))) == 100
        return processes.submit(checked, width, height).result()
""",
    "shared_memory": """
from multiprocessing import shared_memory
def area(width, height):
    block = shared_memory.SharedMemory(create=True, size=1 << 20)
    block.buf[0] = 1
    block.close(); block.unlink()
    return checked(width, height)
""",
}
# Also right, but indistinguishable from the first step of an attack: a person should look at it.
LOOKING = {
    "inspect_stack": """
import inspect
def area(width, height):
    assert inspect.stack()[0].function == "area"
    return checked(width, height)
""",
    "garbage_collector": """
import gc
def area(width, height):
    assert gc.get_objects()
    return checked(width, height)
""",
    "profile": """
import cProfile
def area(width, height):
    profile = cProfile.Profile()
    profile.enable()
    try:
        return checked(width, height)
    finally:
        profile.disable()
""",
    "replaced_print": """
import builtins
usual = builtins.print
builtins.print = lambda *words, **named: usual("shapes:", *words, **named)
def area(width, height):
    print(width, height)
    return checked(width, height)
""",
}


@pytest.mark.parametrize("text", [*HONEST.values(), *LOOKING.values()], ids=[*HONEST, *LOOKING])
def test_honest_code_earns_full_points_without_a_flag(grader: TinyGrader, text: str) -> None:
    if "pydantic" in text:
        pytest.importorskip("pydantic")
    verdict = grader.grade(CHECKED + text)
    assert verdict.score == MAXIMUM, verdict
    assert verdict.flags == []


SHARED = """
import mmap, os, time
for _ in range(4):
    if os.fork() == 0:
        kept = mmap.mmap(-1, 200 << 20)
        kept[:] = bytes(200 << 20)
        time.sleep(1000)
time.sleep(1000)
"""


def test_too_much_shared_memory_ends_a_worker(grader: TinyGrader) -> None:
    verdict = grader.grade(SHARED, memory=500)
    assert verdict.score == 0
    assert "more than 500 MB of memory" in verdict.text
    assert verdict.flags == ["shapes.area: more than 500 MB of memory"]
