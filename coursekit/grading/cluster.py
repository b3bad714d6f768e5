"""Grading on a Dask cluster: the workers get cells and files, and hand results back.

A worker sees neither the gradebook nor the course folder: a job is plain data, and what public
files it needs travel once to each worker.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from coursekit.errors import UsageProblem
from coursekit.grading.fork_server.client import run_anywhere
from coursekit.grading.protocol.messages import Job, Results

Submit = Callable[[Job, dict[str, str]], "Future[Results]"]


@contextmanager
def on_cluster(address: str, public: dict[str, bytes]) -> Iterator[Submit]:
    """Run jobs on the workers of the scheduler at `address`.

    Raises `UsageProblem` that says what to install, or that nobody answers there.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageProblem(
            "Grading on a cluster needs Dask: pip install 'vision-course[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=20)
    except (OSError, TimeoutError) as problem:
        raise UsageProblem(f"no Dask scheduler answers at {address}: {problem}") from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise UsageProblem(f"the Dask scheduler at {address} has no workers")
        files = {name: base64.b64encode(content).decode() for name, content in public.items()}
        (everywhere,) = client.scatter([files], broadcast=True)
        executor = client.get_executor(pure=False, retries=1)
        yield lambda job, hidden: executor.submit(run_anywhere, everywhere, job, hidden)
