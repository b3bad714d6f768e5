"""The messages between the processes of the grader, each with its form.

Every message is a JSON object. Where several kinds share a line, `kind` names which it is. Only
`worker_message` reads what a process with student code wrote; all other lines connect trusted
processes. The values that a judge and a worker exchange have a protocol of their own (`frames`).
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from coursekit.grading.protocol.channel import Broken

Output = dict[str, Any]  # of a notebook cell, as nbformat defines it

# From the parent to the fork server.


class Order(TypedDict):
    """What the process that is forked for a line does with it."""

    kind: Literal["grade", "plan", "prepare"]


class PlanQuery(TypedDict):
    """A function whose tests the parent asks for. `hidden` is the text of its hidden tests."""

    function: str
    file: str
    hidden: str


class ImagesNeeded(TypedDict):
    """Data sets and trained runs whose images have to be ready before grading starts."""

    datasets: list[str]
    runs: list[str]
    environment: dict[str, str]


class SandboxJob(TypedDict):
    """The part of a job that a sandbox is made from.

    It arrives before the rest, so that no process with student code inherits anything else.
    """

    root: str
    files: dict[str, str]  # contents in base64, by path from the root
    environment: dict[str, str]
    data: str
    limits: dict[str, Any]
    level: int


class PlannedTest(TypedDict):
    """A test that a function has."""

    test: str
    promise: str
    function: str
    share: float
    hidden: bool


class TestPlan(TypedDict):
    """The tests of a function, or the problem that kept them from being loaded."""

    public: list[PlannedTest]
    hidden: list[PlannedTest]
    problem: NotRequired[str]


class RunCell(TypedDict):
    """A cell that runs for those who read the notebook and counts for no points."""

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
    """An autograded cell of another form. Its source travels with the hidden tests."""

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
    """Everything that grading one submission needs, except hidden tests."""

    sandbox: SandboxJob
    cells: list[Cell]
    setup: str
    earlier: list[EarlierModule]
    images: ImagesNeeded
    unmeasurable: dict[str, str]  # why images are missing, by trained run
    key: str  # for the seeds of tests


class Results(TypedDict, total=False):
    """What came of a job. With `problem`, the job could not be run, and nothing else is there."""

    problem: str
    cells: dict[str, list[Output]]  # by index
    flags: list[str]
    not_graded: dict[str, str]
    replaced: list[str]
    level: str


# From the supervisor to the first process of its sandbox, which runs no student code.


class SandboxOrder(TypedDict):
    """What the first process does: start a process, interrupt it, or kill everything inside."""

    kind: Literal["run", "interrupt", "sweep"]
    data: bool  # whether a started process sees the data sets


# From the supervisor to a process in the sandbox.


class ServeTask(TypedDict):
    """Hold the student's modules, and answer the judge. `reference` replaces modules by name."""

    kind: Literal["serve"]
    key: str
    most: int
    reference: dict[str, str]


class CellsTask(TypedDict):
    """Run cells of a notebook, with at most `most` bytes of output."""

    kind: Literal["cells"]
    key: str
    most: int
    cells: list[RunCell]


Task = ServeTask | CellsTask


# From a process with student code to the supervisor: claims, whose form is checked.


class CellStarted(TypedDict):
    """The outputs that follow belong to this cell."""

    kind: Literal["cell"]
    index: int


class CellOutputs(TypedDict):
    """The outputs of the cell that started last, of any form (`supervisor.cell_outputs`)."""

    kind: Literal["outputs"]
    outputs: Any


class CellsDone(TypedDict):
    """All cells have run."""

    kind: Literal["done"]


WorkerMessage = CellStarted | CellOutputs | CellsDone


def worker_message(found: dict[str, Any]) -> WorkerMessage:
    """Return a message of a process with student code. Raises `Broken` for any other form."""
    match found:
        case {"kind": "cell", "index": int(index)} if type(index) is int:
            return {"kind": "cell", "index": index}
        case {"kind": "outputs", "outputs": outputs}:
            return {"kind": "outputs", "outputs": outputs}
        case {"kind": "done"}:
            return {"kind": "done"}
    raise Broken("a message of an unknown kind")
