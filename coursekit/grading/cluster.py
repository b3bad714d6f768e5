"""Grade on a Dask cluster: its workers receive cells and files, and return results.

A worker has no access to the gradebook or the course folder. A job is plain data, and the public
files that it needs are sent to each worker once.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager

from coursekit.errors import UsageProblem
from coursekit.grading.fork_server.client import run_anywhere
from coursekit.grading.protocol.messages import Job, Results

Submit = Callable[[Job, dict[str, str]], "Future[Results]"]


@contextmanager
def on_cluster(address: str, public: dict[str, bytes], modules: Sequence[str]) -> Iterator[Submit]:
    """Run jobs on the workers of the scheduler at `address`, each with a `ForkServer`.

    Raises:
        UsageProblem: If Dask is not installed, or the scheduler does not answer or has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageProblem(
            "Grading on a cluster needs Dask. Install it: pip install 'vision-course[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=20)
    except (OSError, TimeoutError) as problem:
        raise UsageProblem(f"No Dask scheduler answers at {address}: {problem}") from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise UsageProblem(f"The Dask scheduler at {address} has no workers. Start some.")
        files = {name: base64.b64encode(content).decode() for name, content in public.items()}
        (everywhere,) = client.scatter([files], broadcast=True)
        executor = client.get_executor(pure=False, retries=1)
        yield lambda job, hidden: executor.submit(run_anywhere, everywhere, modules, job, hidden)
