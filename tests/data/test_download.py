"""Downloads survive network failures, and report those that they can't survive."""

from pathlib import Path

import pytest

from data_scripts.download import ATTEMPTS, BUSY_ATTEMPTS, download
from data_scripts.problems import DataProblem
from tests.data.server import Server


@pytest.fixture
def goal(tmp_path: Path) -> Path:
    return tmp_path / "tiny.zip"


def get(server: Server, goal: Path) -> None:
    download(server.url, goal, max_bytes=1 << 20, say=lambda line: None)


def test_an_interrupted_download_resumes(server: Server, goal: Path) -> None:
    half = len(server.content) // 2
    server.cuts = [half]
    get(server, goal)
    assert goal.read_bytes() == server.content
    assert server.requests == [None, f"bytes={half}-"]
    assert [path.name for path in goal.parent.iterdir()] == ["tiny.zip"]


def test_a_later_call_resumes_where_an_earlier_one_gave_up(server: Server, goal: Path) -> None:
    server.cuts = [40_000, *[0] * ATTEMPTS]
    with pytest.raises(DataProblem, match="attempts") as caught:
        get(server, goal)
    assert "40,000 bytes received so far are kept" in caught.value.advice
    assert not goal.exists()
    get(server, goal)
    assert goal.read_bytes() == server.content
    assert server.requests[-1] == "bytes=40000-"


def test_slow_progress_does_not_abort_the_download(server: Server, goal: Path) -> None:
    step = len(server.content) // 20 + 1
    server.cuts = [*[step] * 19]
    get(server, goal)
    assert goal.read_bytes() == server.content


def test_a_server_that_cannot_resume_is_asked_for_everything(server: Server, goal: Path) -> None:
    server.resumes = False
    server.cuts = [50_000]
    get(server, goal)
    assert goal.read_bytes() == server.content


def test_halves_of_two_versions_are_never_joined(server: Server, goal: Path) -> None:
    server.cuts = [50_000, *[0] * ATTEMPTS]
    with pytest.raises(DataProblem):
        get(server, goal)
    server.content, server.etag = server.content[::-1], '"second"'
    get(server, goal)
    assert goal.read_bytes() == server.content


def test_a_part_longer_than_the_file_is_discarded(server: Server, goal: Path) -> None:
    server.cuts = [50_000, *[0] * ATTEMPTS]
    with pytest.raises(DataProblem):
        get(server, goal)
    server.content = server.content[:30_000]
    get(server, goal)
    assert goal.read_bytes() == server.content


def test_a_missing_file_is_not_requested_twice(server: Server, goal: Path) -> None:
    server.status = 404
    with pytest.raises(DataProblem, match="answered 404"):
        get(server, goal)
    assert len(server.requests) == 1


def test_a_busy_server_is_retried(server: Server, goal: Path) -> None:
    server.status = 503
    with pytest.raises(DataProblem, match="attempts"):
        get(server, goal)
    assert len(server.requests) == BUSY_ATTEMPTS


def test_a_file_larger_than_expected_is_rejected(server: Server, goal: Path) -> None:
    with pytest.raises(DataProblem, match="larger than"):
        download(server.url, goal, max_bytes=1000)
    assert not goal.exists()


def test_an_unknown_server_is_reported_at_once(goal: Path) -> None:
    said: list[str] = []
    with pytest.raises(DataProblem, match="can't be reached"):
        download("http://no-such-host.invalid/x.zip", goal, max_bytes=1000, say=said.append)
    assert said == []
