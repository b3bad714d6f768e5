"""Several addresses of one archive: each fault of one costs seconds, and the next is used."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from data_scripts import connections, reachability
from data_scripts.download import BUSY_ATTEMPTS, part_file
from data_scripts.fetch import fetch
from data_scripts.manifest import differences
from data_scripts.places import incoming, real_place
from data_scripts.problems import DataProblem, Unreachable
from data_scripts.reachability import Reachability
from tests.data import tiny
from tests.data.hosts import BlackHole, Host, Hosts, closed_port

FIRST, SECOND = "first.example", "second.example"
ARCHIVE = tiny.archive()

Register = Callable[..., None]


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    def write(*urls: str, checked: bool = True) -> None:
        path = tmp_path / f"registry-{len(list(tmp_path.iterdir()))}.toml"
        path.write_text(tiny.registry(list(urls), tiny.sha256(ARCHIVE) if checked else ""))
        monkeypatch.setenv("COURSE_DATA_REGISTRY", str(path))

    return write


@pytest.fixture
def two(hosts: Hosts, register: Register) -> Hosts:
    """Two hosts with the archive of the tiny set."""
    for name in (FIRST, SECOND):
        hosts[name].files["tiny.zip"] = ARCHIVE
    register(hosts.url(f"{FIRST}/tiny.zip"), hosts.url(f"{SECOND}/tiny.zip"))
    return hosts


def silent(host: Host) -> None:
    host.silent = True


def installed() -> bool:
    return real_place("tiny").exists() and differences(real_place("tiny")) == []


FAULTS: dict[str, tuple[Callable[[Host], None], str]] = {
    "gone": (lambda host: host.files.clear(), "answered 404"),
    "forbidden": (lambda host: setattr(host, "status", 403), "answered 403"),
    "busy": (lambda host: setattr(host, "status", 503), "Service Unavailable"),
    "login page": (lambda host: setattr(host, "portal", True), "a web page instead of the file"),
    "changed": (lambda host: setattr(host, "flips", True), "has the wrong checksum"),
    "always cut": (lambda host: setattr(host, "cut", 0.0), "failed after several attempts"),
    "silent": (silent, "can't be reached"),
    "moved and gone": (
        lambda host: host.redirect.update({"tiny.zip": "nowhere.example/tiny.zip"}),
        "answered 404",
    ),
    "moving in circles": (
        lambda host: host.redirect.update({"tiny.zip": f"{FIRST}/tiny.zip"}),
        "answered 302",
    ),
}


@pytest.fixture
def fault(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "silent":  # only here, so that a busy machine doesn't look silent
        monkeypatch.setattr(connections, "SILENT_SECONDS", 2.0)
    return str(request.param)


@pytest.mark.parametrize("fault", FAULTS, indirect=True)
def test_a_faulty_address_is_passed_over(fault: str, two: Hosts) -> None:
    FAULTS[fault][0](two[FIRST])
    fetch("tiny", say=lambda line: None)
    assert installed()
    assert two.asked[SECOND] == 1
    assert list(incoming("real", "tiny").parent.glob("*")) == []


@pytest.mark.parametrize("fault", FAULTS, indirect=True)
def test_the_message_names_every_address_and_its_fault(fault: str, two: Hosts) -> None:
    FAULTS[fault][0](two[FIRST])
    two[SECOND].files.clear()
    with pytest.raises(DataProblem) as caught:
        fetch("tiny", say=lambda line: None)
    first, second = (
        next(line for line in str(caught.value).splitlines() if name in line)
        for name in (f"{FIRST}/tiny.zip", f"{SECOND}/tiny.zip")
    )
    assert FAULTS[fault][1] in first
    assert "answered 404" in second
    assert "make-offline tiny" in caught.value.advice
    assert not real_place("tiny").exists()


def test_a_busy_server_costs_few_attempts(two: Hosts) -> None:
    two[FIRST].status = 503
    fetch("tiny", say=lambda line: None)
    assert two.asked[FIRST] == BUSY_ATTEMPTS


def test_redirects_are_followed(two: Hosts) -> None:
    two[FIRST].redirect["tiny.zip"] = "cdn.example/new/tiny.zip"
    two["cdn.example"].files["new/tiny.zip"] = ARCHIVE
    fetch("tiny")
    assert installed()
    assert two.asked == {FIRST: 1, "cdn.example": 1}


def test_an_archive_without_size_or_ranges_is_installed(two: Hosts) -> None:
    two[FIRST].lengthless, two[FIRST].ranges = True, False
    said: list[str] = []
    fetch("tiny", say=said.append)
    assert installed()
    assert any("does not say how large the file is" in line for line in said)


def test_size_and_time_are_said_first(two: Hosts) -> None:
    said: list[str] = []
    fetch("tiny", say=said.append)
    assert said[0].startswith("Downloading tiny.zip from 127.0.0.1")
    assert said[0].endswith(": 0.1 MB, a few seconds.")


def test_a_login_page_does_not_destroy_what_was_received(two: Hosts, register: Register) -> None:
    url = two.url(f"{FIRST}/tiny.zip")
    register(url)
    two[FIRST].cut = 0.5
    with pytest.raises(DataProblem):
        fetch("tiny", say=lambda line: None)
    part = part_file(incoming("real", "tiny") / "tiny.zip", url)
    had = part.stat().st_size
    assert had >= len(ARCHIVE) // 2
    two[FIRST].cut, two[FIRST].portal = None, True
    with pytest.raises(DataProblem, match="login page"):
        fetch("tiny", say=lambda line: None)
    assert part.stat().st_size == had
    two[FIRST].portal = False
    fetch("tiny", say=lambda line: None)
    assert installed()
    assert two[FIRST].requests[-1] == ("tiny.zip", f"bytes={had}-")


def test_a_server_switched_off_and_on_again(two: Hosts, register: Register) -> None:
    """The first half arrives, then connections are refused, and the next run gets the rest."""
    register(two.url(f"{FIRST}/tiny.zip"))
    two[FIRST].cut = 0.5
    refused: list[str] = []

    def switch_off(line: str) -> None:
        refused.append(line)
        if "Trying again" in line and len(refused) == 2:
            two.stop()

    with pytest.raises(DataProblem, match="bytes received so far are kept"):
        fetch("tiny", say=switch_off)
    assert not real_place("tiny").exists()
    with pytest.raises(Unreachable):
        fetch("tiny", say=lambda line: None)
    two.start()
    two[FIRST].cut = None
    fetch("tiny", say=lambda line: None)
    assert installed()
    assert two[FIRST].requests[-1][1] is not None


def test_halves_of_two_hosts_are_never_joined(two: Hosts) -> None:
    """The second host has another file under the same ETag; its bytes don't continue the part."""
    two[FIRST].cut = 0.5
    two[FIRST].files["tiny.zip"] = ARCHIVE[:-1] + b"?"
    fetch("tiny", say=lambda line: None)
    assert installed()
    assert two[SECOND].requests == [("tiny.zip", None)]


def test_without_a_network_every_address_is_named_and_none_requested(
    hosts: Hosts, register: Register
) -> None:
    dead = [f"http://127.0.0.1:{closed_port()}/tiny.zip" for _ in range(3)]
    register(*dead)
    with pytest.raises(Unreachable) as caught:
        fetch("tiny", say=lambda line: None)
    assert all(f"{url} can't be reached" in str(caught.value) for url in dead)


def test_a_host_that_never_answers_is_passed_over(
    two: Hosts, black_hole: BlackHole, register: Register
) -> None:
    register(f"{black_hole.url}tiny.zip", two.url(f"{SECOND}/tiny.zip"))
    fetch("tiny", say=lambda line: None, seconds=2.0)
    assert installed()
    register(f"{black_hole.url}tiny.zip", f"{black_hole.url}elsewhere/tiny.zip")
    real_place("tiny").rename(real_place("tiny").with_name("aside"))
    with pytest.raises(Unreachable):
        fetch("tiny", say=lambda line: None, seconds=2.0)


def test_a_name_lookup_that_hangs_does_not_hold_anything_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    freed = threading.Event()

    def hang(*arguments: object, **options: object) -> None:
        freed.wait()
        raise OSError("too late")

    monkeypatch.setattr(reachability.socket, "create_connection", hang)
    found = Reachability([f"http://host{i}.example/x" for i in range(20)], seconds=0.05)
    assert [found.problem(f"http://host{i}.example/x") for i in range(20)] == [
        "no answer within 0.05 s"
    ] * 20
    freed.set()


def test_behind_a_proxy_the_proxy_is_what_must_answer(
    two: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = two.url("").rstrip("/")
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "inside.example")
    found = Reachability(["http://www.example.org/x", "http://inside.example/x"], seconds=5)
    assert found.problem("http://www.example.org/x") == ""
    assert "not on this machine" in found.problem("http://inside.example/x")
