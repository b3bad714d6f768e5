"""The fork server: import everything slow once, then serve each job from a fork.

    python -m coursekit.grading.fork_server.main FD LIFELINE PUBLIC MODULE...

The grader passes one end of a connection for each job over the socket FD. When the pipe LIFELINE
is closed, the kernel kills this process and its forks, so killing the grader ends them all.
PUBLIC is a folder with the course's public files, and each MODULE one whose tests will run.
"""

from __future__ import annotations

import ast
import compileall
import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coursekit.grading.protocol.channel import Broken, receive, send
from coursekit.grading.protocol.messages import ImagesNeeded, Order, PlanQuery, TestPlan
from coursekit.grading.sandbox.lifeline import fork_tied, tie_to
from coursekit.huge_pages import moving

MODULES = [
    "torch",
    "torchvision",
    "numpy",
    "PIL.Image",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "pytest",
    "pyseccomp",
    "toolbox.checks",
    "toolbox.checks.trained",
    "toolbox.notebook",
    "toolbox.data",
    "toolbox.plots",
    "toolbox.segmentation",
    "data_scripts.synthetic",
    "toolbox.results",
    "toolbox.training.trainer",
    "toolbox.checks.thresholds",
    "unittest.mock",
    "doctest",
]


# A module that imports one of these may need torch's compiler, whose import takes a second. For
# the others it is imported when it is needed, like the parts of torchvision that import it.
TRAINING = ("torch.nn", "torch.optim", "torchvision")


def main(number: int, public: str, modules: Sequence[str]) -> None:
    """Import everything once, then fork a supervisor for each order from a socket.

    number: file descriptor of the open socket. public: the folder with the public files.
    modules: the modules of student_code whose tests will run.
    """
    os.chdir(public)
    sys.path.insert(0, public)
    gc.disable()  # nothing of what is imported can be collected
    control = socket.socket(fileno=number)
    with contextlib.suppress(OSError):  # if the grader is gone, `receive` below ends this process
        send(control, probe(public))
    try:
        from coursekit.grading.supervisor.main import supervise  # imports the course's toolbox, too

        _import_everything(Path(public), modules)
    except ImportError as problem:
        send(control, {"unable": str(problem)})
        os._exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        send(control, {"ready": True})
    moves = moving()
    while True:
        while not select.select([control], [], [], 0)[0] and next(moves, None):
            pass  # no order waits
        try:
            order: Order = receive(control)
            _, (theirs,), _, _ = socket.recv_fds(control, 1, 1)
        except Broken:
            os._exit(0)  # a normal exit with torch loaded takes a second
        if fork_tied() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            line = socket.socket(fileno=theirs)
            try:
                if order["kind"] == "plan":
                    _plan(line)
                elif order["kind"] == "prepare":
                    _prepare(line)
                else:
                    supervise(line, public)
            except BaseException as problem:
                with contextlib.suppress(OSError):
                    send(line, {"problem": f"{type(problem).__name__}: {problem}"})
            os._exit(0)
        os.close(theirs)


def _plan(line: socket.socket) -> None:
    from coursekit.grading.fork_server.test_plans import plan

    found: list[TestPlan] = []
    questions: list[PlanQuery] = receive(line)
    for each in questions:
        try:
            found.append(plan(each["file"], each["function"], each["hidden"]))
        except Exception as problem:  # loading the course's own tests can raise anything
            reason = " ".join(f"{problem}".split())
            found.append({"public": [], "hidden": [], "problem": reason})
    send(line, found)


def _prepare(line: socket.socket) -> None:
    from coursekit.grading.fork_server.data_sets import prepare

    wish: ImagesNeeded = receive(line)
    problems = prepare(wish, lambda text: send(line, {"says": text}))
    send(line, {"problems": problems})


def probe(public: str) -> dict[str, Any]:
    """Return the strongest level for which a sandbox really starts, and why no stronger one."""
    from coursekit.grading.sandbox.container import Place, Sandbox
    from coursekit.grading.sandbox.levels import Level, Limits

    place = Place(f"{public}-probe", public, {})
    found, problem = Level.LIMITS, ""
    for level in (Level.NAMESPACES, Level.SEALED):
        try:
            sandbox = Sandbox(place, Limits(), level, lambda line: send(line, {"inside": True}))
            try:
                receive(sandbox.run())
            finally:
                sandbox.close()
        except (OSError, Broken) as reason:
            problem = str(reason)
            break
        found = level
    return {"level": int(found), "problem": problem}


def _import_everything(public: Path, modules: Sequence[str]) -> None:
    """Import what the submissions of a part import, so that no fork has to."""
    tests = [path for name in modules if (path := public / f"unit_tests/test_{name}.py").is_file()]
    code = [path for name in modules if (path := public / f"student_code/{name}.py").is_file()]
    wanted = [name for path in tests + code for name in _imported(path)]
    if not any(name.startswith(TRAINING) for name in wanted):
        with contextlib.suppress(ImportError):  # the toolbox of an older build
            from toolbox.submission.fast_imports import load_when_used

            load_when_used()
    for name in dict.fromkeys(MODULES + wanted):
        if name.split(".")[0] not in ("student_code", "unit_tests"):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    import PIL.Image
    import torch

    from coursekit.grading.worker.notebook_cells import the_shell
    from toolbox.checks.pytest_run import run_tests

    torch.set_num_threads(1)
    # Sandboxes cannot write bytecode but can read it; compiling the tests takes longer than
    # running them.
    compileall.compile_dir(public / "unit_tests", quiet=2)
    the_shell()
    for path in tests:
        run_tests([f"unit_tests/{path.name}"])  # on the stubs, to fill all caches
    torch.ones(2, 2).requires_grad_().sum().backward()
    PIL.Image.init()  # all formats; Pillow loads the rare ones only when it needs them
    # Frozen objects stay in memory pages that all forks share.
    gc.freeze()
    gc.enable()


def _imported(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


if __name__ == "__main__":
    tie_to(int(sys.argv[2]))
    main(int(sys.argv[1]), sys.argv[3], sys.argv[4:])
