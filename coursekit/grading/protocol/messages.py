"""The messages between the processes of the grader, as typed dictionaries.

Every message is a JSON object. If several kinds share a connection, `kind` names the kind. Only
`worker_message` reads what a process with student code wrote; all other connections are between
trusted processes. The values that a judge and a worker exchange have their own protocol (`frames`).
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from coursekit.grading.protocol.channel import Broken

Output = dict[str, Any]  # of a notebook cell, as nbformat defines it

# From the parent to the fork server.


class Order(TypedDict):
    """What the process that is forked for a connection does with it."""

    kind: Literal["grade", "plan", "prepare"]


class PlanQuery(TypedDict):
    """A function whose tests the parent requests. `hidden` is the source of its hidden tests."""

    function: str
    file: str
    hidden: str


class ImagesNeeded(TypedDict):
    """Data sets and trained runs whose images must be prepared before grading starts."""

    datasets: list[str]
    runs: list[str]
    environment: dict[str, str]


class SandboxJob(TypedDict):
    """The part of a job from which the sandbox is made.

    It is sent before the rest, so that no process with student code inherits anything else.
    """

    root: str
    files: dict[str, str]  # contents in base64, by path from the root
    environment: dict[str, str]
    data: str
    limits: dict[str, Any]
    level: int


class PlannedTest(TypedDict):
    """A test of a function."""

    test: str
    promise: str
    function: str
    share: float
    hidden: bool


class TestPlan(TypedDict):
    """The tests of a function, or the reason why they could not be loaded."""

    public: list[PlannedTest]
    hidden: list[PlannedTest]
    problem: NotRequired[str]


class RunCell(TypedDict):
    """A cell without points, which runs only for the readers of the notebook."""

    kind: Literal["run"]
    index: int
    count: int
    source: str


class TestCell(TypedDict):
    """An autograded cell with a function's tests."""

    kind: Literal["tests"]
    index: int
    count: int
    points: float
    function: str
    file: str
    plan: TestPlan


class NetworkCell(TypedDict):
    """An autograded cell that measures the network of a trained run."""

    kind: Literal["network"]
    index: int
    count: int
    points: float
    run: str


class SourceCell(TypedDict):
    """An autograded cell of any other form. Its source is sent with the hidden tests."""

    kind: Literal["source"]
    index: int
    count: int
    points: float


class BrokenCell(TypedDict):
    """An autograded cell whose tests cannot be loaded."""

    kind: Literal["broken"]
    index: int
    count: int
    points: float
    function: str
    problem: str


GradedCell = TestCell | NetworkCell | SourceCell | BrokenCell
Cell = RunCell | GradedCell


class EarlierModule(TypedDict):
    """A module of an earlier part: its tests, and the reference that replaces it if they fail."""

    name: str
    cells: list[TestCell]
    code: str


class Job(TypedDict):
    """Everything needed to grade one submission, except the hidden tests."""

    sandbox: SandboxJob
    cells: list[Cell]
    setup: str
    earlier: list[EarlierModule]
    images: ImagesNeeded
    unmeasurable: dict[str, str]  # why images are missing, by trained run
    key: str  # seeds the tests


class Results(TypedDict, total=False):
    """The results of a job. If the job could not be run, `problem` is the only key."""

    problem: str
    cells: dict[str, list[Output]]  # by index
    flags: list[str]
    not_graded: dict[str, str]
    replaced: list[str]
    level: str


# From the supervisor to the first process of its sandbox, which runs no student code.


class SandboxOrder(TypedDict):
    """What the first process has to do: start a process, interrupt it, or kill all processes."""

    kind: Literal["run", "interrupt", "sweep"]
    data: bool  # whether the process to start sees the data sets


# From the supervisor to a process in the sandbox.


class ServeTask(TypedDict):
    """Serve the judge with the student's modules. `reference` replaces modules by name."""

    kind: Literal["serve"]
    reference: dict[str, str]


class CellsTask(TypedDict):
    """Run cells of a notebook, with at most `most` bytes of output."""

    kind: Literal["cells"]
    key: NotRequired[str]  # for signatures; the worker removes it before student code runs
    most: int
    cells: list[RunCell]


Task = ServeTask | CellsTask


# From a process with student code to the supervisor: untrusted claims whose form is validated.


class CellStarted(TypedDict):
    """The start of a cell, to which the following outputs belong."""

    kind: Literal["cell"]
    index: int


class CellOutputs(TypedDict):
    """Outputs of the last started cell, not validated yet (see `supervisor.cell_outputs`)."""

    kind: Literal["outputs"]
    outputs: Any


class CellsDone(TypedDict):
    """The end of the run: all cells have run."""

    kind: Literal["done"]


WorkerMessage = CellStarted | CellOutputs | CellsDone


def worker_message(found: dict[str, Any]) -> WorkerMessage:
    """Return `found` as a message of a process with student code. Raises `Broken` if malformed."""
    match found:
        case {"kind": "cell", "index": int(index)} if type(index) is int:
            return {"kind": "cell", "index": index}
        case {"kind": "outputs", "outputs": outputs}:
            return {"kind": "outputs", "outputs": outputs}
        case {"kind": "done"}:
            return {"kind": "done"}
    raise Broken("a message of an unknown kind")
